"""`jdl release` as a lab uses it: every step by command, every refusal with its reason, every look in the log."""

import json
import os
import re
import sys
from datetime import datetime

import pytest

from justice_data_lab import cli, release_view
from justice_data_lab.cli import clock
from justice_data_lab.release_log import LOG
from justice_data_lab.study import DisclosureRules
from sample_releases import finished_run

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.fixture(autouse=True)
def a_pdf_that_takes_no_time(monkeypatch):
    monkeypatch.setattr(release_view, "render_pdf", lambda html: b"%PDF of " + html.encode())


@pytest.fixture
def jdl(monkeypatch, capsys, tmp_path):
    """Run a `jdl release` command at a moment; gives exit code and what was printed."""
    monkeypatch.chdir(tmp_path)

    def invoke(words, *more, now="2026-11-02T10:00:00+00:00"):
        monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(now))
        group = [] if words.startswith("bulletin") else ["release"]
        monkeypatch.setattr(sys, "argv", ["jdl", *group, *words.split(), *map(str, more)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", printed.out + printed.err))

    return invoke


@pytest.fixture
def scheduled(jdl, tmp_path):
    finished_run(tmp_path / "run")
    for words in (
        "add releases A --run run --by Ana --as analyst --sector charity --first-time --requested 2026-06-01",
        "evidence releases A --by Rob --as reviewer --out for-rob-to-check",
        "check releases A --by Rob --as reviewer",
        "evidence releases A --by Sue --as reviewer --out for-sue-to-clear",
        "clear releases A --by Sue --as reviewer",
        "freeze releases A --by Ana --as analyst",
        "schedule releases A --on 2026-12-03 --by Hope --as head_of_profession",
    ):
        code, text = jdl(words)
        assert code == 0, text
    return tmp_path / "releases"


def entries(releases):
    return [json.loads(line)["entry"] for line in (releases / LOG).read_text().splitlines()]


def test_nobody_at_the_command_line_can_move_the_clock(jdl, scheduled, tmp_path):
    """Neither forward, so that figures are out before their hour, nor back, so that an announcement is older than it is."""
    for words in ("publish releases site", "view releases A --by Min --purpose pre_release --out early", "calendar releases"):
        code, text = jdl(f"{words} --now 2026-12-03T09:30:00+0000")
        assert (code, "No such option" in text) == (2, True)
    assert jdl("list releases")[1].startswith("A v1 scheduled")


def test_the_list_shows_the_state_and_the_hour(jdl, scheduled):
    code, text = jdl("list releases")
    assert code == 0
    assert "A v1 scheduled, 9:30am on Thursday 3 December 2026 Mentoring inside" in text


def test_the_hour_is_half_past_nine_in_london_in_summer_too(jdl, scheduled):
    jdl("postpone releases A --by Hope --as head_of_profession --reason", "The register was late.")
    code, _ = jdl("schedule releases A --on 2027-06-03 --by Hope --as head_of_profession --provisional")
    book = json.loads((scheduled / "A" / "v1" / "release.json").read_text())
    assert (code, book["release"]["due"]) == (0, "2027-06-03T08:30:00+00:00")
    assert "(provisional)" in jdl("list releases")[1]


def test_the_calendar_tells_a_postponement_with_its_reason(jdl, scheduled):
    jdl("postpone releases A --by Hope --as head_of_profession --reason", "The register was late.")
    text = jdl("calendar releases", now="2026-11-03T10:00:00+00:00")[1]
    assert (
        "announced, 9:30am on Thursday 3 December 2026, told at 10:00am on Monday 2 November 2026 "
        "postponed, 9:30am on Thursday 3 December 2026, told at 10:00am on Monday 2 November 2026: The register was late."
    ) in text


def test_the_calendar_says_of_each_date_that_it_was_provisional_when_it_was_told(jdl, scheduled):
    jdl("postpone releases A --by Hope --as head_of_profession --reason Late")
    jdl("schedule releases A --on 2026-12-10 --by Hope --as head_of_profession --provisional")
    told = "announced (provisional), 9:30am on Thursday 10 December 2026, told at"
    assert told in jdl("calendar releases")[1]
    jdl("confirm releases A --by Hope --as head_of_profession")
    text = jdl("calendar releases")[1]
    assert told in text
    assert "confirmed, 9:30am on Thursday 10 December 2026" in text


def test_a_bank_holiday_and_a_step_out_of_turn_are_refused(jdl, scheduled):
    assert jdl("check releases A --by Rob --as reviewer")[0] == 2
    jdl("postpone releases A --by Hope --as head_of_profession --reason Late")
    code, text = jdl("schedule releases A --on 2026-12-28 --by Hope --as head_of_profession")
    assert code == 2
    assert "working day" in text


@pytest.mark.parametrize(
    "words",
    [
        "request releases B --by Ana --on",
        "end-request releases A --how withdrawn --by Ana --on",
        "add releases B --run run --by Ana --as analyst --requested",
        "schedule releases A --by Hope --as head_of_profession --on",
    ],
)
@pytest.mark.parametrize("day", ["9999-12-31", "2032-01-07", "2020-01-07"])
def test_a_day_that_nobody_means_is_refused(jdl, scheduled, words, day):
    jdl("request releases A --by Ana --on 2026-06-01")
    jdl("postpone releases A --by Hope --as head_of_profession --reason Late")
    (scheduled / "lab.toml").write_text('[release]\nzone = "America/New_York"\n')
    before = entries(scheduled)
    code, text = jdl(words, day)
    assert (code, entries(scheduled)) == (2, before)
    assert re.search("today at the latest|within 5 years|four weeks ahead", text)


ACCESS = "access releases A --reader Min --reader-role Minister --purpose pre_release --by Hope --as head_of_profession"


def test_pre_release_access_opens_24_hours_before_once_the_conditions_are_accepted(jdl, scheduled, tmp_path):
    look = "view releases A --by Min --purpose pre_release --out"
    within = "2026-12-02T09:30:00+00:00"
    assert jdl(ACCESS)[0] == 0
    assert jdl(look, "early", now=within)[0] == 2
    assert jdl("accept releases A --by Min --yes")[0] == 0
    assert jdl(look, "early", now="2026-12-02T09:29:59+00:00")[0] == 2
    assert not (tmp_path / "early").exists()
    code, _ = jdl(look, "early", now=within)
    html = (tmp_path / "early" / "report.html").read_text()
    assert code == 0
    assert "Copy of Min, made at 9:30am on Wednesday 2 December 2026." in html
    assert "Not to be shown before 9:30am on Thursday 3 December 2026." in html
    assert [each["action"] for each in entries(scheduled)][-5:] == ["access", "view refused", "accept", "view refused", "view"]


def test_accepting_asks_and_a_no_changes_nothing(jdl, scheduled, monkeypatch):
    jdl(ACCESS)
    monkeypatch.setattr("typer.confirm", lambda *given, **named: (_ for _ in ()).throw(SystemExit(1)))
    assert jdl("accept releases A --by Min")[0] == 1
    assert entries(scheduled)[-1]["action"] == "access"
    monkeypatch.setattr("typer.confirm", lambda *given, **named: True)
    assert jdl("accept releases A --by Min")[0] == 0
    assert jdl("accept releases A --by Min --yes")[0] == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (ACCESS.replace("Hope --as head_of_profession", "Ana --as analyst"), "given by the head of profession"),
        (ACCESS.replace("--reader Min", "--reader="), "name of one person"),
    ],
)
def test_access_is_given_by_the_head_to_one_named_person(jdl, scheduled, words, why):
    code, text = jdl(words)
    assert code == 2
    assert why in text


