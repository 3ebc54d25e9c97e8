"""The public site: nothing before its hour, everything at it, whole or not at all, and short enough to be read."""

import os
import posixpath
import re
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path

import pikepdf
import pytest

from justice_data_lab import release_site
from justice_data_lab.errors import UsageError
from justice_data_lab.files import sha256
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.book import Response, accept, give, respond
from justice_data_lab.release_acts import About, add, release_due
from justice_data_lab.release_folder import opened
from justice_data_lab.release_site import build_site, check_link, switch, write_bulletin
from justice_data_lab.run_folder import hashes
from justice_data_lab.site.bulletin import Quarter, read_quarter
from justice_data_lab.site.outlook import look_out
from justice_data_lab.site.pages import site_files
from sample_releases import ANALYST, DUE, HEAD, LAB, NOW, finished_run, go, killed_after, scheduled

MOMENT = timedelta(seconds=1)
CANARY = "Zq7canary"


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.fixture
def folder(tmp_path):
    with opened(tmp_path / "releases") as folder:
        yield folder


def published(folder, at=DUE):
    release_due(folder, at, LAB)
    return build_site(folder, at, LAB)


def text_of(page):
    """The words that a reader meets, the chart's left out."""
    body = page.decode()[page.decode().index("<body") :]
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)).split())


@pytest.fixture
def canary(tmp_path):
    """A run whose every file, and a file's name, says something that nobody may know."""
    extra = {f"{CANARY}.csv": CANARY.encode(), "report.html": f"<html><body>{CANARY}</body></html>".encode()}
    return finished_run(tmp_path / "canary", kind="refused", programme="Choir", extra=extra)


@pytest.mark.parametrize(
    ("day", "hour"), [("2026-12-03", DUE), ("2027-06-03", datetime(2027, 6, 3, 8, 30, tzinfo=UTC))], ids=["winter", "summer"]
)
def test_no_byte_of_the_site_knows_of_a_figure_before_the_hour_and_at_the_hour_all_do(folder, tmp_path, canary, day, hour):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    published(folder)
    book = scheduled(folder, "B", canary, due=hour, at=min(hour - timedelta(weeks=5), NOW))
    hidden = [
        CANARY.encode(),
        b"ould not be analysed. North",
        book.files.encode(),
        *(sha256(data).encode() for name, data in folder.files(book).items() if name != "tables.csv-metadata.json"),
    ]
    before = published(folder, hour - MOMENT)
    assert [
        path for path, data in before.items() if CANARY in path or "results/B" in path or any(each in data for each in hidden)
    ] == []
    assert b"Choir" in before["calendar/index.html"]
    for moment in (hour, hour + MOMENT):
        after = published(folder, moment)
        assert after["results/B/v1/report.html"] == folder.files(book)["report.html"]
        assert "could not be analysed" in text_of(after["results/B/index.html"])
        assert book.files == sha256(after["results/B/v1/manifest.json"])
    assert day in hour.isoformat()


def test_the_site_is_the_same_whatever_an_unreleased_result_says(tmp_path):
    """Every derived byte: lists, counts, orders, sizes and slugs are those of another result, a version or a state not yet announced."""
    sites = []
    for number, kind in enumerate(("found", "refused")):
        with opened(tmp_path / f"releases-{number}") as folder:
            scheduled(folder, "A", finished_run(tmp_path / f"a-{number}", programme="Choir"))
            release_due(folder, DUE, LAB)
            scheduled(folder, "B", finished_run(tmp_path / f"b-{number}", kind=kind))
            if kind == "refused":
                add(folder, "C", finished_run(tmp_path / "c"), by=ANALYST, at=NOW)
                add(folder, "A", finished_run(tmp_path / "a-2", programme="Choir"), by=ANALYST, at=DUE)
            outlook = look_out(folder.books.values(), DUE, "", lambda book, of=folder: release_site.open_release(of, book))
            sites.append(site_files(outlook, LAB))
    assert sites[0] == sites[1]


def test_what_is_not_announced_is_not_there_at_all(folder, tmp_path):
    add(folder, "A", finished_run(tmp_path / "run"), by=ANALYST, at=NOW)
    site = published(folder)
    assert not any(b"Mentoring" in data for data in site.values())
    assert b"No release is announced" in site["index.html"]
    assert b"No result has been released" in site["results/index.html"]


def test_a_postponement_stays_visible_when_the_report_goes_back_to_draft(folder, tmp_path):
    book = scheduled(folder, "A", finished_run(tmp_path / "run"))
    go(folder, book, "change", ANALYST, NOW + timedelta(days=1), reason="A table was wrong.")
    text = text_of(published(folder)["calendar/index.html"])
    assert "Postponed: 9:30am on Thursday 3 December 2026. Told on 3 November 2026. A table was wrong." in text


