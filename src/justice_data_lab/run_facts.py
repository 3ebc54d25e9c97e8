"""What a run folder tells when it is held against another: its inputs, its people, its balance, its estimates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pyarrow.parquet as pq

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.linkage import LINKED
from justice_data_lab.run_folder import ROOMS, check_rooms, read_manifest, versions_of
from justice_data_lab.study_file import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from justice_data_lab.files import Json

Step = tuple[str, str]

# What people were to the headline, of the programme's side and of the other.
PARTS = ("usable", "matched", "in the pool", "in the comparison group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison of a run: a headline, a further analysis, a placebo.

    Attributes:
        stop: why it went no further, in words; empty when it did.
        overall: colour of its balance; empty before matching.
        largest: largest absolute standardised difference after matching; None before matching.
        colours: colour of each covariate by its label.
    """

    stop: str
    overall: str = ""
    largest: float | None = None
    colours: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """A run as far as it got.

    Attributes:
        name: of its folder.
        inputs: hash of each input by its name, the study apart.
        study: every setting of the frozen study by its dotted name.
        versions: of each package that made a room; more than one where rooms were made by several.
        files: hash of each file by its room, for the rooms that are finished.
        attrition: how many were left after each step, by room and label, in order.
        links: the linked person of each row of the cohort file.
        people: register ids by what they were to the headline: `PARTS`.
        comparisons: by name.
        estimates: by comparison and measure.
    """

    name: str
    inputs: Mapping[str, str]
    study: Mapping[str, str]
    versions: Mapping[str, str]
    files: Mapping[str, Mapping[str, str]]
    attrition: Mapping[Step, int]
    links: Mapping[int, str]
    people: Mapping[str, frozenset[str]]
    comparisons: Mapping[str, Comparison]
    estimates: Mapping[Step, Mapping[str, Json]]


def read_facts(run: Path) -> RunFacts:
    """Read what a run left, as far as it got.

    Raises:
        UsageError: the folder is not a run, or a room of it is not as the run wrote it.
    """
    manifest = _manifest(run)
    check_rooms(run)
    rooms = cast("Mapping[str, Mapping[str, Mapping[str, str]]]", manifest["rooms"])
    inputs = cast("Mapping[str, str]", manifest["inputs"])
    return RunFacts(
        name=run.name,
        inputs={name: content for name, content in inputs.items() if name != "study"},
        study=_study(run / "study.toml"),
        versions=_versions(cast("Mapping[str, Mapping[str, Json]]", manifest["rooms"])),
        files={name: rooms[name]["files"] for name in ROOMS if name in rooms},
        attrition=dict(_attrition(run)),
        links=_links(run),
        people=_people(run),
        comparisons=dict(_comparisons(run)),
        estimates=_estimates(run / "5-estimation" / "estimates.json"),
    )


def _manifest(run: Path) -> Mapping[str, Json]:
    found = read_manifest(run / "manifest.json")
    if found is None:
        message = f"{run.name}: expected a run folder, with its manifest.json; found none. Give a folder that `jdl run` wrote."
        raise UsageError(message)
    return found


def _versions(rooms: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for name in ROOMS:
        for package, number in versions_of(rooms[name]).items() if name in rooms else ():
            found.setdefault(package, {})[number] = None
    return {package: ", ".join(numbers) for package, numbers in found.items()}


def _study(file: Path) -> dict[str, str]:
    return dict(_settings(load_toml(file), "")) if file.is_file() else {}


def _settings(value: object, name: str) -> Iterator[Step]:
    """Each setting by its dotted name; those of a list of tables by the name each table has, so that order says nothing."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _settings(each, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for place, each in enumerate(value, 1):
            yield from _settings(each, f"{name}[{each.get('name', place)}]")
    else:
        yield name, json.dumps(value, default=str, ensure_ascii=False)


def _columns(file: Path, names: tuple[str, ...]) -> dict[str, list[object]]:
    return pq.read_table(file, columns=[*names]).to_pydict() if file.is_file() and _has(file, names) else {}


def _has(file: Path, names: tuple[str, ...]) -> bool:
    """Data that came linked have no register ids."""
    return {*names} <= {*pq.read_schema(file).names}


def _links(run: Path) -> dict[int, str]:
    links = _columns(run / "2-linkage" / "links.parquet", ("row", "person_id", "status"))
    rows = zip(links.get("row", []), links.get("person_id", []), links.get("status", []), strict=True)
    return {cast("int", row): cast("str", person) for row, person, status in rows if status == LINKED}


def _people(run: Path) -> dict[str, frozenset[str]]:
    """Everybody by their part; none where the data came linked, without register ids."""
    rows = _columns(run / "3-measures" / "rows.parquet", ("person_id", "treated"))
    weights = _columns(run / "4-matching" / "weights.parquet", ("row", "weight"))
    counts = {row: weight for row, weight in zip(weights.get("row", []), weights.get("weight", []), strict=True) if weight}
    found: dict[str, set[str]] = {part: set() for part in PARTS}
    for place, (person, treated) in enumerate(zip(rows.get("person_id", []), rows.get("treated", []), strict=True)):
        usable, matched = PARTS[:2] if treated else PARTS[2:]
        found[usable].add(cast("str", person))
        if place in counts:
            found[matched].add(cast("str", person))
    return {part: frozenset(people) for part, people in found.items()}


def _attrition(run: Path) -> Iterator[tuple[Step, int]]:
    for room, file in (("2-linkage", "links.json"), ("3-measures", "rows.json"), ("4-matching", "analysis.json")):
        path = run / room / file
        steps = json.loads(path.read_bytes()).get("attrition", []) if path.is_file() else []
        yield from (((room, step["label"]), step["left"]) for step in steps)


def _comparisons(run: Path) -> Iterator[tuple[str, Comparison]]:
    for file in sorted((run / "4-matching").glob("**/analysis.json")):
        about = json.loads(file.read_bytes())
        balance = file.with_name("balance.json")
        found = json.loads(balance.read_bytes()) if balance.is_file() else {}
        yield (
            about["name"],
            Comparison(
                stop=about["stop"]["words"] if about["stop"] else "",
                overall=found.get("overall", ""),
                largest=found.get("largest"),
                colours={row["label"]: row["colour"] for row in found.get("rows", [])},
            ),
        )


def _estimates(file: Path) -> dict[Step, Mapping[str, Json]]:
    found = json.loads(file.read_bytes())["estimates"] if file.is_file() else []
    return {(each["analysis"], each["measure"]): each for each in found}
