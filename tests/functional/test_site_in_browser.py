"""Every kind of page of the public site in a browser: axe-core finds nothing, nothing is scrolled sideways, nothing needs a script."""

import re

import pytest
from tinyhtml5.parser import HTMLParser

from in_browser import CHROMIUM, complaints_in_every_look, opened, styled
from sample_site import KINDS, site_of_every_kind

PAGES = (
    "index.html",
    "calendar/index.html",
    "results/index.html",
    *(f"results/{kind}/v1/{name}.html" for kind in KINDS for name in ("index", "use")),
    "results/found/v1/response-1.html",
    "results/old/v1/index.html",
    "results/old/v2/index.html",
    "results/gone/v1/index.html",
    "bulletins/index.html",
    "bulletins/2026Q4/index.html",
    "bulletins/2026Q4/bulletin.html",
    *(f"about/{name}.html" for name in ("compliance", "pre-release", "revisions", "testing", "quality", "concerns")),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return site_of_every_kind(tmp_path_factory.mktemp("site"))


def test_every_kind_of_page_is_looked_at(site):
    """Those left out are other copies of one that is here: the latest version at the request's own address, and what is said in place of sentences."""
    kinds = {re.sub(r"results/\w+/v\d/", "results/KEY/vN/", path) for path in PAGES}
    written = {path for path in site if path.endswith(".html") and not path.endswith("/report.html")}
    left = {re.sub(r"results/\w+/v\d/", "results/KEY/vN/", path) for path in written} - kinds
    assert set(PAGES) <= written
    assert left == {f"results/{key}/index.html" for key in (*KINDS, "old", "gone")}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_formed_without_script_or_anything_from_elsewhere(path, site):
    parser = HTMLParser()
    parser.parse(site[path].decode())
    assert [error for error in parser.errors if error] == []
    text = site[path].decode()
    assert re.findall(r"<(?:script|img|iframe|object|video)|@import|\son[a-z]+=|(?:src|href)=\"https?:", text) == []
    assert text.count("<h1") == 1
    assert '<html lang="en-GB">' in text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)")
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_in_any_look_and_a_narrow_screen_is_not_scrolled_sideways(path, site, browser):
    page = opened(browser, styled(site, path))
    try:
        assert complaints_in_every_look(page) == {}
    finally:
        page.close()
