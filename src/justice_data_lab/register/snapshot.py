"""Reads a prepared snapshot: the folder that `jdl register build` made and every request reuses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from os import SEEK_END, SEEK_SET
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, file_sha256, parquet_glob, sha256
from justice_data_lab.register.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.files import FilePath, Json

MANIFEST = "manifest.json"
COVERAGE = "coverage.json"
WORK = ".build"
KIND = "justice-data-lab snapshot"
KEPT = ("offence", "disposal")
HELD = ("index_event", *KEPT)
_PARTS = (COVERAGE, "linkage.duckdb", "linkage_index", "model.json", *HELD)
AGAIN = "Copy the snapshot again, or build it again from its source."


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A prepared snapshot of a register; nothing of it is in memory.

    Attributes:
        path: its folder.
        manifest: what `manifest.json` says; secret, with exact counts.
        extract_date: day up to which the register was extracted.
    """

    path: Path
    manifest: Mapping[str, Json]
    extract_date: date

    @property
    def index_event_glob(self) -> str:
        """For `read_parquet`: one row for every disposal that can be an index disposal."""
        return parquet_glob(self.path / "index_event")

    @property
    def offence_glob(self) -> str:
        """For `read_parquet`: proven offences, sorted by person_id."""
        return parquet_glob(self.path / "offence")

    @property
    def disposal_glob(self) -> str:
        """For `read_parquet`: disposals, sorted by person_id."""
        return parquet_glob(self.path / "disposal")

    @property
    def linkage_file(self) -> Path:
        """The DuckDB file with cleaned identities and name frequencies; attach it read-only."""
        return self.path / "linkage.duckdb"

    @property
    def key_index(self) -> Path:
        """The folder with the sorted blocking keys and the identities that have them; mapped into memory, read-only."""
        return self.path / "linkage_index"

    @property
    def model_file(self) -> Path:
        """The frozen linkage model."""
        return self.path / "model.json"

    @property
    def coverage_file(self) -> Path:
        """The public file that says how far follow-up reaches."""
        return self.path / COVERAGE

    @property
    def content(self) -> str:
        """Hash of everything that the snapshot holds: equal for equal sources."""
        return str(self.manifest["content"])

    @property
    def id_scheme(self) -> str:
        """By which ids people are known: as the source declares, since they stay from extract to extract; else of this extract alone."""
        return str(self.manifest.get("id_scheme") or f"extract {self.content}")

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the snapshot lacks because the source had no such table."""
        return tuple(cast("list[str]", self.manifest["left_out"]))

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table that was prepared, by its name."""
        tables = cast("Mapping[str, Mapping[str, int]]", self.manifest["tables"])
        return {name: table["rows"] for name, table in tables.items()}

    def summary(self) -> str:
        """What the snapshot is, in a few lines."""
        lines = [f"Snapshot {self.path.name}: register extract of {self.extract_date}"]
        lines += [f"  {name}: {rows:,} rows" for name, rows in self.rows.items() if "." not in name]
        lines += [f"  {lack}" for lack in self.left_out]
        return "\n".join(lines) + "\n"

    def table(self) -> pa.Table:
        """One row a prepared table: name, rows, hash of its content."""
        tables = cast("Mapping[str, Mapping[str, Json]]", self.manifest["tables"])
        rows = [{"table": name, "rows": table["rows"], "sha256": table["sha256"]} for name, table in tables.items()]
        return pa.Table.from_pylist(
            rows, schema=pa.schema([("table", pa.string()), ("rows", pa.int64()), ("sha256", pa.string())])
        )

    def to_dict(self) -> dict[str, Json]:
        """Where it is and what its manifest says."""
        return {"path": str(self.path), "manifest": self.manifest}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Register:
        """The value that `to_dict` wrote; the folder is not looked at."""
        manifest = cast("Mapping[str, Json]", data["manifest"])
        day = date.fromisoformat(str(manifest["extract_date"]))
        return cls(path=Path(str(data["path"])), manifest=manifest, extract_date=day)


def content_hash(tables: Json, model: Path, index: Mapping[str, str]) -> str:
    """The hash of everything that a snapshot holds.

    Args:
        tables: rows and hash of each table, by its name.
        model: the file of the frozen linkage model.
        index: hashes of the files of the key index.
    """
    return sha256(canonical_json({"tables": tables, "model": file_sha256(model), "index": dict(index)}))


