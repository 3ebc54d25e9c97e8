"""How each room's value rests in the run folder: tables as Parquet or CSV, everything else as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

import pyarrow.csv as pv
import pyarrow.parquet as pq

from justice_data_lab.disclosure.disclosed import Disclosed
from justice_data_lab.disclosure.known import known_groups
from justice_data_lab.estimation.estimates import Estimates
from justice_data_lab.files import write_bytes, write_json
from justice_data_lab.intake.cohort import Cohort
from justice_data_lab.ledger_people import PEOPLE, People
from justice_data_lab.linkage.linkage import Linkage
from justice_data_lab.matching.balance import Balance
from justice_data_lab.matching.result import Design, Match
from justice_data_lab.measures.design import Measures
from justice_data_lab.records import from_json, to_json
from justice_data_lab.reporting.report import read_report
from justice_data_lab.rooms.designs import Designed, Designs
from justice_data_lab.rooms.measured import Measured, Side
from justice_data_lab.rooms.results import Results
from justice_data_lab.rooms.scrutiny import Scrutiny
from justice_data_lab.run_folder import AUDIT, Filling, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Self

    import pyarrow as pa

    from justice_data_lab.files import Json
    from justice_data_lab.reporting.report import Report
    from justice_data_lab.run_folder import RunFolder


class Kept(Protocol):
    """A room's value: what all of them can do."""

    def table(self) -> pa.Table:
        """Its rows."""

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Self:
        """The value that `to_dict` wrote."""


Value = TypeVar("Value", bound=Kept)

_OUTCOMES = "outcomes.parquet"
# What estimates.json promises; the counts that disclosure control looks at stand beside it, in evidence.json.
PROMISED = (
    "analysis", "measure", "n_treated", "n_comparison", "n_eff", "mean_treated", "mean_comparison", "difference", "se", "df",
    "ci_low", "ci_high", "p_value", "n_times_p", "detectable", "people_needed", "verdict",
)  # fmt: skip


