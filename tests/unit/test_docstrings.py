"""Every example of a docstring runs and gives what it says, and public values say what each of their fields is."""

import doctest
from dataclasses import fields, is_dataclass
from importlib import import_module
from inspect import getdoc
from pathlib import Path

import pytest

import justice_data_lab

SOURCE = Path(justice_data_lab.__file__).parents[1]
WITH_EXAMPLES = sorted(path for path in SOURCE.rglob("*.py") if ">>>" in path.read_text())


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_examples_of_a_docstring_give_what_they_say(path, capsys):
    module = import_module(".".join(path.relative_to(SOURCE).with_suffix("").parts))
    tests = doctest.DocTestFinder(exclude_empty=True).find(module)
    assert sum(len(test.examples) for test in tests) == path.read_text().count(">>>")
    runner = doctest.DocTestRunner()
    for test in tests:
        runner.run(test)
    assert runner.failures == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", justice_data_lab.__all__)
def test_every_field_of_a_public_value_is_described(name):
    value = getattr(justice_data_lab, name)
    described = getdoc(value).partition("Attributes:")[2]
    assert [each.name for each in (fields(value) if is_dataclass(value) else ()) if f" {each.name}: " not in described] == []
