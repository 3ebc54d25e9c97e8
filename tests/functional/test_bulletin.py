"""The bulletin of a quarter: every result to date once, at its own hour, and never a figure that is not public."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.desk import Request, end, receive
from justice_data_lab.release_acts import About, add, add_bulletin, release_due
from justice_data_lab.release_outlook import outlook_of
from justice_data_lab.release_site import build_site, write_bulletin
from justice_data_lab.site.bulletin import HELD, REPLACED, WITHDRAWN, as_it_stands, bulletin
from justice_data_lab.site.bulletin_file import bulletin_files, read_bulletin
from justice_data_lab.site.quarter import Quarter, quarter_of, quarters_between, read_quarter
from release_pages import text_of
from sample_releases import (
    ANALYST,
    DUE,
    FIRST,
    HEAD,
    LAB,
    NOW,
    cleared_and_frozen,
    finished_run,
    go,
    scheduled,
)

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

SECOND = timedelta(seconds=1)
Q4, Q1 = Quarter(year=2026, number=4), Quarter(year=2027, number=1)
NEW_YEAR = datetime(2027, 1, 1, 10, 0, tzinfo=UTC)
HOUR = datetime(2027, 2, 4, 9, 30, tzinfo=UTC)
ZONE = LAB.release_zone


def asked(folder, key, day, **more):
    desk = receive(folder.desk, Request(key=key, received=day, **more))
    folder.enter_desk(desk, Entry(at=NOW, by="Ana", action="request", subject="", detail=key))


@pytest.fixture
def year(folder, tmp_path):
    """Five requests: two results, one not possible to analyse, one taken back, one refused; the second result is corrected in January."""
    asked(folder, "A", date(2026, 6, 1), sector="charity", first_time=True)
    asked(folder, "B", date(2026, 7, 1), sector="prison", first_time=False)
    asked(folder, "C", date(2026, 8, 3))
    asked(folder, "T", date(2026, 9, 1))
    asked(folder, "R", date(2026, 9, 1))
    for key, how in (("T", "withdrawn"), ("R", "refused")):
        desk = end(folder.desk, key, date(2026, 10, 5), how)
        folder.enter_desk(desk, Entry(at=NOW, by="Ana", action="end-request", subject="", detail=key))
    for key, kind in (("A", "found"), ("B", "refused"), ("C", "found")):
        scheduled(folder, key, finished_run(tmp_path / key, kind=kind, programme=f"Programme {key}"))
    release_due(folder, DUE, LAB)
    return folder


def corrected(folder, tmp_path, hour=HOUR - timedelta(days=7)):
    """C is marked as wrong in the new year and its correction is released."""
    go(folder, folder.book("C"), "correct", HEAD, NEW_YEAR, reason="A table was wrong.")
    scheduled(folder, "C", finished_run(tmp_path / "C2", programme="Programme C"), at=NEW_YEAR - timedelta(weeks=1), due=hour)
    release_due(folder, hour, LAB)


def drawn(folder, quarter, now):
    return bulletin(outlook_of(folder, now), quarter, ZONE)


def test_the_bulletin_counts_requests_answers_and_what_became_of_the_others(year):
    made = drawn(year, Q4, NEW_YEAR)
    assert made.counts() == (
        ("Requests received", 0, 5),
        ("Answered with a result", 2, 2),
        ("Answered as not possible to analyse", 1, 1),
        ("Taken back by the organisation", 1, 1),
        ("Refused", 1, 1),
        ("Results withdrawn after release", 0, 0),
    )
    lines = [(line.quarter.code, line.received, line.published, line.unable, line.taken_back) for line in made.quarters]
    assert lines == [("2026Q2", 1, 0, 0, 0), ("2026Q3", 4, 0, 0, 0), ("2026Q4", 0, 2, 1, 1)]
    assert made.tally("sector") == (("charity", 1, 1), ("not given", 1, 1), ("prison", 1, 1))
    assert made.tally("first_time") == (("no", 1, 1), ("not given", 1, 1), ("yes", 1, 1))
    assert made.tally("outcome")[0] == ("One-year proven reoffending rate: evidence of a reduction", 2, 2)


def test_the_days_to_the_first_answer_have_their_median_and_ninth_decile_by_hand(year):
    """1 June, 1 July and 3 August to 3 December are 185, 155 and 122 days; nine in ten of three is the third."""
    made = drawn(year, Q4, NEW_YEAR)
    times = made.times(quarter_only=True)
    assert (times.number, times.median, times.nine_in_ten) == (3, 155, 185)
    rows = tuple(replace(made.rows[0], days=days) for days in (*range(10, 110, 10),))
    ten = replace(made, rows=rows).times(quarter_only=False)
    assert (ten.number, ten.median, ten.nine_in_ten) == (10, 55, 90)
    assert replace(made, rows=()).times(quarter_only=False) is None


def test_the_page_says_it_in_words(year, tmp_path):
    write_bulletin(year, "2026Q4", tmp_path / "out", NEW_YEAR, LAB)
    text = text_of((tmp_path / "out" / "bulletin.html").read_bytes())
    assert "Programme C (Northgate Works). One-year proven reoffending rate: evidence of a reduction. 34.9% of people" in text
    assert "This quarter: 3 requests whose day is known were answered: half within 155 days, nine in ten within 185." in text
    assert "No release is announced at present." in text
    rows = (tmp_path / "out" / "results.csv").read_text().splitlines()
    assert rows[3] == (
        "A,1,Programme A,Northgate Works,charity,yes,2026-12-03,2026-12-03,"
        "One-year proven reoffending rate: evidence of a reduction,185,"
    )


def test_a_quarter_without_releases_says_so_and_counts_nothing_that_is_not_public(folder, tmp_path):
    scheduled(folder, "B", finished_run(tmp_path / "run", programme="Choir"))
    made = write_bulletin(folder, "2026Q4", tmp_path / "out", DUE - SECOND, LAB)
    text = text_of((tmp_path / "out" / "bulletin.html").read_bytes())
    assert [every for _, _, every in made.counts()] == [0] * 6
    assert "No result was released in this quarter." in text
    assert "for no answer is the day of the request known" in text
    assert "Choir (Northgate Works), at 9:30am on Thursday 3 December 2026." in text


def test_the_bulletin_of_an_earlier_quarter_knows_nothing_of_a_later_release(year, tmp_path):
    corrected(year, tmp_path)
    made = drawn(year, Q4, HOUR)
    assert [(row.key, row.version, row.outcome == REPLACED) for row in made.rows] == [
        ("C", 1, True),
        ("B", 1, False),
        ("A", 1, False),
    ]
    assert made.rows[0].finding == ""
    later = drawn(year, Q1, HOUR)
    assert [(row.key, row.version, row.new, row.days) for row in later.rows[:1]] == [("C", 2, True, 122)]
    assert later.counts()[1] == ("Answered with a result", 0, 2)


def test_what_was_withdrawn_is_counted_in_the_quarter_of_the_withdrawal(year):
    go(year, year.book("A"), "withdraw", HEAD, NEW_YEAR, reason="The data were wrong.")
    made = drawn(year, Q1, NEW_YEAR)
    assert made.counts()[-1] == ("Results withdrawn after release", 1, 1)
    assert made.counts()[1] == ("Answered with a result", 0, 2)
    assert [each.key for each in made.withdrawn] == ["A"]


def put_out(folder, at=HOUR):
    book = add_bulletin(folder, "2026Q4", by=ANALYST, at=NEW_YEAR, lab=LAB)
    go(folder, cleared_and_frozen(folder, book, NEW_YEAR), "schedule", HEAD, NEW_YEAR, due=HOUR)
    release_due(folder, at, LAB)
    return build_site(folder, at, LAB)


def test_a_bulletin_is_released_at_its_own_hour_like_any_result(year):
    before = put_out(year, HOUR - SECOND)
    assert [path for path in before if path.startswith("bulletins/")] == ["bulletins/index.html"]
    assert "9:30am on Thursday 4 February 2027 Bulletin, October to December 2026, Example Lab" in text_of(
        before["bulletins/index.html"]
    )
    assert "Bulletin, October to December 2026 Example Lab Announced" in text_of(before["calendar/index.html"])
    release_due(year, HOUR, LAB)
    after = build_site(year, HOUR, LAB)
    assert {path for path in after if path.startswith("bulletins/2026Q4/")} == {
        f"bulletins/2026Q4/{name}"
        for name in ("index.html", "bulletin.html", "bulletin.json", "results.csv", "results.csv-metadata.json", "manifest.json")
    }
    frozen = year.files(year.book("bulletin-2026Q4"))
    assert all(after[f"bulletins/2026Q4/{name}"] == data for name, data in frozen.items())
    page = after["bulletins/2026Q4/index.html"].decode()
    assert '<a href="../../results/A/v1/index.html">Programme A</a>' in page
    assert "October to December 2026 Released 4 February 2027." in text_of(after["bulletins/index.html"])


def test_a_result_that_is_held_back_is_taken_out_of_a_bulletin_and_the_site_is_built(year):
    whole = put_out(year)
    file = year.place(year.book("A")) / "files" / "tables.csv"
    before = file.read_bytes()
    file.write_text("better\n")
    site = build_site(year, HOUR, LAB)
    page = site["bulletins/2026Q4/index.html"].decode()
    assert f"<strong>Programme A</strong> (Northgate Works). {HELD}." in page
    assert "results/A/" not in page
    assert [path for path in site if path.startswith("bulletins/2026Q4/")] == ["bulletins/2026Q4/index.html"]
    assert site["results/B/v1/report.html"] == whole["results/B/v1/report.html"]
    file.write_bytes(before)
    assert build_site(year, HOUR, LAB) == whole


def test_no_bulletin_is_drawn_up_that_would_lack_a_result_which_is_held_back(year):
    file = year.place(year.book("A")) / "files" / "tables.csv"
    file.write_text("better\n")
    with pytest.raises(UsageError, match="would lack A v1"):
        add_bulletin(year, "2026Q4", by=ANALYST, at=NEW_YEAR, lab=LAB)
    assert "bulletin-2026Q4" not in {key for key, _ in year.books}


def test_a_bulletin_that_is_out_loses_the_findings_that_are_no_longer_public_and_keeps_its_counts(year, tmp_path):
    put_out(year)
    go(year, year.book("A"), "withdraw", HEAD, HOUR, reason="The data were wrong.")
    corrected(year, tmp_path, HOUR + timedelta(days=7))
    site = build_site(year, HOUR + timedelta(days=7), LAB)
    assert [path for path in site if path.startswith("bulletins/2026Q4/")] == ["bulletins/2026Q4/index.html"]
    page = text_of(site["bulletins/2026Q4/index.html"])
    assert "Changed since" in page
    assert "34.9" not in page
    assert f"Programme A (Northgate Works). {WITHDRAWN}. Corrected: The data were wrong." in page
    assert f"Programme C (Northgate Works). {REPLACED}. Corrected: A table was wrong." in page
    assert "Answered with a result 2 2" in page


def test_a_result_that_is_marked_as_wrong_is_marked_in_the_bulletin_too_while_its_figures_stand(year):
    put_out(year)
    go(year, year.book("A"), "correct", HEAD, HOUR, reason="A table was wrong.")
    site = build_site(year, HOUR, LAB)
    page = text_of(site["bulletins/2026Q4/index.html"])
    assert "Changed since" not in page
    assert (
        "Programme A One-year proven reoffending rate: evidence of a reduction. Northgate Works, 3 December 2026. Corrected: A table"
        in page
    )
    assert "bulletins/2026Q4/results.csv" in site


def test_the_page_of_a_bulletin_names_the_next_release_as_it_stands_now(year, tmp_path):
    put_out(year)
    scheduled(year, "N", finished_run(tmp_path / "N", programme="Choir"), at=HOUR, due=HOUR + timedelta(weeks=5))
    site = build_site(year, HOUR, LAB)
    assert "Next Choir (Northgate Works), at 9:30am on Thursday 11 March 2027." in text_of(site["bulletins/2026Q4/index.html"])
    assert "No release is announced at present." in text_of(site["bulletins/2026Q4/bulletin.html"])


def test_a_bulletin_whose_results_changed_before_it_is_frozen_is_drawn_anew(year):
    book = add_bulletin(year, "2026Q4", by=ANALYST, at=NEW_YEAR, lab=LAB)
    go(year, year.book("A"), "withdraw", HEAD, NEW_YEAR, reason="The data were wrong.")
    with pytest.raises(UsageError, match="withdrawn since it was drawn up"):
        cleared_and_frozen(year, book, NEW_YEAR)
    book = go(year, year.book("bulletin-2026Q4"), "change", ANALYST, NEW_YEAR, reason="A result was withdrawn.")
    assert [row.key for row in read_bulletin(year.files(book)).rows] == ["C", "B"]
    assert cleared_and_frozen(year, book, NEW_YEAR).release.state == "final"


def test_whoever_sends_an_announced_bulletin_back_signs_it_off_again_and_whoever_draws_it_anew_does_not(year):
    book = cleared_and_frozen(year, add_bulletin(year, "2026Q4", by=ANALYST, at=NEW_YEAR, lab=LAB), NEW_YEAR)
    book = go(year, book, "schedule", HEAD, NEW_YEAR, due=HOUR)
    book = go(year, book, "change", HEAD, NEW_YEAR, reason="A result was withdrawn.")
    ned = replace(ANALYST, name="Ned")
    book = cleared_and_frozen(year, go(year, book, "change", ned, NEW_YEAR, reason="A word."), NEW_YEAR)
    assert book.release.analysts == (ANALYST.name, "Ned")
    with pytest.raises(UsageError, match="Ned did a part of it"):
        go(year, book, "schedule", replace(HEAD, name="Ned"), NEW_YEAR, due=HOUR)
    assert go(year, book, "schedule", HEAD, NEW_YEAR, due=HOUR).release.state == "scheduled"


def test_a_withdrawn_bulletin_keeps_its_reason_and_a_corrected_one_its_address(year):
    put_out(year)
    go(year, year.book("bulletin-2026Q4"), "correct", HEAD, HOUR, reason="A count was wrong.")
    marked = build_site(year, HOUR, LAB)
    assert "Corrected A count was wrong." in text_of(marked["bulletins/2026Q4/index.html"])
    book = cleared_and_frozen(year, add_bulletin(year, "2026Q4", by=ANALYST, at=HOUR, lab=LAB), HOUR)
    assert (book.release.version, book.release.explained) == (2, "A count was wrong.")
    go(year, book, "expedite", HEAD, HOUR, due=HOUR + timedelta(days=1), reason="A count was wrong.")
    release_due(year, HOUR + timedelta(days=1), LAB)
    for keeps in (lambda release: False, lambda release: True):
        page = text_of(build_site(year, HOUR + timedelta(days=1), LAB, keeps)["bulletins/2026Q4/index.html"])
        assert "Released 9:30am on Friday 5 February 2027, version 2." in page
    go(year, year.book("bulletin-2026Q4"), "withdraw", HEAD, HOUR + timedelta(days=1), reason="It counted other labs.")
    site = build_site(year, HOUR + timedelta(days=1), replace(LAB, site="https://lab.example"))
    assert "Withdrawn It counted other labs." in text_of(site["bulletins/2026Q4/index.html"])
    assert "Withdrawn Bulletin, October to December 2026 It counted other labs." in text_of(site["bulletins/index.html"])
    assert "Withdrawn. It counted other labs." in site["feed.xml"].decode()
    assert [path for path in site if path.startswith("bulletins/2026Q4/")] == ["bulletins/2026Q4/index.html"]


@pytest.mark.parametrize(
    ("quarter", "at", "by", "why"),
    [
        ("2026Q4", NEW_YEAR - timedelta(days=1), ANALYST, "ends on 2026-12-31"),
        ("2026Q4", NEW_YEAR, FIRST, "by an analyst, not by the reviewer"),
        ("2027Q2", NEW_YEAR, ANALYST, "has not begun"),
    ],
)
def test_a_bulletin_is_drawn_up_by_an_analyst_once_its_quarter_has_ended(folder, quarter, at, by, why):
    with pytest.raises(UsageError, match=why):
        add_bulletin(folder, quarter, by=by, at=at, lab=LAB)


@pytest.mark.parametrize("key", ["bulletin-2026Q4", "Bulletin-2026Q4"])
def test_no_result_may_take_a_bulletins_key(folder, tmp_path, key):
    with pytest.raises(UsageError, match="those of bulletins"):
        add(folder, key, finished_run(tmp_path / "run"), by=ANALYST, at=NOW)


def test_what_the_desk_knows_of_a_request_goes_with_its_release_unless_said_otherwise(folder, tmp_path):
    asked(folder, "A", date(2026, 6, 1), sector="charity", first_time=True)
    book = add(folder, "A", finished_run(tmp_path / "run"), by=ANALYST, at=NOW, about=About(sector="prison", first_time=False))
    assert (book.requested, book.sector, book.first_time) == (date(2026, 6, 1), "prison", False)


def test_what_is_frozen_reads_back_as_it_was_and_stands_while_its_results_do(year):
    outlook = outlook_of(year, NEW_YEAR)
    made = bulletin(outlook, Q4, ZONE)
    files = bulletin_files(made, LAB)
    assert read_bulletin(files) == made
    assert json.loads(files["bulletin.json"])["schema"] == "justice-data-lab/bulletin/1"
    assert as_it_stands(made, outlook) == made
    assert bulletin_files(made, LAB) == files


@pytest.mark.parametrize(
    ("text", "why"),
    [("2026-4", "such as 2026Q4"), ("2026Q5", "such as 2026Q4"), ("0000Q1", "such as 2026Q4"), ("2027Q1", "has not begun")],
)
def test_a_quarter_is_one_that_has_begun(text, why):
    with pytest.raises(UsageError, match=why):
        read_quarter(text, date(2026, 12, 31))


def test_quarters_end_where_the_next_begins():
    quarters = quarters_between(date(2026, 2, 28), Q1)
    assert [each.code for each in quarters] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1"]
    assert [each.end for each in quarters[:-1]] == [each.first for each in quarters[1:]]
    assert quarters_between(date(2028, 1, 1), Q1) == (Q1,)
    assert quarter_of(date(2026, 12, 31)) == Q4
    assert Q4.holds(date(2026, 10, 1))
    assert not Q4.holds(date(2027, 1, 1))
