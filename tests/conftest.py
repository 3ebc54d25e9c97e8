"""What many tests share: a small invented register, made and built once a session."""

import pytest

from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise

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
