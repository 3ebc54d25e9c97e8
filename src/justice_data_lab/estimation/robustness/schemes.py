"""The weights of each alternative, which no outcome enters, and what imbalance they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from justice_data_lab.estimation.robustness.entropy import entropy_weights
from justice_data_lab.matching.balance import Groups, compare

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.result import Check
    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.matching.inputs import Floats
    from justice_data_lab.study import Method

PEOPLE_A_COLUMN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Weights of one alternative.

    Attributes:
        check: which.
        population: whom the alternative is about.
        treated: weights of the treated, in the sample's order.
        pool: weights of the pool; all 0 when there are none.
        largest_imbalance: largest standardised difference left on any covariate or level.
        reason: why there are no weights, or none that may be used; empty when there are.
    """

    check: Check
    population: Literal["same", "different"]
    treated: Floats
    pool: Floats
    largest_imbalance: float | None = None
    reason: str = ""


def schemes(sample: Sample, method: Method, people: int) -> tuple[Scheme, ...]:
    """Doubly robust, entropy balancing and overlap weights.

    Args:
        sample: who is compared.
        method: `smd_denominator` for the imbalance.
        people: number of rows of the data.
    """
    found = (_odds(sample), _entropy(sample), _overlap(sample))
    return tuple(scheme if scheme.reason else _judged(scheme, sample, method, people) for scheme in found)


def _odds(sample: Sample) -> Scheme:
    scheme = Scheme(check="doubly_robust", population="same", treated=_ones(sample), pool=sample.odds)
    if not np.isfinite(scheme.pool).all():
        return _without(scheme, sample, "a person of the pool has a score that cannot be told from 1")
    return scheme if _enough(sample) else _without(scheme, sample, TOO_FEW)


def _entropy(sample: Sample) -> Scheme:
    nobody = np.zeros(len(sample.pool))
    scheme = Scheme(check="entropy_balancing", population="same", treated=_ones(sample), pool=nobody)
    if not _enough(sample):
        return _without(scheme, sample, TOO_FEW)
    weights = entropy_weights(sample)
    if weights is None:
        return _without(scheme, sample, "no weights of the pool give every covariate the mean of the treated")
    return Scheme(check=scheme.check, population=scheme.population, treated=scheme.treated, pool=weights)


def _overlap(sample: Sample) -> Scheme:
    first, second = sample.overlap
    scheme = Scheme(check="overlap_weights", population="different", treated=first, pool=second)
    if sample.constant_score:
        return _without(scheme, sample, "in a trial everybody has the same score, so these weights change nothing")
    return scheme


TOO_FEW = f"fewer than {PEOPLE_A_COLUMN} people in the pool for each column of the model"


def _enough(sample: Sample) -> bool:
    return len(sample.pool) >= PEOPLE_A_COLUMN * (1 + len(sample.matrix.terms))


def _ones(sample: Sample) -> Floats:
    return np.ones(len(sample.treated))


def _without(scheme: Scheme, sample: Sample, reason: str) -> Scheme:
    nobody = np.zeros(len(sample.pool))
    return Scheme(check=scheme.check, population=scheme.population, treated=_ones(sample), pool=nobody, reason=reason)


def _judged(scheme: Scheme, sample: Sample, method: Method, people: int) -> Scheme:
    """The same with the imbalance that its weights leave, in the units of the official balance."""
    weights, treated = np.zeros(people), np.zeros(people, dtype=np.bool_)
    weights[sample.treated], weights[sample.pool] = scheme.treated, scheme.pool
    treated[sample.treated] = True
    balance = compare(sample.columns, Groups(treated=treated, weights=weights), method)
    return Scheme(
        check=scheme.check,
        population=scheme.population,
        treated=scheme.treated,
        pool=scheme.pool,
        largest_imbalance=balance.largest,
    )