def test_provisional_dates_and_cancellations_are_told(folder, tmp_path):
    book = go(folder, scheduled(folder, "A", finished_run(tmp_path / "run")), "postpone", HEAD, reason="Late data.")
    book = go(folder, book, "schedule", HEAD, due=DUE + timedelta(days=7), provisional=True)
    site = build_site(folder, NOW, LAB)
    assert "9:30am on Thursday 10 December 2026 (provisional)" in text_of(site["index.html"])
    assert "Announced (provisional): 9:30am on Thursday 10 December" in text_of(site["calendar/index.html"])
    go(folder, book, "cancel", HEAD, reason="The programme ended.")
    site = build_site(folder, NOW, LAB)
    assert "The programme ended." in text_of(site["calendar/index.html"])
    assert "No release is announced" in text_of(site["index.html"])


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """A folder with releases of every kind, and its site."""
    path = tmp_path_factory.mktemp("everything")
    with pytest.MonkeyPatch.context() as patch, opened(path / "releases") as folder:
        patch.setattr(os, "fsync", lambda handle: None)
        site = of_every_kind(folder, path)
        yield folder, site


def of_every_kind(folder, tmp_path):
    """Released, not analysed, corrected with a second version, withdrawn, answered, seen early."""
    found = finished_run(tmp_path / "found", extra=dict.fromkeys(("report.pdf", "tables.xlsx", "tables.ods"), b"as it was made"))
    about = About(requested=date(2026, 6, 1), sector="charity", first_time=True)
    book = scheduled(folder, "A", found, about=about)
    book = accept(give(book, "Min", "Minister for prisons", "pre_release", by=HEAD, at=NOW), "Min", NOW)
    book = give(book, "Mo", "Adviser who never accepted", "pre_release", by=HEAD, at=NOW)
    folder.enter(book, Entry(at=NOW, by="Hope", action="access", subject=""))
    for key, kind in (("B", "refused"), ("C", "found"), ("D", "found"), ("E", "unclear")):
        scheduled(folder, key, finished_run(tmp_path / key, kind=kind, programme=f"Programme {key}"))
    release_due(folder, DUE, LAB)
    answer = Response(at=DUE, organisation="Northgate Works", text="We <b>thank</b> you.\n\nWe go on.\n")
    folder.enter(respond(folder.book("A"), answer), Entry(at=DUE, by="Ana", action="respond", subject=""))
    scheduled(folder, "C", finished_run(tmp_path / "C2", programme="Programme C"), at=DUE, due=DUE + timedelta(weeks=5))
    go(folder, folder.book("C", 1), "correct", HEAD, DUE, reason="A table was wrong.")
    go(folder, folder.book("D"), "withdraw", HEAD, DUE, reason="The data were wrong.")
    return published(folder, DUE + timedelta(weeks=5))


def test_everything_is_listed_also_corrected_withdrawn_and_not_analysed(everything):
    _, site = everything
    listed = text_of(site["results/index.html"])
    assert "Programme B Could not be analysed. Northgate Works, 3 December 2026." in listed
    assert (
        "Programme C (version 2) One-year proven reoffending rate: evidence of a reduction. Northgate Works, 7 January 2027."
        in listed
    )
    assert "Corrected: A table was wrong." in listed
    assert "Programme D Northgate Works. Withdrawn: The data were wrong." in listed


def test_a_corrected_version_keeps_its_address_and_points_to_the_next(everything):
    _, site = everything
    old = site["results/C/v1/index.html"].decode()
    assert "<strong>Corrected</strong>A table was wrong." in old
    assert 'href="../../../results/C/v2/index.html"' in old
    assert "version 2." in text_of(site["results/C/index.html"])
    assert "results/C/v1/tables.csv" in site


def test_a_withdrawn_result_keeps_its_reason_and_loses_its_figures(everything):
    _, site = everything
    assert sorted(path for path in site if path.startswith("results/D/")) == ["results/D/index.html", "results/D/v1/index.html"]
    for path in ("results/D/index.html", "results/D/v1/index.html"):
        assert "Withdrawn The data were wrong." in text_of(site[path])
        assert b"34.9" not in site[path]


def test_roles_of_early_readers_are_printed_once_they_accepted_and_no_name(everything):
    page = text_of(everything[1]["results/A/v1/index.html"])
    assert "Seen before release, outside the lab: Minister for prisons." in page
    assert "Adviser" not in page


def test_the_answer_of_the_organisation_has_a_page_and_cannot_bring_mark_up(everything):
    _, site = everything
    assert b"<p>We &lt;b&gt;thank&lt;/b&gt; you.</p>\n<p>We go on.</p>" in site["results/A/v1/response-1.html"]
    assert "Response of Northgate Works , 3 December 2026" in text_of(site["results/A/index.html"])


