"""The library in a browser: found in three clicks or one search, with scripts and without, on a phone, and axe-core finds nothing."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from in_browser import follows
from jdl_service.library import outside_actions as outside
from jdl_service.library import standing
from justice_data_lab.library.classified import Classified
from library_walk import by_clicks, looked_at, reads_what_was_delivered, takes_away
from service_browser import CHROMIUM, NARROW, complaints, faults
from service_library import ELSEWHERE, put
from service_people import PASSWORD, request_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
DAY = timedelta(days=1)
SHOTS = os.environ.get("JDL_SHOTS")
PAGES = (
    "", "all/", "all/?q=mentors&sex=women&compare=2026-000&compare=2026-001", "all/?q=zebrafinch", "types/mentoring/", "types/mentoring/outcome-reoffended.html",
    "results/2026-000/", "results/2026-100/v1/", "map/", "gaps/", "downloads/", "about/", "organisations/", "outside/",
)  # fmt: skip


@pytest.fixture
def library(world, at, monkeypatch, settings):
    """Four results of mentoring, one for men only, one that was withdrawn; one from elsewhere, and one of these that was withdrawn."""
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, address="https://localhost")
    for number in range(4):
        put(
            world,
            f"2026-00{number}",
            at=at - (9 - number) * DAY,
            title=f"Mentors {number}",
            study={"what": "An hour a week with a mentor"},
        )
    men = Classified(types=("mentoring",), settings=("custody",), sexes=("men",))
    put(world, "2026-004", at=at - 4 * DAY, title="Brothers", said=men)
    put(world, "2026-100", at=at - DAY, state="withdrawn", reason="It was of others.", title="Old choir")
    for _ in range(2):
        elsewhere = outside.agree(outside.add(ELSEWHERE, by=world.analyst, at=at), by=world.reviewer, at=at)
    outside.withdraw(elsewhere, reason="Its authors took it back.", by=world.analyst, at=at)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_mentoring_for_women_in_the_community_is_found_in_two_clicks_read_and_taken_away(library, visit, browser, scripts):
    page, titles = visit("/library/", size=NARROW, scripts=scripts), [f"Mentors {number}" for number in range(4)]
    looked_at(page, scripts)
    by_clicks(page, titles, scripts)
    assert page.locator("main .list > li").count() == 5  # the withdrawn one too
    reads_what_was_delivered(page, "Mentors 3", "An hour a week with a mentor", scripts)
    takes_away(page, lambda path: browser().get(f"/library/{path}").content, titles, scripts)
    assert faults(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_one_search_finds_it_and_what_is_chosen_stands_in_the_address(library, visit, scripts):
    page = visit("/library/", size=NARROW, scripts=scripts)
    page.fill("#q", "mentoring women community")
    page.press("#q", "Enter")
    page.wait_for_url("**/all/index.html?q=mentoring+women+community*")
    assert page.locator("main .list > li").count() == 5
    looked_at(page, scripts)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")
    page.click("summary:has-text('What was found')")
    for link in ("main .kinds a:has-text('Evidence of a reduction')", "text=Compare Mentors 3", "text=Compare Mentors 2"):
        follows(page, link)
    for table in (page.locator("main table").first, page.locator("main table").last):  # the results, and those of the plot
        assert table.locator("tbody tr").count() == 2
    assert page.url.endswith("?q=mentoring+women+community&verdict=reduction&compare=2026-003&compare=2026-002")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_a_phone_does_not_scroll_sideways(library, visit, path):
    page = visit(f"/library/{path}", size=NARROW)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert faults(page) == []


def test_the_first_page_and_a_request_lead_to_the_library(library, world, at, visit, browser):
    page = visit("/")
    follows(page, "text=The library of what works")
    assert page.text_content("h1") == "What works to cut reoffending?"
    row = request_in("coverage", world.alpha, at=at, owner=world.analyst)
    text = browser(world.alpha.member).get(f"/requests/{row.key}/").content.decode()
    assert 'href="/library/all/?setting=custody&amp;type=education"' in text
    draft = world.request
    type(draft).objects.filter(pk=draft.pk).update(intervention_type="", setting="")
    assert "services like this one" not in browser(world.alpha.member).get(f"/requests/{draft.key}/").content.decode()


def test_the_labs_pages_of_evidence_from_elsewhere_are_clean_wide_and_narrow(library, world, at, visit):
    row = outside.add(ELSEWHERE, by=world.analyst, at=at)
    outside.agree(outside.add(ELSEWHERE, by=world.analyst, at=at), by=world.reviewer, at=at)
    visit.send("/account/login/", login=world.analyst.email, password=PASSWORD)
    for path in (
        "",
        "outside/",
        "outside/add/",
        f"outside/{row.key}/",
        f"outside/{row.key}/change/",
        f"outside/{row.key}/withdraw/",
    ):
        page = visit(f"/lab/library/{path}", size=NARROW)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/outside-{path.replace('/', '-')}.png", full_page=True)
        looked_at(page, scripts=True)
        assert faults(page) == []
    page = visit("/lab/library/outside/add/", size=NARROW)
    follows(page, "button:has-text('Save')")
    assert "Enter what was studied" in page.text_content(".govuk-error-summary")
    looked_at(page, scripts=True)
