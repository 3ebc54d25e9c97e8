"""The page of commands says what the program takes, each command once."""

import re
from pathlib import Path

import pytest
import typer.main

import justice_data_lab.cli  # the commands register as they are imported
from justice_data_lab.cli.options import app

assert justice_data_lab.cli.main

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command-line.md"
FIRST_CELLS = re.findall(r"^\| (`jdl .*?`) \| ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def commands(group, words=()):
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, (*words, name))
        elif not each.hidden:
            yield (*words, name), {option.opts[0] for option in each.params if not getattr(option, "hidden", False)}


COMMANDS = dict(commands(typer.main.get_command(app)))


def rows_of(words):
    """The rows of a command: named whole, or in the list of its group's commands that stands in one row."""
    *group, name = words
    whole, listed = rf"`jdl {' '.join(words)}[ `,]", rf"`jdl {' '.join(group)} .*[ `,]{name}[ ,]"
    return [cell for cell in FIRST_CELLS if re.match(whole, cell) or (group and re.match(listed, cell))]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_is_listed_with_each_of_its_options(words):
    rows = rows_of(words)
    assert rows, "expected a row of the table"
    wanted = {option for option in COMMANDS[words] if option.startswith("--")} - {"--help", "--engine"}
    missing = {option for option in wanted if not any(re.search(rf"{option}\b", row) for row in rows)}
    assert not missing


def test_no_row_is_there_twice():
    beginnings = [re.split(r" --| \(", cell)[0] for cell in FIRST_CELLS]
    twice = {each for each in beginnings if beginnings.count(each) > 1}
    assert twice == {"`jdl review RUN"}  # deciding, and counting