def one_table(kind: type[Value], field: str, file: str) -> Shelf[Value]:
    """A shelf for a value with one table: that as Parquet, the rest as JSON of the same name.

    Args:
        kind: the value's type.
        field: which field the table is.
        file: name of both files, without an ending.
    """

    def save(value: Value, folder: Path) -> None:
        whole = cast("pa.Table", getattr(value, field))
        write_table(whole, folder / f"{file}.parquet")
        write_json(folder / f"{file}.json", replace(value, **{field: whole.slice(0, 0)}).to_dict())  # type: ignore[type-var]

    def load(folder: Path) -> Value:
        value = kind.from_dict(_object(folder / f"{file}.json"))
        return replace(value, **{field: pq.read_table(folder / f"{file}.parquet")})  # type: ignore[type-var]

    return Shelf(save=save, load=load, rows=lambda value: value.table().num_rows)


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet, the same bytes for the same table."""
    pq.write_table(table, path, compression="zstd")


def read_json(path: Path) -> Json:
    """What a JSON file holds."""
    return cast("Json", json.loads(path.read_bytes()))


def _object(path: Path) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", read_json(path))


def _save_measured(value: Measured, folder: Path) -> None:
    MEASURES.save(value.main, folder)
    for side in value.sides:
        MEASURES.save(side.measures, _within(folder, side.name))
    write_json(folder / "sides.json", [side.name for side in value.sides])


def _load_measured(folder: Path) -> Measured:
    names = cast("list[str]", read_json(folder / "sides.json"))
    sides = (Side(name=name, measures=MEASURES.load(folder / name)) for name in names)
    return Measured(main=MEASURES.load(folder), sides=tuple(sides))


def design_folder(designed: Designed) -> str:
    """Where a comparison stands in room 4: the headline at its top, the others in folders of their names."""
    return "" if designed.role == "headline" else f"{designed.name}/"


def _save_designs(value: Designs, folder: Path) -> None:
    for each in value.all:
        place = folder if each.role == "headline" else _within(folder, each.name)
        about = {"name": each.name, "role": each.role, "attrition": to_json(each.attrition), "stop": to_json(each.stop)}
        write_json(place / "analysis.json", about)
        if each.match:
            _save_match(each.match, place)
    write_json(folder / "analyses.json", [design_folder(each) for each in value.all])


def _load_designs(folder: Path) -> Designs:
    return Designs(all=tuple(_load_designed(folder / place) for place in cast("list[str]", read_json(folder / "analyses.json"))))


def _load_designed(place: Path) -> Designed:
    about = cast("Mapping[str, Json]", read_json(place / "analysis.json"))
    designed = from_json(Designed, {**about, "match": None})
    return replace(designed, match=_load_match(place) if (place / "design.json").is_file() else None)


def _within(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir()
    return place


def _save_match(value: Match, folder: Path) -> None:
    write_table(value.weights, folder / "weights.parquet")
    write_bytes(folder / "design.json", value.design.to_bytes())
    write_json(folder / "balance.json", value.balance.to_dict())
    pv.write_csv(value.balance.table(), folder / "balance.csv", pv.WriteOptions(quoting_style="needed"))


def _load_match(folder: Path) -> Match:
    design = Design.from_dict(_object(folder / "design.json"))
    balance = Balance.from_dict(_object(folder / "balance.json"))
    weights = pq.read_table(folder / "weights.parquet")
    return Match(analysis=design.analysis, weights=weights, design=design, balance=balance)


def _save_results(value: Results, folder: Path) -> None:
    """What estimates.json promises; the evidence for disclosure control, the tests and the outcomes stand beside it."""
    rows = cast("list[Mapping[str, Json]]", value.estimates.to_dict()["estimates"])
    promised = [{name: row[name] for name in PROMISED} for row in rows]
    write_json(folder / "estimates.json", {"estimates": promised})
    evidence = [{name: entry for name, entry in row.items() if name not in PROMISED} for row in rows]
    write_json(folder / "evidence.json", {"evidence": evidence})
    write_json(folder / "robustness.json", to_json(value.scrutiny))
    if value.outcomes:
        write_table(value.outcomes.rows, folder / _OUTCOMES)
    if value.people:
        write_json(folder / PEOPLE, value.people.to_dict())


def _load_results(folder: Path) -> Results:
    promised = cast("list[Mapping[str, Json]]", _object(folder / "estimates.json")["estimates"])
    evidence = cast("list[Mapping[str, Json]]", _object(folder / "evidence.json")["evidence"])
    estimates = Estimates.from_dict({"estimates": [{**a, **b} for a, b in zip(promised, evidence, strict=True)]})
    people = People.from_dict(_object(folder / PEOPLE)) if (folder / PEOPLE).is_file() else None
    known = known_groups(estimates.rows, pq.read_table(folder / _OUTCOMES))
    return Results(
        estimates=estimates, scrutiny=from_json(Scrutiny, _object(folder / "robustness.json")), people=people, known=known
    )


def disclosed_shelf(run: RunFolder) -> Shelf[Disclosed]:
    """What may leave; read back only when the run's manifest lists just those bytes."""

    def load(folder: Path) -> Disclosed:
        _, recorded = run.written("6-disclosure", "disclosed.json")
        return Disclosed.from_dict(_object(folder / "disclosed.json"), recorded, {"rooms": run.stages})

    def save(value: Disclosed, folder: Path) -> None:
        write_json(folder / "disclosed.json", value.to_dict())
        if value.audited:
            # worked out from exact counts: beside the rooms, since this one may be handed over
            write_json(run.path / AUDIT, cast("Mapping[str, Json]", to_json(value.audited)), private=True)

    return Shelf(save=save, load=load, rows=lambda value: len(value.figures()))


def report_filling(write: Callable[[Path], Report]) -> Filling[Report]:
    """The report, which writes its own files; read back, it is described from them."""
    return Filling(write=write, load=read_report, rows=lambda value: len(value.files))


COHORT = one_table(Cohort, "rows", "cohort")
LINKAGE = one_table(Linkage, "links", "links")
MEASURES = one_table(Measures, "rows", "rows")
MEASURED = Shelf(save=_save_measured, load=_load_measured, rows=lambda value: value.main.rows.num_rows)
DESIGNS = Shelf(save=_save_designs, load=_load_designs, rows=lambda value: len(value.all))
RESULTS = Shelf(save=_save_results, load=_load_results, rows=lambda value: len(value.estimates.rows))
