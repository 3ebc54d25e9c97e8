"""The weights of each alternative, which no outcome enters, and what imbalance they leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from justice_data_lab.estimation.robustness.entropy import entropy_weights
from justice_data_lab.estimation.robustness.imbalance import largest_imbalances

if TYPE_CHECKING:
    from justice_data_lab.estimation.robustness.result import Check
    from justice_data_lab.estimation.robustness.sample import Sample
    from justice_data_lab.matching.inputs import Bools, Floats

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


def schemes(sample: Sample, treated: Bools, denominator: Literal["pooled", "treated"]) -> tuple[Scheme, ...]:
    """Doubly robust, entropy balancing and overlap weights.

    Args:
        sample: who is compared.
        treated: which rows of the data had the intervention.
        denominator: whose standard deviation divides the imbalance.
    """
    found = (_odds(sample), _entropy(sample), _overlap(sample))
    usable = [scheme for scheme in found if not scheme.reason]
    sizes = largest_imbalances(sample, treated, [(scheme.treated, scheme.pool) for scheme in usable], denominator)
    left = {scheme.check: size for scheme, size in zip(usable, sizes, strict=True)}
    return tuple(replace(scheme, largest_imbalance=left.get(scheme.check)) for scheme in found)


def _odds(sample: Sample) -> Scheme:
    scheme = Scheme(check="doubly_robust", population="same", treated=_ones(sample), pool=sample.odds)
    if not np.isfinite(scheme.pool).all():
        return _without(scheme, sample, NO_SCORE)
    return scheme if _enough(sample) else _without(scheme, sample, TOO_FEW)


def _entropy(sample: Sample) -> Scheme:
    nobody = np.zeros(len(sample.pool))
    scheme = Scheme(check="entropy_balancing", population="same", treated=_ones(sample), pool=nobody)
    if not _enough(sample):
        return _without(scheme, sample, TOO_FEW)
    weights = entropy_weights(sample)
    if weights is None:
        return _without(scheme, sample, "no weights of the pool give every covariate the mean of the treated")
    return replace(scheme, pool=weights)


def _overlap(sample: Sample) -> Scheme:
    first, second = sample.overlap
    scheme = Scheme(check="overlap_weights", population="different", treated=first, pool=second)
    if sample.constant_score:
        return _without(scheme, sample, "in a trial everybody has the same score, so these weights change nothing")
    usable = np.isfinite(first).all() and np.isfinite(second).all()
    return scheme if usable else _without(scheme, sample, NO_SCORE)


NO_SCORE = "the covariates tell some of the matched people from the pool without error"
TOO_FEW = f"fewer than {PEOPLE_A_COLUMN} people in the pool for each column of the model"


def _enough(sample: Sample) -> bool:
    return len(sample.pool) >= PEOPLE_A_COLUMN * (1 + len(sample.matrix.terms))


def _ones(sample: Sample) -> Floats:
    return np.ones(len(sample.treated))


def _without(scheme: Scheme, sample: Sample, reason: str) -> Scheme:
    return replace(scheme, treated=_ones(sample), pool=np.zeros(len(sample.pool)), reason=reason)
