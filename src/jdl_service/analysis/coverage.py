"""Coverage: what an organisation is told between linkage and outcomes, in bands, by disclosure control's own rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.attrition import publish_steps
from justice_data_lab.disclosure.evidence import StepEvidence
from justice_data_lab.disclosure.rounding import precision, round_percent
from justice_data_lab.estimation.power import Prospect, detectable_effect, rates_of
from justice_data_lab.records import from_json
from justice_data_lab.study import DisclosureRules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jdl_service.analysis.models import Run
    from justice_data_lab.files import Json

_RULES = DisclosureRules()
_LOWEST = "fewer than"


def coverage_of(attrition: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """How many were sent, found and usable, as bands, and what the lower end of the last band could show.

    Args:
        attrition: the exact steps of the linkage, as `links.json` has them.

    Returns:
        `steps`: each with `label`, `left` (a band) and `reasons` (why others are not there, in words); `least`: the lower end
        of the last band, 0 for the lowest; `could_show`: the smallest fall in percentage points that so many people would
        show; None when they would show none.
    """
    steps = [from_json(StepEvidence, step) for step in attrition]
    told = publish_steps("coverage", steps, _RULES, precision(_RULES), bands=True)
    least = _least(told[-1].left.text)
    shown: list[Json] = [{"label": each.labels[-1], "left": each.left.text, "reasons": list(each.reasons)} for each in told]
    return {"steps": shown, "least": least, "could_show": _could_show(least)}


def told_of(run: Run, attrition: Sequence[Mapping[str, Json]], before: tuple[Run, int] | None) -> dict[str, Json]:
    """The coverage of a run: new bands, or those of the run before when only a few people came or went.

    Args:
        run: that has ended.
        attrition: its exact steps.
        before: the last run whose coverage was told, and how many were usable in it.

    *Notes*: bands that move because one person was added would tell whether that person has a record.
    """
    usable = int(str(attrition[-1]["left"]))
    if before and before[0].pk != run.pk and abs(usable - before[1]) < _RULES.min_people:
        return dict(before[0].coverage or {})
    return coverage_of(attrition)


def _least(band: str) -> int:
    """The lower end of a band of disclosure control."""
    return 0 if band.startswith(_LOWEST) else int(re.sub(r"\D", "", band.split(" ", maxsplit=1)[0]))


def _could_show(people: int) -> int | None:
    """The smallest fall, in points, that is found in four of five studies of so many people at the national rate."""
    found = detectable_effect(people, rates_of(Prospect()).reoffended) if people else None
    return None if found is None else int(round_percent(found, 0))