def test_every_link_leads_somewhere(everything):
    _, site = everything
    for path, data in site.items():
        if path.endswith(".html") and not path.endswith("report.html"):
            for link in re.findall(r'href="([^"#]+)"', data.decode()):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) in site, (path, link)


def test_every_file_for_people_is_linked_and_is_the_frozen_one(everything):
    _, site = everything
    page = site["results/A/index.html"].decode()
    for name in ("report.html", "report.pdf", "tables.xlsx", "tables.ods", "tables.csv", "report.json"):
        assert f'href="v1/{name}"' in page
    assert site["results/A/v1/report.pdf"] == b"as it was made"


def test_the_head_of_the_log_is_published(everything):
    folder, site = everything
    head = folder.lines[-1].sha256
    assert site["log.txt"] == f"{head}\n".encode()
    assert head in text_of(site["index.html"])


def test_a_result_page_answers_in_300_words_and_one_chart_and_is_light(everything):
    _, site = everything
    for path in ("results/A/v1/index.html", "results/B/v1/index.html", "results/C/v1/index.html", "results/E/index.html"):
        assert len(text_of(site[path]).split()) <= 300, path
        assert site[path].count(b"<svg") == (0 if "/B/" in path else 1)
        assert len(site[path]) + len(site["style.css"]) <= 150_000


def test_an_unclear_result_says_what_would_have_shown_and_names_the_other_main_measures(everything):
    text = text_of(everything[1]["results/E/v1/index.html"])
    assert "Not enough evidence to tell the direction 34.9% of people" in text
    assert "To show one of 5 percentage points, about 2,400 people would have to be sent." in text
    assert "Other main measures: Proven reoffences per person, " in text
    assert "; 7 more in the report." in text


def test_the_same_books_give_the_same_bytes(everything, tmp_path):
    folder, site = everything
    again = build_site(folder, DUE + timedelta(weeks=6), LAB)
    assert again == site
    assert switch(tmp_path / "site", site) is True
    assert switch(tmp_path / "site", again) is False
    assert hashes(tmp_path / "site") == {path: sha256(data) for path, data in sorted(site.items())}


def test_a_changed_frozen_file_is_not_published_and_the_old_site_stays(folder, tmp_path):
    book = scheduled(folder, "A", finished_run(tmp_path / "run"))
    switch(tmp_path / "site", build_site(folder, NOW, LAB))
    (folder.place(book) / "files" / "tables.csv").write_text("better\n")
    with pytest.raises(UsageError, match="not the ones that were added"):
        published(folder)
    assert not (tmp_path / "site" / "results" / "A").exists()


def made(everything, tmp_path, quarter, now=DUE + timedelta(weeks=5)):
    folder, _ = everything
    return write_bulletin(folder, quarter, tmp_path / "bulletin", now, LAB), text_of(
        (tmp_path / "bulletin" / "bulletin.html").read_bytes()
    )


def test_the_bulletin_counts_every_result_once_in_its_standing_version(everything, tmp_path):
    bulletin, text = made(everything, tmp_path, "2027Q1")
    assert [(row.key, row.version, row.new) for row in bulletin.rows] == [
        ("C", 2, True),
        ("E", 1, False),
        ("B", 1, False),
        ("A", 1, False),
    ]
    assert bulletin.counts() == (
        ("Requests answered", 1, 5),
        ("Published with a result", 1, 3),
        ("Published as could not be analysed", 0, 1),
        ("Withdrawn since", 0, 1),
    )
    assert bulletin.median_days() is None
    assert "For no result of this quarter is the day of request known." in text
    assert "Programme C (Northgate Works). One-year proven reoffending rate: evidence of a reduction. 34.9% of people" in text
    assert "Programme D Withdrawn: The data were wrong." in text
    assert "No release is announced at present." in text


def test_the_bulletin_of_an_earlier_quarter_knows_nothing_of_a_later_release(everything, tmp_path):
    bulletin, text = made(everything, tmp_path, "2026Q4")
    assert [(row.key, row.version, row.new) for row in bulletin.rows] == [
        ("E", 1, True),
        ("C", 1, True),
        ("B", 1, True),
        ("A", 1, True),
    ]
    assert bulletin.median_days() == 185
    assert bulletin.tally("sector") == (("not given", 3, 3), ("charity", 1, 1))
    assert bulletin.tally("first_time") == (("not given", 3, 3), ("yes", 1, 1))
    assert bulletin.tally("outcome")[0] == ("One-year proven reoffending rate: evidence of a reduction", 2, 2)
    assert "released within 185 days of it" in text
    assert "Corrected: A table was wrong." in text
    table = (tmp_path / "bulletin" / "results.csv").read_text().splitlines()
    assert table[4] == (
        "A,1,Mentoring inside,Northgate Works,charity,yes,2026-12-03,One-year proven reoffending rate: evidence of a reduction,185,"
    )


