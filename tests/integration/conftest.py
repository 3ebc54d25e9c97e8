"""What the tests of whole builds share: an invented source register so small that it can be built again and again."""

import pytest

from justice_data_lab.prepare import prepare
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.register.synthetic.source import synthesise
from killed_builds import PEOPLE


@pytest.fixture(scope="session")
def source(made_once):
    """Its folder; files with a register of their own have another fixture of this name."""
    return made_once("source-of-few", lambda folder: synthesise(folder, people=PEOPLE, seed=7))


@pytest.fixture(scope="session")
def source_of_thousands(made_once):
    """Three thousand people: the folder of their source, which is read and copied, never changed."""
    return made_once("source-of-thousands", lambda folder: synthesise(folder, people=3_000, seed=7))


@pytest.fixture(scope="session")
def built_of_thousands(made_once, source_of_thousands):
    """Their snapshot, built whole."""
    return open_register(made_once("snapshot-of-thousands", lambda folder: prepare(source_of_thousands, folder)))
