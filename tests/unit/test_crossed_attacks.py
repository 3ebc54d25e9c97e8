"""Attacks on trials picked by two columns, with measures that hold each other: a dozen, in seconds. More are tried in the backtests and by `validate`."""

from collections import Counter
from dataclasses import replace

import pytest

from attack_suite import walls_down
from crossed_attacks import crossed_attacked, crossed_release

SEEDS = range(12)


def together(change=lambda request: request):
    found = Counter()
    for seed in SEEDS:
        made, request = crossed_release(seed)
        found += crossed_attacked(made, change(request))
    return found


def test_nothing_is_worked_out():
    found = together()
    assert (found["releases"], found["secrets"], found["worked_out"], found["told_another_way"]) == (12, 605, 0, 0)


def test_without_what_the_data_show_of_the_measures_the_same_attackers_work_counts_out():
    assert together(lambda request: replace(request, known=(), complete=()))["worked_out"] == 39


def test_where_only_rule_1_hides_they_work_out_more():
    with walls_down():
        assert together()["worked_out"] == 86


@pytest.mark.parametrize(
    "measures",
    [
        (("theft", "all"), ("theft", "had")),
        (("had", "all"), ("had", "works")),
        (("had", "all"), ("later", "all")),
        (("had", "all"), ("free", "all"), ("theft", "had")),
    ],
)
def test_measures_that_hold_each_other_are_told_from_each_other(measures):
    """The same column of two sub-groups, the others of a sub-group, an event within another, and its opposite."""
    found = Counter()
    for seed in range(4):
        found += crossed_attacked(*crossed_release(seed, measures=measures))
    assert found["releases"] > 0
    assert found["worked_out"] == 0


def test_where_everybody_of_a_group_is_in_the_sub_group_that_a_measure_is_of_nobody_is_told_so():
    """Each of the 48 of the south who were not served works; the one measure is of those who work."""
    made, request = crossed_release(277)
    assert made.measures == (("had", "works"),)
    found = crossed_attacked(made, request)
    assert (found["releases"], found["worked_out"]) == (1, 0)
