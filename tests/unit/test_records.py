"""Values come back from JSON as they were, whatever kind of dataclass they are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from justice_data_lab.records import from_json, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    name: str
    on: date | None
    score: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Large(Small):
    at: datetime
    parts: tuple[Small | None, ...]
    words: tuple[str, ...]
    one: Small | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    pass


@dataclass(frozen=True, kw_only=True)
class WithoutSlots:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    number: int

    def __post_init__(self):
        if self.number < 0:
            raise ValueError(self.number)


SMALL = Small(name="a", on=date(2026, 1, 2), score=1.5)
LARGE = Large(
    name="b", on=None, at=datetime(2026, 1, 2, 9, 30, tzinfo=UTC), parts=(SMALL, None), words=("x", "y"), one=SMALL, score=2.0
)


@pytest.mark.parametrize("value", [SMALL, LARGE, Empty(), WithoutSlots(name="c"), Checked(number=3)])
def test_a_value_comes_back_as_it_was(value):
    back = from_json(type(value), to_json(value))
    assert back == value
    assert type(back) is type(value)


def test_every_field_stands_under_its_name():
    assert to_json(LARGE) == {
        "name": "b",
        "on": None,
        "score": 2.0,
        "at": "2026-01-02T09:30:00+00:00",
        "parts": [{"name": "a", "on": "2026-01-02", "score": 1.5}, None],
        "words": ["x", "y"],
        "one": {"name": "a", "on": "2026-01-02", "score": 1.5},
    }


def test_a_table_becomes_its_columns():
    assert to_json(pa.table({"a": [1, 2]})) == {"columns": {"a": [1, 2]}}


@pytest.mark.parametrize("kind", [Small, WithoutSlots, Checked])
def test_a_field_that_is_not_there_is_an_error_even_where_it_has_a_default(kind):
    with pytest.raises(KeyError):
        from_json(kind, {"on": None})


def test_what_a_type_checks_is_checked_when_it_is_read():
    with pytest.raises(ValueError, match="-1"):
        from_json(Checked, {"number": -1})


def test_what_a_value_read_back_holds_cannot_be_changed():
    with pytest.raises(AttributeError):
        from_json(Small, to_json(SMALL)).name = "other"
