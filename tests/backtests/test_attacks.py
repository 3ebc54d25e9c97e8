"""Attacks on releases of invented people: nothing hidden is worked out while the walls are up, and most of it once they are down.

The whole suite, 10,000 small releases and 200 full ones, is run by `python3 dev.py validate`; its sums stand in `validation/attacks`.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from attack_suite import RULES, attacked, full_release, small_release, told_by_the_page, walls_down
from attackers import Attacker, Fact, Secret, counts_behind, told_another_way
from crossed_attacks import crossed_attacked, crossed_release
from invented_people import request_of, world
from justice_data_lab.disclosure.disclosed import disclose
from resubmissions import PRINTED, WAYS, attempts
from sample_checks import checked

pytestmark = pytest.mark.slow
SMALL, FULL = range(60), range(3)


def together(release, seeds):
    found = Counter()
    for seed in seeds:
        found += attacked(*release(seed))
    return found


def test_nothing_hidden_is_worked_out_from_small_releases():
    found = together(small_release, SMALL)
    assert found["secrets"] > 500
    assert (found["releases"], found["worked_out"], found["told_another_way"]) == (58, 0, 0)


def test_nothing_hidden_is_worked_out_from_full_releases():
    """Subgroups beside the whole, complements, parts of a total, profile beside balance, records found beside the way."""
    found = together(full_release, FULL)
    assert found["secrets"] > 50
    assert (found["releases"], found["worked_out"], found["told_another_way"]) == (3, 0, 0)


def test_nothing_hidden_is_worked_out_where_groups_are_picked_by_two_columns_and_measures_hold_each_other():
    found = Counter()
    for seed in range(12, 72):
        found += crossed_attacked(*crossed_release(seed))
    assert found["secrets"] > 1000
    assert (found["worked_out"], found["told_another_way"]) == (0, 0)


def test_the_same_attackers_work_most_of_it_out_once_only_rule_1_hides():
    with walls_down():
        found = together(small_release, range(20))
        whole = together(full_release, FULL)
    assert (found["worked_out"], found["secrets"]) == (138, 211)
    assert (whole["worked_out"], whole["secrets"]) == (62, 65)


def test_an_attacker_subtracts_what_is_told_from_the_whole():
    """Of 40 people 37 had it; once it is told that 31 of one half had, six of the other half did."""
    first, had = np.array([True, True, False, False]), np.array([True, False, True, False])
    whole = [Fact(kinds=np.ones(4), low=40, high=40), Fact(kinds=had, low=37, high=37)]
    secret = Secret(name="the other half", kinds=had & ~first, among=~first, truth=6)
    attacker = Attacker(4, [*whole, Fact(kinds=had & first, low=31, high=31)])
    assert attacker.interval(secret.kinds) == (6, 6)
    assert attacker.works_out(secret)
    assert not Attacker(4, whole).works_out(secret)


def test_a_hidden_rate_beside_its_difference_is_found():
    """The check of the check: put back what the walls took away, and the attacker sees it."""
    rows = disclose(request_of(world(3), 3), RULES).table().to_pylist()
    assert told_another_way(rows) == []
    hidden = next(
        row
        for row in rows
        if row["statistic"] == "rate" and row["marker"] == "c" and row["group"] == "treated" and row["table"] == "table 4"
    )
    for row in rows:
        if (row["table"], row["analysis"], row["measure"]) == (hidden["table"], hidden["analysis"], hidden["measure"]) and (
            row["statistic"] == "difference" or (row["statistic"], row["group"]) == ("rate", "comparison")
        ):
            row.update(marker="", value=1.0, text="1")
    assert [way for _, way in told_another_way(rows)] == ["difference"]


@pytest.mark.parametrize("group", ["treated", "comparison"])
@pytest.mark.parametrize("place", range(11))
def test_what_is_made_from_a_hidden_figure_is_hidden_with_it(place, group):
    """Checks on the result, time to the first event, stricter links and what a larger group could show, with each measure hidden in turn."""
    request = checked()
    row = request.estimates[place]
    side = getattr(row, group)
    few = replace(side, events=6) if side.events is not None else replace(side, nonzero=6)
    rows = list(request.estimates)
    rows[place] = replace(row, **{group: few})
    found = disclose(replace(request, estimates=tuple(rows)), RULES).table().to_pylist()
    assert any(
        each["marker"] == "c" and each["measure"] == row.measure and each["statistic"] in ("rate", "mean") for each in found
    )
    assert told_another_way(found) == []


@pytest.fixture(scope="module")
def tried():
    return attempts(60)


@pytest.mark.parametrize("way", WAYS)
def test_who_sends_nearly_the_same_people_again_is_refused(way, tried):
    assert tried[way]["allowed"] == 0.0


def test_without_the_ledger_one_person_is_told_in_as_many_attempts(tried):
    """Shares of 60 attempts whose printed counts leave one outcome of the target: printed exactly, in whole percent, to the nearest five."""
    assert {way: tuple(tried[way][how] for how in PRINTED) for way in WAYS} == {
        "add one": (1.0, 0.52, 0.05),
        "remove one": (1.0, 0.57, 0.05),
        "swap one": (0.55, 0.43, 0.2),
        "two unions": (1.0, 0.42, 0.0),
        "a union and one more": (1.0, 0.47, 0.0),
    }


def test_rounding_alone_leaves_few_counts_possible_and_is_no_wall_by_itself():
    """Rates with their intervals and numbers of people, by trying every count: the first wall is what may be printed at all."""
    pairs = [
        counts_behind(row["treated"].value, row["n"].value, row["low"].value, row["high"].value)
        for seed in range(4)
        for row in printed_rates(seed)
    ]
    assert all(pairs)
    single = sum(len({count for count, _ in each}) == 1 for each in pairs)
    assert (single, len(pairs)) == (6, 30)


def printed_rates(seed):
    content = disclose(request_of(world(seed), seed), RULES).content
    for row in content.results:
        if (
            row.treated.kind == "percent"
            and row.treated.value is not None
            and row.n_treated.value is not None
            and row.treated_low.value is not None
        ):
            yield {"treated": row.treated, "n": row.n_treated, "low": row.treated_low, "high": row.treated_high}


def test_the_page_with_its_sentences_charts_and_tables_tells_what_the_data_file_tells():
    number, others = told_by_the_page(full_release(3)[1])
    assert number > 500
    assert others == []
