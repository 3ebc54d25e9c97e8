"""One part of the benchmarks at work: its sizes, where its data stand, and the results that it adds to the page."""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark_page.cells import number
from benchmark_page.page import RESULTS, write_page
from benchmark_page.results import Result, add_results, read_results
from justice_data_lab.errors import JDLError
from measured import FailedError, machine

FOLDER = Path(__file__).resolve().parents[1] / "runs" / "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part and what it was asked for.

    Attributes:
        name: of its file in `results`.
        folder: where registers, cohorts and pools stand, for every part; what is there is used again.
        results: folder of results, and of the page unless it is the committed one.
        people: sizes of register or pool.
        cohorts: sizes of the cohort.
        runs: how many are counted.
        since: results of this day or later are left as they are; empty for none.
    """

    name: str
    folder: Path
    results: Path
    people: tuple[int, ...]
    cohorts: tuple[int, ...]
    runs: int
    since: str

    def measure(
        self, work: str, people: int, do: Callable[[], dict[str, float]], *, cohort: int = 0, runs: int | None = None
    ) -> None:
        """Do one piece of work, write down what it cost, and the page anew; if it fails, write down why and go on.

        Args:
            work: its name in the results.
            people: in the register or the pool.
            do: the work, which gives its figures.
            cohort: people looked for or treated.
            runs: how many `do` counts, where that is not what the part was asked for.
        """
        what = f"{self.name}: {work}, {people:,} people" + (f", cohort {cohort:,}" if cohort else "")
        if self.since and self.stands(work, people, cohort=cohort):
            print(f"{what}: stands", flush=True)
            return
        print(f"{time.strftime('%H:%M')} {what} …", flush=True)
        try:
            found, failed = do(), ""
        except (FailedError, JDLError, OSError) as fault:
            found, failed = {}, f"{type(fault).__name__} {fault}".removeprefix("FailedError ")
        figures = {name: float(f"{figure:.5g}") for name, figure in found.items()}
        made = Result(
            work=work,
            people=people,
            cohort=cohort,
            runs=self.runs if runs is None else runs,
            figures=figures,
            failed=failed,
            seen=time.strftime("%Y-%m-%d"),
            load=round(os.getloadavg()[0], 1),
            machine=machine(),
        )
        add_results(self._file, [made])
        write_page(self.results)
        told = (f"{name} {number(figure)}" for name, figure in found.items() if "/" not in name)
        print(f"      {failed or ', '.join(told)}", flush=True)

    def stands(self, work: str, people: int, *, cohort: int = 0) -> bool:
        """Whether there is such a result of the day that was named, or of a later one."""
        found = (each for each in read_results(self._file) if each.size == (work, people, cohort))
        return any(each.seen >= self.since and not each.failed for each in found)

    @property
    def _file(self) -> Path:
        return self.results / f"{self.name}.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Sizes that a part measures unless others are asked for."""

    people: Sequence[int]
    cohorts: Sequence[int] = ()
    runs: int = 5


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """Options that every part has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--people", type=int, nargs="+", help="sizes of the register or pool")
    parser.add_argument("--cohort", type=int, nargs="+", help="sizes of the cohort")
    parser.add_argument("--runs", type=int, help="how many are counted")
    parser.add_argument("--quick", action="store_true", help="small sizes; the committed results and page stay as they are")
    parser.add_argument("--since", default="", metavar="2026-11-26", help="leave results of that day or later as they are")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for registers, cohorts and pools; used again")
    parser.add_argument("--results", type=Path, help="for results and page; default: the committed ones")
    return parser


def part_of(name: str, asked: argparse.Namespace, usual: Sizes, quick: Sizes) -> Part:
    """The part that the options ask for."""
    sizes, folder = (quick, asked.folder / "quick") if asked.quick else (usual, asked.folder)
    results = asked.results or (folder / "results" if asked.quick else RESULTS)
    folder.mkdir(parents=True, exist_ok=True)
    return Part(
        name=name,
        folder=folder,
        results=results,
        people=tuple(asked.people or sizes.people),
        cohorts=tuple(asked.cohort or sizes.cohorts),
        runs=asked.runs or sizes.runs,
        since=asked.since,
    )
