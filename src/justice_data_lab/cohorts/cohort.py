"""Invented cohorts with a known true effect: a submitted file as organisations send it, and the truth beside it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.cohorts.draw import Wish, draw_participants
from justice_data_lab.cohorts.events import one_event_a_person, read_events
from justice_data_lab.cohorts.past import read_past
from justice_data_lab.cohorts.slips import RATES, Person, make_mistakes, ten_by
from justice_data_lab.errors import UsageError
from justice_data_lab.files import write_bytes, write_json
from justice_data_lab.register.connect import attach, connect_with_scratch
from justice_data_lab.register.synthetic.names import draw_names, spoken
from justice_data_lab.register.synthetic.people import SEXES, draw_people

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from justice_data_lab.cohorts.draw import Participants
    from justice_data_lab.cohorts.events import Events
    from justice_data_lab.cohorts.slips import Errors, Rates
    from justice_data_lab.files import Json
    from justice_data_lab.register.snapshot import Register

    Rng: TypeAlias = np.random.Generator

HEADINGS = (
    "surname", "forename", "date_of_birth", "sex", "pnc_id", "prison_number", "conviction_date", "index_date",
    "intervention_start", "intervention_end", "setting", "completed",
)  # fmt: skip
# By then nobody takes part who lacks the trait; beyond it there is nothing to see.
MOST_HIDDEN = 10
_EPOCH = date(1970, 1, 1)
# What the database may hold of a register; the rest of its tables is on disk while people are drawn.
MEMORY = "1GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What kind of cohort to make.

    Attributes:
        size: people submitted, those included who are not in the register.
        effect: true difference in the one-year reoffending rate, as a fraction; -0.08 is eight points fewer.
        seed: same seed and snapshot, same files.
        errors: how many mistakes the file has.
        hidden: how strongly a trait that no record shows bears on taking part; 0 for none.
        kind: kind of disposal that the participants were under.
        max_lag_days: how long after the index date they started; 0 for starts on or before it.
    """

    size: int
    effect: float
    seed: int
    errors: Errors = "normal"
    hidden: float = 0.0
    kind: str = "custody"
    max_lag_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the file: what is written, and whom it is about (empty for a person who is not in the register)."""

    cells: tuple[str, ...]
    person_id: str = ""
    disposal_id: str = ""


def synthesise_cohort(  # noqa: PLR0913 -- the options of the command line, one by one
    register: Register,
    out: Path,
    *,
    size: int,
    effect: float,
    seed: int,
    errors: Errors = "normal",
    hidden: float = 0.0,
    kind: str = "custody",
    max_lag_days: int = 0,
) -> None:
    """Write an invented cohort file whose true effect on the one-year reoffending rate is known.

    Args:
        register: snapshot to draw people from; it is only read.
        out: the file to write, `.csv`; `OUT.truth.csv` and `OUT.truth.json` are written beside it.
        size: people submitted, those included who are not in the register.
        effect: true effect as a fraction; -0.08 is eight points fewer.
        seed: same seed and snapshot, same files.
        errors: `none`, `normal`, or `hard`, which loses about half of the people to linkage.
        hidden: how strongly a trait that the record does not show bears on taking part; 0 for none. People who have it reoffend
            less than their record says, and had offended less in the control year than their record then said. About 0.4 moves
            both rates of the participants by eight points; the truth file says by how much.
        kind: kind of disposal that the participants were under.
        max_lag_days: 0 for starts on or before the index date; else everybody starts 1 to so many days after it, and people
            who had reoffended by then never started, so they are missing from the file. The effect is then one on the year from
            the start.

    Raises:
        UsageError: `out` is no `.csv`, the size is below one, the lag below nought, `hidden` is not from 0 to 10,
            or the effect cannot be had.
        NotPossible: the register is too small.

    Notes:
        A person's event is the first on or after a date drawn blindly, as in the comparison pool. Participants are drawn
        by what the record shows. Then, for a reduction E, a drawn reoffender is kept with probability 1 + E(1-e)/p and
        otherwise changes places with the nearest non-reoffender of the same sex who was not drawn (p the rate of those
        drawn, e the share of people like them who were drawn, so that the difference from those left is E).
    """
    plan = Plan(size=size, effect=effect, seed=seed, errors=errors, hidden=hidden, kind=kind, max_lag_days=max_lag_days)
    _refuse(plan, out)
    _make(register, out, plan)


def _refuse(plan: Plan, out: Path) -> None:
    """See that a cohort of this kind can be meant."""
    if plan.max_lag_days < 0:
        message = f"Expected starts 0 or more days after the index date, got {plan.max_lag_days}."
        raise UsageError(message)
    if not -1 <= plan.effect <= 1:
        message = f"Expected an effect as a fraction from -1 to 1, such as -0.08 for 8 points fewer, got {plan.effect:g}."
        raise UsageError(message)
    if not 0 <= plan.hidden <= MOST_HIDDEN:
        message = f"Expected a strength of the hidden trait from 0 to {MOST_HIDDEN}, such as 0.4, got {plan.hidden:g}."
        raise UsageError(message)
    if out.suffix != ".csv" or plan.size < 1:
        message = f"Expected a file that ends in .csv and at least one person, got {out.name} and {plan.size}."
        raise UsageError(message)


def _make(register: Register, out: Path, plan: Plan) -> None:
    """Draw, make the mistakes, mix the rows, write."""
    rng = np.random.default_rng(np.random.SeedSequence(entropy=plan.seed, spawn_key=(1,)))
    rates = RATES[plan.errors]
    strangers = round(rates.stranger * plan.size)
    with connect_with_scratch(MEMORY) as con:
        found = _draw(con, register, plan, plan.size - strangers, rng)
        people = _people(con, register, found.events)
    rows = [_row(people[pid], found.events, at, rates, rng) for at, pid in enumerate(found.events.person_id)]
    rows += _strangers(strangers, found.events, rates, rng)
    rows += [rows[at] for at in np.flatnonzero(rng.random(len(rows)) < rates.double)]
    rows = [rows[at] for at in rng.permutation(len(rows))]
    _write(out, rows, _truth(plan, found, rows, register))


def _draw(con: duckdb.DuckDBPyConnection, register: Register, plan: Plan, size: int, rng: Rng) -> Participants:
    events = read_events(con, register, plan.kind, rng, max_lag_days=plan.max_lag_days)
    wish = Wish(effect=plan.effect, hidden=plan.hidden)
    candidates = one_event_a_person(events, size, rng)
    past = read_past(con, register, candidates[0]) if plan.hidden else None
    return draw_participants(candidates, size, wish, rng, past=past)


def _people(con: duckdb.DuckDBPyConnection, register: Register, events: Events) -> dict[str, Person]:
    """Details of each person as the register holds them, in title case, with other surnames it knows."""
    attach(con, register.linkage_file, "link")
    query = files("justice_data_lab.cohorts").joinpath("people.sql").read_text(encoding="utf-8")
    people: dict[str, Person] = {}
    for pid, surname, forename, born, sex, pnc, prison, _ in con.execute(query, {"people": list(events.person_id)}).fetchall():
        if pid not in people:
            people[pid] = Person(
                surname=_titled(surname), forename=_titled(forename), born=born, sex=sex or "U", pnc_id=_slashed(pnc),
                prison_number=prison or "",
            )  # fmt: skip
        elif surname and _titled(surname) != people[pid].surname:
            people[pid].other_surnames += (_titled(surname),)
    return people


def _titled(name: str | None) -> str:
    """A cleaned name as people write it: the parts of a double barrel joined again."""
    return (name or "").title().replace(" ", "-")


def _slashed(pnc_id: str | None) -> str:
    """A cleaned police number as people write it."""
    return f"{pnc_id[:4]}/{pnc_id[4:]}" if pnc_id else ""


def _row(person: Person, events: Events, at: int, rates: Rates, rng: Rng) -> _Row:
    person = replace(person)
    make_mistakes(person, rates, rng)
    person.born = ten_by(person.born, _day(events.begun[at]))
    cells = (*_details(person), *_dates(events, at, rates, rng))
    return _Row(cells=cells, person_id=str(events.person_id[at]), disposal_id=str(events.disposal_id[at]))


def _details(person: Person) -> tuple[str, ...]:
    return (person.surname, person.forename, _written(person.born), person.sex, person.pnc_id, person.prison_number)


def _dates(events: Events, at: int, rates: Rates, rng: Rng) -> tuple[str, ...]:
    """Conviction, index, start, end, setting, completed: without a lag the start lies within the sentence or on its day."""
    begun, index, lag = _day(events.begun[at]), _day(events.index[at]), int(events.lag[at])
    days = (index - begun).days
    inside = begun + timedelta(days=int(rng.integers(days))) if days > 0 else index
    start = index + timedelta(days=lag) if lag else inside
    end = start + timedelta(days=int(rng.integers(7, 84)))
    given = rng.random(2) < rates.dates
    completed = "yes" if rng.random() < 0.7 else "no"
    setting = "custody" if start < index else "community"
    return (
        _written(begun) if given[0] else "", _written(index) if given[1] else "", _written(start), _written(end), setting,
        completed,
    )  # fmt: skip


def _strangers(number: int, events: Events, rates: Rates, rng: Rng) -> list[_Row]:
    """People who are not in the register: the organisation's list has wrong people, or their record is elsewhere."""
    if number == 0:
        return []
    drawn = draw_people(0, number, int(events.index.max()), rng)
    names = draw_names(drawn, rng)
    rows = []
    for at in range(number):
        like = int(rng.integers(len(events)))
        person = Person(
            surname=spoken(int(names.surname[at]), int(names.second[at])), forename=spoken(int(names.forename[at])),
            born=ten_by(_day(drawn.born[at]), _day(events.begun[like])), sex=SEXES[drawn.sex[at]], pnc_id="", prison_number="",
        )  # fmt: skip
        rows.append(_Row(cells=(*_details(person), *_dates(events, like, rates, rng))))
    return rows


