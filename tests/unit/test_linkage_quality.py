"""The quality report and attrition are arithmetic on decisions."""

from datetime import date

import pytest

from justice_data_lab.linkage.attrition import Step, steps
from justice_data_lab.linkage.frequencies import forename_families
from justice_data_lab.linkage.quality import Described, QualityRow, age_band, completed_years, quality_report
from justice_data_lab.linkage.resolve import Decision


def row(outcome, **more):
    known = {"sex": "M", "age": 30, "fields": "no number", "ethnicity": None}
    decision = Decision(outcome=outcome, probability=more.pop("probability", 0.0), anyone=more.pop("anyone", 0.0))
    return Described(decision=decision, **(known | more))


def test_wrong_and_missed_links_are_expected_from_the_probabilities():
    report = quality_report(
        [
            row("linked", probability=0.98),
            row("linked", probability=0.99),
            row("review", anyone=0.7),
            row("not_found", anyone=0.1),
        ]
    )
    expected = {line.group: line.expected for line in report if line.section == "estimate"}
    assert expected == {"Wrong links expected": 0.03, "Missed links expected": 0.8}


def test_match_rates_are_given_by_sex_age_and_fields():
    report = quality_report([row("linked"), row("linked", sex="F", age=None, fields="police number"), row("review", sex="F")])
    lines = {(line.section, line.group): (line.rows, line.found) for line in report}
    assert lines["overall", "All rows"] == (3, 2)
    assert (lines["sex", "F"], lines["sex", "M"]) == ((2, 1), (1, 1))
    assert lines["age", "unknown"] == (1, 1)
    assert lines["fields given", "police number"] == (1, 1)
    assert lines["band", "review"] == (1, None)


def test_ethnicity_is_only_known_of_those_found():
    report = quality_report([row("linked", ethnicity="asian", probability=0.9), row("not_found")])
    (line,) = [line for line in report if line.section == "ethnicity"]
    assert (line.group, line.rows, line.found, line.expected) == ("asian", 1, None, 0.1)


def test_a_line_of_the_report_reads_as_a_sentence():
    assert QualityRow(section="sex", group="F", rows=4, found=3).sentence() == "F: 3 of 4 found (75.0%)"
    assert QualityRow(section="sex", group="F", rows=0, found=0).sentence() == "F: 0 of 0 found (0.0%)"
    asian = QualityRow(section="ethnicity", group="asian", rows=8, expected=0.12)
    assert asian.sentence() == "asian: 8 linked, of whom 0.1 likely to be somebody else"
    assert QualityRow(section="band", group="review", rows=4).sentence() == "review: 4"
    assert QualityRow(section="estimate", group="Wrong", rows=4, expected=0.25).sentence() == "Wrong: 0.2"


@pytest.mark.parametrize(
    "line", [QualityRow(section="a", group="b", rows=1, found=1, expected=0.5), QualityRow(section="a", group="b", rows=1)]
)
def test_a_line_survives_its_own_json(line):
    assert QualityRow.from_dict(line.to_dict()) == line


@pytest.mark.parametrize(
    ("age", "band"), [(20, "under 21"), (21, "21 to 29"), (49, "40 to 49"), (50, "50 and over"), (None, "unknown")]
)
def test_age_bands(age, band):
    assert age_band(age) == band


def test_a_birthday_completes_the_year():
    assert completed_years(date(2000, 5, 2), date(2020, 5, 1)) == 19
    assert completed_years(date(2000, 5, 2), date(2020, 5, 2)) == 20
    assert completed_years(None, date(2020, 5, 2)) is None
    assert completed_years(date(2000, 5, 2), None) is None


def test_steps_count_down_and_survive_their_own_json():
    first = Step(key="submitted", label="Rows submitted", reason="", lost=0, left=10)
    counted = steps(first, [("a", "A", "why", 3), ("b", "B", "why", 2)])
    assert [step.left for step in counted] == [10, 7, 5]
    assert tuple(Step.from_dict(step.to_dict()) for step in counted) == counted


def test_short_forms_share_a_family_with_their_long_form():
    families = forename_families()
    assert set(families["WILL"]) & set(families["BILL"]) == {"WILLIAM"}
    assert "WILLIAM" in families["WILLIAM"]