def open_register(path: FilePath) -> Register:
    """Read a snapshot's manifest and see that all its parts are there.

    Args:
        path: the folder that `jdl register build` wrote.

    Raises:
        UsageError: it is not a snapshot, was not built to the end, or has another schema version.
    """
    path = Path(path)
    manifest = _manifest(path)
    version = manifest.get("schema_version")
    if version != SCHEMA_VERSION:
        message = (
            f"Expected a snapshot of schema {SCHEMA_VERSION}, but {path.name} has {version}. Build it again from its source."
        )
        raise UsageError(message)
    lost = [part for part in _PARTS if not (path / part).exists()]
    if lost:
        message = f"Expected {', '.join(lost)} in the snapshot {path.name}, found none. Build it again from its source."
        raise UsageError(message)
    register = _described(path, manifest)
    _check_parts(register)
    return register


def _described(path: Path, manifest: Mapping[str, Json]) -> Register:
    """The snapshot as its manifest tells of it."""
    try:
        day = date.fromisoformat(str(manifest["extract_date"]))
        register = Register(path=path, manifest=manifest, extract_date=day)
        _ = register.content, register.left_out, register.rows
    except (KeyError, TypeError, ValueError, AttributeError):
        message = f"Expected in {path.name}/{MANIFEST} what `jdl register build` wrote, found something else. {AGAIN}"
        raise UsageError(message) from None
    return register


def _check_parts(register: Register) -> None:
    """Every file ends as one of its kind, no table lacks rows, and the model is the one that was built: what a copy lost, or somebody changed."""
    path = register.path
    for file, place, mark in ((register.linkage_file, 8, b"DUCK"), (register.key_index / "identity.arrow", -6, b"ARROW1")):
        if not _has(file, place, mark):
            _damaged(path, file)
    built = cast("Mapping[str, str]", register.manifest.get("linkage", {})).get("model_sha256")
    if built and file_sha256(register.model_file) != built:
        message = f"{path.name}: {register.model_file.name} is not as built. {AGAIN}"
        raise UsageError(message)
    for name in HELD:
        rows = sum(_rows_of(path, file) for file in sorted((path / name).glob("*.parquet")))
        if rows != register.rows.get(name, rows):
            message = (
                f"Expected every row of {name} in the snapshot {path.name}, found {'more' if rows > register.rows[name] else 'fewer'}: "
                f"a file of it is missing, or is another snapshot's. {AGAIN}"
            )
            raise UsageError(message)


def _has(file: Path, place: int, mark: bytes) -> bool:
    """Whether a mark stands at a place of a file; one counted from its end is below 0."""
    try:
        with file.open("rb") as stream:
            stream.seek(place, SEEK_END if place < 0 else SEEK_SET)
            return stream.read(len(mark)) == mark
    except OSError:  # it is shorter, or no file
        return False


def _rows_of(path: Path, file: Path) -> int:
    try:
        rows: int = pq.read_metadata(file).num_rows
    except (OSError, pa.ArrowException):
        _damaged(path, file)
    return rows


def _damaged(path: Path, file: Path) -> NoReturn:
    message = f"{path.name}/{file.relative_to(path)}: is damaged. {AGAIN}"
    raise UsageError(message)


def _manifest(path: Path) -> dict[str, Json]:
    file = path / MANIFEST
    if not path.is_dir():
        message = f"Expected a snapshot folder at {path.name}, found none. Make one with `jdl register build SOURCE {path.name}`."
        raise UsageError(message)
    if not file.is_file():
        half = (path / WORK).is_dir()
        message = (
            f"The snapshot {path.name} was not built to the end. Run the same `jdl register build` again: it goes on where it stopped."
            if half
            else f"Expected a snapshot, but {path.name} has no {MANIFEST}. Make one with `jdl register build SOURCE OUT`."
        )
        raise UsageError(message)
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as fault:
        message = f"Expected JSON in {path.name}/{MANIFEST}, found something else. Build the snapshot again from its source."
        raise UsageError(message) from fault
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        message = (
            f"Expected a snapshot, but {path.name} is not one; a source register must be prepared first: "
            f"`jdl register build {path.name} OUT`."
        )
        raise UsageError(message)
    return manifest
