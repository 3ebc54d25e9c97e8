"""A correction that moves a few people: what of it may be said in words, since it would be the same whatever they had done."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from justice_data_lab.disclosure.evidence import Holds
from justice_data_lab.disclosure.ledger.sets import EVERYBODY, REQUEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal, TypeAlias

    from justice_data_lab.disclosure.evidence import DisclosureRequest, EstimateEvidence
    from justice_data_lab.disclosure.ledger.sets import LedgerSet
    from justice_data_lab.disclosure.published import Content

    Said: TypeAlias = Literal["reduction", "increase", "inconclusive"]

# An end of the interval moves as far as the difference does, and by what its own width changes, which is less than half of that.
_REACH = 1.5


def moved(new: Sequence[LedgerSet], before: Sequence[LedgerSet], headline: str) -> int | None:
    """How many people differ from those of a release, of whom it could use or of its headline; None where that had neither.

    Args:
        new: of the correction.
        before: of the release that it takes the place of.
        headline: name of the analysis.
    """
    known = {(each.analysis, each.of): each.tokens for each in before}
    pairs = [
        len(each.tokens ^ known[each.analysis, each.of])
        for each in new
        if (each.analysis, each.of) in known and (each.analysis == REQUEST or (each.analysis, each.of) == (headline, EVERYBODY))
    ]
    return max(pairs, default=None)


def in_words(request: DisclosureRequest, content: Content, few: int) -> tuple[Holds, ...]:
    """The verdicts of the headline that would be the same had any few people done otherwise.

    Args:
        request: exact.
        content: what may be told of it beside all other releases.
        few: how many people, always the same number: one that followed the correction would tell how many were moved.

    Notes:
        Primary shares of everybody only. The treatment group's share moves by at most few/n.
    """
    headline = next(analysis.name for analysis in request.analyses if analysis.headline)
    primary = {
        each.key: each for each in request.measures if (each.role, each.kind, each.of) == ("primary", "proportion", EVERYBODY)
    }
    shown = {(result.analysis, result.measure): result.verdict for result in content.results}
    rows = [row for row in request.estimates if row.analysis == headline and row.measure in primary]
    return tuple(
        Holds(measure=primary[row.measure].name, verdict=cast("Said", row.verdict))
        for row in rows
        if shown.get((headline, row.measure)) == row.verdict and _holds(row, _REACH * few / row.treated.people)
    )


def _holds(row: EstimateEvidence, reach: float) -> bool:
    if row.ci_low is None or row.ci_high is None:
        return False
    if row.verdict == "reduction":
        return row.ci_high + reach < 0
    if row.verdict == "increase":
        return row.ci_low - reach > 0
    return row.verdict == "inconclusive" and row.ci_low + reach < 0 < row.ci_high - reach
