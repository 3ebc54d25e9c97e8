"""Of whom a run tells, by register id as it stands in the run's secret rooms, and how that becomes what a ledger keeps."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn, cast

import pyarrow.parquet as pq

from justice_data_lab.disclosure.ledger.sets import FOUND, REQUEST, USABLE, LedgerSet
from justice_data_lab.errors import UsageError
from justice_data_lab.files import file_sha256
from justice_data_lab.ledger_file import open_ledger
from justice_data_lab.ledger_key import read_key
from justice_data_lab.linkage.linkage import LINKED
from justice_data_lab.linkage.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from justice_data_lab.files import Json

PEOPLE = "people.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokeniser:
    """How register ids become tokens.

    Attributes:
        key: the ledger's.
        scheme: of the ids by which the ledger knows people.
        own: scheme of the ids of this extract.
        known_as: the ledger's id of each person of this extract; None when they are the same ids.
    """

    key: bytes = field(repr=False)
    scheme: str
    own: str
    known_as: Mapping[str, str] | None = None

    def tokens(self, people: Iterable[str], scheme: str) -> frozenset[str]:
        """The tokens of register ids.

        Args:
            people: by id.
            scheme: of their ids: the ledger's, or those of this extract.

        Raises:
            UsageError: the ids are of neither, or the mapping lacks somebody, who would be taken for a new person.
        """
        if scheme == self.scheme:
            return frozenset(tokens_of(people, self.key))
        if scheme != self.own or self.known_as is None:
            message = (
                f"People are known by {scheme!r} in one register and by {self.scheme!r} in another, so nobody would be known again and nothing "
                "can be cleared. Give --id-map FILE, a CSV file with person_id and known_as for everybody; or, if the ids "
                "are the same, declare them under one id_scheme in each source's manifest.json and build the snapshot again."
            )
            raise UsageError(message)
        ids = list(people)
        missing = sum(person not in self.known_as for person in ids)
        if missing:
            message = f"--id-map: {missing} of the people whose figures are wanted are not in it. Give a row for everybody of the register."
            raise UsageError(message)
        return frozenset(tokens_of((self.known_as[person] for person in ids), self.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Of whom a run tells, by register id.

    Attributes:
        sets: in the order of the report; register ids stand where a ledger has tokens.
        scheme: of the ids.
    """

    sets: tuple[LedgerSet, ...] = field(repr=False)
    scheme: str

    def tokenised(self, make: Tokeniser) -> tuple[LedgerSet, ...]:
        """The sets as a ledger keeps them."""
        return tuple(replace(each, tokens=make.tokens(each.tokens, self.scheme)) for each in self.sets)

    def only(self, headline: str) -> People:
        """Those of whom a report without a figure tells: of the request, and of its headline; all where no headline is named."""
        told = (each for each in self.sets if each.analysis in (REQUEST, headline))
        return replace(self, sets=tuple(told)) if headline else self

    def to_dict(self) -> dict[str, Json]:
        """What `people.json` holds; personal data."""
        sets = [{**each.to_dict(), "people": sorted(each.tokens)} for each in self.sets]
        return {"scheme": self.scheme, "sets": [{name: each[name] for name in each if name != "tokens"} for each in sets]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> People:
        """The value that `to_dict` wrote."""
        sets = cast("list[Mapping[str, Json]]", data["sets"])
        return cls(
            sets=tuple(LedgerSet.from_dict({**each, "tokens": each["people"]}) for each in sets), scheme=str(data["scheme"])
        )


def source_of(inputs: Mapping[str, Json]) -> str:
    """The list that a run was made from, by its hash and that of the column map, which says what the list says."""
    return " ".join(str(inputs[name]) for name in ("cohort", "column map") if name in inputs)


def people_of_run(run: Path) -> People | None:
    """Of whom a finished run tells; None when its data came linked.

    Raises:
        UsageError: it is no finished run, or its lists are not those that it wrote.

    Notes:
        A run that could not be analysed tells of those whom it could use: that they were too few, say.
    """
    manifest = _manifest(run)
    file = run / "5-estimation" / PEOPLE
    if _vouched(manifest, run, file):
        return People.from_dict(cast("Mapping[str, Json]", json.loads(file.read_bytes())))
    rows = run / "3-measures" / "rows.parquet"
    inputs = cast("Mapping[str, str]", manifest.get("inputs", {}))
    if "cohort" not in inputs or not _vouched(manifest, run, rows):
        return None
    table = pq.read_table(rows, columns=["person_id", "treated"]).to_pydict()
    people = frozenset(person for person, treated in zip(table["person_id"], table["treated"], strict=True) if treated)
    usable = LedgerSet(analysis=REQUEST, of=USABLE, tokens=people, source=source_of(inputs))
    return People(sets=(usable,) if people else (), scheme=inputs["ids"])


def found_in_run(run: Path) -> People:
    """Everybody of a list who was found in the register and has an index disposal, from a run of `jdl link` or `jdl run`.

    Raises:
        UsageError: the run did not get as far.
    """
    manifest = _manifest(run)
    links = run / "2-linkage" / "links.parquet"
    inputs = cast("Mapping[str, str]", manifest.get("inputs", {}))
    if not _vouched(manifest, run, links) or "cohort" not in inputs:
        _no_run(run)
    table = pq.read_table(links, columns=["person_id", "status"]).to_pydict()
    people = frozenset(person for person, status in zip(table["person_id"], table["status"], strict=True) if status == LINKED)
    found = LedgerSet(analysis=REQUEST, of=FOUND, tokens=people, source=source_of(inputs))
    return People(sets=(found,) if people else (), scheme=inputs["ids"])


def _manifest(run: Path) -> Mapping[str, Json]:
    try:
        found = json.loads((run / "manifest.json").read_bytes())
        _ = found["rooms"]
    except (OSError, ValueError, KeyError, TypeError):
        _no_run(run)
    return cast("Mapping[str, Json]", found)


def _vouched(manifest: Mapping[str, Json], run: Path, file: Path) -> bool:
    """Whether the run wrote such a file, and it is still the same."""
    rooms = cast("Mapping[str, Mapping[str, Mapping[str, str]]]", manifest["rooms"])
    listed = rooms.get(file.parent.name, {}).get("files", {}).get(file.name)
    if (listed is None and not file.is_file()) or (file.is_file() and listed == file_sha256(file)):
        return listed is not None
    message = f"{run.name}/{file.parent.name}/{file.name}: is not the one that the run wrote. Run the request again."
    raise UsageError(message)


def _no_run(run: Path) -> NoReturn:
    message = f"{run.name}: expected a finished run, with its manifest.json. Give the folder of a `jdl run`."
    raise UsageError(message)


def tokeniser_of(ledger: Path, key: Path | None, id_map: Path | None, scheme: str) -> Tokeniser:
    """How a ledger's tokens are made from the ids of an extract.

    Args:
        ledger: its file.
        key: the file of its key.
        id_map: by which ids the ledger knows people, where this extract has others.
        scheme: of the ids of this extract.

    Raises:
        UsageError: there is no key, it is of another ledger, or the mapping is none.
    """
    if key is None:
        message = f"--ledger {ledger.name}: needs its key. Give --ledger-key FILE; `jdl ledger create` wrote it."
        raise UsageError(message)
    secret = read_key(key)
    known = open_ledger(ledger, secret).scheme()
    return Tokeniser(key=secret, scheme=known or scheme, own=scheme, known_as=read_id_map(id_map) if id_map else None)


def read_id_map(path: Path) -> dict[str, str]:
    """By which id the ledger knows each person: a CSV file with the columns `person_id` and `known_as`.

    Raises:
        UsageError: it is no such file, or an id is empty or stands in a column twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [(row["person_id"].strip(), row["known_as"].strip()) for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, KeyError, AttributeError, csv.Error):
        message = (
            f"{path.name}: expected a CSV file in UTF-8 with the columns person_id and known_as. Check the path and the headings."
        )
        raise UsageError(message) from None
    found = dict(rows)
    if len(found) < len(rows) or len(set(found.values())) < len(rows) or "" in (*found, *found.values()):
        message = f"{path.name}: an id is empty or stands in a column twice. Each person has one id now and one in the ledger."
        raise UsageError(message)
    return found
