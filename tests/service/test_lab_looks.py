"""The lab's pages in a browser: nothing that axe finds, nothing stopped, no sideways scrolling on a phone, keys instead of a mouse."""

import os
from pathlib import Path

import pytest

from service_browser import CHROMIUM, NARROW, complaints, faults
from service_people import PASSWORD, request_in
from service_releases import finished_request
from service_rooms import matched, reported, uncertain

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]


@pytest.fixture
def pages(world, at, tmp_path):
    """Every page of the lab, in a state that has something to show."""
    submitted = request_in("submitted", world.beta, at=at)
    done = finished_request(world, tmp_path, at=at)
    reported(done.run, tmp_path / "run")
    waits, unlike = uncertain(world, at=at), matched(world, at=at)
    return {
        "board": "",
        "mine": "mine/",
        "request": f"{submitted.key}/",
        "refuse": f"{submitted.key}/refuse/",
        "study": f"{waits.key}/study/",
        "runs": f"{waits.key}/runs/",
        "links": f"{waits.key}/links/",
        "pair": f"{waits.key}/links/decide/",
        "balance": f"{unlike.key}/balance/",
        "result": f"{done.request.key}/result/",
        "comments": f"{done.request.key}/comments/",
    }


def test_every_page_of_the_lab_has_no_fault_wide_and_narrow(world, pages, visit):
    visit.send("/account/login/", login=world.analyst.email, password=PASSWORD)
    for name, path in pages.items():
        page = visit(f"/lab/analysis/{path}")
        _keep(page, f"{name}-wide")
        assert (name, complaints(page), faults(page)) == (name, [], [])
        small = visit(f"/lab/analysis/{path}", size=NARROW)
        _keep(small, f"{name}-narrow")
        assert (name, small.evaluate("document.documentElement.scrollWidth")) == (name, 320)


def test_a_link_is_decided_by_keys_alone_without_scripts(world, pages, visit):
    visit.send("/account/login/", login=world.analyst.email, password=PASSWORD)
    page = visit(f"/lab/analysis/{pages['pair']}", scripts=False)
    page.get_by_role("button", name="Person 1").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Row 3 of the file").wait_for()
    page.get_by_role("button", name="Nobody").focus()
    page.keyboard.press("Enter")
    done = page.get_by_text("Every row is decided.")
    done.wait_for()
    assert done.is_visible()


def _keep(page, name):
    """A picture, where somebody wants to look."""
    if folder := os.environ.get("JDL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