def test_access_and_answers_wait_for_their_time(jdl, scheduled, tmp_path):
    (tmp_path / "answer.txt").write_text("Thank you.")
    assert "added after release" in jdl("respond releases A --file answer.txt --by Ana")[1]
    jdl("postpone releases A --by Hope --as head_of_profession --reason Late")
    assert "can be given while it is scheduled" in jdl(ACCESS)[1]


def test_those_who_make_it_read_a_marked_copy(jdl, scheduled, tmp_path):
    assert jdl("view releases A --by Rob --as reviewer --purpose production --out for-rob")[0] == 0
    assert jdl("view releases A --by Rob --purpose production --out for-rob-2")[0] == 2
    for name in ("report.html", "report.pdf"):
        assert "Copy of Rob" in (tmp_path / "for-rob" / name).read_text()


def test_back_to_draft_by_command_and_the_date_is_taken_back(jdl, scheduled, tmp_path):
    finished_run(tmp_path / "other", kind="refused")
    code, text = jdl("change releases A --run other --by Hope --as head_of_profession --reason", "A table was wrong.")
    assert (code, text.startswith("A v1 is draft.")) == (0, True)
    assert "postponed" in jdl("calendar releases", now="2026-11-03T10:00:00+00:00")[1]


def test_an_analyst_who_brings_a_run_is_told_that_others_sign_it_off_and_is_held_to_it(jdl, scheduled, tmp_path):
    finished_run(tmp_path / "other", kind="refused")
    jdl("change releases A --by Hope --as head_of_profession --reason", "A table was wrong.")
    _, text = jdl("change releases A --run other --by Hugo --as analyst --reason", "Another run.")
    assert "Hugo brought a run and so did a part of the analysis: others check it, clear it and sign it off." in text
    for by, act in (("Rob", "check"), ("Sue", "clear")):
        jdl(f"evidence releases A --by {by} --as reviewer --out {by}")
        assert jdl(f"{act} releases A --by {by} --as reviewer")[0] == 0
    assert jdl("freeze releases A --by Ana --as analyst")[0] == 0
    day = "schedule releases A --on 2026-12-10 --as head_of_profession --by"
    for by in ("Hugo", "hugo", "Ana"):
        code, text = jdl(day, by)
        assert (code, f"has to be done by somebody who did not run the analysis; {by} did a part of it" in text) == (2, True)
    assert jdl(day, "Hope")[0] == 0


