"""Work measured in a process of its own: processor seconds, peak memory, and whatever else it tells; medians over runs."""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SECTIONS = FOLDER / "sections"
PAGE = FOLDER.parent / "docs" / "reference" / "benchmarks.md"
GIB = 2**30
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP")}
HEAD = """# Benchmarks

Made by `python3 dev.py bench`; the largest sizes were run one at a time by the same programs. Each program works on the same data in the same run, in
a process of its own; figures are medians where there were several runs, in processor seconds (both processors together, the operating system's part
included) and peak memory of the whole process in GiB unless a table says MB, interpreter and data included. Processor seconds depend little on what else a machine does; elapsed time does, so none is printed but where it is
said. How each comparison is made stands in `benchmarks/`.
"""


class Meter:
    """What the work between two moments took of this process and its children."""

    def __init__(self) -> None:
        self._begun = _processor()
        self._clock = time.perf_counter()

    def read(self) -> dict[str, float]:
        """Processor and elapsed seconds since it was made, and the most memory that this process ever held."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB
        return {"cpu": _processor() - self._begun, "elapsed": time.perf_counter() - self._clock, "memory": peak}


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_a_process(script: Path, *arguments: str) -> dict[str, float] | None:
    """What the last line that a script prints says, as JSON; None when it ended with an error, which is shown."""
    command = [sys.executable, "-W", "ignore", str(script), *arguments]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  {' '.join(arguments)}: ended with {done.returncode}\n{done.stderr[-600:]}", flush=True)
        return None
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def medians(work: Callable[[], dict[str, float] | None], runs: int) -> dict[str, float] | None:
    """The median of each figure over the runs; None when one of them failed."""
    found = []
    for _ in range(runs):
        one = work()
        if one is None:
            return None
        found.append(one)
    return {name: statistics.median(each[name] for each in found) for name in found[0]}


def write_section(name: str, text: str) -> None:
    """Write one section (`10-linkage`, `20-matching`, …), and the page made of all of them in that order."""
    SECTIONS.mkdir(exist_ok=True)
    (SECTIONS / f"{name}.md").write_text(text.strip() + "\n", encoding="utf-8")
    sections = [path.read_text(encoding="utf-8") for path in sorted(SECTIONS.glob("*.md"))]
    PAGE.write_text("\n".join([HEAD, *sections]), encoding="utf-8")


def machine() -> str:
    """The machine and the day in one sentence, to stand in a section."""
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.machine()
    )
    memory = next((int(line.split()[1]) / 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0.0)
    load = ", ".join(f"{each:.0f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, "
        f"{time.strftime('%d %B %Y')}; load averages when it ended: {load}."
    )


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
