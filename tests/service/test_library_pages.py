"""The library in the service: the core's own bytes, questions answered on the server, and nothing before its hour."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jdl_service.audit import log
from jdl_service.library import drawn, standing
from jdl_service.releases import actions
from jdl_service.releases.models import Release, ReleaseFile
from justice_data_lab.errors import UsageError
from justice_data_lab.library_site.pages import library_files
from justice_data_lab.records import to_json
from justice_data_lab.release_watch import HELD, WHOLE
from sample_library import book
from service_library import put
from service_releases import DUE, scheduled

SECOND = timedelta(seconds=1)
ADDRESS = "https://lab.example"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch, settings):
    """Nothing kept from another test; the service has an address."""
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, address=ADDRESS)


@pytest.fixture
def out(world, at, later, tmp_path):
    """A result that is public."""
    release = scheduled(world, tmp_path, at=at)
    later(DUE - at)
    actions.release_due(at=DUE)
    return release


def paths():
    """The path of every file of the library as it is now."""
    desk = standing.library_at(DUE + timedelta(days=400)).desk
    return desk, library_files(desk.index.library, desk.lab, desk.setting)


def test_every_file_of_the_library_is_served_byte_for_byte(out, browser):
    _, files = paths()
    client = browser()
    assert {path: client.get(f"/library/{path}").content for path in files} == files
    assert client.get("/library/").content == files["index.html"]
    assert client.get(f"/library/results/{out.key}/").content == files[f"results/{out.key}/index.html"]


def test_an_address_without_its_slash_leads_to_the_page_and_others_are_not_there(out, browser):
    assert browser().get("/library/types").headers["Location"] == "/library/types/"
    assert browser().get(f"/library/results/{out.key}").headers["Location"] == f"/library/results/{out.key}/"
    assert {browser().get(f"/library/{path}").status_code for path in ("unheard", "unheard/", "downloads/snapshots/x/y.csv")} == {
        404
    }
    assert browser().post("/library/").status_code == 405


def test_a_cache_asks_each_time_and_nobody_runs_a_script(out, browser, world):
    first = browser().get("/library/")
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "script-src 'none'" in first.headers["Content-Security-Policy"]
    assert "Last-Modified" not in first.headers
    assert browser().get("/library/", headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    assert browser(world.reviewer).get("/library/").headers["Cache-Control"] == "no-store"
    kinds = {path: browser().get(f"/library/{path}").headers["Content-Type"] for path in ("feed.xml", "sitemap.xml", "downloads/library.parquet", f"results/{out.key}/citation.bib")}  # fmt: skip
    assert list(kinds.values()) == [
        "application/atom+xml; charset=utf-8", "application/xml; charset=utf-8", "application/vnd.apache.parquet", "application/x-bibtex",
    ]  # fmt: skip


def test_a_result_links_its_report_where_the_service_serves_it(out, browser):
    page = browser().get(f"/library/results/{out.key}/").content.decode()
    address = f"/results/{out.key}/v1/report.html"
    assert f'href="{address}"' in page
    assert browser().get(address).status_code == 200


def test_a_withdrawn_result_keeps_its_reason_and_loses_its_figures_at_once(out, browser, world, later):
    at = later(SECOND)
    assert b"What was delivered" in browser().get(f"/library/results/{out.key}/").content
    actions.take_step(out, "withdraw", by=world.head_of_profession, at=at, asked=actions.Asked(reason="The data were wrong."))
    page = browser().get(f"/library/results/{out.key}/").content.decode()
    assert "Withdrawn: The data were wrong." in page
    assert "What was delivered" not in page
    assert "This claim is not current" in browser().get(f"/library/results/{out.key}/v1/").content.decode()
    assert f"results/{out.key}/index.html".encode() in browser().get("/library/all/?verdict=withdrawn").content


FOUND = {
    "reduction": "Found good",
    "not_analysed": "Not possible",
    "withdrawn": "Taken back",
    "increase": "Found harm",
    "inconclusive": "Found nothing",
}
LISTS = (
    "all/", "all/?q=mentoring+women+community", "all/?sex=women", "types/mentoring/", "types/mentoring/women/community/", "organisations/northgate-works/",
    "api/v1/results", "index.json", "feed.xml", "downloads/library.csv",
)  # fmt: skip


def test_bad_news_is_as_easy_to_find_as_good_news(world, browser, at):
    more = {
        "increase": {"kind": "harm"},
        "inconclusive": {"kind": "unclear"},
        "not_analysed": {"kind": "refused"},
        "withdrawn": {"state": "withdrawn", "reason": "It was of others."},
    }
    for number, (verdict, title) in enumerate(FOUND.items()):
        put(world, f"2026-00{number}", at=at - number * SECOND, title=title, **more.get(verdict, {}))
    put(world, "2026-009", at=at - 9 * SECOND, title="Put right", state="corrected", reason="A date was read wrongly.")
    client, titles = browser(), {*FOUND.values(), "Put right"}
    for path in LISTS:
        page = client.get(f"/library/{path}").content.decode()
        assert {title for title in titles if title in page} == titles, path
    front = client.get("/library/").content.decode()
    for verdict, title in FOUND.items():
        address = f"all/index.html?verdict={verdict}"
        assert f'<a href="{address}">' in front
        found = client.get(f"/library/{address}").content.decode()
        assert {each for each in titles if f">{each}</a></strong>" in found} - {"Put right"} == {title}
    assert "Corrected: A date was read wrongly." in client.get("/library/all/?verdict=reduction").content.decode()


def test_what_cannot_be_opened_is_not_hidden_behind_the_pages_of_before(out, browser, world, monkeypatch, later):
    assert browser().get("/library/").status_code == 200
    at = later(SECOND)
    actions.take_step(out, "withdraw", by=world.head_of_profession, at=at, asked=actions.Asked(reason="The data were wrong."))
    with monkeypatch.context() as broken:
        broken.setattr(standing, "collect", lambda *given: 1 / 0)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                browser().get("/library/")
    assert b"Withdrawn" in browser().get("/library/").content


def test_a_release_whose_files_were_changed_is_held_back_alone(world, browser, at):
    spoilt = put(world, "2026-001", at=at)
    put(world, "2026-002", at=at)
    ReleaseFile.objects.create(release=spoilt, name="another.html", data=b"<p>Another report</p>")
    assert [each.key for each in standing.library_at(at).desk.entries] == ["2026-002"]
    log.record(HELD, "2026-002 v1", by=log.CLOCK, at=at)
    assert b"Programme 2026-00" not in browser().get("/library/all/").content
    log.record(WHOLE, "2026-002 v1", by=log.CLOCK, at=at)
    assert b"Programme 2026-002" in browser().get("/library/all/").content


def test_a_refusal_that_is_of_no_file_is_not_passed_over(world, at, monkeypatch):
    refused = UsageError("of no file")

    def refuse(*given):
        raise refused

    monkeypatch.setattr(standing, "collect", refuse)
    with pytest.raises(UsageError, match="of no file"):
        standing.library_at(at)


def test_a_log_that_is_another_one_makes_the_library_anew(world, at, monkeypatch):
    put(world, "2026-001", at=at)
    first = standing.library_at(at)
    assert standing.library_at(at) is first
    monkeypatch.setattr(standing._kept, "last", "0" * 64)
    assert standing.library_at(at) is not first


def test_entries_are_made_once_and_a_row_that_is_gone_is_forgotten(world, at, monkeypatch):
    opened = []
    read = standing.read_disclosed
    monkeypatch.setattr(standing, "read_disclosed", lambda files, frozen: opened.append(1) or read(files, frozen))
    first = put(world, "2026-000", at=at - timedelta(days=1))
    told = to_json(book("2026-001", state="draft", due=at))
    draft = Release.objects.create(key="2026-001", version=1, state="draft", book=told, analyst=world.analyst)
    assert [each.key for each in standing.library_at(at).desk.entries] == [first.key]
    put(world, "2026-002", at=at)
    draft.delete()
    assert [each.key for each in standing.library_at(at).desk.entries] == ["2026-002", first.key]
    assert len(opened) == len(standing._kept.made) == len(standing._kept.books) == 2


def test_only_the_drawings_asked_for_most_recently_are_kept(world, at, monkeypatch):
    monkeypatch.setattr(drawn, "MOST_KEPT", 20)
    shown = standing.library_at(at)
    times = []
    for name in ("a", "b", "a", "c", "a", "b"):
        shown.kept(name, lambda name=name: times.append(name) or {name: b"ten bytes."})
    assert times == ["a", "b", "c", "b"]
    assert shown.held == 20
    shown.kept("larger than all that may be kept", lambda: {"": bytes(30)})
    assert shown.held == 30
    assert shown.kept("nothing", dict) == {}
