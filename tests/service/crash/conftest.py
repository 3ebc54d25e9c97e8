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
def cohort(tmp_path_factory, small_register):
    """A file of two hundred invented people."""
    path = tmp_path_factory.mktemp("crash") / "cohort.csv"
    synthesise_cohort(small_register, path, size=200, effect=-0.05, seed=3)
    return path


@pytest.fixture(scope="session")
def walk():
    """`walk(home, cohort, templates, last)` takes a request through a home, in a process of its own."""

    def go(home, cohort, templates, last=""):
        words = [sys.executable, "-m", "service_undisturbed", str(cohort), str(templates), last]
        done = subprocess.run(words, env=home.environment, capture_output=True, text=True, check=False, cwd=os.sep)
        assert done.returncode == 0, done.stderr[-3000:]

    return go


@pytest.fixture(scope="session")
def stages(tmp_path_factory, small_register, cohort, walk):
    """Copies of a home before and after each of the worker's jobs, of a walk in which nobody was killed."""
    folder = tmp_path_factory.mktemp("stages")
    settings = {"JDL_REGISTER": str(small_register.path), "OPENBLAS_NUM_THREADS": "1"}
    walk(Home(folder=folder / "home", settings=settings), cohort, folder)
    return SimpleNamespace(folder=folder, settings=settings)
