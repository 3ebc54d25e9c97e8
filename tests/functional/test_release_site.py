"""The public site: nothing before its hour, everything at it, whole or not at all, and short enough to be read."""

import json
import os
import posixpath
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
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
from justice_data_lab.release_site import build_site, check_link, switch
from justice_data_lab.run_folder import hashes
from release_pages import text_of
from sample_releases import ANALYST, DUE, HEAD, LAB, NOW, cleared_and_frozen, finished_run, frozen, go, killed_after, scheduled

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

MOMENT = timedelta(seconds=1)
OF_THE_SITE = replace(LAB, site="https://lab.example")


def published(folder, at=DUE):
    release_due(folder, at, LAB)
    return build_site(folder, at, LAB)


def test_what_is_not_announced_is_not_there_at_all(folder, tmp_path):
    add(folder, "A", finished_run(tmp_path / "run"), by=ANALYST, at=NOW)
    site = published(folder)
    assert not any(b"Mentoring" in data for data in site.values())
    assert b"No release is announced" in site["index.html"]
    assert b"No result has been released" in site["results/index.html"]


def test_a_postponement_stays_visible_when_the_report_goes_back_to_draft(folder, tmp_path):
    book = scheduled(folder, "A", finished_run(tmp_path / "run"))
    go(folder, book, "change", HEAD, NOW + timedelta(days=1), reason="A table was wrong.")
    text = text_of(published(folder)["calendar/index.html"])
    assert "Postponed: 9:30am on Thursday 3 December 2026. Told at 10:00am on Tuesday 3 November 2026. A table was wrong." in text


def test_provisional_dates_and_cancellations_are_told(folder, tmp_path):
    book = go(folder, scheduled(folder, "A", finished_run(tmp_path / "run")), "postpone", HEAD, reason="Late data.")
    book = go(folder, book, "schedule", HEAD, due=DUE + timedelta(days=7), provisional=True)
    site = build_site(folder, NOW, LAB)
    assert "9:30am on Thursday 10 December 2026 (provisional)" in text_of(site["index.html"])
    said = "Announced (provisional): 9:30am on Thursday 10 December 2026. Told at 10:00am on Monday 2 November 2026."
    assert said in text_of(site["calendar/index.html"])
    confirmed = go(folder, book, "confirm", HEAD)
    later = text_of(build_site(folder, NOW, LAB)["calendar/index.html"])
    assert said in later
    assert "Confirmed: 9:30am on Thursday 10 December 2026. Told at" in later
    book = confirmed
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
    go(folder, folder.book("C", 1), "correct", HEAD, DUE, reason="A table was wrong.")
    scheduled(folder, "C", finished_run(tmp_path / "C2", programme="Programme C"), at=DUE, due=DUE + timedelta(weeks=5))
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


def test_a_program_reads_of_each_version_whether_it_stands_and_an_outcome_only_of_one_that_does(everything, folder, tmp_path):
    _, site = everything
    rows = json.loads(site["releases.json"])["releases"]
    states = {(each["key"], each["version"]): each["state"] for each in rows}
    stands = [("A", 1), ("B", 1), ("C", 2), ("E", 1)]
    assert states == {**dict.fromkeys(stands, "released"), ("C", 1): "corrected", ("D", 1): "withdrawn"}
    assert sorted((each["key"], each["version"]) for each in rows if each["outcome"]) == stands
    scheduled(folder, "W", finished_run(tmp_path / "run"))
    release_due(folder, DUE, LAB)
    go(folder, folder.book("W"), "correct", HEAD, DUE, reason="A table was wrong.")
    (row,) = json.loads(build_site(folder, DUE, LAB)["releases.json"])["releases"]
    assert (row["state"], row["outcome"], row["page"]) == ("corrected", None, "results/W/v1/index.html")


def test_a_program_reads_nothing_of_how_far_the_lab_got_with_what_has_not_come(folder, tmp_path):
    def row():
        (found,) = json.loads(build_site(folder, NOW, LAB)["releases.json"])["releases"]
        return found["state"], [(each["kind"], each["provisional"]) for each in found["notices"]]

    frozen(folder, "A", finished_run(tmp_path / "run"))
    book = go(folder, folder.book("A"), "schedule", HEAD, due=DUE, provisional=True)
    assert row() == ("announced", [("announced", True)])
    go(folder, book, "change", HEAD, reason="A table was wrong.")
    assert row() == ("postponed", [("announced", True), ("postponed", False)])
    book = go(folder, cleared_and_frozen(folder, folder.book("A")), "schedule", HEAD, due=DUE)
    go(folder, book, "cancel", HEAD, reason="The programme ended.")
    assert row()[0] == "cancelled"


