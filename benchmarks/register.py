"""How a build grows with the register: each size synthesised and built in processes of their own; prints a table and the exponent."""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measured import machine, write_section
from peak import peak_memory

from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise

SIZES = (25_000, 100_000)
HEAD = """## The register

`jdl register synthesise` and `jdl register build`, each size and step in a process of its own.
"""
STEPS = {
    "synthesise": lambda folder, people: synthesise(folder / "source", people=people, seed=1),
    "build": lambda folder, _: prepare(folder / "source", folder / "snapshot"),
}


def one_step(name: str, folder: Path, people: int) -> None:
    """Do one step in this process and print what it cost as JSON."""
    begun = time.perf_counter()
    STEPS[name](folder, people)
    found = {"seconds": time.perf_counter() - begun, "processor": time.process_time(), "memory": peak_memory()}
    print(json.dumps(found))


def measured(name: str, folder: Path, people: int) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder), "--people", str(people)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return json.loads(done.stdout.splitlines()[-1])


def size_of(folder: Path) -> float:
    """Megabytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def growth(points: list[tuple[int, float]]) -> float:
    """The power of the number of people with which a cost grows: the slope of its logarithm, by least squares."""
    x, y = ([math.log(point[axis]) for point in points] for axis in (0, 1))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - middle_x) ** 2 for a in x)


def main() -> None:
    """Build every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        one_step(asked.step, asked.folder, asked.people[0])
        return
    lines = ["| people | step | processor seconds | peak MB | written MB |", "|---|---|---|---|---|"]
    costs: dict[str, list[tuple[int, float]]] = {name: [] for name in STEPS}
    for people in asked.people:
        found = [one_size(people) for _ in range(asked.runs)]
        for name in STEPS:
            middle = {key: statistics.median(run[name][key] for run in found) for key in found[0][name]}
            costs[name].append((people, middle["processor"]))
            figures = f"{middle['processor']:.1f} | {middle['memory']:,.0f} | {middle['written']:,.0f}"
            lines.append(f"| {people:,} | {name} | {figures} |")
            print(f"{lines[-1]} {middle['seconds']:.1f} s on the clock", flush=True)
    lines += ["", *(grows(name, points) for name, points in costs.items() if len(points) > 1)]
    write_section("05-register", "\n".join([HEAD, *lines, "", machine()]))


def one_size(people: int) -> dict[str, dict[str, float]]:
    """What each step costs at one size, and how much it writes."""
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, written in (("synthesise", "source"), ("build", "snapshot")):
            cost = measured(name, Path(scratch), people)
            found[name] = cost | {"written": size_of(Path(scratch) / written)}
    return found


def grows(name: str, points: list[tuple[int, float]]) -> str:
    """The growth in a sentence."""
    return f"Processor seconds of {name} grow with people to the power {growth(points):.2f}."


if __name__ == "__main__":
    main()
