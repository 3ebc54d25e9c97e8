"""Linkage beside its peers: the same cohort against the same register, each way in a process of its own; prints medians."""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from linkage_peers import PEERS, Links
from measured import machine, write_section
from peak import peak_memory

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.prepare import prepare
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.register.synthetic.source import synthesise

HEAD = """## Linkage

A cohort with ordinary mistakes (`jdl cohort synthesise --errors normal`) against an invented register; each way in a process of its own, the first
run of each not counted, medians. Reading the cohort file is left out for all. Precision: of those linked, how many are right. Recall: of those who are
in the register, how many were found. The ways are written out in `benchmarks/linkage_peers.py`.
"""


def prepared(folder: Path, people: int, cohort: int) -> None:
    """See that the folder has a source register, its snapshot and a cohort with its truth."""
    if not (folder / "source").exists():
        synthesise(folder / "source", people=people, seed=1)
    prepare(folder / "source", folder / "snapshot")
    if not (folder / "cohort.csv").exists():
        synthesise_cohort(open_register(folder / "snapshot"), folder / "cohort.csv", size=cohort, effect=0.0, seed=3)


def accuracy(folder: Path, links: Links) -> dict[str, float]:
    """Of those linked, how many are right; of those who are in the register, how many were found."""
    with (folder / "cohort.truth.csv").open(encoding="utf-8", newline="") as stream:
        truth = {int(line["row"]): line["person_id"] for line in csv.DictReader(stream) if line["person_id"]}
    right = sum(truth.get(row) == person for row, person in links.items())
    return {"precision": right / max(len(links), 1), "recall": right / len(truth)}


def one_peer(name: str, folder: Path, runs: int) -> None:
    """Run one peer in this process and print what was measured as JSON; the first run, which warms the files, does not count."""
    work = PEERS[name](folder)
    links = work()
    seconds, processor = [], []
    for _ in range(runs):
        begun, used = time.perf_counter(), time.process_time()
        work()
        seconds.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    found = {"seconds": statistics.median(seconds), "processor": statistics.median(processor), "memory": peak_memory()}
    print(json.dumps(found | accuracy(folder, links)))


def measure(name: str, folder: Path, runs: int) -> Mapping[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--peer", name, "--folder", str(folder), "--runs", str(runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Run every peer and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--cohort", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="kept, and used again; default: one that is thrown away")
    parser.add_argument("--peer", choices=list(PEERS), help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="*", choices=list(PEERS), default=list(PEERS))
    asked = parser.parse_args()
    if asked.peer:
        one_peer(asked.peer, asked.folder, asked.runs)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        prepared(folder, asked.people, asked.cohort)
        title = f"{asked.cohort:,} against {asked.people:,} people"
        lines = [f"| {title} | processor seconds | peak MB | precision | recall |", "|---|---|---|---|---|"]
        for name in asked.only:
            found = measure(name, folder, asked.runs)
            figures = f"{found['processor']:.2f} | {found['memory']:,.0f} | {found['precision']:.4f} | {found['recall']:.4f}"
            lines.append(f"| {name} | {figures} |")
            print(f"{lines[-1]} {found['seconds']:.2f} s on the clock", flush=True)
        write_section("10-linkage", "\n".join([HEAD, *lines, "", machine()]))


if __name__ == "__main__":
    main()
