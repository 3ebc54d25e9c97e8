"""The page in a browser: axe-core finds nothing, with usual colours, high contrast and forced colours, wide and narrow."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.study import DisclosureRules, Lab
from sample_analyses import several
from sample_checks import checked
from sample_requests import no_overlap, refused

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
RULES = DisclosureRules()
REQUESTS = {
    "several": (several(), RULES),
    "checked": (checked(), RULES),
    "refused": (refused(), RULES),
    "no balance": (no_overlap(), RULES),
}
LOOKS = {
    "light": {},
    "high contrast": {"contrast": "more"},
    "forced colours": {"forced_colors": "active"},
}
# Every look on the short page, the usual one on a long page: axe looks at each element, and takes half a minute for a long one.
SEEN = [
    ("checked", "wide", "light"),
    ("no balance", "narrow", "light"),
    *(
        ("refused", size, look)
        for size, look in (("wide", "light"), ("wide", "high contrast"), ("wide", "forced colours"), ("narrow", "light"))
    ),
]
PATIENCE = 180_000  # milliseconds: a busy machine is no violation
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 320, "height": 640}}
# The rules of WCAG 2.2 AA, and beyond them what axe holds to be good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM)
        yield made
        made.close()


@pytest.fixture(scope="module")
def pages():
    lab = Lab(contacts="statistics@lab.example", lead_statistician="A. Statistician")
    return {name: render_html(lay_out(disclose(request, rules), lab)) for name, (request, rules) in REQUESTS.items()}


def opened(browser, html, size, look):
    page = browser.new_page(viewport=SIZES[size])
    page.set_default_timeout(PATIENCE)
    page.emulate_media(**LOOKS[look])
    page.set_content(html)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    return page


def complaints(page):
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(("name", "size", "look"), SEEN)
def test_axe_finds_no_violation(name, size, look, browser, pages):
    page = opened(browser, pages[name], size, look)
    try:
        assert complaints(page) == []
    finally:
        page.close()


def test_axe_finds_what_is_wrong(browser):
    page = opened(browser, "<html><body><img src='data:,'><p style='color:#ccc'>grey</p></body></html>", "wide", "light")
    try:
        found = " ".join(complaints(page))
    finally:
        page.close()
    for rule in ("html-has-lang", "image-alt", "color-contrast", "document-title"):
        assert rule in found


@pytest.mark.parametrize("name", REQUESTS)
def test_a_narrow_screen_is_not_scrolled_sideways(name, browser, pages):
    page = opened(browser, pages[name], "narrow", "light")
    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["narrow"]["width"]
    finally:
        page.close()
