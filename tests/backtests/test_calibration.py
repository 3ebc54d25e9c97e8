"""The calibration study in small: intervals hold the truth and no effect is seldom significant, in each kind of analysis.

The bars are those of the study, widened by what so few cohorts leave to chance, but for power: the pool is too small to be worth
the eight people for each treated one that feasibility counts on. `python3 dev.py validate` runs the study in full.
"""

import pytest

from calibration.bars import BARS, judge
from calibration.draw import Programme
from calibration.from_matching import simulate_cohort
from calibration.people import read_people
from calibration.table import summarise

COHORTS = 40
ANALYSES = ("national", "national, weak record", "regional", "subgroup")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lines(large_register):
    people = read_people(large_register, 2000)
    programme = Programme(size=200, regions=5)
    return summarise(row for cohort in range(COHORTS) for row in simulate_cohort(people, programme, cohort))


def test_no_bar_is_missed_by_more_than_so_few_cohorts_allow(lines):
    judged = judge(lines, bars=tuple(bar for bar in BARS if bar.figure != "power_gap"))
    assert {one.line.analysis for one in judged} == set(ANALYSES)
    far = [
        (one.bar.name, one.line.analysis, one.line.effect, one.value)
        for one in judged
        if max(one.bar.low - one.value, one.value - one.bar.high) > 3 * max(one.error, 0.02)
    ]
    assert far == []


@pytest.mark.parametrize("analysis", ANALYSES)
def test_planted_effects_are_found(lines, analysis):
    found = {line.effect: line for line in lines if line.measure == 1 and line.analysis == analysis}
    for effect, line in found.items():
        assert line.truth == pytest.approx(effect, abs=0.01)
        assert line.truth + line.bias == pytest.approx(effect, abs=0.01 + 3 * line.bias_mc)
    assert found[-0.08].significant > found[0.0].significant


def test_nearly_everybody_is_matched(lines):
    assert all(line.not_possible == 0 for line in lines)
    assert all(line.n_treated > 0.9 * 200 for line in lines if line.analysis == "national")
