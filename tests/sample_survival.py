"""Invented times to a first event, matched or randomised, for the tests of disclosure, charts and sentences."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from justice_data_lab.disclosure.rounding import precision
from justice_data_lab.disclosure.survival import publish_survival
from justice_data_lab.disclosure.survival_evidence import SurvivalEvidence
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.survival.estimate_survival import estimate_survival
from justice_data_lab.estimation.survival.people import People
from justice_data_lab.matching.matcher import match
from justice_data_lab.measures.catalogue import FIRST_REOFFENCE
from justice_data_lab.study import DisclosureRules, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

RULES = DisclosureRules()
PUBLIC = DisclosureRules(profile="none")
RATE = MeasureSpec(name="one-year proven reoffending rate", column="reoffended", kind="proportion", role="primary")
DAYS = MeasureSpec(
    name="days to first proven reoffence", column="days_to_first_reoffence", kind="mean", of="reoffended", unit="days"
)


def people(times, events, weights=None, treated=None):
    """Followed people, each of weight 1 and in the comparison group unless it is said."""
    count = len(times)
    return People(
        rows=np.arange(count),
        times=np.array(times, dtype=float),
        events=np.array(events, dtype=bool),
        weights=np.ones(count) if weights is None else np.array(weights, dtype=float),
        treated=np.zeros(count, dtype=bool) if treated is None else np.array(treated, dtype=bool),
    )


def days_of(rng, people, rate, *, early=1.0):
    """Days to a first reoffence, null for those without one in the year; `early` below 1 crowds them at the start."""
    days = np.floor(365 * rng.random(people) ** (1 / early))
    return np.where(rng.random(people) < rate, days, np.nan)


def analysed(treated, pool, *, design="matched", lab=None):
    """Estimates and survival of people with these days; without covariates everybody is everybody's match."""
    group = np.repeat([1, 0], [len(treated), len(pool)])
    days = np.concatenate([treated, pool])
    method = Method(design=design)
    scores = None if design == "randomised" else np.zeros(len(group))
    matched = match(small_measures(group), method, scores=scores)
    rows = pa.table(
        {"days_to_first_reoffence": pa.array(days, mask=np.isnan(days)), "reoffended": np.isfinite(days).astype(float)}
    )
    estimates = estimate(matched, SmallOutcomes(rows=rows, specs=(RATE, DAYS)), method, lab or Lab())
    return estimates, estimate_survival(matched, rows, FIRST_REOFFENCE, method, lab or Lab(), estimates=estimates)


def usual(*, seed=1, people=300, pool=3000, rate=0.35, other=0.45, design="matched"):
    """A cohort whose curve has many points."""
    rng = np.random.default_rng(seed)
    return analysed(days_of(rng, people, rate), days_of(rng, pool, other, early=0.8), design=design)


def published(survival, rules=RULES, *, headline=True):
    return publish_survival(SurvivalEvidence(survival=survival, headline=headline), rules, precision(rules))


def with_bounds(survival, difference, low, high, p_value=0.5):
    """The same with another difference in restricted means."""
    restricted = replace(survival.restricted, difference=difference, ci_low=low, ci_high=high, p_value=p_value)
    return replace(survival, restricted=restricted)
