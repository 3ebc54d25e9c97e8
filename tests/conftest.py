"""What many tests share: a small invented register, made and built once a session; an empty folder of releases."""

import os

import pytest

from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise
from justice_data_lab.release_folder import opened

PEOPLE = 20_000


@pytest.fixture(scope="session")
def small_source(tmp_path_factory):
    """An invented source register of 20,000 people."""
    source = tmp_path_factory.mktemp("register") / "source"
    synthesise(source, people=PEOPLE, seed=11)
    return source


@pytest.fixture(scope="session")
def small_register(small_source):
    """Its snapshot, opened."""
    return prepare(small_source, small_source.with_name("snapshot"))


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
