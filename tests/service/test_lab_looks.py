"""The lab's pages in a browser: keys instead of a mouse. How each looks is seen in `test_every_page.py`."""

import pytest

from service_browser import CHROMIUM
from service_people import PASSWORD
from service_rooms import uncertain

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]


def test_a_link_is_decided_by_keys_alone_without_scripts(world, at, visit):
    waits = uncertain(world, at=at)
    visit.send("/account/login/", login=world.analyst.email, password=PASSWORD)
    page = visit(f"/lab/analysis/{waits.key}/links/decide/", scripts=False)
    page.get_by_role("button", name="Person 1").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Row 3 of the file").wait_for()
    page.get_by_role("button", name="Nobody").focus()
    page.keyboard.press("Enter")
    done = page.get_by_text("Every row is decided.")
    done.wait_for()
    assert done.is_visible()
