"""The synthetic register beside published figures, counted as they are counted; each row has its own tolerance."""

from pathlib import Path

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.register.connect import connect
from justice_data_lab.register.synthetic.calibration import compare, comparison_table
from justice_data_lab.register.synthetic.calibration_rows import ROWS

PUBLISHED = Path(__file__).parents[2] / "validation" / "calibration.csv"


@pytest.fixture(scope="module")
def compared(large_source):
    con = connect()
    yield compare(con, large_source, PUBLISHED)
    con.close()


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[f"{row.measure}-{row.group}-{row.period}" for row in ROWS])
def test_ours_is_as_close_to_the_published_figure_as_the_row_asks(compared, number):
    one = compared[number]
    assert one.within, f"published {one.published}, ours {one.ours:.1f}, tolerance {one.row.tolerance}"


def test_no_figure_rests_on_few_events(compared):
    assert min(one.events for one in compared) > 200


def test_the_old_measure_is_about_five_points_below_the_current_one(compared):
    by_group = {(one.row.measure, one.row.group): one.ours for one in compared}
    rate = "proven reoffending rate (%)"
    current = by_group[rate, "Adult; 12-month sum of 3-month cohorts, current measure"]
    old = by_group[rate, "Adult; 12-month cohort, pre-2015 measure"]
    assert 4.0 < current - old < 7.0


def test_the_table_prints_ours_beside_theirs_with_period_and_tolerance(compared):
    lines = comparison_table(compared).splitlines()
    assert len(lines) == len(ROWS) + 2
    assert lines[2].startswith("| proven reoffending rate (%) | Adult | Apr-Jun 2023 | 27.3 |")


def test_a_figure_that_is_not_published_is_named(large_source, tmp_path):
    empty = tmp_path / "figures.csv"
    empty.write_text("measure,group,value,period,source\n")
    with pytest.raises(UsageError, match="Apr-Jun 2023"):
        compare(connect(), large_source, empty)