def test_a_head_who_hands_a_run_in_neither_checks_nor_clears_it_and_announces_its_new_date(jdl, scheduled, tmp_path):
    finished_run(tmp_path / "other", kind="refused")
    jdl("change releases A --run other --by Hope --as head_of_profession --reason", "A table was wrong.")
    jdl("evidence releases A --by hope --as reviewer --out hers")
    code, text = jdl("check releases A --by hope --as reviewer")
    assert (code, "hope did a part of it" in text) == (2, True)
    for by, act in (("Rob", "check"), ("Sue", "clear")):
        jdl(f"evidence releases A --by {by} --as reviewer --out {by}")
        assert jdl(f"{act} releases A --by {by} --as reviewer")[0] == 0
    assert jdl("freeze releases A --by Ana --as analyst")[0] == 0
    assert jdl("schedule releases A --on 2026-12-10 --as head_of_profession --by Hope")[0] == 0


def test_whoever_sends_it_back_without_a_run_signs_the_next_draft_off(jdl, scheduled, tmp_path):
    finished_run(tmp_path / "other", kind="refused")
    assert (
        jdl("change releases A --by Hope --as head_of_profession --reason", "A table was wrong.")[1].strip() == "A v1 is draft."
    )
    assert jdl("change releases A --run other --by Ana --as analyst --reason", "Another run.")[1].strip() == "A v1 is draft."
    book = json.loads((scheduled / "A" / "v1" / "release.json").read_text())
    assert book["release"]["co_analysts"] == []


