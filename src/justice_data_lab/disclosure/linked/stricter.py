"""The headline's first measure with stricter links: ever fewer of the same people, and who leaves is a group as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.names import stricter
from justice_data_lab.disclosure.linked.results import cell_of

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.linked.builder import Builder
    from justice_data_lab.study import DisclosureRules

_COST = 5 * 100


def add_stricter(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """People, with the event and without it, at each threshold; the first is the result itself."""
    if request.linkage is None or not request.linkage.thresholds:
        return
    headline = next(analysis.name for analysis in request.analyses if analysis.headline)
    measure, rows = request.linkage.measure, request.linkage.thresholds[1:]
    whats = {
        "people": cell_of("people", headline, "", "treated"),
        "with": cell_of("with", headline, measure, "treated"),
        "without": cell_of("without", headline, measure, "treated"),
    }
    for row in rows:
        unit, events = builder.unit(stricter(row.times), _COST), row.evidence.events_treated
        counts = {"people": row.n_treated}
        counts |= {} if events is None else {"with": events, "without": row.n_treated - events}
        keys = {what: f"{what}/{unit}" for what in counts}
        for what, count in counts.items():
            builder.cell(keys[what], count, unit=unit, fails=count < rules.min_events)
        if events is not None:
            builder.equal([keys["with"], keys["without"]], [keys["people"]])
        for what, key in keys.items():
            if builder.has(whats[what]):
                gone = "" if what == "people" else f"gone/people/{unit}"
                same = builder.value(whats["people"]) == row.n_treated
                builder.rest(f"gone/{what}/{unit}", whats[what], [key], within=gone, empty=same)
        whats |= keys
