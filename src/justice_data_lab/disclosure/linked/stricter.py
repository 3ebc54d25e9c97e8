"""The headline's first measure with stricter links: ever fewer of the same people, and who leaves is a group as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.disclosure.linkage import alone_beside
from justice_data_lab.disclosure.linked.names import stricter
from justice_data_lab.disclosure.linked.results import cell_of

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.linkage_evidence import ThresholdEvidence
    from justice_data_lab.disclosure.linked.builder import Builder
    from justice_data_lab.study import DisclosureRules

Keys: TypeAlias = tuple[str, ...]
_COST = 5 * 100
_WHAT = ("people", "with", "without")


def add_stricter(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """People, with the event and without it, at each threshold; the first is the result itself.

    Notes:
        Nothing is printed of a threshold that fails by itself, or that leaves nearly the same people as the last one that does not.
    """
    if request.linkage is None or not request.linkage.thresholds:
        return
    headline = next(analysis.name for analysis in request.analyses if analysis.headline)
    measure = next(each for each in request.measures if each.key == request.linkage.measure)
    before = request.linkage.thresholds[0]
    keys: Keys = (
        cell_of("people", headline, "", "treated"),
        cell_of("with", headline, measure.key, "treated"),
        cell_of("without", headline, measure.key, "treated"),
    )
    for row in request.linkage.thresholds[1:]:
        unit = builder.unit(stricter(row.times), _COST)
        if alone_beside(row, before, measure, rules) != "shown":
            builder.forced.add(unit)
            continue
        keys = _threshold(builder, unit, row, keys, rules.min_events)
        before = row


def _threshold(builder: Builder, unit: str, row: ThresholdEvidence, before: Keys, least: int) -> Keys:
    """One threshold's counts beside those before it; whoever has left between the two is counted as well."""
    events = row.evidence.events_treated or 0
    counts = (row.n_treated, events, row.n_treated - events)
    everybody, *parts = keys = tuple(
        builder.cell(f"{what}/{unit}", count, unit=unit, fails=count < least) for what, count in zip(_WHAT, counts, strict=True)
    )
    builder.equal(parts, [everybody])
    for what, key, whole in zip(_WHAT, keys, before, strict=True):
        if builder.has(whole):
            builder.rest(f"gone/{what}/{unit}", whole, [key], within="" if key == everybody else f"gone/people/{unit}")
    return keys
