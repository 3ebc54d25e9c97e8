"""Records finished runs in a snapshot, so that its public coverage file says what share of past submissions was analysed."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

import pyarrow.compute as pc
import pyarrow.parquet as pq

from justice_data_lab.disclosure.coverage import Tally, analysed_shares, renewed
from justice_data_lab.errors import UsageError
from justice_data_lab.files import write_json
from justice_data_lab.linkage.linkage import LINKED
from justice_data_lab.records import from_json, to_json
from justice_data_lab.register.coverage import ALL, FIELDS, Coverage, fields_given, read_coverage
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.run_folder import ROOMS, check_rooms
from justice_data_lab.study import DisclosureRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from justice_data_lab.files import Json

Tallies: TypeAlias = "dict[str, Tally]"

RECORD = "past_submissions.json"
# Rows of a run whose intake room is gone: they count among all rows only.
_NOT_KNOWN = "not known"
_SERVED = (None, "served")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording did.

    Attributes:
        coverage: the public file as it now stands.
        added: runs recorded now.
        known: runs that were recorded before, and were not counted again.
        waiting: runs that are recorded but not in the public shares yet.
    """

    coverage: Coverage
    added: int
    known: int
    waiting: int

    def summary(self) -> str:
        """How many runs were recorded, and the public shares."""
        lines = [f"Recorded: {self.added}. Recorded before and not counted again: {self.known}."]
        lines += [
            f"  {share.fields}: {share.analysed:.0%} of the rows submitted were analysed" for share in self.coverage.analysed
        ]
        shown = {share.fields for share in self.coverage.analysed}
        hidden = [fields for fields in (ALL, *FIELDS) if fields not in shown]
        if hidden:
            lines.append(f"  not shown until more people stand behind it: {', '.join(hidden)}")
        if self.waiting:
            lines.append(f"  recorded, but not in the public shares until more runs are: {self.waiting}")
        return "\n".join(lines)