def test_verify_vouches_for_the_log_and_every_file(jdl, scheduled, tmp_path):
    code, text = jdl("verify releases")
    head = json.loads((scheduled / LOG).read_text().splitlines()[-1])["sha256"]
    assert code == 0
    assert f"7 lines of log and 1 releases are whole; its head is {head}." in text
    assert jdl("verify releases --head", head)[0] == 0
    assert "lines are missing at its end" in jdl("verify releases --head", "ab" * 32)[1]
    (scheduled / "A" / "v1" / "files" / "report.html").write_text("better")
    assert "1 of 1 releases: files are not the ones that were added: A v1." in jdl("verify releases")[1]
    (tmp_path / "empty").mkdir()
    assert "0 lines of log" in jdl("verify empty")[1]


@pytest.mark.parametrize(
    "words",
    [
        "list relaeses",
        "publish relaeses site",
        "check relaeses A --by Rob --as reviewer",
        "end-request relaeses A --how refused --on 2026-06-01 --by Ana",
    ],
)
def test_a_mistyped_folder_is_not_made(jdl, tmp_path, words):
    code, text = jdl(words)
    assert code == 2
    assert "no such folder of releases" in text
    assert not (tmp_path / "relaeses").exists()


def test_the_first_request_of_a_lab_makes_the_folder_and_says_so_in_case_the_name_was_mistyped(jdl, tmp_path):
    code, text = jdl("request releases A --on 2026-06-01 --by Ana")
    assert (code, text.strip()) == (0, "releases is a new folder of releases. A: received on 2026-06-01.")
    assert [each["action"] for each in entries(tmp_path / "releases")] == ["request"]
    assert jdl("request releases B --on 2026-06-02 --by Ana")[1].strip() == "B: received on 2026-06-02."


def test_the_first_run_of_a_lab_makes_the_folder_and_says_so(jdl, tmp_path):
    finished_run(tmp_path / "run")
    code, text = jdl("add releases A --run run --by Ana --as analyst")
    assert (code, text.strip()) == (0, "releases is a new folder of releases. A v1 is draft.")


def test_publish_ends_with_an_error_that_names_what_is_held_back_and_the_site_is_new(jdl, scheduled, tmp_path):
    file = tmp_path / "releases" / "A" / "v1" / "files" / "tables.csv"
    before = file.read_bytes()
    file.write_text("better\n")
    for _ in range(2):
        code, text = jdl("publish releases site", now="2026-12-03T09:30:00+00:00")
        assert code == 2
        assert "A v1: held back" in text
    assert (tmp_path / "site" / "calendar" / "index.html").is_file()
    assert not (tmp_path / "site" / "results" / "A").exists()
    file.write_bytes(before)
    code, text = jdl("publish releases site", now="2026-12-03T09:31:00+00:00")
    assert (code, "A v1 is released." in text) == (0, True)


def test_publish_says_what_did_not_come_out_because_nobody_confirmed_its_date(jdl, scheduled):
    jdl("postpone releases A --by Hope --as head_of_profession --reason", "Late data.")
    jdl("schedule releases A --on 2026-12-10 --by Hope --as head_of_profession --provisional")
    assert "did not come out" not in jdl("publish releases site", now="2026-12-10T09:29:59+00:00")[1]
    code, text = jdl("publish releases site", now="2026-12-10T09:30:00+00:00")
    assert (code, "A v1 did not come out: nobody confirmed its date." in text) == (0, True)
    code, text = jdl("confirm releases A --by Hope --as head_of_profession", now="2026-12-10T09:30:00+00:00")
    assert (code, "announce another" in text) == (2, True)


