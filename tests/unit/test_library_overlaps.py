"""Results that share people are found in a real ledger: shares of keys come out, of public results alone, and no token."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from justice_data_lab.disclosure.ledger.sets import EVERYBODY, REQUEST, USABLE, LedgerSet
from justice_data_lab.ledger_file import Asked, create_ledger
from justice_data_lab.library.counting import Overlap, synthesise
from justice_data_lab.library.entry import Version
from justice_data_lab.library_overlaps import ask_ledger, shares
from sample_ledgers import SCHEME, tokens
from sample_library import FIRST, entry

RELEASED = {"A v1": (0, 100), "B v1": (89, 139), "C v1": (500, 600), "secret v1": (0, 100)}


def people(name, first, last):
    """What a release tells of: all it could use, and fewer in its one analysis."""
    sets = (
        LedgerSet(analysis=REQUEST, of=USABLE, tokens=tokens(first, last), released_as=name),
        LedgerSet(analysis="national", of=EVERYBODY, tokens=tokens(first, last - 5), released_as=name),
    )
    return Asked(name=name, files=name, sets=sets, scheme=SCHEME)


@pytest.fixture
def ledger(tmp_path):
    made = create_ledger(tmp_path / "ledger.sqlite", tmp_path / "ledger.key")
    for name, (first, last) in RELEASED.items():
        made.record(people(name, first, last))
    return made


def test_the_share_is_of_the_people_of_the_smaller_one(ledger):
    asked = ask_ledger(ledger.sets(), (entry("A"), entry("B"), entry("C")))
    assert asked.overlaps == (Overlap(first="A", second="B", share=11 / 50),)
    assert asked.lacking == ()


def test_the_older_of_two_that_share_more_than_a_tenth_counts_no_more(ledger):
    entries = (entry("A"), entry("B", days=7), entry("C", days=14))
    known = synthesise(entries, "reoffended", overlaps=ask_ledger(ledger.sets(), entries).overlaps)
    assert [each.key for each in known.effects] == ["B", "C"]
    assert [(each.key, each.why) for each in known.left_out] == [("A", "overlap")]


def test_what_is_not_in_the_library_is_not_looked_at_and_no_token_comes_out(ledger):
    asked = ask_ledger(ledger.sets(), (entry("A"), entry("B"), entry("gone", status="withdrawn")))
    told = json.dumps(asdict(asked))
    assert "secret" not in told
    assert not any(token in told for token in tokens(0, 139))
    assert ask_ledger(ledger.sets(), (entry("gone", status="withdrawn"), entry("A"))).lacking == ()


def test_a_result_that_the_ledger_does_not_know_is_named(ledger):
    assert ask_ledger(ledger.sets(), (entry("A"), entry("new"))).lacking == ("new",)


def test_a_version_without_people_of_its_own_has_those_of_the_version_before(ledger):
    versions = tuple(
        Version(number=number, released=FIRST + timedelta(days=number), state="released", reason="") for number in (1, 2)
    )
    asked = ask_ledger(ledger.sets(), (entry("A", version=2, versions=versions), entry("B")))
    assert [(each.first, each.second) for each in asked.overlaps] == [("A", "B")]


def test_people_of_analyses_count_where_nobody_is_known_to_be_usable():
    sets = [LedgerSet(analysis="national", of=EVERYBODY, tokens=tokens(0, 10), released_as=f"{key} v1") for key in "AB"]
    assert ask_ledger(sets, (entry("A"), entry("B"))).overlaps == (Overlap(first="A", second="B", share=1.0),)


def test_of_a_few_groups_each_pair_is_told_once_and_no_pair_of_others(ledger):
    people = {"a": tokens(0, 50), "b": tokens(40, 90), "c": tokens(80, 120), "d": tokens(45, 85)}
    every = shares(people)
    assert {(each.first, each.second) for each in every} == {("a", "b"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")}
    assert shares(people, {"a", "d"}) == tuple(each for each in every if {each.first, each.second} & {"a", "d"})
    assert shares(people, ()) == ()


def test_results_among_which_one_is_unknown_to_the_ledger_are_not_said_to_be_checked(ledger):
    entries = (entry("A"), entry("B", days=7), entry("new", days=14))
    asked = ask_ledger(ledger.sets(), entries)
    assert not synthesise(entries, "reoffended", overlaps=asked.overlaps, lacking=asked.lacking).overlaps_known
    assert synthesise(entries[:2], "reoffended", overlaps=asked.overlaps, lacking=asked.lacking).overlaps_known


def test_groups_without_anybody_in_common_are_not_listed():
    assert shares({"a": tokens(0, 5), "b": tokens(5, 9), "c": frozenset()}) == ()