def record_runs(snapshot: Path, runs: Iterable[Path], *, after: Path | None = None) -> Recorded:
    """Add finished runs to a snapshot's record of past submissions, and renew its public coverage file.

    Args:
        snapshot: the folder that `jdl register build` made.
        runs: finished run folders of `jdl run`; the same cohort file counts once.
        after: the snapshot before this one, whose record is taken over.

    Raises:
        UsageError: a folder is not a snapshot or not a finished run, or both snapshots have a record.

    Notes:
        The record holds exact counts and is secret, like the manifest. Runs wait in it until enough people were added for the
        public shares to change (see `renewed`); recorded together, more of them can be shown by identifiers. A row counts as analysed when its person was matched in
        the headline analysis; in a run that stopped before matching nobody was.
    """
    register = open_register(snapshot)
    record, given = _record(snapshot, after), [_tally(run) for run in runs]
    every = dict(given) | record.submissions
    rules = DisclosureRules()
    waiting = {name: run for name, run in every.items() if name not in record.released}
    renewal = renewed(_together(waiting.values()), record.published, rules)
    published, released = (record.published, record.released) if renewal is None else (renewal, frozenset(every))
    write_json(snapshot / RECORD, _Record(submissions=every, published=published, released=released).to_dict())
    shares = analysed_shares(published, [every[name] for name in sorted(released)], rules)
    coverage = replace(read_coverage(register.coverage_file), analysed=shares)
    write_json(register.coverage_file, coverage.to_dict())
    added = len(every) - len(record.submissions)
    return Recorded(coverage=coverage, added=added, known=len(given) - added, waiting=len(every) - len(released))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What is recorded so far: each submission, the tallies behind the public shares, and which submissions are in them."""

    submissions: dict[str, Tallies]
    published: Tallies
    released: frozenset[str]

    def to_dict(self) -> dict[str, Json]:
        """The content of the file, in one order whatever the order of recording."""
        submissions = {name: _json(run) for name, run in self.submissions.items()}
        return {"submissions": submissions, "published": _json(self.published), "released": sorted(self.released)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> _Record:
        """The value that `to_dict` wrote."""
        submissions = cast("Mapping[str, Json]", data["submissions"])
        return cls(
            submissions={name: _tallies(run) for name, run in submissions.items()},
            published=_tallies(data["published"]),
            released=frozenset(cast("list[str]", data["released"])),
        )


def _record(snapshot: Path, after: Path | None) -> _Record:
    """The record of this snapshot, or of the one before it."""
    place = snapshot / RECORD
    if after is not None:
        if place.is_file():
            message = f"--after {after.name}: {snapshot.name} has a record of its own. Leave --after out."
            raise UsageError(message)
        place = open_register(after).path / RECORD
    if not place.is_file():
        return _Record(submissions={}, published={}, released=frozenset())
    try:
        return _Record.from_dict(cast("Mapping[str, Json]", json.loads(place.read_bytes())))
    except (ValueError, KeyError, TypeError, AttributeError):
        message = f"{place.parent.name}/{RECORD}: expected the record of past submissions, found something else. Put it back from a backup."
        raise UsageError(message) from None


def _tallies(data: Json) -> Tallies:
    return {fields: from_json(Tally, tally) for fields, tally in cast("Mapping[str, Mapping[str, Json]]", data).items()}


def _json(tallies: Tallies) -> dict[str, Json]:
    return {fields: to_json(tally) for fields, tally in tallies.items()}


def _together(runs: Iterable[Tallies]) -> Tallies:
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for run in runs:
        for fields, tally in run.items():
            found[fields] += tally
    return dict(found)


def _tally(run: Path) -> tuple[str, Tallies]:
    """A run's cohort file, by its hash, and its rows by which identifiers were given."""
    cohort = _finished_cohort(run)
    links = pq.read_table(run / ROOMS[1] / "links.parquet").to_pylist()
    analysed, fields = _analysed(run), _fields(run)
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for link in links:
        if link.get("arm") in _SERVED:
            counted = link["status"] == LINKED and link["person_id"] in analysed
            found[fields.get(link["row"], _NOT_KNOWN)] += Tally(submitted=1, analysed=int(counted))
    return cohort, dict(found)


def _finished_cohort(run: Path) -> str:
    """The hash of the cohort file that a finished run was of."""
    try:
        manifest = json.loads((run / "manifest.json").read_bytes())
        finished, cohort = ROOMS[-1] in manifest["rooms"], str(manifest["inputs"]["cohort"])
    except (OSError, ValueError, KeyError, TypeError):
        finished, cohort = False, ""
    if finished:
        check_rooms(run)
        return cohort
    message = (
        f"--run {run.name}: expected the folder of a finished `jdl run`, with its report. Give another folder, or finish the run."
    )
    raise UsageError(message)


def _analysed(run: Path) -> frozenset[str]:
    """The people who were matched in the headline analysis; nobody in a run that stopped before."""
    weights = run / ROOMS[3] / "weights.parquet"
    if not weights.is_file():
        return frozenset()
    columns = ["row", "treated", "weight"]
    matched = pq.read_table(weights, columns=columns, filters=[("treated", "==", 1), ("weight", ">", 0)]).column("row")
    rows = pq.read_table(run / ROOMS[2] / "rows.parquet", columns=["row", "person_id"])
    return frozenset(rows.filter(pc.is_in(rows.column("row"), matched.combine_chunks())).column("person_id").to_pylist())


def _fields(run: Path) -> dict[int, str]:
    """Which numbers each row came with; of the intake room nothing else is read."""
    cohort = run / ROOMS[0] / "cohort.parquet"
    if not cohort.is_file():
        return {}
    rows = pq.read_table(cohort, columns=["row", "pnc_id", "prison_number"]).to_pylist()
    return {row["row"]: fields_given(police=bool(row["pnc_id"]), prison=bool(row["prison_number"])) for row in rows}
