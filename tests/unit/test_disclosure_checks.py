"""Rule 1: which cells are safe, and how parts of a total protect each other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justice_data_lab.disclosure.checks import check_count, check_share, check_side, complement
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


def test_one_failing_part_takes_the_next_smallest_with_it():
    assert complement([500, 4, 60, 200], [False, True, False, False], RULES) == [False, True, True, False]


def test_two_tiny_failing_parts_take_a_third():
    assert complement([500, 4, 3, 60], [False, True, True, False], RULES) == [False, True, True, True]


def test_nothing_is_hidden_when_nothing_fails_or_the_data_are_public():
    assert complement([500, 60], [False, False], RULES) == [False, False]
    assert complement([500, 4], [False, True], PUBLIC) == [False, True]


@given(st.lists(st.integers(0, 400), min_size=2, max_size=9))
def test_hidden_parts_are_never_alone_and_hold_twenty_people_or_everybody(sizes):
    total = sum(sizes)
    failing = [not check_share(size, total, RULES).safe for size in sizes]
    hidden = complement(sizes, failing, RULES)
    assert all(gone for gone, failed in zip(hidden, failing, strict=True) if failed)
    if any(hidden):
        together = sum(size for size, gone in zip(sizes, hidden, strict=True) if gone)
        assert sum(hidden) >= 2
        assert together >= 20 or all(hidden)
