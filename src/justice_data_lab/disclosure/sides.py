"""The two sides of a comparison as rule 1 looks at them, from what the estimation counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.checks import check_side
from justice_data_lab.disclosure.evidence import Side

if TYPE_CHECKING:
    from justice_data_lab.estimation.evidence import Evidence
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How many equally weighted people a side's weights are worth, and the largest share that one person holds."""

    n_eff: float
    largest: float | None


def sides_of(
    behind: Evidence, people: tuple[int, int], comparison: Weights, *, proportion: bool, treated: Weights | None = None
) -> tuple[Side, Side]:
    """The treated and the comparison group.

    Args:
        behind: unweighted counts.
        people: of each side.
        comparison: weights of the comparison group.
        proportion: whether the figure is a share; a mean must also not rest on one person.
        treated: weights of the treated, where not everybody of them counts once.
    """
    return (
        Side(
            people=people[0],
            value=None,
            events=behind.events_treated,
            nonzero=None if proportion else behind.nonzero_treated,
            largest_share=None if proportion else behind.largest_share_treated,
            n_eff=treated.n_eff if treated else None,
            max_weight_share=treated.largest if treated else None,
        ),
        Side(
            people=people[1],
            value=None,
            events=behind.events_comparison,
            nonzero=None if proportion else behind.nonzero_comparison,
            largest_share=None if proportion else behind.largest_share_comparison,
            n_eff=comparison.n_eff,
            max_weight_share=comparison.largest,
        ),
    )


def both_safe(sides: tuple[Side, Side], rules: DisclosureRules) -> bool:
    """Whether rule 1 holds on both sides."""
    return all(check_side(side, rules).safe for side in sides)
