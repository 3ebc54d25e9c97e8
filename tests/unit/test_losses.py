"""How many of the people sent would be analysed."""

import csv
from pathlib import Path
from statistics import median

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.losses import KNOWN_CASES, MIDDLE_CASE, expected_losses
from justice_data_lab.register.coverage import AnalysedShare

PUBLISHED = Path(__file__).parents[2] / "validation" / "calibration.csv"
SHARES = (
    AnalysedShare(fields="all", analysed=0.55),
    AnalysedShare(fields="both numbers", analysed=0.82, low=0.7, high=0.88),
    AnalysedShare(fields="no number", analysed=0.95),
)


def test_the_share_is_that_of_people_with_the_same_identifiers():
    found = expected_losses(200, SHARES, fields="both numbers")
    assert (found.expected, found.fewest, found.most) == (164, 140, 176)
    assert (found.recorded, found.range_recorded) == (True, True)


def test_without_such_people_it_is_that_of_all_rows_with_the_range_of_known_cases():
    found = expected_losses(200, SHARES, fields="police number")
    assert (found.fields, found.expected) == ("all", 110)
    assert (found.low, found.high) == KNOWN_CASES
    assert (found.recorded, found.range_recorded) == (True, False)


def test_the_range_holds_the_share():
    assert expected_losses(200, SHARES, fields="no number").high == 0.95
    low = expected_losses(200, (AnalysedShare(fields="all", analysed=0.0),))
    assert (low.low, low.share, low.expected) == (0.0, 0.01, 2)


def test_without_a_record_it_is_the_middle_of_the_known_cases():
    found = expected_losses(300)
    assert (found.expected, found.fewest, found.most) == (150, 42, 267)
    assert (found.recorded, found.range_recorded) == (False, False)
    assert expected_losses(1).fewest == 1


def test_the_known_cases_are_the_published_ones():
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        cases = [row for row in csv.DictReader(stream) if row["measure"] == "JDL cohort attrition (%)"]
    values = [float(case["value"]) for case in cases]
    assert (round(min(values)) / 100, round(max(values)) / 100) == KNOWN_CASES
    assert median(float(case["value"]) for case in cases if case["group"].endswith("analysed")) == 100 * MIDDLE_CASE


def test_nobody_sent_or_unknown_identifiers_are_refused():
    with pytest.raises(UsageError, match="one person or more, got 0"):
        expected_losses(0)
    with pytest.raises(UsageError, match=r"expected one of all, both numbers, .* got passport"):
        expected_losses(100, fields="passport")
