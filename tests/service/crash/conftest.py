"""Homes in every stage of one request, made once: what is killed is killed in a copy."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from service_crash import STARTED, Home


@pytest.fixture(autouse=True)
def nothing_runs_on():
    """A test that fails leaves no process behind."""
    yield
    while STARTED:
        process = STARTED.pop()
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def cohort(made_once, small_register):
    """A file of two hundred invented people."""
    return made_once("crash.csv", lambda path: synthesise_cohort(small_register, path, size=200, effect=-0.05, seed=3))


@pytest.fixture(scope="session")
def walk():
    """`walk(home, cohort, templates, last)` takes a request through a home, in a process of its own."""

    def go(home, cohort, templates, last=""):
        words = [sys.executable, "-m", "service_undisturbed", str(cohort), str(templates), last]
        done = subprocess.run(words, env=home.environment, capture_output=True, text=True, check=False, cwd=os.sep)
        assert done.returncode == 0, done.stderr[-3000:]

    return go


@pytest.fixture(scope="session")
def stages(made_once, small_register, cohort, walk):
    """Copies of a home before and after each of the worker's jobs, of a walk in which nobody was killed."""
    settings = {"JDL_REGISTER": str(small_register.path), "OPENBLAS_NUM_THREADS": "1"}

    def make(folder):
        folder.mkdir()
        walk(Home(folder=folder / "home", settings=settings), cohort, folder)

    return SimpleNamespace(folder=made_once("stages", make), settings=settings)
