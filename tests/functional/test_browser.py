"""Reports in a browser: axe-core finds nothing, with usual colours, high contrast and forced colours, wide and narrow."""

from dataclasses import replace

import pytest

from in_browser import MARKS, complaints, complaints_in_every_look, opened
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


@pytest.mark.parametrize("name", REQUESTS)
def test_axe_finds_no_violation_in_any_look_and_a_narrow_screen_is_not_scrolled_sideways(name, browser, pages):
    page = opened(browser, pages[name])
    try:
        assert complaints_in_every_look(page) == {}
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


WRONG_IN_ONE_LOOK = """<html lang="en"><title>A page</title><style>
@media (prefers-contrast: more) { p { color: #ccc } }
@media (forced-colors: active) { p { color: #ccc; background: #fff; forced-color-adjust: none } }
@media (max-width: 400px) { p { min-width: 600px } a { display: block; font-size: 8px; line-height: 8px } }
</style><body><main><h1>A page</h1><p>grey</p><a href="#a">one</a> <a href="#b">two</a></main></body></html>"""


def test_what_is_wrong_in_one_look_alone_is_found_there(browser):
    page = opened(browser, WRONG_IN_ONE_LOOK)
    try:
        found = complaints_in_every_look(page)
    finally:
        page.close()
    told = {where: {each.split(":")[0] for each in wrong} for where, wrong in found.items()}
    assert told == {
        ("wide", "high contrast"): {"color-contrast"},
        ("wide", "forced colours"): {"color-contrast"},
        ("narrow", "light"): {"target-size", "scrolled sideways"},
    }