def test_a_quarter_without_releases_says_so_and_counts_nothing_that_is_not_public(folder, tmp_path, canary):
    scheduled(folder, "B", canary)
    bulletin = write_bulletin(folder, "2026Q4", tmp_path / "bulletin", DUE - MOMENT, LAB)
    page = (tmp_path / "bulletin" / "bulletin.html").read_bytes()
    assert bulletin.counts()[0] == ("Requests answered", 0, 0)
    assert CANARY.encode() not in page
    assert "No result was released in this quarter." in text_of(page)
    assert "Choir (Northgate Works), at 9:30am on Thursday 3 December 2026." in text_of(page)


@pytest.mark.parametrize(
    ("text", "why"), [("2026-4", "such as 2026Q4"), ("2026Q5", "such as 2026Q4"), ("2027Q1", "has not begun")]
)
def test_a_quarter_is_one_that_has_begun(text, why):
    with pytest.raises(UsageError, match=why):
        read_quarter(text, date(2026, 12, 31))


def test_quarters_end_where_the_next_begins():
    ends = [(Quarter(year=2026, number=number).first, Quarter(year=2026, number=number).end) for number in (1, 2, 3, 4)]
    assert [end for _, end in ends[:3]] == [first for first, _ in ends[1:]]
    assert (ends[0][0], ends[3][1]) == (date(2026, 1, 1), date(2027, 1, 1))


OLD, NEW, NEXT = ({"index.html": name, "a/b.html": name * 2} for name in (b"old", b"new", b"next"))


def shown(site):
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.mark.parametrize("after", range(14))
def test_a_kill_while_publishing_leaves_the_old_site_or_the_new_and_the_next_run_ends_it(tmp_path, after):
    site = tmp_path / "site"
    switch(site, OLD)
    targets = [
        (Path, "write_bytes"),
        (Path, "symlink_to"),
        (Path, "replace"),
        (Path, "mkdir"),
        (shutil, "rmtree"),
        (release_site, "hashes"),
    ]
    killed = killed_after(after, lambda: switch(site, NEW), targets)
    assert killed or after > 5
    assert shown(site) in ((OLD, NEW) if killed else (NEW,))
    switch(site, NEW)
    assert shown(site) == NEW
    switch(site, NEXT)
    assert len(list((tmp_path / "site.versions").iterdir())) == 2


def test_what_was_tampered_with_is_built_anew_beside_it(tmp_path):
    site = tmp_path / "site"
    switch(site, OLD)
    (site / "index.html").write_bytes(b"bad")
    assert switch(site, OLD) is True
    assert shown(site) == OLD


def test_a_site_that_did_not_reach_the_disk_is_not_shown(tmp_path, monkeypatch):
    switch(tmp_path / "site", OLD)
    monkeypatch.setattr(release_site, "hashes", lambda folder: {})
    with pytest.raises(UsageError, match="The old one stays"):
        switch(tmp_path / "site", NEW)
    assert shown(tmp_path / "site") == OLD


def test_a_folder_that_is_no_link_of_ours_is_left_alone(tmp_path):
    with pytest.raises(UsageError, match="expected a link"):
        check_link(tmp_path)
    check_link(tmp_path / "new")


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
MEASURE = """<iframe id="page" style="border:0;width:320px;height:2000px" srcdoc="{page}"></iframe><p id="found"></p>
<script>page.onload = () => {{ found.textContent = "width " + page.contentDocument.documentElement.scrollWidth }}</script>"""


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium, which measures and prints the page")
def test_a_result_page_fits_320_pixels_and_one_sheet_of_a4(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run", kind="unclear"))
    site = published(folder)
    switch(tmp_path / "site", site)
    style = f"<style>{site['style.css'].decode()}</style>"
    page = re.sub(r'<link rel="stylesheet"[^>]*>', lambda found: style, site["results/A/v1/index.html"].decode())
    (tmp_path / "narrow.html").write_text(MEASURE.format(page=escape(page)))
    told = subprocess.run(
        [CHROMIUM, *FLAGS, "--dump-dom", f"file://{tmp_path}/narrow.html"], capture_output=True, text=True, check=True
    )
    assert "width 320<" in told.stdout
    printed = tmp_path / "page.pdf"
    address = f"file://{tmp_path}/site/results/A/v1/index.html"
    subprocess.run(
        [CHROMIUM, *FLAGS, "--no-pdf-header-footer", f"--print-to-pdf={printed}", address], capture_output=True, check=True
    )
    with pikepdf.open(printed) as pdf:
        assert len(pdf.pages) == 1
