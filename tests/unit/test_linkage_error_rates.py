"""Error rates are arithmetic on probabilities; their intervals allow for a model that is two bits off."""

import pytest
from scipy.stats import binom

from justice_data_lab.linkage.candidates import Levels
from justice_data_lab.linkage.error_rates import error_rates
from justice_data_lab.linkage.model import shipped_model
from justice_data_lab.linkage.quality import Described
from justice_data_lab.linkage.resolve import Decision

MODEL = shipped_model()


def rows(number, outcome, **more):
    # without a weight a row has no candidate, and says nothing of people whom no key reaches
    decision = Decision(outcome=outcome, **more)
    return [Described(decision=decision, sex="M", age=30, fields="no number", ethnicity=None)] * number


def rates(*groups):
    found = {row.group: row for row in error_rates([row for group in groups for row in group], MODEL)}
    return {group: (row.expected, row.low, row.high) for group, row in found.items()}


def test_the_false_match_rate_is_the_mean_chance_to_be_wrong():
    found = rates(rows(400, "linked", probability=0.99, anyone=0.99))
    expected, low, high = found["False-match rate"]
    assert expected == pytest.approx(0.01)
    # two bits: odds of 1 to 99 become 1 to 396, or 4 to 99
    assert low == binom.ppf(0.025, 400, 1 / 397) / 400
    assert high == pytest.approx(binom.ppf(0.975, 400, 4 / 103) / 400)


def test_the_missed_match_rate_is_a_share_of_people_who_could_be_found():
    found = rates(rows(90, "linked", probability=1.0, anyone=1.0), rows(20, "review", probability=0.4, anyone=0.5))
    expected, low, high = found["Missed-match rate"]
    assert expected == pytest.approx(10 / 100, rel=1e-5)
    # odds of 1:1 become 1:4 or 4:1; binomial quantiles of 20: 1 and 19
    assert low == pytest.approx(1 / 91, rel=1e-4)
    assert high == pytest.approx(19 / 109, rel=1e-4)
    assert found["Missed at most"] == (pytest.approx(20 / 110, rel=1e-5), None, None)


def test_somebody_linked_to_the_wrong_one_of_two_candidates_was_missed_too():
    found = rates(rows(10, "linked", probability=0.9, anyone=0.95))
    assert found["False-match rate"][0] == pytest.approx(0.1)
    assert found["Missed-match rate"][0] == pytest.approx(0.5 / (0.5 + 9))


def test_reviewers_are_taken_to_be_right_except_for_the_worst_case():
    linked, reviewed = rows(100, "linked", probability=1.0, anyone=1.0), {"probability": 0.5, "anyone": 0.5}
    found = rates(
        linked, rows(20, "linked", reviewed="linked", **reviewed), rows(20, "not_found", reviewed="rejected", **reviewed)
    )
    assert found["False-match rate"][:2] == (0.0, 0.0)
    assert found["False-match rate"][2] == pytest.approx(19 / 120, rel=1e-5)
    assert found["Missed-match rate"][:2] == (0.0, 0.0)
    assert found["Missed-match rate"][2] == pytest.approx(19 / (19 + 120), rel=1e-5)


def test_unsettled_rows_count_as_any_other_row_that_was_not_linked():
    linked, chance = rows(90, "linked", probability=1.0, anyone=1.0), {"probability": 0.5, "anyone": 0.5}
    assert rates(linked, rows(20, "review", reviewed="disagree", **chance)) == rates(linked, rows(20, "review", **chance))


def test_people_whom_no_key_reaches_are_a_line_of_their_own_and_in_the_missed():
    levels = Levels(names="both_same", date_of_birth="same")
    decision = Decision(outcome="linked", weight=20.0, probability=1.0, anyone=1.0)
    row = Described(decision=decision, sex="M", age=30, fields="no number", ethnicity=None, levels=levels)
    found = rates([row] * 1_000)
    unreached, low, high = found["People whom no key reaches"]
    assert 1 < unreached < 20
    assert (low, high) == (pytest.approx(unreached / 4, rel=1e-5), pytest.approx(unreached * 4, rel=1e-5))
    assert found["Missed-match rate"][0] == pytest.approx(unreached / (unreached + 1_000), rel=1e-5)


def test_a_cohort_of_whom_nobody_is_found_has_no_rates():
    assert list(rates(rows(5, "not_found"))) == ["People whom no key reaches"]


def test_rates_read_as_percentages_with_their_range():
    (line, *_) = error_rates(rows(400, "linked", probability=0.99, anyone=0.99), MODEL)
    assert line.sentence() == "False-match rate: 1.0% (0.0% to 6.0%)"