def test_publish_releases_what_is_due_and_shows_it(jdl, scheduled, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)
    code, text = jdl("publish releases site", now="2026-12-03T09:29:59+00:00")
    assert (code, text.strip()) == (0, "site shows the new site.")
    assert not (tmp_path / "site" / "results" / "A").exists()
    assert (
        jdl("publish releases site", now="2026-12-03T09:30:00+00:00")[1].strip() == "A v1 is released. site shows the new site."
    )
    assert (tmp_path / "site" / "results" / "A" / "index.html").is_file()
    assert jdl("publish releases site", now="2026-12-03T09:30:01+00:00")[1].strip() == "site is up to date."
    (tmp_path / "answer.txt").write_text("Thank you.")
    assert jdl("respond releases A --file answer.txt --by Ana", now="2026-12-04T09:30:00+00:00")[0] == 0
    assert jdl("respond releases A --file none.txt --by Ana", now="2026-12-04T09:30:00+00:00")[0] == 2
    jdl("publish releases site", now="2026-12-04T09:31:00+00:00")
    assert "Thank you." in (tmp_path / "site" / "results" / "A" / "v1" / "response-1.html").read_text()
    code, text = jdl("bulletin releases --quarter 2026Q4 --out bulletin", now="2026-12-04T09:31:00+00:00")
    assert (code, text.strip()) == (0, "1 results to date, 1 of them in the quarter. Wrote bulletin")


def test_nobody_checks_without_the_evidence_on_these_very_files(jdl, tmp_path):
    finished_run(tmp_path / "run")
    finished_run(tmp_path / "other", kind="refused")
    jdl("add releases A --run run --by Ana --as analyst")
    code, text = jdl("check releases A --by Rob --as reviewer")
    assert code == 2
    assert "Rob has not had the evidence on these files" in text
    assert jdl("evidence releases A --by Sue --as reviewer --out for-sue")[0] == 0
    assert jdl("check releases A --by Rob --as reviewer")[0] == 2
    assert jdl("evidence releases A --by Rob --as reviewer --out for-rob")[0] == 0
    jdl("change releases A --run other --by Ana --as analyst --reason", "Another run.")
    assert jdl("check releases A --by Rob --as reviewer")[0] == 2
    assert jdl("evidence releases A --by Rob --as reviewer --out for-rob-again")[0] == 0
    assert jdl("check releases A --by Rob --as reviewer")[0] == 0
    assert jdl("clear releases A --by Sue --as reviewer")[0] == 2


def test_evidence_that_could_not_be_shown_lets_nobody_check(jdl, tmp_path):
    finished_run(tmp_path / "run")
    jdl("add releases A --run run --by Ana --as analyst")
    file = tmp_path / "releases" / "A" / "v1" / "files" / "tables.csv"
    before = file.read_bytes()
    file.write_text("better\n")
    code, text = jdl("evidence releases A --by Rob --as reviewer --out for-rob")
    assert (code, "not the ones that were added" in text, (tmp_path / "for-rob").exists()) == (2, True, False)
    file.write_bytes(before)
    code, text = jdl("check releases A --by Rob --as reviewer")
    assert (code, "has not had the evidence" in text) == (2, True)


def test_the_evidence_shows_what_differs_from_the_last_release_and_every_look_is_logged(jdl, scheduled, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)
    jdl("publish releases site", now="2026-12-03T09:30:00+00:00")
    finished_run(tmp_path / "again", kind="unclear")
    jdl("add releases A --run again --by Ana --as analyst --reason", "A second year of data.")
    code, text = jdl("evidence releases A --by Rob --as reviewer --out for-rob-2")
    assert code == 0
    assert re.search(r"A v2: \d+ figures.* \d+ differ from A v1, \d+ are the same\. Machine: no obstacle found\.", text)
    page = (tmp_path / "for-rob-2" / "evidence.html").read_text()
    assert "Copy of Rob" in page
    assert "Revision: A second year of data." in page
    found = json.loads((tmp_path / "for-rob-2" / "evidence.json").read_text())
    keys = {each["key"]: each for each in found["differences"]}
    low = next(key for key in keys if "ci_low" in key or "low" in key)
    assert keys[low]["before"] != keys[low]["after"]
    assert found["same"] > 0
    assert found["checks"][0].startswith("Quality statement: ")
    assert jdl("evidence releases A --by Ned --as analyst --out for-ned")[0] == 2
    assert not (tmp_path / "for-ned").exists()
    looks = [(each["action"], each["by"]) for each in entries(scheduled) if each["subject"] == "A v2"]
    assert looks == [("add", "Ana"), ("evidence", "Rob"), ("evidence refused", "Ned")]


