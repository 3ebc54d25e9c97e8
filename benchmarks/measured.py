"""Work measured in a process of its own: processor seconds, the clock, peak memory, and what other work took meanwhile."""

import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from io import StringIO
from pathlib import Path

GIB = 2**30
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP")}
# Between two looks at the memory of a process and all that it started.
OFTEN = 0.25


class FailedError(Exception):
    """The work ended with an error, or could not begin; says why in a few words."""


class Meter:
    """What the work between two moments took of this process, and of those it started and waited for."""

    def __init__(self) -> None:
        self._begun, self._busy, self._clock = processor(), _busy(), time.perf_counter()

    def read(self) -> dict[str, float]:
        """Seconds since it was made, the most memory that this process ever held, and processors that other work took meanwhile."""
        cpu, wall = processor() - self._begun, time.perf_counter() - self._clock
        found = {"cpu": cpu, "wall": wall, "memory": peak_memory()}
        busy = _busy()
        return found if busy is None or self._busy is None else found | {"others": max(busy - self._busy - cpu, 0.0) / wall}


def processor() -> float:
    """Processor seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_memory() -> float:
    """The most that this process ever held, in GiB; pages of files mapped into memory count."""
    status = Path("/proc/self/status")
    if status.is_file():
        # what getrusage says on Linux, a process inherits from the one that started it
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / GIB
    return _peak(resource.getrusage(resource.RUSAGE_SELF))


def children_peak() -> float:
    """The most that the largest process held that this one started and waited for, in GiB."""
    return _peak(resource.getrusage(resource.RUSAGE_CHILDREN))


def in_a_process(script: Path, *arguments: str) -> dict[str, float]:
    """What the last line that a script prints says, as JSON.

    Raises:
        FailedError: it ended with an error.
    """
    command = [sys.executable, "-W", "ignore", str(script), *arguments]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FailedError(_why(done.stderr, done.returncode))
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def command_measured(*command: str) -> dict[str, float]:
    """What a command cost, with all that it starts; memory is that of the largest process, or of all together where that is more.

    Raises:
        FailedError: it ended with an error.
    """
    meter = Meter()
    process = subprocess.Popen(command, env=os.environ | ONE_THREAD, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    together: list[float] = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, together))
    watcher.start()
    with process.stderr or StringIO() as said_there:
        said = said_there.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    found = meter.read()
    watcher.join()
    if process.returncode:
        raise FailedError(_why(said, process.returncode))
    return found | {"cpu": used.ru_utime + used.ru_stime, "memory": max(_peak(used), *together)}


def medians(work: Callable[[], dict[str, float]], runs: int) -> dict[str, float]:
    """The median of each figure over the runs."""
    return middle([work() for _ in range(runs)])


def middle(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {name: statistics.median(each[name] for each in found) for name in found[0]}


def machine() -> str:
    """The machine and the versions that matter, in words."""
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.machine()
    )
    memory = next((int(line.split()[1]) / 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0.0)
    packages = ", ".join(
        f"{name} {version(package)}" for name, package in (("DuckDB", "duckdb"), ("Splink", "splink"), ("NumPy", "numpy"))
    )
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB, {system}, {packages}"


def _peak(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / GIB


def _why(said: str, code: int) -> str:
    """The last line of an error, as it can stand in a table."""
    print(said[-2_000:], file=sys.stderr, flush=True)
    last = (said.strip() or f"ended with {code}").splitlines()[-1]
    # where in a package an error comes from is nothing for a table
    return re.sub(r"^(\w+\.)+(?=\w+:)", "", last).replace("|", "/")[:100]


def _busy() -> float | None:
    """Seconds that all processors together have worked since the machine started; None where the system does not say."""
    first = next(iter(_lines("/proc/stat")), "")
    if not first:
        return None
    user, nice, kernel, _idle, _waiting, *others = (int(word) for word in first.split()[1:9])
    return (user + nice + kernel + sum(others)) / os.sysconf("SC_CLK_TCK")


def _watch(process: "subprocess.Popen[str]", most: list[float]) -> None:
    """Look again and again at the memory of a process and of all below it; what they share counts once."""
    while process.returncode is None:
        most[0] = max(most[0], sum(_held(one) for one in _below(process.pid)) / GIB)
        time.sleep(OFTEN)


def _below(process: int) -> Iterator[int]:
    yield process
    for line in _lines(f"/proc/{process}/task/{process}/children"):
        for child in line.split():
            yield from _below(int(child))


def _held(process: int) -> float:
    return sum(int(line.split()[1]) * 1024 for line in _lines(f"/proc/{process}/smaps_rollup") if line.startswith("Pss:"))


def _lines(path: str) -> list[str]:
    """Lines of a file of the system's; none where it is not there, or not any more."""
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
