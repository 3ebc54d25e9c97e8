"""The printed pages say what the specs and the catalogue say."""

import pytest

from spec.control_lives import CONTROL_LIVES
from spec.moved_lives import MOVED_LIVES
from spec.pages import DOCS, PAGES
from spec.worked_lives import WORKED_LIVES


@pytest.mark.parametrize("page", list(PAGES))
def test_the_page_is_current(page):
    assert (DOCS / page).read_text(encoding="utf-8") == PAGES[page](), "run: python tests/spec/pages.py"


def test_every_worked_life_is_printed():
    printed = PAGES["worked-lives.md"]()
    assert all(f"### {worked.claim}\n" in printed for worked in (*WORKED_LIVES, *MOVED_LIVES, *CONTROL_LIVES))