def test_the_first_release_of_an_organisation_has_nothing_to_be_compared_with(jdl, scheduled, tmp_path):
    assert "no earlier release of this organisation" in jdl("evidence releases A --by Rob --as reviewer --out again")[1]
    assert "There is no earlier release" in (tmp_path / "again" / "evidence.html").read_text()


def test_a_breach_is_written_down_and_ends_with_the_figures_for_everybody(jdl, scheduled, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)
    code, text = jdl("breach releases A --by Rob --as reviewer --reason", "A copy was left on a train.")
    assert code == 0
    assert "Tell the head of profession now." in text
    assert "BREACH: the head of profession has to decide" in jdl("list releases")[1]
    code, text = jdl("release-early releases A --by Ana --as analyst --reason", "It is out.")
    assert (code, "for the head of profession" in text) == (2, True)
    code, text = jdl("release-early releases A --by Hope --as head_of_profession --reason", "A newspaper has it.")
    assert code == 0
    assert "Run `jdl release publish` now" in text
    assert "BREACH" not in jdl("list releases")[1]
    jdl("publish releases site", now="2026-11-02T10:01:00+00:00")
    assert (tmp_path / "site" / "results" / "A" / "v1" / "report.html").is_file()
    assert [each["action"] for each in entries(scheduled)][-2:] == ["breach", "release_early"]


def test_a_breach_that_was_contained_keeps_the_hour(jdl, scheduled):
    jdl("breach releases A --by Rob --as reviewer --reason", "A copy was sent to a wrong address.")
    code, text = jdl("contain releases A --by Hope --as head_of_profession --reason", "It was deleted unread.")
    assert (code, text.strip()) == (0, "A v1 is scheduled.")


def test_a_postponement_during_pre_release_shuts_it_and_a_new_date_needs_new_leave(jdl, scheduled):
    within, look = "2026-12-02T12:00:00+00:00", "view releases A --by Min --purpose pre_release --out"
    jdl(ACCESS)
    jdl("accept releases A --by Min --yes", now=within)
    assert jdl(look, "seen", now=within)[0] == 0
    code, text = jdl("postpone releases A --by Hope --as head_of_profession --reason", "A table is wrong.", now=within)
    assert code == 0
    assert "Tell the early readers that it was put off, and that they are still bound: Min." in text
    assert jdl(look, "again", now=within)[0] == 2
    jdl("schedule releases A --on 2027-01-14 --by Hope --as head_of_profession", now=within)
    later = "2027-01-13T12:00:00+00:00"
    assert jdl("accept releases A --by Min --yes", now=later)[0] == 2
    assert jdl(look, "again", now=later)[0] == 2
    jdl(ACCESS, now=later)
    assert jdl("accept releases A --by Min --yes", now=later)[0] == 0
    assert jdl(look, "again", now=later)[0] == 0


def test_leave_does_not_come_back_when_the_same_hour_is_announced_anew(jdl, scheduled):
    within, look = "2026-12-02T12:00:00+00:00", "view releases A --by Min --purpose pre_release --out"
    jdl(ACCESS)
    jdl(ACCESS.replace("Min ", "Mo "))
    jdl("accept releases A --by Min --yes")
    jdl("postpone releases A --by Hope --as head_of_profession --reason", "A table is late.")
    assert jdl("schedule releases A --on 2026-12-03 --by Hope --as head_of_profession")[0] == 0
    assert jdl(look, "again", now=within)[0] == 2
    assert jdl("accept releases A --by Mo --yes", now=within)[0] == 2


