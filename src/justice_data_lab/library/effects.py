"""An effect as the library pools it: one published difference with its standard error, taken from printed figures alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date  # noqa: TC003 -- a field type, read at run time by from_json
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from justice_data_lab.library.entry import Outcome

Scale: TypeAlias = Literal["difference", "log odds ratio"]
Why: TypeAlias = Literal[
    "withheld", "not_reliable", "not_available", "no_width", "no_odds", "selected_after", "same_people", "overlap", "corrected"
]  # fmt: skip

# A 95% interval is twice 1.96 standard errors wide.
WIDTH = 3.92

WHY_WORDS: dict[Why, str] = {
    "withheld": "The result is not shown, to protect people.",
    "not_reliable": "Too few people: the result is published as not reliable.",
    "not_available": "This result could not be worked out.",
    "no_width": "The published range has no width after rounding, so that its standard error is not known.",
    "no_odds": "Odds need two shares between 0% and 100% and numbers of people, all of them published.",
    "selected_after": "It is about people picked by what happened after the start.",
    "same_people": "It is about people who are already in another result of the same request.",
    "overlap": "A newer result is partly about the same people: more than 10% of the smaller group are in both.",
    "corrected": "It was corrected, and its new version is not out yet.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One study's effect.

    Attributes:
        key: of the entry.
        value: programme group less comparison group: a fraction for a share, a number for a mean, or a log odds ratio.
        se: its standard error, above zero.
        released: the day on which it became public.
        people: in the programme group, as published; 0 when that is not known.
    """

    key: str
    value: float
    se: float
    released: date
    people: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A result that is not in the pooled effect, and why."""

    key: str
    analysis: str
    why: Why

    @property
    def words(self) -> str:
        """The reason in a sentence."""
        return WHY_WORDS[self.why]


def effect_of(key: str, released: date, outcome: Outcome, scale: Scale) -> Effect | LeftOut:
    """The effect that published figures tell, or why they tell none.

    Args:
        key: of the entry.
        released: when it became public.
        outcome: its published figures.
        scale: `difference`: standard error = width of the published interval / 3.92. `log odds ratio`: from the two published
            shares, the people of the programme group and the effective size of the comparison group (Woolf 1955).
    """
    if outcome.verdict in ("withheld", "not_reliable", "not_available"):
        return LeftOut(key=key, analysis=outcome.analysis, why=outcome.verdict)
    made = _difference(outcome) if scale == "difference" else _log_odds(outcome)
    if isinstance(made, str):
        return LeftOut(key=key, analysis=outcome.analysis, why=made)
    value, se = made
    return Effect(key=key, value=value, se=se, released=released, people=outcome.n_treated.value or 0.0)


def _difference(outcome: Outcome) -> tuple[float, float] | Why:
    value, low, high = outcome.difference.value, outcome.ci_low.value, outcome.ci_high.value
    if value is None or low is None or high is None:
        return "not_available"
    # percentage points are fractions times 100
    one = 100 if outcome.kind == "proportion" else 1
    return (value / one, (high - low) / one / WIDTH) if high > low else "no_width"


def _log_odds(outcome: Outcome) -> tuple[float, float] | Why:
    sides = ((outcome.treated.value, outcome.n_treated.value), (outcome.comparison.value, outcome.n_eff.value))
    if outcome.kind != "proportion":
        return "no_odds"
    odds, variance = [], 0.0
    for percent, people in sides:
        if percent is None or not people or not 0 < percent < 100:
            return "no_odds"
        share = percent / 100
        odds.append(math.log(share / (1 - share)))
        variance += 1 / (people * share * (1 - share))
    return odds[0] - odds[1], math.sqrt(variance)
