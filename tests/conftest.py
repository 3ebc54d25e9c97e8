"""What many tests share: a small invented register, made and built once a session; an empty folder of releases."""

import fcntl
import os

import pytest

from justice_data_lab.prepare import prepare
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.register.synthetic.source import synthesise
from justice_data_lab.release_folder import opened

PEOPLE = 20_000


@pytest.fixture(scope="session")
def made_once(request, tmp_path_factory):
    """`made_once(name, make)` is what `make(path)` wrote there: once for all workers, by the first that asks. Nobody changes it."""
    base = tmp_path_factory.getbasetemp()
    everybodys = base.parent if hasattr(request.config, "workerinput") else base

    def find(name, make):
        path, made = everybodys / name, everybodys / f"{name}.made"
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                make(path)
                made.touch()
        return path

    return find


@pytest.fixture(scope="session")
def small_source(made_once):
    """An invented source register of 20,000 people."""
    return made_once("source", lambda path: synthesise(path, people=PEOPLE, seed=11))


@pytest.fixture(scope="session")
def small_register(made_once, small_source):
    """Its snapshot, opened."""
    return open_register(made_once("snapshot", lambda path: prepare(small_source, path)))


@pytest.fixture
def no_waiting_for_the_disk(monkeypatch):
    """Writes are not made to last: a test's folder goes with the test."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.fixture
def folder(tmp_path):
    """An open folder of releases, empty."""
    with opened(tmp_path / "releases") as found:
        yield found