def test_leave_cannot_be_accepted_after_its_hour_nor_given_to_the_organisation(jdl, scheduled):
    jdl(ACCESS)
    assert jdl("accept releases A --by Min --yes", now="2026-12-03T09:30:00+00:00")[0] == 2
    own = ACCESS.replace("--reader-role Minister", "--reader-role=Director-of-NGW")
    assert jdl(own)[0] == 0  # other words than the name; a person has to know
    bare = ACCESS.replace("--reader-role Minister", "")
    for role, *more in (("Director, Northgate Works",), ("Director", "--reader-organisation", "Northgate Works Ltd")):
        code, text = jdl(bare, "--reader-role", role, *more)
        assert code == 2
        assert "not for the organisation" in text
    quality = ACCESS.replace("--reader-role Minister", "").replace("pre_release", "quality_assurance")
    assert jdl(quality, "--reader-role", "Director, Northgate Works")[0] == 0


def test_an_urgent_correction_goes_out_within_days(jdl, scheduled, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)
    jdl("publish releases site", now="2026-12-03T09:30:00+00:00")
    later = "2026-12-04T12:00:00+00:00"
    finished_run(tmp_path / "right", kind="unclear")
    jdl("correct releases A --by Hope --as head_of_profession --reason", "A table was wrong.", now=later)
    jdl("add releases A --run right --by Ana --as analyst", now=later)
    for by in ("Rob", "Sue"):
        jdl(f"evidence releases A --by {by} --as reviewer --out {by}", now=later)
    jdl("check releases A --by Rob --as reviewer", now=later)
    jdl("clear releases A --by Sue --as reviewer", now=later)
    jdl("freeze releases A --by Ana --as analyst", now=later)
    assert jdl("schedule releases A --on 2026-12-07 --by Hope --as head_of_profession", now=later)[0] == 2
    code, _ = jdl(
        "expedite releases A --on 2026-12-07 --by Hope --as head_of_profession --reason", "A table was wrong.", now=later
    )
    assert code == 0
    jdl("publish releases site", now="2026-12-07T09:29:59+00:00")
    assert "Urgent correction announced: 9:30am on Monday 7 December 2026." in (tmp_path / "site/calendar/index.html").read_text()
    assert (tmp_path / "site" / "results" / "A" / "v1" / "tables.csv").is_file()
    jdl("publish releases site", now="2026-12-07T09:30:00+00:00")
    assert (tmp_path / "site" / "results" / "A" / "v2" / "tables.csv").is_file()
    old = (tmp_path / "site" / "results" / "A" / "v1" / "index.html").read_text()
    assert "<strong>Corrected</strong>A table was wrong." in old
    # the data are public, so the old figures can tell nothing about a person beside the new ones
    assert (tmp_path / "site" / "results" / "A" / "v1" / "tables.csv").is_file()
    assert "You can say" not in old


def test_requests_concerns_and_their_answers_come_to_the_desk(jdl, scheduled, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)
    (tmp_path / "concern.txt").write_text("The <b>chart</b> is hard to read.\n\nSo is the table.")
    (tmp_path / "answer.txt").write_text("We changed it.")
    assert jdl("request releases T --on 2026-09-01 --by Ana --sector charity --first-time")[0] == 0
    assert "written down already" in jdl("request releases T --on 2026-09-01 --by Ana")[1]
    assert jdl("end-request releases T --how withdrawn --on 2026-08-01 --by Ana")[0] == 2
    assert jdl("end-request releases T --how withdrawn --on 2026-10-01 --by Ana")[0] == 0
    assert "is not open" in jdl("end-request releases T --how refused --on 2026-10-01 --by Ana")[1]
    assert "no such release" in jdl("concern releases --file concern.txt --about Z --by Ana")[1]
    assert jdl("concern releases --file concern.txt --about A --by Ana")[1].strip() == "Concern 1 is written down."
    assert jdl("concern releases --file answer.txt --by Ana")[1].strip() == "Concern 2 is written down."
    answer = "answer releases 1 --file answer.txt --by"
    assert "given by the head" in jdl(f"{answer} Ana --as analyst")[1]
    assert "waits for the release" in jdl(f"{answer} Hope --as head_of_profession")[1]
    jdl("publish releases site", now="2026-12-03T09:30:00+00:00")
    page = tmp_path / "site" / "about" / "concerns.html"
    assert "No concern has been answered yet." in page.read_text()
    after = "2026-12-04T09:30:00+00:00"
    assert jdl(f"{answer} Hope --as head_of_profession", now=after)[0] == 0
    assert "no such concern is open" in jdl(f"{answer} Hope --as head_of_profession", now=after)[1]
    jdl("publish releases site", now=after)
    assert "<p>The &lt;b&gt;chart&lt;/b&gt; is hard to read.</p>" in page.read_text()
    assert "<p>We changed it.</p>" in page.read_text()