def test_a_corrected_version_keeps_its_address_text_and_hash_and_loses_its_figures(everything):
    folder, site = everything
    assert [path for path in site if path.startswith("results/C/v1/")] == ["results/C/v1/index.html", "results/C/v1/use.html"]
    assert b"34.9" not in site["results/C/v1/use.html"]
    old = site["results/C/v1/index.html"].decode()
    assert "<strong>Corrected</strong>A table was wrong." in old
    assert 'href="../../../results/C/v2/index.html"' in old
    assert folder.book("C", 1).release.manifest in old
    assert "Twelve weeks of paid workshop training" in old
    assert "34.9" not in old
    assert "version 2." in text_of(site["results/C/index.html"])
    assert "Corrects the version before: A table was wrong." in text_of(site["results/C/v2/index.html"])


def test_where_the_ledger_allows_an_old_version_keeps_its_figures_too(everything):
    folder, _ = everything
    site = build_site(folder, DUE + timedelta(weeks=6), LAB, keeps=lambda release: release.key == "C")
    assert site["results/C/v1/tables.csv"] == folder.files(folder.book("C", 1))["tables.csv"]
    old = text_of(site["results/C/v1/index.html"])
    assert "Corrected A table was wrong. Read version 2" in old
    assert "You can say" not in old
    assert "You can say" in text_of(site["results/C/v2/index.html"])
    assert "34.9" in old