def _day(number: np.int64) -> date:
    return _EPOCH + timedelta(days=int(number))


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _truth(plan: Plan, found: Participants, rows: list[_Row], register: Register) -> dict[str, Json]:
    events = found.events
    return {
        "size": plan.size, "effect": plan.effect, "seed": plan.seed, "errors": plan.errors, "hidden": plan.hidden,
        "kind": plan.kind, "max_lag_days": plan.max_lag_days, "register_extract_date": register.extract_date.isoformat(), "rows": len(rows),
        "in_register": len(events), "not_in_register": plan.size - len(events), "doubles": len(rows) - plan.size,
        "candidates": found.candidates, "changed_places": found.changed, "share_of_people_like_them": round(found.share, 6),
        "rate_before": round(found.rate_before, 6), "rate": round(float(events.reoffended.mean()), 6),
        "hidden_shift_future": round(found.shift.future, 6),
        "hidden_shift_past": None if found.shift.past is None else round(found.shift.past, 6),
        "first_index_date": _day(events.index.min()).isoformat(), "last_index_date": _day(events.index.max()).isoformat(),
    }  # fmt: skip


def _write(out: Path, rows: list[_Row], truth: dict[str, Json]) -> None:
    write_json(out.with_suffix(".truth.json"), truth)
    known = [(str(number), row.person_id, row.disposal_id) for number, row in enumerate(rows, start=2)]
    write_bytes(out.with_suffix(".truth.csv"), _csv([("row", "person_id", "disposal_id"), *known]))
    write_bytes(out, _csv([HEADINGS, *(row.cells for row in rows)]))


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
