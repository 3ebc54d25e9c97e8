"""Many requests in one go: each as `jdl run` would do it, one failing without the others, and one summary of how each ended."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.errors import DataRefused, JDLError, UsageError, stopped
from justice_data_lab.files import write_bytes
from justice_data_lab.pipeline import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from justice_data_lab.request import Request
    from justice_data_lab.run_folder import Progress

SUMMARY = "summary.csv"
_COHORTS = (".csv", ".xlsx", ".ods")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request of a batch: what stands in its folder.

    Attributes:
        name: of its folder, and of its run.
        study: its study file.
        cohort: its cohort file.
        column_map: its own headings, when it has a `map.toml`.
        lab: its own lab file, or that of the batch; None without.
        protocol: its `protocol.json`, when it has one.
    """

    name: str
    study: Path
    cohort: Path
    column_map: Path | None
    lab: Path | None
    protocol: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a request of a batch ended: exit code and words of `jdl run`, without a personal value."""

    name: str
    exit_code: int
    words: str
    report: str


def entries(folder: Path, lab: Path | None = None) -> tuple[Entry, ...]:
    """The requests of a batch, by name: each folder in it with a study and one cohort file.

    Args:
        folder: of the batch.
        lab: the lab's settings; default: `lab.toml` beside the study, else in the batch's folder.

    Raises:
        UsageError: there is none, or a folder lacks its study or does not have just one cohort file.
    """
    places = sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    if not places:
        message = f"--batch {folder.name}: expected a folder with a folder for each request, found none. See docs/how-to/analyse-many-requests.md."
        raise UsageError(message)
    return tuple(_entry(place, lab or _there(folder / "lab.toml")) for place in places)


def _entry(place: Path, lab: Path | None) -> Entry:
    cohorts = [found for ending in _COHORTS if (found := _there(place / f"cohort{ending}"))]
    study = _there(place / "study.toml")
    if study is None or len(cohorts) != 1:
        message = (
            f"--batch {place.name}: expected study.toml and one of cohort.csv, cohort.xlsx and cohort.ods, "
            f"found {'a study' if study else 'no study'} and {len(cohorts)} cohort files. Nothing was run."
        )
        raise UsageError(message)
    return Entry(
        name=place.name,
        study=study,
        cohort=cohorts[0],
        column_map=_there(place / "map.toml"),
        lab=_there(place / "lab.toml") or lab,
        protocol=_there(place / "protocol.json"),
    )


def _there(file: Path) -> Path | None:
    return file if file.is_file() else None


def run_batch(
    batch: tuple[Entry, ...],
    out: Path,
    *,
    request: Callable[[Entry], Request],
    progress: Callable[[str], AbstractContextManager[Progress]],
) -> tuple[Ended, ...]:
    """Run each request into a folder of its name, and write the summary anew after each.

    Args:
        batch: the requests.
        out: folder of the runs and of `summary.csv`; unfinished and finished runs in it are taken up again.
        request: makes a run's request from its entry.
        progress: told which request begins; gives what its rooms are told to.

    Notes:
        A fault of the program in one request is written down with its kind and stops that request alone.
    """
    ended: list[Ended] = []
    for entry in batch:
        with progress(entry.name) as tell:
            ended.append(_run_one(entry, out / entry.name, request, tell))
        write_bytes(out / SUMMARY, _summary(ended))
    return tuple(ended)


def _run_one(entry: Entry, out: Path, request: Callable[[Entry], Request], progress: Progress) -> Ended:
    ended = Ended(name=entry.name, exit_code=0, words="", report="")
    try:
        made = run(entry.study, request(entry), out, progress=progress, lab_file=entry.lab)
        ended = replace(ended, words=made.summary())
    except JDLError as error:
        ended = replace(ended, exit_code=error.exit_code, words=_words(error))
    except Exception as error:  # noqa: BLE001 -- a foreign exception's text may hold a name, and the other requests go on
        if stopped(error):
            raise KeyboardInterrupt from None
        ended = replace(ended, exit_code=1, words=f"{type(error).__name__}: a fault of the program, not of the data")
    report = out / "7-report" / "report.html"
    return replace(ended, report=f"{entry.name}/7-report/{report.name}" if report.is_file() else "")


def _words(error: JDLError) -> str:
    """Why it ended; of refused data how many problems there are, which stand in the run's `refused.json`."""
    more = f" ({len(error.problems):,} problems)" if isinstance(error, DataRefused) else ""
    return f"{error}{more}"


def _summary(ended: list[Ended]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("request", "exit_code", "how_it_ended", "report"))
    rows.writerows((each.name, each.exit_code, " ".join(each.words.split()), each.report) for each in ended)
    return text.getvalue().encode()


def exit_code(ended: tuple[Ended, ...]) -> int:
    """Of the whole batch: 0 when every request was done, else the highest of theirs."""
    return max((each.exit_code for each in ended), default=0)