def test_the_bulletin_has_an_hour_of_its_own_by_command(jdl, scheduled, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)
    jdl("publish releases site", now="2026-12-03T09:30:00+00:00")
    january = "2027-01-04T10:00:00+00:00"
    code, text = jdl("add-bulletin releases --quarter 2026Q4 --by Ana --as analyst", now=january)
    assert (code, text.strip()) == (0, "bulletin-2026Q4 v1 is draft.")
    for by, act in (("Rob", "check"), ("Sue", "clear")):
        assert (
            "counts of public results"
            in jdl(f"evidence releases bulletin-2026Q4 --by {by} --as reviewer --out b-{by}", now=january)[1]
        )
        assert jdl(f"{act} releases bulletin-2026Q4 --by {by} --as reviewer", now=january)[0] == 0
    assert jdl("view releases bulletin-2026Q4 --by Rob --as reviewer --purpose production --out read", now=january)[0] == 0
    assert "Key findings" in (tmp_path / "read" / "report.html").read_text()
    jdl("freeze releases bulletin-2026Q4 --by Ana --as analyst", now=january)
    jdl("schedule releases bulletin-2026Q4 --on 2027-02-04 --by Hope --as head_of_profession", now=january)
    jdl("publish releases site", now="2027-02-04T09:30:00+00:00")
    assert "Key findings" in (tmp_path / "site" / "bulletins" / "2026Q4" / "index.html").read_text()


def test_publishing_goes_on_after_a_restored_backup_once_the_head_has_said_so(jdl, scheduled, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)
    kept = (scheduled / LOG).read_bytes(), (scheduled / "A" / "v1" / "release.json").read_bytes()
    jdl("postpone releases A --by Hope --as head_of_profession --reason Late")
    jdl("publish releases site")
    (scheduled / LOG).write_bytes(kept[0])
    (scheduled / "A" / "v1" / "release.json").write_bytes(kept[1])
    assert "older than the site" in jdl("publish releases site")[1]
    code, text = jdl("restored releases site --by Hope --as head_of_profession --reason", "The disk failed.")
    assert (code, text.strip()) == (0, "Logged; `jdl release publish` goes on.")
    assert jdl("publish releases site")[0] == 0


def test_the_evidence_names_each_figure_that_is_withheld(jdl, tmp_path):
    finished_run(tmp_path / "run", rules=DisclosureRules())
    jdl("add releases A --run run --by Ana --as analyst")
    code, text = jdl("evidence releases A --by Rob --as reviewer --out for-rob")
    found = json.loads((tmp_path / "for-rob" / "evidence.json").read_text())
    counts = dict(found["counts"])
    assert code == 0
    assert len(found["withheld"]) == counts["withheld to protect people"] > 0
    assert f"{counts['withheld to protect people']} withheld to protect people" in text
    assert "not yet cleared for publication" in text
    assert "Cannot be frozen" in (tmp_path / "for-rob" / "evidence.html").read_text()
