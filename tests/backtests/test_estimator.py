"""The estimator from matching on, over many invented cohorts: intervals cover, tests are honest, bias is small."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

pytestmark = pytest.mark.slow

SPECS = (
    MeasureSpec(name="rate", column="event", kind="proportion"),
    MeasureSpec(name="frequency", column="number", kind="mean"),
)


@dataclass(frozen=True)
class Setting:
    """Sizes, how strongly participation depends on history, and the effect as a fraction of people."""

    treated: int
    pool: int
    effect: float = 0.0
    selection: float = 0.4


def cohort(rng, setting):
    """Participants older and with less history than the pool; each reoffence of theirs is thinned at random."""
    group = np.repeat([1, 0], [setting.treated, setting.pool])
    lean = setting.selection * group
    age = rng.gamma(9, 4, len(group)) + 4 * lean
    history = rng.poisson(np.exp(rng.normal(1.2 - lean, 0.8)))
    kind = np.where(rng.random(len(group)) < 0.35 + 0.3 * lean, "drugs", np.where(rng.random(len(group)) < 0.5, "theft", "other"))
    risk = 1 / (1 + np.exp(-(0.5 - 0.045 * age + 0.09 * np.minimum(history, 20) + 0.5 * (kind == "theft"))))
    event = rng.random(len(group)) < risk
    kept = 1 + setting.effect / risk.mean()
    event &= (group == 0) | (rng.random(len(group)) < np.where(group == 1, kept, 1))
    truth = (kept - 1) * risk[group == 1].mean()
    number = np.where(event, 1 + rng.poisson(1.5, len(group)), 0)
    measures = small_measures(group, {"age": age, "history": history, "kind": kind}, categorical=("kind",))
    return measures, pa.table({"event": event, "number": number}), truth, truth * 2.5


@cache
def simulate(setting, *, repeats, seed, method=None):
    """One row a cohort and measure: error, se, covered, significant, and whether the interval on heads covers."""
    options = method or Method()
    found = []
    for repeat in range(repeats):
        measures, rows, *truths = cohort(np.random.default_rng([seed, repeat]), setting)
        matched = match(measures, options)
        for row, truth in zip(estimate(matched, SmallOutcomes(rows=rows, specs=SPECS), options, Lab()).rows, truths, strict=True):
            heads = by_heads(
                matched, np.asarray(rows.column(SPECS[0].column if row.kind == "proportion" else "number"), dtype=float)
            )
            covered = row.ci_low <= truth <= row.ci_high
            found.append(
                (row.difference - truth, row.se, covered, row.p_value <= 0.05, abs(row.difference - truth) <= 1.96 * heads)
            )
    return np.array(found).reshape(repeats, len(SPECS), 5)


def by_heads(matched, values):
    """The wrong standard error, that takes the number of comparison people for the information in them."""
    weights, treated = (matched.weights.column(name).to_numpy() for name in ("weight", "treated"))
    first, second = (treated == 1) & (weights > 0), (treated == 0) & (weights > 0)
    w, y = weights[second], values[second]
    spread = np.average((y - np.average(y, weights=w)) ** 2, weights=w)
    return np.sqrt(values[first].var(ddof=1) / first.sum() + spread / second.sum())


@pytest.mark.parametrize(
    ("setting", "repeats"),
    [
        (Setting(treated=300, pool=3000), 300),
        (Setting(treated=300, pool=3000, effect=-0.08), 300),
        (Setting(treated=1000, pool=10_000, effect=-0.05), 100),
    ],
)
def test_intervals_cover_and_bias_is_small(setting, repeats):
    found = simulate(setting, repeats=repeats, seed=setting.treated)
    for place in range(len(SPECS)):
        error, se, covered, significant, _ = found[:, place].T
        noise = error.std(ddof=1)
        chance = 2 * np.sqrt(0.05 * 0.95 / repeats)
        assert 0.94 - chance <= covered.mean() <= 0.985 + chance
        assert abs(error.mean()) <= max(0.003, 2.5 * noise / np.sqrt(repeats))
        assert 0.93 <= se.mean() / noise <= 1.18
        if setting.effect == 0:
            assert 0.015 - chance <= significant.mean() <= 0.065 + chance


def test_an_effect_of_eight_points_is_found_about_as_often_as_feasibility_says():
    found = simulate(Setting(treated=300, pool=3000, effect=-0.08), repeats=300, seed=300)
    assert 0.65 <= found[:, 0, 3].mean() <= 0.95


def test_counting_heads_as_information_covers_too_seldom():
    setting = Setting(treated=300, pool=200, selection=1.0)
    wide = Method(caliper=Caliper(sd=0.2), widen=())
    found = simulate(setting, repeats=300, seed=300, method=wide)
    kish, heads = found[:, 0, 2].mean(), found[:, 0, 4].mean()
    assert heads < 0.91
    assert kish >= 0.93
    assert kish - heads > 0.03


def test_matching_removes_a_difference_that_only_looks_like_an_effect():
    setting = Setting(treated=300, pool=3000, selection=1.0)
    found = simulate(setting, repeats=100, seed=4)
    raw = []
    for repeat in range(100):
        measures, rows, *_ = cohort(np.random.default_rng([4, repeat]), setting)
        event, treated = np.asarray(rows.column("event"), dtype=float), measures.rows.column("treated").to_numpy() == 1
        raw.append(event[treated].mean() - event[~treated].mean())
    assert abs(np.mean(raw)) > 0.05
    assert abs(found[:, 0, 0].mean()) < 0.01
