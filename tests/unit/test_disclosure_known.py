"""Which groups of people that figures count hold which others, as the outcomes show it."""

from types import SimpleNamespace

import pyarrow as pa

from justice_data_lab.disclosure.known import known_groups

OUTCOMES = pa.table(
    {
        "had": [1.0, 1.0, 1.0, 0.0, 0.0],
        "theft": [1.0, 0.0, 0.0, 0.0, 0.0],
        "days": [3.0, 8.0, 5.0, None, None],
        "score": [0.0, 2.0, 0.0, 2.0, None],
    }
)


def row(column, *, of="all", kind="proportion", measure=""):
    return SimpleNamespace(analysis="national", measure=measure or column, column=column, kind=kind, of=of)


def kinds(*rows):
    return {(each.what, each.measure): each.kinds for each in known_groups(rows, OUTCOMES)}


def test_an_event_within_another_is_held_by_it():
    found = kinds(row("had"), row("theft"))
    assert found["with", "theft"] < found["with", "had"] < found["base", "had"] == found["base", "theft"]


def test_the_same_column_of_two_bases_has_two_keys_and_the_same_people_where_only_they_had_it():
    found = kinds(row("theft", measure="thefts"), row("theft", of="had", measure="thefts of those who had it"))
    assert found["with", "theft (thefts)"] == found["with", "theft (thefts of those who had it)"]
    assert found["base", "theft (thefts of those who had it)"] < found["base", "theft (thefts)"]


def test_a_mean_has_its_people_with_a_value_told_from_those_of_its_column_alone():
    (_, base, value) = known_groups((row("days", of="had", kind="mean"),), OUTCOMES)
    assert (base.what, value.what, value.column) == ("base", "value", "days")
    assert value.kinds == base.kinds


def test_a_mean_of_two_values_has_people_with_the_larger_and_whoever_is_not_known_is_not_in_its_base():
    found = kinds(row("score", kind="mean"), row("had"))
    assert found["with", "score"] < found["base", "score"] < found["base", "had"]


def test_whoever_is_in_no_group_is_one_of_the_people():
    found = kinds(row("theft", of="had"))
    assert found["base", "theft"] < found["people", ""]


def test_no_measures_have_no_groups():
    assert known_groups((), OUTCOMES) == ()
