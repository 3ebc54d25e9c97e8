"""What a larger group could show, worked out from figures as they are printed: it tells nothing that they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.figures import figure
from justice_data_lab.disclosure.printed import Place
from justice_data_lab.disclosure.published_prospects import ProspectRow, Prospects
from justice_data_lab.disclosure.rounding import round_two_digits
from justice_data_lab.estimation.power import SIZES, detectable_effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.published_analyses import AnalysisSummary, Result
    from justice_data_lab.disclosure.rounding import Precision

_LARGER = (2, 4)


def publish_prospects(
    measures: Sequence[MeasureFacts], results: Sequence[Result], headline: AnalysisSummary, fine: Precision
) -> Prospects | None:
    """The smallest fall that groups of several sizes would probably show (80% power, 5% level), if all else were as here.

    Args:
        measures: the first primary share of which less is better is taken.
        results: as published: its rate in the comparison group is the base rate.
        headline: as published: its people, and how many comparison people each is worth.
        fine: rounding.

    Returns:
        None when one of these figures is not printed, or no fall could show.
    """
    result = _result(measures, results, headline)
    people, size = headline.treated.value, headline.n_eff.value
    if result is None or not people or not size or headline.treated.marker or headline.n_eff.marker:
        return None
    rate = (result.comparison.value or 0.0) / 100
    if result.comparison.marker or not 0 < rate < 1:
        return None
    own = int(people)
    larger = {int(round_two_digits(own * more)) for more in _LARGER}
    sizes = sorted({*SIZES, own, *(number for number in larger if number > SIZES[-1])})
    rows = tuple(_row(number, rate, size / people, headline.name, fine) for number in sizes)
    shown = tuple(row for row in rows if row.fall.value is not None)
    return Prospects(measure=result.measure, own=own, rows=shown) if shown else None


def _result(measures: Sequence[MeasureFacts], results: Sequence[Result], headline: AnalysisSummary) -> Result | None:
    wanted = [
        each.key for each in measures if (each.role, each.kind, each.of, each.better) == ("primary", "proportion", "all", "lower")
    ]
    known = {result.measure: result for result in results if result.analysis == headline.name}
    return next((known[key] for key in wanted if key in known), None)


def _row(people: int, rate: float, ratio: float, analysis: str, fine: Precision) -> ProspectRow:
    place = Place(
        table="larger group", analysis=analysis, level=f"{people:,} people", statistic="smallest fall that would probably show"
    )
    fall = detectable_effect(people, rate, ratio=ratio)
    return ProspectRow(people=people, fall=figure(place, "prospect", "percentage points", fall, fine))
