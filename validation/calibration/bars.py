"""What the study must show, as data, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calibration.table import Line

Verdict: TypeAlias = Literal["holds", "within chance", "fails"]
CHANCE = 2.0  # Monte Carlo standard errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One thing that every setting it speaks of must show.

    Attributes:
        name: as printed.
        short: the same in a word or two.
        figure: column of the table; its Monte Carlo error is the column with `_mc` behind.
        low: least value.
        high: largest value.
        measure: number of the measure.
        experiments: which simulations it speaks of.
        effects: `none`, `some` or `any` planted effect.
        below: speaks only of settings with fewer people matched than this, on average.
        variant: only analyses with this name; empty for all.
        errors: Monte Carlo errors around zero that are allowed where they reach further than `low` and `high`.
    """

    name: str
    short: str
    figure: str
    low: float
    high: float
    measure: int = 1
    experiments: tuple[str, ...] = ("from matching on", "end to end")
    effects: Literal["none", "some", "any"] = "any"
    below: float = float("inf")
    variant: str = ""
    errors: float = 0.0

    def speaks_of(self, line: Line) -> bool:
        """Whether this line is one that the bar judges."""
        effect = {"none": line.effect == 0, "some": line.effect != 0, "any": True}[self.effects]
        there = line.experiment in self.experiments and self.variant in ("", line.analysis)
        return there and effect and line.measure == self.measure and line.n_treated < self.below

    def outside(self, value: float, error: float) -> float:
        """How far a value with this Monte Carlo error lies beyond the bar; 0 when it does not."""
        low, high, reach = self.low, self.high, self.errors * error
        if reach:
            low, high = min(low, -reach), max(high, reach)
        return max(low - value, value - high, 0.0)


BARS = (
    Bar(name="coverage of 95% intervals, 94% to 98.5%", short="coverage", figure="coverage", low=0.94, high=0.985),
    Bar(
        name="false positives, 1.5% to 6.5%", short="false positives", figure="significant", low=0.015, high=0.065, effects="none"
    ),
    Bar(name="mean standard error over standard deviation, .97 to 1.15", short="se/sd", figure="se_ratio", low=0.97, high=1.15),
    Bar(
        name="bias of at most 0.3 points, or 2 Monte Carlo errors", short="bias", figure="bias", low=-0.003, high=0.003, errors=2
    ),
    Bar(name="power within 3 points of feasibility", short="power", figure="power_gap", low=-0.03, high=0.03, effects="some"),
    Bar(
        name="measure 2 below 100 people: coverage of 91% or more",
        short="coverage",
        figure="coverage",
        low=0.91,
        high=1.0,
        measure=2,
        below=100,
    ),
    Bar(
        name="late starters by the intervention clock: bias of at most 0.3 points",
        short="bias",
        figure="bias",
        low=-0.003,
        high=0.003,
        experiments=("clocks",),
        variant="intervention clock",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A bar and one line: `within chance` is outside, but by no more than two Monte Carlo errors."""

    bar: Bar
    line: Line
    value: float
    error: float
    verdict: Verdict


def judge(lines: Iterable[Line], bars: tuple[Bar, ...] = BARS) -> tuple[Judged, ...]:
    """Every bar on every line that it speaks of, bar by bar."""
    given = tuple(lines)
    return tuple(_judge(bar, line) for bar in bars for line in given if bar.speaks_of(line))


def _judge(bar: Bar, line: Line) -> Judged:
    value, error = float(getattr(line, bar.figure)), float(getattr(line, f"{bar.figure}_mc"))
    outside = bar.outside(value, error)
    verdict: Verdict = "holds" if outside == 0 else "within chance" if outside <= CHANCE * error else "fails"
    return Judged(bar=bar, line=line, value=value, error=error, verdict=verdict)
