"""The attack that the ledger is there for: the same list again with one name more, thousands of times, with the wall off and on.

With the wall off the outcome of the one who was added is certain in every case from exact counts, in a quarter of them from whole
percents, and in one of twelve from counts rounded to 5 (lists of 60 to 600 people). With the wall on there is nothing to compare.
"""

import numpy as np
import pytest

from justice_data_lab.disclosure.ledger.check import check
from justice_data_lab.disclosure.ledger.sets import LedgerSet
from justice_data_lab.disclosure.rounding import round_count, round_percent
from justice_data_lab.study import DisclosureRules

RULES = DisclosureRules()
TIMES = 4_000


def exact(events, people):
    return events


def whole_percent(events, people):
    return np.floor(100 * events / people + 0.5)


def to_five(events, people):
    return 5 * ((events + 2) // 5)


def attacks():
    """People of an earlier list, how many of them reoffended, and whether the one who is added did."""
    rng = np.random.default_rng(20261125)
    for _ in range(TIMES):
        people = int(rng.integers(60, 600))
        rate = rng.uniform(0.15, 0.6)
        events = int(np.clip(rng.binomial(people, rate), 10, people - 10))
        yield people, events, int(rng.random() < rate)


def certain(told, people, events, outcome):
    """Whether the two figures leave one outcome for the one who was added; the attacker tries every count that they allow."""
    every = np.arange(people + 1)
    allowed = every[told(every, people) == told(events, people)]
    after = told(events + outcome, people + 1)
    return sum(bool((told(allowed + tried, people + 1) == after).any()) for tried in (0, 1)) == 1


def test_the_figures_are_those_that_reports_print():
    for people, events, _ in list(attacks())[:300]:
        assert whole_percent(events, people) == round_percent(events / people, 0)
        assert to_five(events, people) == round_count(events, 5)


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [(exact, 1.0, 1.0), (whole_percent, 0.22, 0.29), (to_five, 0.06, 0.1)],
    ids=["exact", "whole percents", "rounded to 5"],
)
def test_without_the_ledger_one_name_more_is_told(told, least, most):
    assert least <= sum(certain(told, *each) for each in attacks()) / TIMES <= most


def allowed(people, events, outcome):
    """Whether the second list may be told beside the first."""
    first = frozenset(f"{number:04d}" for number in range(people))
    earlier = LedgerSet(analysis="national", tokens=first, events=(("reoffended", events),), source="list", released_as="A v1")
    more = (("reoffended", events + outcome),)
    new = LedgerSet(analysis="national", tokens=first | {"more"}, events=more, source="one name more")
    return check((new,), (earlier,), RULES)[0].clear


def test_with_the_ledger_one_name_more_is_told_in_none():
    assert not any(allowed(*each) for each in list(attacks())[:400])


@pytest.mark.parametrize("told", [exact, whole_percent, to_five])
def test_enough_people_more_are_told_and_nobody_of_them_is_certain(told):
    """Thirty more of whom twelve reoffended: each may be one of the twelve or not, whatever the two figures say together."""
    first = frozenset(f"{number:04d}" for number in range(200))
    earlier = LedgerSet(analysis="national", tokens=first, events=(("reoffended", 80),), source="list", released_as="A v1")
    many = first | {f"more {number}" for number in range(30)}
    new = LedgerSet(analysis="national", tokens=many, events=(("reoffended", 92),), source="more names")
    assert check((new,), (earlier,), RULES)[0].clear
    every = np.arange(201)
    before = every[told(every, 200) == told(80, 200)]
    among = {int(of_them) for of_them in range(31) if (told(before + of_them, 230) == told(92, 230)).any()}
    assert min(among) > 0
    assert max(among) < 30
