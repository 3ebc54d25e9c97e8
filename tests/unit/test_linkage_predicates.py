"""Levels are data: each word of the vocabulary says what it says."""

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.predicates import from_json, render
from justice_data_lab.register.connect import connect


@pytest.fixture(scope="module")
def con():
    con = connect()
    yield con
    con.close()


def holds(con, predicate, left, right):
    columns = {**{f"{name}_l": value for name, value in left.items()}, **{f"{name}_r": value for name, value in right.items()}}
    selected = ", ".join(f"${name} AS {name}" for name in columns)
    return con.execute(f"SELECT {render(predicate)} FROM (SELECT {selected})", columns).fetchall()[0][0]  # noqa: S608


CASES = [
    (("same", "a"), {"a": "X"}, {"a": "X"}, True),
    (("same", "a"), {"a": "X"}, {"a": "Y"}, False),
    (("similar", "a", 0.9), {"a": "MARGARET"}, {"a": "MARGRET"}, True),
    (("similar", "a", 0.9), {"a": "MARGARET"}, {"a": "ROSE"}, False),
    (("edits", "a", 1), {"a": "SMITH"}, {"a": "SMTIH"}, True),
    (("edits", "a", 1), {"a": "SMITH"}, {"a": "SMYTHE"}, False),
    (("starts", "a"), {"a": "J"}, {"a": "JOHN"}, True),
    (("starts", "a"), {"a": "JON"}, {"a": "JOHN"}, False),
    (("shares", "a"), {"a": ["BILL", "WILLIAM"]}, {"a": ["WILLIAM"]}, True),
    (("among", "a", "b"), {"a": "GEORGE", "b": []}, {"a": "HORATIO", "b": ["BARNABY", "GEORGE"]}, True),
    (("among", "a", "b"), {"a": "GEORGE", "b": []}, {"a": "HORATIO", "b": ["BARNABY"]}, False),
    (("crossed", "a", "b"), {"a": "X", "b": "Y"}, {"a": "Y", "b": "X"}, True),
    (("crossed", "a", "b"), {"a": "X", "b": "Y"}, {"a": "X", "b": "Y"}, False),
    (("crossed_similar", "a", "b", 0.85), {"a": "MARTHA", "b": "STEWART"}, {"a": "STUART", "b": "MARHTA"}, True),
    (("day_month_swapped", "a"), {"a": "1990-03-07"}, {"a": "1990-07-03"}, True),
    (("day_month_swapped", "a"), {"a": "1990-03-07"}, {"a": "1991-07-03"}, False),
    (("two_date_parts", "a"), {"a": "1990-03-07"}, {"a": "1990-03-28"}, True),
    (("two_date_parts", "a"), {"a": "1990-03-07"}, {"a": "1972-03-07"}, True),
    (("two_date_parts", "a"), {"a": "1990-03-07"}, {"a": "1990-05-28"}, False),
    (("absent", "a"), {"a": None}, {"a": "X"}, True),
    (("absent", "a"), {"a": "X"}, {"a": "X"}, False),
    (("all", ("same", "a"), ("same", "b")), {"a": "X", "b": "Y"}, {"a": "X", "b": "Z"}, False),
    (("any", ("same", "a"), ("same", "b")), {"a": "X", "b": "Y"}, {"a": "X", "b": "Z"}, True),
    (("any", ("same", "a")), {"a": "X"}, {"a": "X"}, True),
]


@pytest.mark.parametrize(("predicate", "left", "right", "expected"), CASES)
def test_a_predicate_holds_as_its_words_say(con, predicate, left, right, expected):
    assert holds(con, predicate, left, right) is expected


def test_a_predicate_comes_back_from_json_as_it_was():
    assert from_json(["all", ["same", "a"], ["similar", "b", 0.9]]) == ("all", ("same", "a"), ("similar", "b", 0.9))


def test_a_word_out_of_the_vocabulary_is_refused():
    with pytest.raises(UsageError, match="'sounds_like'"):
        render(("sounds_like", "a"))


def test_a_predicate_that_is_no_list_is_refused():
    with pytest.raises(UsageError, match="dict"):
        from_json({"same": "a"})
