"""The page on OWASP ASVS names tests that are there."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")
NAME = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
NAMED = NAME.findall(PAGE)


def test_the_page_names_tests():
    assert len(NAMED) > 15


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_each_is_there(file, name):
    assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8")


# as the design names them, and what stands under a heading of it at levels 1 and 2
ITEMS = [
    "1.2.10",
    "1.5.1",
    "3.2.1",
    "3.2.2",
    "3.3.1",
    "3.3.2",
    "3.3.3",
    "3.3.4",
    "3.4.1",
    "3.4.2",
    "3.4.3",
    "3.4.4",
    "3.4.5",
    "3.4.6",
    "3.5.1",
    "3.5.2",
    "3.5.3",
    "3.5.4",
    "3.5.5",
    "3.7.1",
    "3.7.2",
    "5.1.1",
    "5.2.1",
    "5.2.2",
    "5.2.3",
    "5.2.4",
    "5.3.2",
    "5.4.1",
    "5.4.2",
    "5.4.3",
    "6.1.1",
    "6.1.2",
    "6.1.3",
    "6.2.1",
    "6.2.2",
    "6.2.3",
    "6.2.4",
    "6.2.5",
    "6.2.6",
    "6.2.7",
    "6.2.8",
    "6.2.9",
    "6.2.10",
    "6.2.11",
    "6.3.1",
    "6.3.2",
    "6.3.3",
    "6.4.1",
    "6.4.2",
    "6.4.3",
    "6.4.4",
    "6.5.1",
    "6.5.2",
    "6.5.3",
    "6.5.4",
    "6.5.5",
    "6.6.1",
    "6.8.x",
    "7.1.1",
    "7.1.2",
    "7.1.3",
    "7.2.1",
    "7.2.2",
    "7.2.3",
    "7.2.4",
    "7.3.1",
    "7.3.2",
    "7.4.1",
    "7.4.2",
    "7.4.3",
    "7.4.4",
    "7.4.5",
    "7.5.1",
    "7.5.2",
    "7.6.x",
    "8.2.1",
    "8.2.2",
    "8.2.3",
    "8.3.2",
    "8.4.1",
    "14.2.1",
    "14.2.6",
    "14.2.7",
    "14.3.2",
    "16.1.1",
    "16.2.1",
    "16.2.2",
    "16.2.3",
    "16.2.4",
    "16.2.5",
    "16.3.1",
    "16.3.2",
    "16.3.3",
    "16.3.4",
    "16.4.1",
    "16.4.2",
    "16.4.3",
    "16.5.1",
    "16.5.2",
    "16.5.3",
]
SAID = ("not met", "does not apply", "nothing to test", "no test", "none of ours", ".py`", "`crash/`")


@pytest.mark.parametrize("item", ITEMS)
def test_each_item_of_the_design_has_its_line_with_a_test_or_says_why_not(item):
    line = re.search(rf"^\| (?:[^|]*[ ,])?{re.escape(item)}(?![\d.])[^|]*\|.*$", PAGE, re.MULTILINE)
    assert line is not None
    shown = line[0].split("|")[4]
    assert NAME.search(shown) or any(each in shown for each in SAID)
