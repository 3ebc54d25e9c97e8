"""What the tests of whole builds share: an invented source register so small that it can be built again and again."""

import pytest

from justice_data_lab.register.synthetic.source import synthesise
from killed_builds import PEOPLE


@pytest.fixture(scope="session")
def source(made_once):
    """Its folder; files with a register of their own have another fixture of this name."""
    return made_once("source-of-few", lambda folder: synthesise(folder, people=PEOPLE, seed=7))
