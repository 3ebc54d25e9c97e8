"""Fills the review queue from the scored pairs: what the file says, what the register holds, and what Splink made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.linkage.candidates import Levels, connection, linkage_attached, scored_cohort
from justice_data_lab.linkage.key_index import open_key_index
from justice_data_lab.linkage.keys import read_sql
from justice_data_lab.linkage.model import read_model
from justice_data_lab.linkage.resolve import resolve
from justice_data_lab.linkage.review import (
    FieldEvidence,
    KnownPair,
    ReviewCandidate,
    ReviewCase,
    ReviewKey,
    ReviewQueue,
    for_review,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from duckdb import DuckDBPyConnection

    from justice_data_lab.intake.cohort import Cohort
    from justice_data_lab.linkage.model import LinkageModel
    from justice_data_lab.linkage.resolve import Candidate
    from justice_data_lab.register.snapshot import Register

_IDENTITY = ("surname", "forename", "date_of_birth", "sex", "pnc_id", "prison_number")
_FIELDS = {
    "names": "Surname, forename",
    "date_of_birth": "Date of birth",
    "sex": "Sex",
    "pnc_id": "Police number",
    "prison_number": "Prison number",
}


def review_key(cohort: Cohort, register: Register, model: LinkageModel) -> ReviewKey:
    """What decisions on a cohort are about: who its rows say they are, the frozen model and the snapshot."""
    return ReviewKey(cohort=who_they_are(cohort), model=model.sha256(), register=register.content)


def who_they_are(cohort: Cohort) -> str:
    """Hash of what the rows of a cohort say of who they are, and where they stand."""
    rows = [[row["row"], *(_text(row[name]) for name in _IDENTITY)] for row in cohort.rows.to_pylist()]
    return sha256(canonical_json(rows))


def review_queue(cohort: Cohort, register: Register, *, con: DuckDBPyConnection | None = None) -> ReviewQueue:
    """Every row that linkage leaves to people, with its best candidates side by side.

    Args:
        cohort: as intake read it.
        register: an opened snapshot.
        con: a connection to work on; without it one is opened for the length of the call.

    *Notes*: it holds names, and is never written anywhere. The rows are those that `link` would leave without decisions.
    """
    model = read_model(register.model_file)
    given = {row["row"]: row for row in cohort.rows.to_pylist()}
    index = open_key_index(register.key_index)
    with (
        connection(con) as own,
        linkage_attached(own, register.linkage_file),
        scored_cohort(own, cohort.rows, model, index) as scored,
    ):
        decisions = resolve(scored.candidates, given, police_numbers=scored.police_numbers, model=model)
        near = {row: shown(scored.candidates[row]) for row in for_review(decisions)}
        compared = _compared(own, model, given, {row: people for row, (people, _) in near.items()})
    cases = tuple(
        ReviewCase(row=row, why=decisions[row].reason, candidates=tuple(compared[row]), more=more)
        for row, (_, more) in near.items()
    )
    accepted = tuple(
        KnownPair(levels=_said(scored.levels[row]), chance=decision.probability)
        for row, decision in decisions.items()
        if decision.outcome == "linked"
    )
    return ReviewQueue(key=review_key(cohort, register, model), cases=cases, accepted=accepted)


def _said(levels: Levels) -> dict[str, str]:
    named = {name: str(getattr(levels, name)) for name in Levels.__slots__}
    return {name: level for name, level in named.items() if level}


def _compared(
    con: DuckDBPyConnection,
    model: LinkageModel,
    given: Mapping[int, Mapping[str, str | date | int | None]],
    wanted: Mapping[int, Sequence[Candidate]],
) -> dict[int, list[ReviewCandidate]]:
    """The candidates of each row, best first, with the evidence that Splink weighed."""
    pairs = [(row, candidate.person_id) for row, people in wanted.items() for candidate in people]
    columns = (pa.array([row for row, _ in pairs], pa.int32()), pa.array([person for _, person in pairs], pa.string()))
    con.register("review_arrow", pa.table(list(columns), names=["row", "person_id"]))
    con.execute("CREATE OR REPLACE TABLE review_wanted AS FROM review_arrow")
    con.unregister("review_arrow")
    try:
        fields = con.sql(read_sql("review_fields")).to_arrow_table().to_pylist()
        names = con.execute(read_sql("review_names")).fetchall()
    finally:
        con.execute("DROP TABLE review_wanted")
    called: dict[str, list[str]] = {}
    for person, surname, forename in names:
        called.setdefault(person, []).append(_name(surname, forename))
    found: dict[int, list[ReviewCandidate]] = {row: [] for row in wanted}
    for held in fields:
        row = held["row"]
        shown_name = _name(held["surname"], held["forename"])
        candidate = ReviewCandidate(
            number=len(found[row]) + 1,
            person_id=held["person_id"],
            weight=held["weight"],
            fields=_fields(model, given[row], held),
            other_names=tuple(name for name in called[held["person_id"]] if name != shown_name),
        )
        found[row].append(candidate)
    return found


def _fields(
    model: LinkageModel, given: Mapping[str, str | date | int | None], held: Mapping[str, str | date | float | None]
) -> tuple[FieldEvidence, ...]:
    level_of: dict[str, Callable[[int], str]] = {comparison.name: comparison.level_name for comparison in model.comparisons}
    return tuple(
        FieldEvidence(
            comparison=name,
            field=label,
            given=_shown(name, given),
            held=_shown(name, held),
            level=level_of[name](int(str(held[f"gamma_{name}"]))),
            weight=float(str(held[f"weight_{name}"])),
        )
        for name, label in _FIELDS.items()
    )


def _shown(field: str, row: Mapping[str, str | date | float | None]) -> str:
    if field == "names":
        middle = row.get("middle_names")
        return _name(row["surname"], row["forename"]) + (f" ({middle})" if middle else "")
    return _text(row[field])


def _name(surname: str | date | float | None, forename: str | date | float | None) -> str:
    return f"{_text(surname)}, {_text(forename)}"


def _text(value: str | date | float | None) -> str:
    return "" if value is None else str(value)
