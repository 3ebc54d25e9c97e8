"""Pooled effects: random effects with Hartung and Knapp's interval and a prediction interval. Pure: values in, values out."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
from scipy.special import chdtrc, stdtr, stdtrit

from justice_data_lab.errors import UsageError
from justice_data_lab.library.effects import Effect  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.library.heterogeneity import METHODS, Method, cochran_q, tau_squared, typical_variance, weighted_mean
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.heterogeneity import Floats

LEAST = 3
FEW = 10
_TINIEST, _HUGEST = 1e-12, 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """Several studies' effects taken together, in the unit of the effects.

    Attributes:
        method: how tau squared was estimated.
        effects: those that entered, the earliest first.
        weights: of each, adding up to one.
        effect: the average of the true effects.
        se: its standard error (Hartung and Knapp).
        df: degrees of freedom of the t distribution, k - 1.
        ci_low: lower end of the 95% interval of the average.
        ci_high: upper end.
        p_value: two-sided, of no effect on average.
        pi_low: lower end of the 95% prediction interval: where the true effect of one more such programme lies.
        pi_high: upper end.
        tau2: variance of the true effects.
        i2: share of all variation that is between true effects.
        q: Cochran's Q.
        q_p_value: of no differences between true effects.
        scale: by how much the usual variance of the average was multiplied.
    """

    method: Method
    effects: tuple[Effect, ...]
    weights: tuple[float, ...]
    effect: float
    se: float
    df: int
    ci_low: float
    ci_high: float
    p_value: float
    pi_low: float
    pi_high: float
    tau2: float
    i2: float
    q: float
    q_p_value: float
    scale: float

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.effects)

    @property
    def few(self) -> bool:
        """Whether there are so few studies that the intervals are themselves uncertain."""
        return self.k < FEW

    def summary(self) -> str:
        """The average, its interval and the prediction interval in one sentence."""
        few = f", fewer than {FEW}" if self.few else ""
        return (
            f"{self.k} studies{few}: {self.effect:.4g} (95% interval {self.ci_low:.4g} to {self.ci_high:.4g}; prediction interval "
            f"{self.pi_low:.4g} to {self.pi_high:.4g}), tau {math.sqrt(self.tau2):.4g}, I squared {self.i2:.0%}"
        )

    def table(self) -> pa.Table:
        """One row a study: key, effect, standard error, weight."""
        return pa.table(
            {
                "key": [each.key for each in self.effects],
                "effect": [each.value for each in self.effects],
                "se": [each.se for each in self.effects],
                "weight": list(self.weights),
            }
        )

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Pooled:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


def pool(effects: Sequence[Effect], *, method: Method = "reml", tau2: float | None = None, least_scale: float = 1.0) -> Pooled:
    """The average effect of several studies whose true effects may differ, and where that of one more would lie.

    Args:
        effects: three or more, each of other people.
        method: of estimating tau squared.
        tau2: the variance of the true effects where it is known; else it is estimated.
        least_scale: Hartung and Knapp multiply the variance of the average by how far the effects spread around it, beside how far
            they should; this is the least they may multiply it by. 0 leaves their interval as it is.

    Returns:
        The average with weights 1/(se squared + tau squared), its interval from t with k - 1 degrees of freedom, and the prediction
        interval average -+ t sqrt(tau squared + se squared).

    Raises:
        UsageError: fewer than three, an effect or a standard error that is not finite, one that is not above zero or out of all
            proportion, one key twice, an unknown method, or a variance or least scale that is none.

    Notes:
        Hartung 1999; Knapp and Hartung 2003; the least scale of 1 is theirs too. It matters here: effects are printed in whole points, so that
        three equal ones would give an average without any uncertainty. Higgins, Thompson and Spiegelhalter 2009 for the prediction
        interval, with k - 1 degrees of freedom as in R's metafor. I squared as there: tau squared over itself and the typical
        sampling variance.

    Example:
        >>> from datetime import date
        >>> studies = [(-0.08, 0.02), (-0.01, 0.03), (-0.05, 0.02)]
        >>> pooled = pool([Effect(key=str(n), value=d, se=s, released=date(2026, 1, n)) for n, (d, s) in enumerate(studies, 1)])
        >>> round(pooled.effect, 3), pooled.k, pooled.few
        (-0.052, 3, True)
    """
    _check(effects)
    _check_asked(method, 0.0 if tau2 is None else tau2, least_scale)
    ordered = tuple(sorted(effects, key=lambda each: (each.released, each.key)))
    values = np.array([each.value for each in ordered])
    variances = np.array([each.se for each in ordered]) ** 2
    between = tau_squared(values, variances, method) if tau2 is None else tau2
    return _around(ordered, (values, variances), between, method, least_scale)


def _around(
    ordered: tuple[Effect, ...], given: tuple[Floats, Floats], between: float, method: Method, least_scale: float
) -> Pooled:
    """The average and everything around it, given how far true effects differ."""
    values, variances = given
    weights = 1 / (variances + between)
    effect, df = weighted_mean(values, weights), len(ordered) - 1
    scale = max(cochran_q(values, variances, between) / df, least_scale)
    se = math.sqrt(scale / weights.sum())
    reach, q = float(stdtrit(df, 0.975)), cochran_q(values, variances)
    ahead = reach * math.sqrt(between + se**2)
    return Pooled(
        method=method,
        effects=ordered,
        weights=tuple((weights / weights.sum()).tolist()),
        effect=effect,
        se=se,
        df=df,
        ci_low=effect - reach * se,
        ci_high=effect + reach * se,
        p_value=float(2 * stdtr(df, -abs(effect) / se)) if se else float(effect == 0),
        pi_low=effect - ahead,
        pi_high=effect + ahead,
        tau2=between,
        i2=between / (between + typical_variance(variances)),
        q=q,
        q_p_value=float(chdtrc(df, q)),
        scale=scale,
    )


def cumulative(effects: Sequence[Effect], *, most: int = 40, method: Method = "reml") -> tuple[Pooled, ...]:
    """The pooled effect as it stood after each day of release, from the third result on; empty with fewer.

    Args:
        effects: as for `pool`. Those released on one day come in together, since nobody ever saw one without the other.
        most: days; of more, so many are taken evenly, the first and the last among them.
        method: as for `pool`.
    """
    counts = Counter(each.released for each in effects)
    days, so_far = sorted(counts), 0
    enough = []
    for day in days:
        so_far += counts[day]
        if so_far >= LEAST:
            enough.append(day)
    taken = enough if len(enough) <= most else [enough[round(at * (len(enough) - 1) / (most - 1))] for at in range(most)]
    return tuple(pool([each for each in effects if each.released <= day], method=method) for day in taken)


def _check(effects: Sequence[Effect]) -> None:
    if len(effects) < LEAST:
        message = f"pool: expected {LEAST} or more effects, got {len(effects)}. Show them one by one instead."
        raise UsageError(message)
    # also far from where squares of squares are more than a number can hold
    if any(not (_TINIEST <= each.se <= _HUGEST and abs(each.value) <= _HUGEST) for each in effects):
        message = (
            f"pool: expected finite effects with finite standard errors above zero, none beyond {_HUGEST:g} and no standard error below "
            f"{_TINIEST:g}. Leave out what has none, and say so."
        )
        raise UsageError(message)
    if len({each.key for each in effects}) < len(effects):
        message = "pool: one key stands twice. Count each group of people once (`count_once`)."
        raise UsageError(message)


def _check_asked(method: str, tau2: float, least_scale: float) -> None:
    if method not in METHODS:
        message = f"pool: expected a method of {', '.join(METHODS)}, got {method!r}. Choose one."
        raise UsageError(message)
    for name, value in (("tau2", tau2), ("least_scale", least_scale)):
        if not 0 <= value <= _HUGEST:
            message = f"pool: expected {name} from 0 to {_HUGEST:g}, got {value:g}. A variance and a factor of one are never below zero."
            raise UsageError(message)
