"""Are the people found like the people submitted?"""

import pytest
from scipy.stats import chi2_contingency

from justice_data_lab.linkage.bias import linkage_bias
from justice_data_lab.linkage.linkable import ethnicity_margins, linkable_rows
from justice_data_lab.linkage.model import shipped_model
from justice_data_lab.linkage.quality import Described
from justice_data_lab.linkage.resolve import Decision

MODEL = shipped_model()


def rows(number, outcome="linked", **more):
    known = {"sex": "M", "age": 30, "fields": "no number", "ethnicity": None}
    decision = Decision(outcome=outcome, weight=more.pop("weight", 9.0))
    return [Described(decision=decision, **(known | more))] * number


def test_a_level_that_is_found_less_often_has_a_negative_difference():
    cohort = rows(160) + rows(40, sex="F") + rows(20, "review") + rows(20, "not_found", sex="F")
    lines = {line.group: line for line in linkage_bias(cohort)}
    women = lines["sex: F"]
    assert (women.rows, women.found) == (60, 40)
    # a quarter of those submitted and a fifth of those found: -0.05 / sqrt(3/16)
    assert women.expected == pytest.approx(-0.05 / 0.1875**0.5, abs=1e-4)
    assert lines["sex: M"].expected == pytest.approx(0.05 / 0.1875**0.5, abs=1e-4)


def test_the_test_is_pearsons():
    cohort = rows(160) + rows(40, sex="F") + rows(20, "review") + rows(20, "not_found", sex="F")
    (line,) = [line for line in linkage_bias(cohort) if line.section == "bias test"]
    expected = chi2_contingency([[160, 20], [40, 20]], correction=False).pvalue
    assert (line.group, line.rows, line.expected) == ("sex", 240, pytest.approx(expected, abs=1e-6))


def test_levels_with_few_people_are_put_together_for_the_test():
    years = {2019: (3, 1), 2020: (2, 2), 2021: (100, 20), 2022: (80, 40)}
    cohort = [row for year, (found, lost) in years.items() for row in rows(found, year=year) + rows(lost, "review", year=year)]
    (line,) = [line for line in linkage_bias(cohort) if line.section == "bias test"]
    expected = chi2_contingency([[5, 3], [100, 20], [80, 40]], correction=False).pvalue
    assert line.expected == pytest.approx(expected, abs=1e-6)


def test_when_all_levels_are_small_there_is_nothing_to_test():
    cohort = rows(3, setting="custody") + rows(2, setting="community") + rows(1, "review", setting="custody")
    assert [line.expected for line in linkage_bias(cohort) if line.section == "bias test"] == [1.0]


def test_nothing_is_said_when_everybody_or_nobody_was_found_or_all_are_alike():
    assert linkage_bias(rows(9)) == []
    assert linkage_bias(rows(9, "review")) == []
    assert linkage_bias(rows(9) + rows(1, "review")) == []


def test_rows_that_could_not_be_linked_to_themselves_are_counted_by_the_fields_they_have():
    cohort = rows(3, own_weight=MODEL.accept) + rows(2, own_weight=MODEL.accept - 0.1) + rows(1, own_weight=None)
    cohort += rows(4, own_weight=30.0, fields="police number")
    lines = {line.group: (line.rows, line.found) for line in linkable_rows(cohort, MODEL)}
    assert lines == {"All rows": (10, 7), "no number": (6, 3), "police number": (4, 4)}
    assert linkable_rows(cohort, MODEL)[0].sentence() == "All rows: 7 of 10 certain with the fields they have (70.0%)"


def test_by_ethnicity_only_links_are_judged_and_by_how_far_they_are_above_the_threshold():
    firm, weak = MODEL.accept + 4, MODEL.accept + 3.9
    cohort = rows(3, ethnicity="asian", weight=firm) + rows(2, ethnicity="asian", weight=weak)
    cohort += rows(1, ethnicity="white", weight=firm) + rows(5, "review", weight=firm) + rows(2, weight=firm)
    lines = {line.group: (line.rows, line.found) for line in ethnicity_margins(cohort, MODEL)}
    assert lines == {"asian": (5, 3), "white": (1, 1)}
