"""What a run is asked to work on, and how it is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from justice_data_lab.errors import UsageError
from justice_data_lab.files import file_sha256
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.intake.columns import BY_NAME
from justice_data_lab.ledger_file import open_ledger
from justice_data_lab.linkage.carried import linked_before
from justice_data_lab.linkage.linkage import LINKED
from justice_data_lab.measures.analyses import check_values
from justice_data_lab.run_folder import check_rooms
from justice_data_lab.study_file import load_toml
from justice_data_lab.toml_section import section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justice_data_lab.intake.cohort import Cohort
    from justice_data_lab.linkage.carried import Identity
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A cohort and the register to find it in.

    Attributes:
        cohort: the cohort file.
        register: the opened snapshot.
        today: dates in a cohort file may not be later; also the report date when the study gives none.
        command: the exact command, for the manifest.
        column_map: TOML file that names the organisation's own headings.
        earlier: run folders of earlier cohorts of the same programme.
        similar: run folders of other programmes of the same kind, whose people are known to have had such help.
        protocol: the file that `jdl protocol` wrote.
        review: reviewers' files of decisions on uncertain links.
        ledger: the people behind everything that is public; None: the report says that it was not compared with it.
        ledger_key: of the ledger.
        id_map: by which ids the ledger knows the people of this extract, where they are others.
        settled: rooms that people have looked at, so that a run which is taken up keeps them whichever version of this program made them.
    """

    cohort: Path
    register: Register
    today: date
    command: str = "called from Python"
    column_map: Path | None = None
    earlier: tuple[Path, ...] = ()
    similar: tuple[Path, ...] = ()
    protocol: Path | None = None
    review: tuple[Path, ...] = ()
    ledger: Path | None = None
    ledger_key: Path | None = None
    id_map: Path | None = None
    settled: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take a path that is given as text."""
        paths_of(self, "cohort", "column_map", "earlier", "similar", "protocol", "review", "ledger", "ledger_key", "id_map")

    @property
    def ledger_files(self) -> tuple[Path | None, Path | None, Path | None]:
        """The ledger, its key and its ids."""
        return self.ledger, self.ledger_key, self.id_map

    def fingerprint(self) -> dict[str, str]:
        """The hash of each input by its name; of the ledger, which grows, only which one it is.

        Raises:
            UsageError: a file is not there.
        """
        inputs = {"cohort": input_hash(self.cohort), "register": self.register.content, "ids": self.register.id_scheme}
        if self.ledger:
            inputs["ledger"] = open_ledger(self.ledger).mark
        for name, file in (("column map", self.column_map), ("protocol", self.protocol), ("id map", self.id_map)):
            if file:
                inputs[name] = input_hash(file)
        inputs |= {f"review {place}": input_hash(file) for place, file in enumerate(self.review, 1)}
        for name, runs in (("earlier", self.earlier), ("similar", self.similar)):
            inputs |= {f"{name} {place}": _links_hash(name, run) for place, run in enumerate(runs, 1)}
        return inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Data that are already linked, one row a person.

    Attributes:
        data: CSV or Parquet.
        today: the report date when the study gives none.
        command: the exact command, for the manifest.
        protocol: the file that `jdl protocol` wrote.
    """

    data: Path
    today: date
    command: str = "called from Python"
    protocol: Path | None = None

    def __post_init__(self) -> None:
        """Take a path that is given as text."""
        paths_of(self, "data", "protocol")

    def fingerprint(self) -> dict[str, str]:
        """The hash of each input by its name.

        Raises:
            UsageError: the file is not there.
        """
        return {"data": input_hash(self.data)} | ({"protocol": input_hash(self.protocol)} if self.protocol else {})


def paths_of(request: Request | Linked, *names: str) -> None:
    """Make a `Path` of each of these fields that is given as text."""
    for name in names:
        given = getattr(request, name)
        if given is not None:
            object.__setattr__(request, name, tuple(map(Path, given)) if isinstance(given, (tuple, list)) else Path(given))


def input_hash(path: Path) -> str:
    """SHA-256 of an input file.

    Raises:
        UsageError: it is not there, or is a folder.
    """
    if not path.is_file():
        message = f"{path.name}: expected a file, found {'a folder' if path.is_dir() else 'nothing'}. Check the path."
        raise UsageError(message)
    return file_sha256(path)


def _links_hash(option: str, run: Path) -> str:
    """SHA-256 of the links of an earlier run, which are as the run wrote them."""
    if not links_of(run).is_file():
        message = f"--{option} {run.name}: expected a folder of `jdl run` or `jdl link`, found no linkage in it. Check the path."
        raise UsageError(message)
    check_rooms(run)
    return file_sha256(links_of(run))


def links_of(run: Path) -> Path:
    """The links file of an earlier run."""
    return run / "2-linkage" / "links.parquet"


def people_of(runs: Iterable[Path]) -> tuple[str, ...]:
    """Everybody whom these runs found in the register."""
    found: set[str] = set()
    for run in runs:
        people = pq.read_table(links_of(run), columns=["person_id"]).column("person_id").to_pylist()
        found |= {person for person in people if person is not None}
    return tuple(sorted(found))


def links_before(runs: Iterable[Path], known_as: Mapping[str, str] | None) -> dict[Identity, str]:
    """To whom the rows of earlier cohorts were linked, as far as their intake rooms are still there.

    Args:
        runs: their folders.
        known_as: the ledger's id of each person of this extract, where the runs have the ledger's ids and this extract others.
    """
    now = {old: new for new, old in known_as.items()} if known_as else None
    found: dict[Identity, str] = {}
    for run in runs:
        cohort = run / "1-intake" / "cohort.parquet"
        if cohort.is_file():
            links = pq.read_table(links_of(run), columns=["row", "person_id", "status"]).to_pylist()
            linked = {link["row"]: link["person_id"] for link in links if link["status"] == LINKED}
            people = {row: now.get(person, person) if now else person for row, person in linked.items()}
            found |= linked_before(pq.read_table(cohort).to_pylist(), people)
    return found


def frozen_date(out: Path, today: date) -> date:
    """The report date of a run that is taken up again; today for a new one.

    Raises:
        UsageError: the folder's `study.toml` is not that of a run.
    """
    frozen = out / "study.toml"
    if not frozen.is_file():
        return today
    try:
        return section(load_toml(frozen), "study").get("report_date", date, today)
    except UsageError:
        message = f"--out {out.name}: the folder is not a run, since its study.toml cannot be read. Give a new folder."
        raise UsageError(message) from None


def take_in(request: Request, study: Study | None, lab: Lab) -> Cohort:
    """Room 1: the checked cohort, whose own columns the study declares.

    Raises:
        UsageError: the study declares a column that the file does not have, or picks people by a value that nobody has.
        DataRefused: the file was refused.
    """
    cohort = read_cohort(request.cohort, column_map=request.column_map, today=request.today, lab=lab)
    codes = {name: tuple(code for code, _ in column.codes) for name, column in BY_NAME.items()}
    for name, _ in study.columns if study else ():
        if name not in cohort.rows.column_names:
            message = f"[columns] {name}: the cohort file has no such column. Take it out, or check the heading."
            raise UsageError(message)
    if study:
        check_values(study.analyses, cohort.rows.column, codes)
    return cohort
