"""Which rows of a cohort belong to somebody who objected to being in it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Somebody who does not want to be analysed. It holds a name: it lives in memory and in sealed files only.

    Attributes:
        surname: family name, as the person writes it.
        forename: first name, or several.
        date_of_birth: of the person.
    """

    surname: str
    forename: str
    date_of_birth: date


def objecting_rows(rows: pa.Table, objections: Iterable[Objection]) -> tuple[int, ...]:
    """The rows of people who objected, in the order of the file.

    Args:
        rows: of a `Cohort`.
        objections: of everybody who objected.

    *Notes*: a row is taken for the person's when the date of birth and one of the two names agree and the other begins with the
    same letter; which of the two stands in which column does not matter, nor do accents, capitals, hyphens and further
    forenames. That is generous on purpose: to leave out one row too many costs an analysis hardly anything, to leave one
    in breaks a promise.
    """
    by_birth: dict[date, list[Objection]] = defaultdict(list)
    for each in objections:
        by_birth[each.date_of_birth].append(each)
    found = []
    for row in rows.select(["row", "surname", "forename", "date_of_birth"]).to_pylist():
        said = by_birth.get(row["date_of_birth"], [])
        if any(_same(row["surname"] or "", row["forename"] or "", each) for each in said):
            found.append(int(row["row"]))
    return tuple(found)


def _same(surname: str, forename: str, person: Objection) -> bool:
    """Whether the names of a row may be this person's, in either order."""
    theirs = (_letters(person.surname), _first(person.forename))
    pairs = ((_letters(surname), _first(forename)), (_letters(forename), _first(surname)))
    return any(_agree(pair, theirs) for pair in pairs)


def _agree(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether one name is the same and the other begins alike."""
    (family, first), (named, called) = one, other
    if not (family and first and named and called):
        return False
    return (family == named and first[0] == called[0]) or (first == called and family[0] == named[0])


def _first(name: str) -> str:
    """The first of several forenames."""
    parts = [_letters(part) for part in name.replace("-", " ").split()]
    return next((part for part in parts if part), "")


def _letters(name: str) -> str:
    """The letters of a name, without accents and in lower case."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalpha())
