"""Cohorts with a known effect, from the file to the estimate: intervals that hold the truth, and no effect where there is none.

The small version of the study's part "end to end"; `python3 dev.py validate` takes the full number of cohorts.
"""

import pytest

from calibration.end_to_end import Variant, simulate_cohort

COHORTS = 5


def headlines(register, effect, seed):
    """The reoffending row of invented cohorts of 1,000, through every room but the report."""
    return [simulate_cohort(register, Variant(size=1000, effect=effect, seed=seed), cohort) for cohort in range(COHORTS)]


@pytest.mark.slow
def test_intervals_hold_a_true_effect_of_eight_points(large_register):
    rows = headlines(large_register, -0.08, 100)
    mean = sum(row.difference for row in rows) / COHORTS
    assert sum(row.ci_low <= row.truth <= row.ci_high for row in rows) >= COHORTS - 1
    assert abs(mean + 0.08) < 3 * rows[0].se / COHORTS**0.5


@pytest.mark.slow
def test_no_effect_is_seldom_significant(large_register):
    rows = headlines(large_register, 0.0, 200)
    mean = sum(row.difference for row in rows) / COHORTS
    assert sum(row.p_value <= 0.05 for row in rows) <= 1
    assert abs(mean) < 3 * rows[0].se / COHORTS**0.5
