"""Reports in a browser: axe-core finds nothing, with usual colours, high contrast and forced colours, wide and narrow."""

from dataclasses import replace

import pytest

from in_browser import LOOKS, MARKS, SIZES, complaints, opened
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.study import DisclosureRules, Lab
from sample_analyses import several
from sample_checks import checked, checked_trial
from sample_requests import no_overlap, refused

pytestmark = MARKS
RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")
REQUESTS = {
    # several analyses with all that tests a result: the longest report there is
    "several": (replace(several(), robustness=checked().robustness, survival=checked().survival), RULES),
    "one": (checked(), RULES),
    "trial": (checked_trial(), PUBLIC),
    "refused": (refused(), RULES),
    "no balance": (no_overlap(), RULES),
}


@pytest.fixture(scope="module")
def pages():
    lab = Lab(contacts="statistics@lab.example", lead_statistician="A. Statistician")
    return {name: render_html(lay_out(disclose(request, rules), lab)) for name, (request, rules) in REQUESTS.items()}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", REQUESTS)
def test_axe_finds_no_violation(name, look, browser, pages):
    page = opened(browser, pages[name], "wide", look)
    try:
        assert complaints(page) == []
    finally:
        page.close()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_narrow_screen_has_no_violation_and_is_not_scrolled_sideways(name, browser, pages):
    page = opened(browser, pages[name], "narrow")
    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["narrow"]["width"]
        assert complaints(page) == []
    finally:
        page.close()


def test_axe_finds_what_is_wrong(browser):
    page = opened(browser, "<html><body><img src='data:,'><p style='color:#ccc'>grey</p></body></html>")
    try:
        found = " ".join(complaints(page))
    finally:
        page.close()
    for rule in ("html-has-lang", "image-alt", "color-contrast", "document-title"):
        assert rule in found
