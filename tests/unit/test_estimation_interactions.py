"""Two subgroups are compared by a test of their difference, and only where a comparison makes sense."""

from dataclasses import replace
from math import sqrt

import pyarrow as pa
import pytest
from scipy.stats import norm

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.estimates import Estimates
from justice_data_lab.estimation.interactions import interactions
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Analysis, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

SPECS = (
    MeasureSpec(name="rate", column="event", kind="proportion", role="primary"),
    MeasureSpec(name="number", column="number", kind="mean"),
)
CUSTODY = Analysis(name="custody", headline=False, where=(("setting", "custody"),))
COMMUNITY = Analysis(name="community", headline=False, where=(("setting", "community"),))


def rows(name, difference, se, **changes):
    made = small_measures([1, 1, 0, 0])
    outcomes = SmallOutcomes(rows=pa.table({"event": [1.0, 0.0, 1.0, 0.0], "number": [1.0, 3.0, 2.0, 0.0]}), specs=SPECS)
    found = estimate(match(made, Method(design="randomised"), analysis=name), outcomes, Method(design="randomised"), Lab())
    return [replace(row, difference=difference, se=se, reliable=True, **changes) for row in found.rows]


def compare(*groups, analyses=(CUSTODY, COMMUNITY)):
    return interactions(Estimates(rows=tuple(row for group in groups for row in group)), analyses)


def test_the_difference_of_two_effects_has_the_error_of_both():
    (found,) = compare(rows("custody", -0.08, 0.03), rows("community", -0.02, 0.04))
    assert (found.first, found.second, found.column, found.measure) == ("custody", "community", "setting", "rate")
    assert found.difference == pytest.approx(-0.06)
    assert found.se == pytest.approx(0.05)
    assert found.z == pytest.approx(-1.2)
    assert found.p_value == pytest.approx(2 * norm.sf(1.2))
    assert (found.ci_low, found.ci_high) == pytest.approx((-0.06 - 1.959964 * 0.05, -0.06 + 1.959964 * 0.05))
    assert found.se == pytest.approx(sqrt(0.03**2 + 0.04**2))


@pytest.mark.parametrize(
    "other",
    [
        Analysis(name="community", where=(("site", "community"),)),
        Analysis(name="community", where=(("setting", "Custody"),)),
        Analysis(name="community", where=(("setting", "community"),), years=2),
        Analysis(name="community", where=(("setting", "community"),), exact=("region",)),
        Analysis(name="community", where=(("setting", "community"), ("site", "a"))),
        Analysis(name="community"),
    ],
)
def test_groups_that_are_not_two_values_of_one_column_are_not_compared(other):
    assert compare(rows("custody", -0.08, 0.03), rows("community", -0.02, 0.04), analyses=(CUSTODY, other)) == ()


def test_what_is_not_reliable_is_not_compared():
    weak = [replace(row, reliable=False) for row in rows("community", -0.02, 0.04)]
    assert compare(rows("custody", -0.08, 0.03), weak) == ()
