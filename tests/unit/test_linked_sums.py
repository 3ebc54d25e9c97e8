"""Sums and differences of groups that are groups themselves, held against trying every sum."""

from itertools import product

import numpy as np
import pytest

from justice_data_lab.disclosure.linked.sums import ALL_SUMS, sums_of


def tried(groups):
    """Kinds of people that some signed sum holds once, by trying all sums with each group taken once."""
    names, every = list(groups), sorted(frozenset().union(*groups.values()))
    found = set()
    for signs in product((-1, 0, 1), repeat=len(names)):
        held = [sum(sign for name, sign in zip(names, signs, strict=True) if kind in groups[name]) for kind in every]
        if set(held) <= {0, 1} and any(held):
            found.add(frozenset(kind for kind, count in zip(every, held, strict=True) if count))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_every_group_that_follows_is_found(seed):
    rng = np.random.default_rng(seed)
    groups = {f"group {number}": frozenset(np.flatnonzero(rng.random(6) < 0.5).tolist()) for number in range(5)}
    groups = {"all": frozenset(range(6)), **{name: kinds for name, kinds in groups.items() if kinds}}
    found, expected = sums_of(groups), tried(groups)
    assert {each.kinds for each in found.every if each.kinds} == expected
    smallest = {kinds for kinds in expected if not any(other < kinds for other in expected)}
    assert {each.kinds for each in found.least} == smallest - set(groups.values())


def test_each_sum_holds_what_it_says():
    groups = {"all": frozenset(range(4)), "a": frozenset({0, 1}), "b": frozenset({1, 2}), "ab": frozenset({1})}
    for each in sums_of(groups).every:
        assert [sum(sign for name, sign in each.terms if kind in groups[name]) for kind in range(4)] == [
            int(kind in each.kinds) for kind in range(4)
        ]


def test_groups_that_share_out_another_are_a_tie_and_what_follows_from_ties_is_none():
    groups = {"all": frozenset(range(4)), "a": frozenset({0, 1}), "b": frozenset({2, 3}), "c": frozenset({0, 1})}
    assert [each.terms for each in sums_of(groups).ties] == [(("a", 1), ("c", -1)), (("all", 1), ("a", -1), ("b", -1))]


def test_of_many_groups_the_rest_of_all_of_them_is_found():
    number = ALL_SUMS + 12
    groups = {"all": frozenset(range(number + 1)), **{f"site {each}": frozenset({each}) for each in range(number)}}
    assert [each.kinds for each in sums_of(groups).least] == [frozenset({number})]
    assert len(sums_of(groups).larger) > number


def test_many_groups_by_many_columns_take_a_moment():
    rng = np.random.default_rng(1)
    groups = {"all": frozenset(range(3000)), **{f"group {each}": frozenset(np.flatnonzero(rng.random(3000) < 0.4).tolist()) for each in range(12)}}  # fmt: skip
    assert {each.terms for each in sums_of(groups).least} == {(("all", 1), (f"group {each}", -1)) for each in range(12)}


def test_no_groups_have_no_sums():
    assert sums_of({}).every == ()
