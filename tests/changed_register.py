"""What may happen to a register between two extracts, each a change of its tables' rows: for tests of a refresh."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from tiny_source import Row

    Tables = dict[str, list[Row]]


def _rows_of(tables: Tables, person: str) -> list[Row]:
    return [row for rows in tables.values() for row in rows if row.get("person_id") == person]


def _some(rng: random.Random, rows: list[Row]) -> Row | dict[str, object]:
    """One of the rows, to be changed; one that is in no table where there is none."""
    return rng.choice(rows) if rows else {}


def _someone(rng: random.Random, tables: Tables) -> str:
    return str(_some(rng, tables["person"]).get("person_id", ""))


def nothing(rng: random.Random, tables: Tables, day: date) -> None:
    """The same rows, in another order."""
    for rows in tables.values():
        rng.shuffle(rows)


def a_later_case(rng: random.Random, tables: Tables, day: date) -> None:
    """Somebody's last case happens again, shortly before the day of the new extract."""
    person = _someone(rng, tables)
    held = [row for row in tables["disposal"] if row["person_id"] == person]
    for row in held[-1:]:
        later = {"disposal_id": f"{row['disposal_id']}+", "disposal_date": day - timedelta(days=rng.randrange(60))}
        tables["disposal"].append(row | later | {"kind": "caution", "release_date": None})
        charged = [charge for charge in tables["offence"] if charge["disposal_id"] == row["disposal_id"]]
        tables["offence"] += [
            charge
            | later
            | {"offence_id": f"{charge['offence_id']}+", "offence_date": day - timedelta(days=rng.randrange(60, 400))}
            for charge in charged
        ]


def a_changed_sentence(rng: random.Random, tables: Tables, day: date) -> None:
    """An appeal was heard."""
    _some(rng, tables["offence"])["sentence"] = rng.choice(["custody", "fine"])


def a_changed_breach(rng: random.Random, tables: Tables, day: date) -> None:
    """What was an offence was a breach of an order, or the other way round."""
    row = _some(rng, tables["offence"])
    row["is_breach"] = not row.get("is_breach")


def a_row_less(rng: random.Random, tables: Tables, day: date) -> None:
    """A row was deleted."""
    rows = tables[rng.choice([name for name in ("offence", "assessment", "employment") if tables.get(name)])]
    del rows[rng.randrange(len(rows))]


def a_row_twice(rng: random.Random, tables: Tables, day: date) -> None:
    """A row that may be there twice is."""
    for name in ("employment", "assessment"):
        rows = tables.get(name)
        if rows:
            rows.append(dict(rng.choice(rows)))


def a_release(rng: random.Random, tables: Tables, day: date) -> None:
    """Somebody was released."""
    row = _some(rng, [row for row in tables["disposal"] if row["kind"] == "custody"])
    row["release_date"] = max(day - timedelta(days=rng.randrange(700)), row.get("disposal_date", day))


def a_death(rng: random.Random, tables: Tables, day: date) -> None:
    """Somebody died."""
    _some(rng, tables["person"])["date_of_death"] = day - timedelta(days=rng.randrange(700))


def a_birthday(rng: random.Random, tables: Tables, day: date) -> None:
    """Somebody's date of birth was wrong."""
    _some(rng, tables["person"])["date_of_birth"] = date(rng.randrange(1960, 1990), 2, 28)


def an_alias(rng: random.Random, tables: Tables, day: date) -> None:
    """Another name of somebody became known."""
    row = _some(rng, tables.get("identity", []))
    tables.get("identity", []).append({**row, "surname": rng.choice(["Other", "Aaron", "Zed"]), "is_primary": False})


def a_new_number(rng: random.Random, tables: Tables, day: date) -> None:
    """Somebody's police number became known."""
    _some(rng, tables.get("identity", []))["pnc_id"] = f"2012/{rng.randrange(10**6):07}Z"


def somebody_gone(rng: random.Random, tables: Tables, day: date) -> None:
    """Everything about somebody was deleted."""
    person = _someone(rng, tables)
    for rows in tables.values():
        rows[:] = [row for row in rows if row.get("person_id") != person]


def somebody_new(rng: random.Random, tables: Tables, day: date) -> None:
    """Somebody comes in whose rows are another one's, under an id that stands before, between or behind the rest."""
    person = _someone(rng, tables)
    new = f"{rng.choice(['A', person, 'Z'])}{rng.randrange(10**6)}"
    for rows in tables.values():
        own = [row for row in rows if row.get("person_id") == person]
        keys = ("disposal_id", "offence_id")
        rows += [row | {"person_id": new} | {key: f"{new}/{row[key]}" for key in keys if key in row} for row in own]


def two_were_one(rng: random.Random, tables: Tables, day: date) -> None:
    """Two people turn out to be one: the rows of the one become the other's."""
    keeps, goes = _someone(rng, tables), _someone(rng, tables)
    if keeps == goes:
        return
    tables["person"] = [row for row in tables["person"] if row["person_id"] != goes]
    for row in _rows_of(tables, goes):
        row["person_id"] = keeps
        if "is_primary" in row:
            row["is_primary"] = False


CHANGES = (
    nothing,
    a_later_case,
    a_changed_sentence,
    a_changed_breach,
    a_row_less,
    a_row_twice,
    a_release,
    a_death,
    a_birthday,
    an_alias,
    a_new_number,
    somebody_gone,
    somebody_new,
    two_were_one,
)


def changed(tables: Tables, rng: random.Random, changes: list[object], day: date) -> Tables:
    """The tables after these changes, which are a few of `CHANGES`, on the way to an extract of that day."""
    after = deepcopy(tables)
    for change in changes:
        if len(after["person"]) > 1:
            change(rng, after, day)
    return after
