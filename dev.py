#!/usr/bin/env python3
"""One door to the project for people who work on it: sets itself up, then runs a task.

    python3 dev.py setup      make .venv and install the locked packages, those of the web service among them, and PySpark where Java 17 is
    python3 dev.py demo       the main job on an invented register; prints where the report is
    python3 dev.py test       every test, with the coverage gate
    python3 dev.py check      lint, format, types and import contracts
    python3 dev.py bench      timed comparisons with peers (two hours; --quick: minutes); `bench matching` runs one of them; never part of the tests
    python3 dev.py validate   the checks against published results and the simulation studies (hours; --quick: minutes)

Needs Python 3.11 or later and nothing else. What follows the task's name is handed on, e.g. `dev.py test -k linkage`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
# Scripts in benchmarks/, in the order in which one uses the registers of the other.
BENCHES = ("register", "whole", "linkage", "matching", "spark", "steps")
# As `jdl` itself does: on a busy machine two linear-algebra threads are slower than one.
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP")}


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder and end with its exit code when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env={**os.environ, **(env or {})}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def has_java() -> bool:
    """Whether Java 17 or later is on the path, which PySpark runs on."""
    java = shutil.which("java")
    if java is None:
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return version is not None and int(version[1]) >= 17


@cache
def locks(name: str) -> tuple[Path, ...]:
    """The locks of a set: whoever works on the project has the web service too, and PySpark where Java is; the benchmarks need their peers on top."""
    if name == "main.txt":
        return (ROOT / "requirements" / name,)
    files = ("dev.txt", "service.txt", *(("spark.txt",) if has_java() else ()), *((name,) if name != "dev.txt" else ()))
    return tuple(ROOT / "requirements" / file for file in files)


def installed(name: str) -> str:
    """What the environment's marker says once these locks and this project are installed."""
    text = b"".join(lock.read_bytes() for lock in locks(name)) + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def setup(lock_name: str) -> None:
    """Make `.venv` and install a locked set into it, unless that has been done."""
    # each set holds all of those before it
    sets = ("main.txt", "dev.txt", "bench.txt")
    markers = {name: VENV / f".installed-{name}" for name in sets}
    for name in sets[sets.index(lock_name) :]:
        if markers[name].is_file() and markers[name].read_text() == installed(name):
            return
    if not PYTHON.exists():
        print("Making .venv …", flush=True)
        venv.create(VENV, with_pip=True)
    print(f"Installing the locked packages of {', '.join(lock.name for lock in locks(lock_name))} …", flush=True)
    uv = shutil.which("uv")
    install = [uv, "pip", "install", "--python", str(PYTHON), "-q"] if uv else [str(PYTHON), "-m", "pip", "install", "-q"]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for lock in locks(lock_name):
        run(*install, "--require-hashes", "-r", lock, env=quiet)
    run(*install, "--no-deps", "--no-build-isolation", "-e", ROOT, env=quiet)
    markers[lock_name].write_text(installed(lock_name))


def demo(rest: list[str]) -> None:
    """The whole main job on an invented register."""
    setup("main.txt")
    run(BIN / "jdl", "demo", *(rest or ["--out", "runs/demo"]))


# files stay whole, since what a file sets up is dear; the slowest tests are told
_EVERY_TEST = (
    "--cov",
    "--cov-report=term",
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
    "--durations=40",
    "--durations-min=10",
)


def test(rest: list[str]) -> None:
    """Every test, a process for each core and one more, since tests of browsers, servers and Spark often wait; the coverage gate counts only when all of them run."""
    setup("dev.txt")
    workers = str((os.cpu_count() or 1) + 1)
    everything = () if rest else (*_EVERY_TEST, "-n", workers)
    run(PYTHON, "-m", "pytest", *everything, *rest, env=ONE_THREAD)


def check(rest: list[str]) -> None:
    """Lint, format, types and import contracts; types take longest, and are looked at beside the others."""
    setup("dev.txt")
    with subprocess.Popen([str(BIN / "mypy")], cwd=ROOT, stdout=subprocess.PIPE, text=True) as types:
        run(BIN / "ruff", "check", *rest)
        run(BIN / "ruff", "format", "--check")
        run(BIN / "lint-imports")
        found, _ = types.communicate()
    print(found, end="")
    if types.returncode:
        sys.exit(types.returncode)


def bench(rest: list[str]) -> None:
    """Timed comparisons with peers in the same run: all of them, or the one that is named; what fails does not stop the rest."""
    setup("bench.txt")
    named = rest[:1] if rest and rest[0] in BENCHES else []
    options = rest[len(named) :]
    if not named and "--quick" not in options:
        print(
            "Everything at the sizes of the page takes about two hours and 30 GB of disk; --quick shows it in minutes.",
            flush=True,
        )
    failed = []
    for name in named or BENCHES:
        script = [str(PYTHON), f"benchmarks/{name}.py", *options]
        env = {**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(("src", "tests"))}
        if subprocess.run(script, cwd=ROOT, env=env, check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"Did not come to their end: {', '.join(failed)}.")


def validate(rest: list[str]) -> None:
    """The checks against published results, then the simulation studies: hours the first time, minutes with `--quick`."""
    setup("dev.txt")
    fast = ["-m", "not slow"] if "--quick" in rest else []
    run(PYTHON, "-m", "pytest", "tests/validation", "tests/backtests", "-n", "auto", "--dist", "loadfile", *fast, env=ONE_THREAD)
    for study in ("calibration", "negative_control"):
        run(PYTHON, "-m", study, *rest, env={**ONE_THREAD, "PYTHONPATH": "validation"})
    if {"--only", "--so-far"} & set(rest):
        return  # the attack suite is no experiment, and has nothing to tell without attacking
    run(PYTHON, "-m", "attacks", *rest, env={**ONE_THREAD, "PYTHONPATH": os.pathsep.join(("validation", "tests"))})


TASKS = {"setup": lambda _: setup("dev.txt"), "demo": demo, "test": test, "check": check, "bench": bench, "validate": validate}


def main() -> None:
    """Run the task that the first word names."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- an older Python must get a sentence, not a traceback
        sys.exit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(__doc__)
    TASKS[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    main()
