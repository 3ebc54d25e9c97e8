"""The page on OWASP ASVS names tests that are there."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)


def test_the_page_names_tests():
    assert len(NAMED) > 15


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_each_is_there(file, name):
    assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "item", ["1.2.10", "1.5.1", "5.1.1", "5.2.1", "5.2.2", "5.2.3", "5.2.4", "5.3.2", "8.3.2", "8.4.1", "14.2.1", "14.3.2"]
)
def test_each_item_of_the_design_has_its_line(item):
    assert re.search(rf"^\| [^|]*\b{re.escape(item)}\b", PAGE, re.MULTILINE)
