"""Which analyses are of some of the people of another, and which of them share those people out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """An analysis and others of some of its people, no two of whom share anybody.

    Attributes:
        whole: name of the analysis of all of them.
        parts: names of the others, in the order of the report.
    """

    whole: str
    parts: tuple[str, ...]


def families(analyses: Sequence[AnalysisEvidence]) -> tuple[Family, ...]:
    """The families of a request's analyses.

    Args:
        analyses: in the order of the report; of placebo groups none, since they share nobody with the others.

    Notes:
        Those that differ by the value of one column share nobody, and stand together beside the analysis without that column. A
        regional analysis, one of people with a needs assessment and one of two years are of some of the national one's people.
        Each analysis stands beside the nearest that holds its people, since the others follow from that. Two of the same people, compared
        in two ways, are a family as well: the second is part of the first.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for place, part in enumerate(analyses):
        wholes = [whole for number, whole in enumerate(analyses) if _holds(whole, part, first=number < place)]
        for whole in wholes:
            if not any(_holds(whole, other, first=True) and not _same(whole, other) for other in wholes if other is not whole):
                found.setdefault((whole.name, _column(whole, part) or part.name), []).append(part.name)
    return tuple(Family(whole=whole, parts=tuple(parts)) for (whole, _), parts in found.items())


def _holds(whole: AnalysisEvidence, part: AnalysisEvidence, *, first: bool) -> bool:
    """Whether the second is of some of the first's people; of two with the same people the first one in the report is the whole."""
    if whole is part or not set(whole.where) <= set(part.where) or whole.years > part.years:
        return False
    if whole.kind == "regional" and part.kind != "regional":
        return False
    if whole.assessment == "with" and part.assessment != "with":
        return False
    return first if _same(whole, part) else True


def _same(first: AnalysisEvidence, second: AnalysisEvidence) -> bool:
    """Whether two are of the same people: leaving the needs out of the score leaves nobody out."""
    return _people(first) == _people(second)


def _people(analysis: AnalysisEvidence) -> tuple[object, ...]:
    return (frozenset(analysis.where), analysis.kind == "regional", analysis.assessment == "with", analysis.years)


def _column(whole: AnalysisEvidence, part: AnalysisEvidence) -> str:
    """The one column by whose value the part was picked; empty when it differs by more or by something else."""
    more = [column for column, _ in part.where if column not in dict(whole.where)]
    alike = _people(whole)[1:] == _people(part)[1:]
    return more[0] if len(more) == 1 and alike else ""


def nearly_the_same(analyses: Sequence[AnalysisEvidence], least: int) -> frozenset[str]:
    """Analyses of nearly the same people as others before them in the report, by their sizes.

    Args:
        analyses: in the order of the report; the headline is never one of them.
        least: fewer people than this, and at least one, are nearly none.

    Notes:
        Each is set beside the analysis that holds its people, less up to two before it that share nobody with it. Sizes cannot tell
        who they are: with the ledger's tokens, the same is asked of the people themselves.
    """
    sizes = {analysis.name: analysis.treated for analysis in analyses}
    order = [analysis.name for analysis in analyses]
    headline = {analysis.name for analysis in analyses if analysis.headline}
    near: set[str] = set()
    for name in order:
        for family in families(analyses):
            if name not in family.parts or family.whole in near or name in headline:
                continue
            before = [part for part in family.parts if part not in near and order.index(part) < order.index(name)]
            sums = [0, *(sizes[one] for one in before)]
            sums += [sizes[one] + sizes[other] for one in before for other in before if one < other]
            if any(0 < abs(sizes[family.whole] - sizes[name] - taken) < least for taken in sums):
                near.add(name)
    return frozenset(near)
