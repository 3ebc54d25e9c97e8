"""Mistakes that submitted lists have: misspellings, short forms, maiden names, turned dates, missing numbers, doubles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.register.synthetic.names import misspell, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

Errors: TypeAlias = Literal["none", "normal", "hard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often each mistake is made, as shares of rows.

    Attributes:
        pnc_id, prison_number: given at all.
        number_slip: one character of a given number is wrong.
        surname_slip, forename_slip: misspelt.
        short_form: the usual short form of the forename, for forenames that have one.
        other_name: another surname that the register holds for the person, for people who have one.
        day_and_month: turned round, for dates where both readings exist.
        birth_slip: day, month or year of birth wrong.
        names_turned: surname and forename in each other's place.
        sex_unknown: sex given as U.
        dates: conviction and index date given.
        double: the row comes twice, of the rows submitted.
        stranger: not in the register, of the people submitted.
        garbled: so badly written, and without numbers, that nobody could find the person.
    """

    pnc_id: float
    prison_number: float
    number_slip: float = 0.0
    surname_slip: float = 0.0
    forename_slip: float = 0.0
    short_form: float = 0.0
    other_name: float = 0.0
    day_and_month: float = 0.0
    birth_slip: float = 0.0
    names_turned: float = 0.0
    sex_unknown: float = 0.0
    dates: float = 1.0
    double: float = 0.0
    stranger: float = 0.0
    garbled: float = 0.0


# The fewest days that ten years have.
TEN_YEARS = timedelta(days=3_652)

RATES: Mapping[Errors, Rates] = {
    "none": Rates(pnc_id=1.0, prison_number=1.0),
    "normal": Rates(
        pnc_id=0.60, prison_number=0.70, number_slip=0.01, surname_slip=0.03, forename_slip=0.02, short_form=0.12,
        other_name=0.15, day_and_month=0.012, birth_slip=0.01, names_turned=0.005, sex_unknown=0.01, dates=0.85, double=0.02,
        stranger=0.03,
    ),
    "hard": Rates(
        pnc_id=0.15, prison_number=0.20, number_slip=0.05, surname_slip=0.12, forename_slip=0.08, short_form=0.30,
        other_name=0.30, day_and_month=0.04, birth_slip=0.06, names_turned=0.02, sex_unknown=0.05, dates=0.5, double=0.04,
        stranger=0.15, garbled=0.40,
    ),
}  # fmt: skip
"""`normal` follows published accounts, where 86% to 98% of people were found; `hard` loses about half."""


@dataclass(slots=True, kw_only=True)
class Person:
    """One row as it will be written; the only value of this package that is changed in place.

    Attributes:
        surname, forename: in title case.
        born: date of birth.
        sex: F, M or U.
        pnc_id, prison_number: empty when not given.
        other_surnames: that the register holds as aliases.
    """

    surname: str
    forename: str
    born: date
    sex: str
    pnc_id: str
    prison_number: str
    other_surnames: tuple[str, ...] = ()


def make_mistakes(person: Person, rates: Rates, rng: np.random.Generator) -> None:
    """Put into one person's details the mistakes that a submitted row has."""
    u = rng.random(13).tolist()
    if u[0] < rates.garbled:
        _garble(person, rng)
        return
    _mistake_numbers(person, rates, u[1:5], rng)
    _mistake_names(person, rates, u[5:10], rng)
    if person.born.day <= 12 and u[10] < rates.day_and_month:
        person.born = person.born.replace(day=person.born.month, month=person.born.day)
    elif u[11] < rates.birth_slip:
        person.born = _other_birth(person.born, rng)
    person.sex = "U" if u[12] < rates.sex_unknown else person.sex


def ten_by(born: date, day: date) -> date:
    """A birthday so many decades earlier that the person was ten by that day: a list with people convicted before is refused."""
    while day - born < TEN_YEARS:
        born -= TEN_YEARS
    return born


def _mistake_numbers(person: Person, rates: Rates, u: Sequence[float], rng: np.random.Generator) -> None:
    person.pnc_id = person.pnc_id if u[0] < rates.pnc_id else ""
    person.prison_number = person.prison_number if u[1] < rates.prison_number else ""
    if person.pnc_id and u[2] < rates.number_slip:
        person.pnc_id = _other_digit(person.pnc_id, int(rng.integers(5, 12)), rng)
    if person.prison_number and u[3] < rates.number_slip:
        person.prison_number = _other_digit(person.prison_number, int(rng.integers(1, 5)), rng)


def _mistake_names(person: Person, rates: Rates, u: Sequence[float], rng: np.random.Generator) -> None:
    short = SHORT_FORMS.get(person.forename.lower())
    if short and u[0] < rates.short_form:
        person.forename = _one_of(short, rng).title()
    elif u[1] < rates.forename_slip:
        person.forename = _misspelt(person.forename, rng)
    if person.other_surnames and u[2] < rates.other_name:
        person.surname = _one_of(person.other_surnames, rng)
    elif u[3] < rates.surname_slip:
        person.surname = _misspelt(person.surname, rng)
    if u[4] < rates.names_turned:
        person.surname, person.forename = person.forename, person.surname


def _garble(person: Person, rng: np.random.Generator) -> None:
    """No numbers, both names misspelt or replaced, and the year of birth a guess."""
    person.pnc_id, person.prison_number = "", ""
    person.forename = _one_of(tuple(word.title() for word in SHORT_FORMS), rng)
    person.surname = _misspelt(_misspelt(person.surname, rng), rng)
    person.born = person.born.replace(day=1, month=1) - timedelta(days=365 * int(rng.integers(-3, 4)))


def _one_of(words: Sequence[str], rng: np.random.Generator) -> str:
    return words[int(rng.integers(len(words)))]


def _misspelt(name: str, rng: np.random.Generator) -> str:
    """One slip in one part of the name; names of one or two letters stay."""
    return misspell(name.lower(), int(rng.integers(3))).title() if len(name) > 2 else name


def _other_digit(number: str, at: int, rng: np.random.Generator) -> str:
    digit = str((int(number[at]) + 1 + int(rng.integers(9))) % 10) if number[at].isdigit() else "9"
    return number[:at] + digit + number[at + 1 :]


def _other_birth(born: date, rng: np.random.Generator) -> date:
    """A day, ten days, a month, a year or ten years off."""
    return born + timedelta(days=int(rng.choice((1, -1, 10, -10, 31, -31, 365, -365, 3653))))


def _short_forms() -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {}
    for row in read_rows("nicknames.csv"):
        forms[row["forename"]] = (*forms.get(row["forename"], ()), row["nickname"])
    return forms


SHORT_FORMS = _short_forms()
