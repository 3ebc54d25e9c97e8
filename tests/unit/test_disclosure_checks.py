"""Rule 1: which cells are safe, and how parts of a total protect each other."""

from dataclasses import replace

import numpy as np
import pytest

from justice_data_lab.disclosure.checks import check_count, check_share, check_side
from justice_data_lab.disclosure.evidence import Side
from justice_data_lab.disclosure.profile import weights_allow
from justice_data_lab.study import DisclosureRules
from sample_requests import national

RULES = DisclosureRules()
PUBLIC = DisclosureRules(profile="none")
RATE = Side(people=100, value=0.4, events=40)
MEAN = Side(people=100, value=1.4, nonzero=40, largest_share=0.1)
WEIGHTED = replace(RATE, n_eff=60.0, max_weight_share=0.05)


def test_a_sound_cell_is_safe():
    assert all(check_side(side, RULES).safe for side in (RATE, MEAN, WEIGHTED))


@pytest.mark.parametrize(
    ("side", "reason"),
    [
        (replace(RATE, events=9), "few_inside"),
        (replace(RATE, events=91), "few_outside"),
        (replace(RATE, events=0), "few_inside"),
        (replace(RATE, events=100), "few_outside"),
        (Side(people=9, value=0.5, events=5), "few_people"),
        (replace(MEAN, nonzero=9), "few_nonzero"),
        (replace(MEAN, nonzero=None), "few_nonzero"),
        (replace(MEAN, largest_share=0.21), "dominated"),
        (replace(MEAN, largest_share=None), "dominated"),
        (replace(WEIGHTED, n_eff=29.9), "few_effective"),
        (replace(WEIGHTED, max_weight_share=0.11), "heavy_weight"),
    ],
)
def test_each_threshold_fails_the_cell(side, reason):
    assert reason in check_side(side, RULES).reasons
    assert check_side(side, PUBLIC).safe


def test_the_thresholds_themselves_pass():
    assert check_side(replace(RATE, events=10), RULES).safe
    assert check_side(replace(RATE, events=90), RULES).safe
    assert check_side(replace(MEAN, nonzero=10, largest_share=0.2), RULES).safe
    assert check_side(replace(WEIGHTED, n_eff=30.0, max_weight_share=0.1), RULES).safe
    assert check_count(10, RULES).safe
    assert not check_count(9, RULES).safe
    assert check_count(1, PUBLIC).safe
    assert check_share(1, 2, PUBLIC).safe


def test_weights_that_are_worth_thirty_people_by_arithmetic_pass_in_floating_point():
    """Thirty people of a seventh each: 29.999999999999996; one of ten tenths: 0.10000000000000002."""
    weights = np.full(30, 1 / 7)
    worth = float(weights.sum() ** 2 / (weights**2).sum())
    tenth = 0.1 * (1 + 2**-52)
    assert worth < 30
    assert tenth > 0.1
    assert check_side(replace(WEIGHTED, n_eff=worth, max_weight_share=tenth), RULES).safe
    assert weights_allow(replace(national().analyses[0], n_eff=worth, max_weight_share=tenth), RULES)
    assert not check_side(replace(WEIGHTED, n_eff=29.999), RULES).safe


def test_a_fifth_of_a_total_is_no_more_than_a_fifth_in_floating_point():
    assert check_side(replace(MEAN, largest_share=0.2 * (1 + 2**-51)), RULES).safe
