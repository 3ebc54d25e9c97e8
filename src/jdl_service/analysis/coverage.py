"""Coverage: what an organisation is told between linkage and outcomes: one band that disclosure control and the ledger let out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service.analysis.ledger import keeper
from justice_data_lab.disclosure.figures import band
from justice_data_lab.disclosure.nothing_told import NearlyTheSame
from justice_data_lab.disclosure.printed import Place
from justice_data_lab.disclosure.rounding import round_percent
from justice_data_lab.estimation.power import Prospect, detectable_effect, rates_of
from justice_data_lab.release_ledger import tell_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jdl_service.analysis.models import Run
    from justice_data_lab.files import Json

_LOWEST = "fewer than"
NOTHING_TOLD = (
    "How many of these people were found cannot be told: beside what was told of another list, it would tell of a few people. "
    "You can go on without it, add at least 20 people, wait, or withdraw."
)


def told_of(run: Run, folder: Path, attrition: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """The coverage of a run, once the ledger was asked: its band, or what was told before, or nothing.

    Args:
        run: that has ended.
        folder: of its rooms, which alone say who was found.
        attrition: the exact steps of the linkage, as `links.json` has them.

    Notes:
        When only a few people came or went since the request was told of another list, it is told the very same again: a band that
        moves because one person was added would tell whether that person has a record, and so would words that say why it does not.
    """
    name = f"{run.request.key} coverage {run.number}"
    try:
        found = tell_found(keeper(), name, folder, settings.LAB.disclosure)
    except NearlyTheSame:
        before = run.request.runs.filter(coverage__isnull=False, number__lt=run.number).order_by("-number").first()
        return dict(before.coverage or {}) if before else untold()
    return coverage_of(attrition, found.text)


def coverage_of(attrition: Sequence[Mapping[str, Json]], found: str) -> dict[str, Json]:
    """How many were sent and how many can be used, as bands, and what the lower end of the last band could show.

    Args:
        attrition: the exact steps; of those between the first and the last nothing is told, and none of their reasons.
        found: the band of the last, as it was let out.

    Returns:
        `steps`: each with `label` and `left` (a band); `least`: the lower end of the last band, 0 for the lowest; `could_show`: the
        smallest fall in percentage points that so many people would show; None when they would show none.
    """
    first, last = attrition[0], attrition[-1]
    sent = band(Place(table="coverage", statistic="sent"), int(str(first["left"]))).text
    least = _least(found)
    shown: list[Json] = [{"label": first["label"], "left": sent}, {"label": last["label"], "left": found}]
    return {"steps": shown, "least": least, "could_show": _could_show(least)}


def untold() -> dict[str, Json]:
    """The coverage of a request of which nothing may be told."""
    return {"steps": [], "least": 0, "could_show": None, "untold": NOTHING_TOLD}


def _least(found: str) -> int:
    """The lower end of a band of disclosure control."""
    return 0 if found.startswith(_LOWEST) else int(re.sub(r"\D", "", found.split(" ", maxsplit=1)[0]))


def _could_show(people: int) -> int | None:
    """The smallest fall, in points, that is found in four of five studies of so many people at the national rate."""
    found = detectable_effect(people, rates_of(Prospect()).reoffended) if people else None
    return None if found is None else int(round_percent(found, 0))
