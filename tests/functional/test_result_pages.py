"""A result on one page, whatever was found: short, light, on a phone and on one sheet of paper; and a page of what may be quoted."""

import os
import re
from html import unescape

import pikepdf
import pytest

from in_browser import CHROMIUM, opened, styled
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.release_acts import release_due
from justice_data_lab.release_folder import opened as opened_folder
from justice_data_lab.release_site import build_site
from justice_data_lab.reporting.use import use_of
from sample_releases import DUE, HEAD, LAB, PUBLIC, doubtful, finished_run, go, named, scheduled, unclear
from sample_requests import national, refused
from sample_site import KINDS, NAME, site_of_every_kind

REQUESTS = {"found": national, "refused": refused, "unclear": unclear, "doubtful": doubtful}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return site_of_every_kind(tmp_path_factory.mktemp("site"))


def page_of(site, kind, name="index.html"):
    return site[f"results/{kind}/v1/{name}"].decode()


def words_of(page):
    """The words that a reader meets, the chart's left out."""
    body = re.sub(r"<svg.*?</svg>", "", page[page.index("<body") :], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_at_most_300_words_one_chart_and_150_kilobytes(kind, site):
    for page in (page_of(site, kind), site[f"results/{kind}/index.html"].decode()):
        assert len(words_of(page).split()) <= 300
        assert page.count("<svg") == (kind != "refused")
        assert len(page.encode()) + len(site["style.css"]) <= 150_000
        assert re.findall(r"<(?:script|img|iframe|object|video)|@import", page) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_may_be_quoted_stands_on_a_page_of_its_own_with_one_chart_and_its_address(kind, site):
    use = use_of(disclose(named(REQUESTS[kind](), NAME), PUBLIC).content, LAB)
    page = page_of(site, kind, "use.html")
    words = words_of(page)
    for sentence in (use.short, use.bid, use.brief, use.do_not_say, use.organisation, use.funder):
        assert sentence in words
    assert page.count("<svg") == (kind != "refused")
    assert f"results/{kind}/v1/ " in words
    assert len(page.encode()) + len(site["style.css"]) <= 150_000
    front = page_of(site, kind)
    assert 'href="use.html"' in front
    assert 'href="v1/use.html"' in site[f"results/{kind}/index.html"].decode()
    assert use.short in words_of(front)
    assert use.do_not_say in words_of(front)


def test_the_page_of_a_version_says_whether_it_is_current(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    with opened_folder(tmp_path / "releases") as folder:
        scheduled(folder, "A", finished_run(tmp_path / "first"))
        release_due(folder, DUE, LAB)
        assert "Current version." in words_of(page_of(build_site(folder, DUE, LAB), "A"))
        go(folder, folder.book("A"), "correct", HEAD, DUE, reason="A table was wrong.")
        site = build_site(folder, DUE, LAB)
        assert "Current" not in words_of(page_of(site, "A"))
        used = words_of(page_of(site, "A", "use.html"))
        assert "No longer current A table was wrong. Do not use the sentences below." in used


def test_a_doubt_about_the_groups_is_on_the_page(site):
    words = words_of(page_of(site, "doubtful"))
    assert "Not enough evidence to tell the direction, with a warning" in words
    assert "had already offended at different rates before the programme" in words


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)")
@pytest.mark.parametrize("name", ["index.html", "use.html"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_result_fits_320_pixels_and_one_sheet_of_a4(kind, name, site, browser, tmp_path):
    page = opened(browser, styled(site, f"results/{kind}/v1/{name}"), "narrow")
    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    finally:
        page.close()
    with pikepdf.open(tmp_path / "page.pdf") as pdf:
        assert len(pdf.pages) == 1
