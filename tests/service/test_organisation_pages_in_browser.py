"""The organisation's pages in a browser without scripts. How each looks is seen in `test_every_page.py`."""

import pytest

from in_browser import follows
from service_browser import CHROMIUM
from service_people import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]


def test_a_task_is_done_without_scripts(world, visit):
    visit.send("/account/login/", login=world.alpha.member.email, password=PASSWORD)
    page = visit(f"/requests/{world.request.key}/tasks/own-words/", scripts=False)
    page.fill("textarea", "A1234BC was glad")
    follows(page, "main button")
    assert page.title().startswith("Error: ")
    page.fill("textarea", "Everybody was glad")
    follows(page, "main button")
    assert page.inner_text("h1") == "Task list"
