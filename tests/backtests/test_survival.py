"""Restricted means and hazard ratios over many invented cohorts: intervals cover, and heads are not information."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.estimation.survival.estimate_survival import estimate_survival
from justice_data_lab.estimation.survival.kaplan_meier import restricted_times
from justice_data_lab.estimation.survival.people import read_people
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Caliper, Lab, Method, SurvivalColumns
from small_measures import small_measures

pytestmark = pytest.mark.slow

YEAR = SurvivalColumns(time="time", event="event", horizon=365, unit="days")
WIDE = Method(caliper=Caliper(sd=0.2), widen=())


@dataclass(frozen=True)
class Setting:
    """Sizes, how strongly participation depends on history, the hazard ratio, and the share lost to follow-up."""

    treated: int
    pool: int
    ratio: float = 1.0
    selection: float = 0.4
    lost: float = 0.0


def cohort(rng, setting):
    """Participants are older and have less history; the truth is the mean over them of the gain in expected restricted time."""
    group = np.repeat([1, 0], [setting.treated, setting.pool])
    lean = setting.selection * group
    age = rng.gamma(9, 4, len(group)) + 4 * lean
    history = rng.poisson(np.exp(rng.normal(1.2 - lean, 0.8)))
    rate = np.exp(-6.2 - 0.03 * (age - 36) + 0.05 * np.minimum(history, 20))
    times = rng.exponential(1 / (rate * np.where(group == 1, setting.ratio, 1)))
    ends = np.where(rng.random(len(group)) < setting.lost, rng.uniform(0, 365, len(group)), 365.0)
    events = times <= ends
    days = np.minimum(np.where(events, np.floor(times), ends), 365)
    with_it, without = (whole_days(rate[group == 1] * ratio) for ratio in (setting.ratio, 1))
    measures = small_measures(group, {"age": age, "history": history})
    return measures, pa.table({"time": days, "event": events.astype(float)}), (with_it - without).mean()


def whole_days(rate):
    """Expected days free of the event to 365, days counted whole: Σ over days 1 … 365 of P(T ≥ day)."""
    once = np.exp(-rate)
    return once * (1 - once**365) / (1 - once)


def simulate(setting, *, repeats, seed, method=None):
    """One row a cohort: error, se, covered, covered with heads for information, hazard ratio 1 refuted (robust, by the model)."""
    options, found = method or Method(), []
    for repeat in range(repeats):
        measures, rows, truth = cohort(np.random.default_rng([seed, repeat]), setting)
        matched = match(measures, options)
        survival = estimate_survival(matched, rows, YEAR, options, Lab())
        mean, (hazard,) = survival.restricted, survival.hazards
        people = read_people(matched, rows, YEAR)
        error = mean.difference - truth
        found.append(
            (
                error,
                mean.se,
                mean.ci_low <= truth <= mean.ci_high,
                abs(error) <= 1.96 * by_heads(people),
                hazard.p_value <= 0.05,
                abs(hazard.log_ratio) > 1.96 * hazard.se_model,
            )
        )
    return np.array(found).T


def by_heads(people):
    """The wrong standard error, that takes the number of comparison people for the information in them."""
    first, second = people.only(people.treated), people.only(~people.treated)
    one, other = restricted_times(first, 365), restricted_times(second, 365)
    spread = np.average((other - np.average(other, weights=second.weights)) ** 2, weights=second.weights)
    return np.sqrt(one.var(ddof=1) / len(one) + spread / len(other))


@pytest.mark.parametrize(
    ("setting", "repeats"),
    [
        (Setting(treated=300, pool=3000), 200),
        (Setting(treated=300, pool=3000, ratio=0.75), 200),
        (Setting(treated=300, pool=3000, ratio=0.75, lost=0.3), 200),
        (Setting(treated=60, pool=600), 300),
    ],
)
def test_intervals_of_the_difference_in_restricted_means_cover(setting, repeats):
    error, se, covered, _, refuted, _ = simulate(setting, repeats=repeats, seed=setting.treated)
    chance = 2 * np.sqrt(0.05 * 0.95 / repeats)
    assert 0.94 - chance <= covered.mean() <= 0.985 + chance
    assert abs(error.mean()) <= 2.5 * error.std(ddof=1) / np.sqrt(repeats)
    assert 0.9 <= se.mean() / error.std(ddof=1) <= 1.2
    if setting.ratio == 1:
        assert refuted.mean() <= 0.065 + chance


def test_counting_heads_as_information_covers_too_seldom_and_so_does_the_model_of_cox():
    error, _, covered, heads, robust, model = simulate(
        Setting(treated=300, pool=200, selection=1.0), repeats=250, seed=9, method=WIDE
    )
    assert len(error) == 250
    assert heads.mean() < 0.92 < covered.mean()
    assert robust.mean() < model.mean()
