"""The public pages: each is drawn when it is asked for, from what was public at the act, and no result is read twice."""

from datetime import timedelta

import pytest

from jdl_service.public import site
from jdl_service.releases import actions
from justice_data_lab.site.pages import site_files, site_pages
from sample_releases import LAB
from service_releases import DUE, scheduled


@pytest.fixture
def public(world, at, service, later, tmp_path):
    """Two public results."""
    service()
    made = [scheduled(world, tmp_path / name, at=at) for name in ("one", "two")]
    due = later(DUE - at)
    actions.release_due(at=due)
    return made, due


@pytest.fixture
def read(monkeypatch):
    """The results that were read."""
    found = []

    def counted(files):
        found.append(files)
        return real(files)

    real = site.read_content
    monkeypatch.setattr(site, "read_content", counted)
    monkeypatch.setattr(site._kept, "contents", {})
    return found


def test_a_page_is_drawn_when_it_is_asked_for_and_has_the_bytes_of_the_whole_site(public, settings):
    _, due = public
    found = site.site_at(due)
    assert not found.files._drawn
    assert "results/index.html" in found.files
    assert "nothing.html" not in found.files
    first = found.files["results/index.html"]
    assert list(found.files._drawn) == ["results/index.html"]
    assert found.files["results/index.html"] is first
    assert found.files.get("nothing.html") is None
    whole = site_files(found.outlook, settings.LAB)
    assert dict(found.files) == whole
    assert len(found.files) == len(whole)


def test_a_page_that_is_drawn_after_a_later_act_shows_what_was_public_before_it(world, public):
    (first, _), due = public
    before = site.site_at(due)
    actions.take_step(first, "withdraw", by=world.head_of_profession, at=due, asked=actions.Asked(reason="The list was another."))
    after = site.site_at(due + timedelta(seconds=1))
    address = f"results/{first.key}/v1/report.html"
    assert address in before.files
    assert b"The list was another." not in before.files[f"results/{first.key}/index.html"]
    assert address not in after.files
    assert b"The list was another." in after.files[f"results/{first.key}/index.html"]


def test_a_result_is_read_once_however_often_the_pages_are_made_anew(world, public, read):
    (first, _), due = public
    assert len(site._draw(due).outlook.published) == 2
    assert len(read) == 2
    assert len(site._draw(due).outlook.published) == 2
    assert len(read) == 2
    actions.take_step(first, "withdraw", by=world.head_of_profession, at=due, asked=actions.Asked(reason="The list was another."))
    assert len(site._draw(due).outlook.published) == 1
    assert (len(read), len(site._kept.contents)) == (2, 1)


def test_drawing_later_asks_no_clock(public):
    _, due = public
    outlook = site.site_at(due).outlook
    later = {path: draw() for path, draw in reversed(site_pages(outlook, LAB).items())}
    assert later == site_files(outlook, LAB)


def test_the_feed_and_the_site_map_are_there_once_the_service_has_an_address(public, browser, service, monkeypatch):
    (first, _), _ = public
    monkeypatch.setattr(site._kept, "site", None)
    assert browser().get("/feed.xml").status_code == browser().get("/sitemap.xml").status_code == 404
    service(address="https://lab.example")
    monkeypatch.setattr(site._kept, "site", None)
    for address in ("/feed.xml", "/sitemap.xml"):
        assert f"https://lab.example/results/{first.key}/" in browser().get(address).text
    assert 'href="../feed.xml"' in browser().get("/calendar/").text
