"""`jdl release` as a lab uses it: every step by command, every refusal with its reason, every look in the log."""

import json
import os
import re
import sys

import pytest

from justice_data_lab import cli, release_view
from justice_data_lab.release_log import LOG
from sample_releases import finished_run


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(autouse=True)
def a_pdf_that_takes_no_time(monkeypatch):
    monkeypatch.setattr(release_view, "render_pdf", lambda html: b"%PDF of " + html.encode())


@pytest.fixture
def jdl(monkeypatch, capsys, tmp_path):
    """Run a `jdl release` command at a moment; gives exit code and what was printed."""
    monkeypatch.chdir(tmp_path)

    def invoke(words, *more, now="2026-11-02T10:00:00+00:00"):
        timed = [] if words.split()[0] in ("list", "verify") else ["--now", now]
        group = [] if words.startswith("bulletin") else ["release"]
        monkeypatch.setattr(sys, "argv", ["jdl", *group, *words.split(), *map(str, more), *timed])
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
        "announced, 9:30am on Thursday 3 December 2026 postponed, 9:30am on Thursday 3 December 2026: The register was late."
        in text
    )


def test_a_bank_holiday_and_a_step_out_of_turn_are_refused(jdl, scheduled):
    assert jdl("check releases A --by Rob --as reviewer")[0] == 2
    jdl("postpone releases A --by Hope --as head_of_profession --reason Late")
    code, text = jdl("schedule releases A --on 2026-12-28 --by Hope --as head_of_profession")
    assert code == 2
    assert "working day" in text


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
    assert (code, text.strip()) == (0, "A v1 is draft.")
    assert "postponed" in jdl("calendar releases", now="2026-11-03T10:00:00+00:00")[1]


def test_verify_vouches_for_the_log_and_every_file(jdl, scheduled, tmp_path):
    code, text = jdl("verify releases")
    head = json.loads((scheduled / LOG).read_text().splitlines()[-1])["sha256"]
    assert code == 0
    assert f"7 lines of log and 1 releases are whole; its head is {head}." in text
    assert jdl("verify releases --head", head)[0] == 0
    assert "lines are missing at its end" in jdl("verify releases --head", "ab" * 32)[1]
    (scheduled / "A" / "v1" / "files" / "report.html").write_text("better")
    assert "not the ones that were added" in jdl("verify releases")[1]
    (tmp_path / "empty").mkdir()
    assert "0 lines of log" in jdl("verify empty")[1]


@pytest.mark.parametrize("words", ["list relaeses", "publish relaeses site", "check relaeses A --by Rob --as reviewer"])
def test_a_mistyped_folder_is_not_made(jdl, tmp_path, words):
    code, text = jdl(words)
    assert code == 2
    assert "no such folder of releases" in text
    assert not (tmp_path / "relaeses").exists()


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
