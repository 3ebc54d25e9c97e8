"""Sentences and printed figures of pooled effects. Rounded once, here: points and ratios are made from published figures alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.figures import plain_number
from justice_data_lab.disclosure.rounding import round_mean
from justice_data_lab.library.synthesis import FEW, LEAST

if TYPE_CHECKING:
    from justice_data_lab.library.counting import Synthesis
    from justice_data_lab.library.entry import Outcome
    from justice_data_lab.library.synthesis import Pooled

UNKNOWN_OVERLAP = "It was not checked whether some people are in more than one result."
FEW_WORDS = f"With fewer than {FEW} results the ranges are themselves uncertain."


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A pooled effect as it is printed.

    Attributes:
        unit: of the figures: percentage points, odds ratio, or that of the mean.
        effect: the average.
        interval: its 95% interval, as "-5.1 to -1.2".
        prediction: the 95% prediction interval.
        tau: standard deviation of the true effects.
        i2: share of variation between true effects.
        q: Cochran's Q with its degrees of freedom and p.
    """

    unit: str
    effect: str
    interval: str
    prediction: str
    tau: str
    i2: str
    q: str


def printed(synthesis: Synthesis) -> Printed | None:
    """The pooled effect as printed; None when there is none."""
    pooled = synthesis.pooled
    if pooled is None:
        return None
    unit = unit_of(synthesis)
    return Printed(
        unit=unit,
        effect=number(pooled.effect, unit),
        interval=f"{number(pooled.ci_low, unit)} to {number(pooled.ci_high, unit)}",
        prediction=f"{number(pooled.pi_low, unit)} to {number(pooled.pi_high, unit)}",
        tau=plain_number(round_mean(math.sqrt(pooled.tau2) * _times(unit), 2), 2),
        i2=f"{plain_number(round_mean(100 * pooled.i2, 0), 0)}%",
        q=f"{plain_number(round_mean(pooled.q, 1), 1)} on {pooled.df} degrees of freedom, {_p(pooled.q_p_value)}",
    )


def number(value: float, unit: str, *, whole: bool = False) -> str:
    """An effect in its unit: points to 0.1, odds ratios and means to 0.01; `whole` drops noughts at the end, for an axis."""
    if unit == "odds ratio":
        return plain_number(round_mean(math.exp(value), 2), 2)
    places = 1 if unit == "percentage points" else 2
    rounded = round_mean(value * _times(unit), places)
    shown = plain_number(rounded, places)
    return shown.rstrip("0").rstrip(".") if whole else shown


def in_words(synthesis: Synthesis) -> tuple[str, ...]:
    """What the results say together, one sentence each: the average, one more programme, and what to bear in mind."""
    pooled, count = synthesis.pooled, len(synthesis.effects)
    if pooled is None:
        return (f"{results(count)} can be taken together; {LEAST} are needed. Look at each by itself.",)
    sentences = [_average(synthesis, pooled), _one_more(synthesis, pooled)]
    if pooled.few:
        sentences.append(FEW_WORDS)
    if not synthesis.overlaps_known:
        sentences.append(UNKNOWN_OVERLAP)
    return tuple(sentences)


def _average(synthesis: Synthesis, pooled: Pooled) -> str:
    subject = f"In {results(pooled.k).lower()}, the average effect on \u201c{_outcome(synthesis).name}\u201d"
    low, high, unit = pooled.ci_low, pooled.ci_high, unit_of(synthesis)
    bounds = f"between {number(low, unit)} and {number(high, unit)}{_suffix(unit)}"
    if high < 0 or low > 0:
        return f"{subject} is probably {bounds}: {'lower' if high < 0 else 'higher'} than without the programmes."
    return f"{subject} could be a fall or a rise: {bounds}."


def _one_more(synthesis: Synthesis, pooled: Pooled) -> str:
    unit = unit_of(synthesis)
    low, high = number(pooled.pi_low, unit), number(pooled.pi_high, unit)
    start = f"The true effect of one more programme like these would probably be between {low} and {high}{_suffix(unit)}"
    if pooled.pi_high < 0:
        return f"{start}: a fall almost everywhere."
    if pooled.pi_low > 0:
        return f"{start}: a rise almost everywhere."
    return f"{start}: it may help in one place and not in another."


def results(count: int) -> str:
    """So many results, in words."""
    return "1 result" if count == 1 else f"{count} results"


def _outcome(synthesis: Synthesis) -> Outcome:
    return synthesis.outcomes[0][1]


def unit_of(synthesis: Synthesis) -> str:
    """The unit in which its effects are printed."""
    if synthesis.scale == "log odds ratio":
        return "odds ratio"
    outcome = _outcome(synthesis)
    return "percentage points" if outcome.kind == "proportion" else outcome.unit


def _suffix(unit: str) -> str:
    return " as an odds ratio" if unit == "odds ratio" else f" {unit}" if unit else ""


def _times(unit: str) -> float:
    return 100.0 if unit == "percentage points" else 1.0


def _p(value: float) -> str:
    rounded = round_mean(value, 2)
    return f"p = {rounded:.2f}" if rounded else "p < 0.01"