def test_a_corrected_result_whose_correction_is_still_to_come_keeps_its_figures_and_its_mark(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    release_due(folder, DUE, LAB)
    go(folder, folder.book("A"), "correct", HEAD, DUE, reason="A table was wrong.")
    site = build_site(folder, DUE, LAB)
    assert "Corrected A table was wrong." in text_of(site["results/A/v1/index.html"])
    assert "results/A/v1/tables.csv" in site
    assert "Corrected at 9:30am on Thursday 3 December 2026. A table was wrong." in text_of(site["calendar/index.html"])
    assert "<summary>Corrected. A table was wrong.</summary>" in build_site(folder, DUE, OF_THE_SITE)["feed.xml"].decode()


def test_a_planned_revision_marks_the_version_before_at_its_hour_and_not_earlier(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    release_due(folder, DUE, LAB)
    again = finished_run(tmp_path / "again")
    hour = DUE + timedelta(weeks=5)
    scheduled(folder, "A", again, at=DUE, due=hour, about=About(reason="A second year of data."))
    before = published(folder, hour - MOMENT)
    assert "results/A/v1/tables.csv" in before
    assert "second year" not in text_of(before["results/A/index.html"])
    after = published(folder, hour)
    assert "results/A/v1/tables.csv" not in after
    assert "Replaced A second year of data. Read version 2" in text_of(after["results/A/v1/index.html"])
    assert "Replaced by a later version at 9:30am on Thursday 7 January 2027. A second year of data." in text_of(
        after["calendar/index.html"]
    )
    assert "A planned update of the version before: A second year of data." in text_of(after["results/A/v2/index.html"])
    assert "Mentoring inside (version 1) Northgate Works, 3 December 2026. Replaced: A second year" in text_of(
        after["results/index.html"]
    )


def test_a_version_that_is_released_early_takes_the_place_of_the_one_before_at_the_same_moment(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    release_due(folder, DUE, LAB)
    book = frozen(folder, "A", finished_run(tmp_path / "again"), at=DUE, about=About(reason="A second year of data."))
    book = go(folder, book, "breach", ANALYST, DUE, reason="A copy was left on a train.")
    go(folder, book, "release_early", HEAD, DUE, reason="It was found.")
    old = folder.book("A", 1).release
    assert (old.state, old.replaced_by, old.ended_reason) == ("revised", 2, "A second year of data.")
    assert "results/A/v1/tables.csv" not in build_site(folder, DUE, LAB)


def test_a_correction_that_was_taken_in_without_words_still_takes_the_place_of_what_was_wrong(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    release_due(folder, DUE, LAB)
    go(folder, folder.book("A"), "correct", HEAD, DUE, reason="A table was wrong.")
    hour = DUE + timedelta(weeks=5)
    book = scheduled(folder, "A", finished_run(tmp_path / "again"), at=DUE, due=hour)
    silent = replace(book, release=replace(book.release, explained=" "))
    folder.enter(silent, Entry(at=DUE, by="Ana", action="add", subject=""))
    assert [each.subject for each in release_due(folder, hour, LAB)] == ["A v2"]
    assert folder.book("A", 1).release.replaced_by == 2


def test_figures_that_got_out_are_given_to_everybody_with_the_reason(folder, tmp_path):
    book = scheduled(folder, "A", finished_run(tmp_path / "run"))
    book = go(folder, book, "breach", ANALYST, NOW, reason="A copy was left on a train.")
    early = NOW + timedelta(hours=1)
    assert "train" not in "".join(
        map(text_of, (data for path, data in build_site(folder, NOW, LAB).items() if path.endswith(".html")))
    )
    go(folder, book, "release_early", HEAD, early, reason="It was found by a journalist.")
    site = published(folder, early)
    assert "results/A/v1/report.html" in site
    page = text_of(site["results/A/v1/index.html"])
    assert "A copy was left on a train. It was found by a journalist. So everybody got it at once." in page
    assert "Released early: 11:00am on Monday 2 November 2026. It was found by a journalist." in text_of(
        site["calendar/index.html"]
    )
    assert "results/A/v1/report.html" not in build_site(folder, early - MOMENT, LAB)


def test_a_withdrawn_result_keeps_its_reason_and_loses_its_figures(everything):
    _, site = everything
    kept = ["results/D/index.html", "results/D/v1/index.html", "results/D/v1/use.html"]
    assert sorted(path for path in site if path.startswith("results/D/")) == kept
    for path in kept:
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
    for path in ("results/A/v1/index.html", "results/B/v1/index.html", "results/C/v2/index.html", "results/E/index.html"):
        assert len(text_of(site[path]).split()) <= 300, path
        assert site[path].count(b"<svg") == (0 if "/B/" in path else 1)
        assert len(site[path]) + len(site["style.css"]) <= 150_000


def test_an_unclear_result_says_what_would_have_shown_and_names_the_other_main_measures(everything):
    text = text_of(everything[1]["results/E/v1/index.html"])
    assert "Not enough evidence to tell the direction 34.9% of people" in text
    assert "To show one of 5 percentage points, about 2,400 people would have to be sent." in text
    assert "Other main measures: Proven reoffences per person, " in text
    assert "; 8 more in the report." in text


def test_the_same_books_give_the_same_bytes(everything, tmp_path):
    folder, site = everything
    again = build_site(folder, DUE + timedelta(weeks=6), LAB)
    assert again == site
    assert switch(tmp_path / "site", site) is True
    assert switch(tmp_path / "site", again) is False
    assert hashes(tmp_path / "site") == {path: sha256(data) for path, data in sorted(site.items())}


def test_a_changed_frozen_file_is_not_published(folder, tmp_path):
    book = scheduled(folder, "A", finished_run(tmp_path / "run"))
    (folder.place(book) / "files" / "tables.csv").write_text("better\n")
    site = published(folder)
    assert not [path for path in site if path.startswith("results/A/")]
    assert b"better\n" not in site.values()


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


def test_a_file_that_lies_among_the_sites_keeps_no_old_one_there(tmp_path):
    site = tmp_path / "site"
    switch(site, OLD)
    (tmp_path / "site.versions" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "site.versions" / "linked").symlink_to(tmp_path)
    for files in (NEW, NEXT):
        switch(site, files)
    assert shown(site) == NEXT
    kept = [shown(each) for each in (tmp_path / "site.versions").iterdir()]
    assert (len(kept), NEW in kept, NEXT in kept) == (2, True, True)


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
# what is to be done once the page is there stands on it from the first, as a script after it may come too late
MEASURE = """<p id="found"></p><iframe style="border:0;width:320px;height:2000px" srcdoc="{page}"
onload="found.textContent = 'width ' + this.contentDocument.documentElement.scrollWidth"></iframe>"""


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
