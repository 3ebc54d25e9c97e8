"""Rule 1: which cells are safe, and how parts of a total protect each other."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.checks import check_count, check_share, check_side
from justice_data_lab.disclosure.evidence import Side
from justice_data_lab.study import DisclosureRules

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
