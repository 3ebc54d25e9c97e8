"""How a build grows with the register: each size synthesised and built in processes of their own; prints a table and the exponent."""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measured import peak_memory

from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise

SIZES = (25_000, 100_000)
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
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        one_step(asked.step, asked.folder, asked.people[0])
        return
    print("| people | step | seconds | processor seconds | peak MB | written MB |")
    print("|---|---|---|---|---|---|")
    costs: dict[str, list[tuple[int, float]]] = {name: [] for name in STEPS}
    for people in asked.people:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            for name, written in (("synthesise", "source"), ("build", "snapshot")):
                found = measured(name, folder, people)
                costs[name].append((people, found["processor"]))
                figures = f"{found['seconds']:.1f} | {found['processor']:.1f} | {found['memory']:,.0f} | {size_of(folder / written):,.0f}"
                print(f"| {people:,} | {name} | {figures} |", flush=True)
    for name, points in costs.items():
        if len(points) > 1:
            print(f"\n{name}: processor seconds grow with people to the power {growth(points):.2f}")


if __name__ == "__main__":
    main()
