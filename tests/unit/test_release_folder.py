"""The folder of releases: what was logged is what stands, whatever dies in between and whoever edits by hand."""

import json
import os
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from justice_data_lab import release_folder as room
from justice_data_lab.errors import UsageError
from justice_data_lab.publication.audit import Entry, first_broken
from justice_data_lab.publication.book import read_book
from justice_data_lab.publication.desk import Request, receive
from justice_data_lab.publication.drawing import diagram, table
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.publication.states import TRANSITIONS
from justice_data_lab.records import to_json
from justice_data_lab.release_acts import About, add, release_due
from justice_data_lab.release_folder import opened
from justice_data_lab.release_log import LOG, read_log
from justice_data_lab.study import DisclosureRules
from sample_releases import (
    ANALYST,
    DUE,
    FIRST,
    HEAD,
    LAB,
    NOW,
    finished_run,
    frozen,
    go,
    killed_after,
    scheduled,
    shown_the_evidence,
)

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.fixture
def run(tmp_path):
    return finished_run(tmp_path / "run")


@pytest.fixture
def releases(tmp_path):
    return tmp_path / "releases"


def test_a_run_goes_all_the_way_and_every_step_is_in_the_log(releases, run):
    with opened(releases) as folder:
        scheduled(folder, "2026-014", run)
        assert release_due(folder, DUE, LAB)[0].release.state == "released"
    with opened(releases) as folder:
        book = folder.book("2026-014")
        assert (book.release.state, book.release.released_at, book.release.manifest) == ("released", DUE, book.files)
        actions = [line.entry.action for line in folder.lines]
        assert actions == ["add", "evidence", "evidence", "check", "clear", "freeze", "schedule", "release"]
        assert folder.files(book)["tables.csv"] == (run / "7-report" / "tables.csv").read_bytes()
        assert set(folder.files(book)) == {"disclosed.json"} | {path.name for path in (run / "7-report").iterdir()}


def test_a_second_before_the_hour_nothing_is_released(releases, run):
    with opened(releases) as folder:
        scheduled(folder, "2026-014", run)
        assert release_due(folder, DUE.replace(hour=9, minute=29, second=59), LAB) == ()


def test_a_date_that_was_not_confirmed_waits_for_the_head_of_profession(releases, run):
    with opened(releases) as folder:
        book = go(folder, frozen(folder, "A", run), "schedule", HEAD, due=DUE, provisional=True)
        assert release_due(folder, DUE, LAB) == ()
        with pytest.raises(UsageError, match="has to confirm it first"):
            go(folder, book, "release", replace_role(HEAD, "clock"), DUE)
        with pytest.raises(UsageError, match="announce another"):
            go(folder, book, "confirm", HEAD, DUE)
        assert release_due(folder, DUE, LAB) == ()


def test_a_date_that_was_confirmed_in_time_is_released_at_its_hour(releases, run):
    with opened(releases) as folder:
        book = go(folder, frozen(folder, "A", run), "schedule", HEAD, due=DUE, provisional=True)
        go(folder, book, "confirm", HEAD, DUE - timedelta(seconds=1))
        assert len(release_due(folder, DUE, LAB)) == 1


def replace_role(person, role):
    return type(person)(name=person.name, role=role)


@pytest.mark.parametrize("spoil", ["edit", "remove", "add", "manifest", "disclosed"])
def test_only_a_run_whose_files_are_those_of_its_manifest_is_taken(releases, run, spoil):
    match spoil:
        case "edit":
            (run / "7-report" / "tables.csv").write_text("1\n")
        case "remove":
            (run / "7-report" / "report.html").unlink()
        case "add":
            (run / "7-report" / "more.html").write_text("1\n")
        case "manifest":
            (run / "manifest.json").write_text("{}")
        case "disclosed":
            shutil.rmtree(run / "6-disclosure")
    with opened(releases) as folder, pytest.raises(UsageError, match="jdl run"):
        add(folder, "A", run, by=ANALYST, at=NOW)
    with opened(releases) as folder:
        assert (folder.books, folder.lines) == ({}, ())


@pytest.mark.parametrize("key", ["", "a/b", "../a", "-a", "a-", "a b", "a" * 41, ".hidden"])
def test_a_key_is_one_safe_word(releases, run, key):
    with opened(releases) as folder, pytest.raises(UsageError, match="letters, digits and hyphens"):
        add(folder, key, run, by=ANALYST, at=NOW)


def test_no_key_differs_from_another_in_capitals_alone_since_a_disk_may_take_the_two_for_one(releases, run):
    with opened(releases) as folder:
        scheduled(folder, "Trust-1", run)
        with pytest.raises(UsageError, match="differs from Trust-1 in capitals alone"):
            add(folder, "trust-1", run, by=ANALYST, at=NOW)
        release_due(folder, DUE, LAB)
        assert add(folder, "Trust-1", run, by=ANALYST, at=DUE, about=About(reason="More data.")).release.version == 2


def test_only_an_analyst_adds(releases, run):
    with opened(releases) as folder, pytest.raises(UsageError, match="for the analyst"):
        add(folder, "A", run, by=HEAD, at=NOW)


def test_an_analyst_without_a_name_adds_nothing_since_anybody_could_then_check_it(releases, run):
    with opened(releases) as folder, pytest.raises(UsageError, match="the name of whoever does it"):
        add(folder, "A", run, by=replace(ANALYST, name=" "), at=NOW)


def test_one_person_under_two_spellings_has_had_the_evidence_once_and_does_not_clear(releases, run):
    with opened(releases) as folder:
        book = add(folder, "A", run, by=ANALYST, at=NOW)
        shown_the_evidence(folder, book, FIRST)
        book = go(folder, book, "check", replace(FIRST, name=" rob"))
        with pytest.raises(UsageError, match="a second person"):
            go(folder, book, "clear", replace(FIRST, name="ROB"))


def test_a_report_that_is_not_cleared_for_publication_cannot_be_frozen(releases, tmp_path):
    run = finished_run(tmp_path / "other", kind="refused", rules=DisclosureRules())
    with opened(releases) as folder, pytest.raises(UsageError, match="is done with the ledger"):
        frozen(folder, "A", run)
    with opened(releases) as folder:
        assert folder.book("A").release.state == "checked"


def test_changed_files_stop_every_step(releases, run):
    with opened(releases) as folder:
        book = add(folder, "A", run, by=ANALYST, at=NOW)
        shown_the_evidence(folder, book, FIRST)
        (releases / "A" / "v1" / "files" / "tables.csv").write_text("better\n")
        with pytest.raises(UsageError, match="not the ones that were added"):
            go(folder, book, "check", FIRST)


def test_a_change_brings_other_files_and_begins_again(releases, run, tmp_path):
    other = finished_run(tmp_path / "other", kind="refused")
    with opened(releases) as folder:
        book = scheduled(folder, "A", run)
        changed = go(folder, book, "change", HEAD, reason="A step was missing.", run=other)
        assert (changed.release.state, changed.release.manifest) == ("draft", "")
        assert changed.files != book.files
        assert changed.files == manifest_hash(folder.files(changed))
    with opened(releases) as folder:
        assert folder.book("A") == changed


def test_whoever_brought_a_run_does_not_check_it_and_the_log_says_whose_runs_they_were(releases, run, tmp_path):
    other, bob = finished_run(tmp_path / "other", kind="refused"), replace(ANALYST, name="Rob")
    with opened(releases) as folder:
        book = add(folder, "A", run, by=ANALYST, at=NOW, about=About(analysts=("Eve", "Ana")))
        book = go(folder, book, "change", bob, reason="Another caliper.", run=other)
        book = go(folder, book, "change", replace(ANALYST, name="Tom"), reason="The date.")
        shown_the_evidence(folder, book, FIRST)
        with pytest.raises(UsageError, match="Rob did a part of it"):
            go(folder, book, "check", FIRST)
    with opened(releases) as folder:
        assert folder.book("A").release.analysts == ("Ana", "Eve", "Rob")
        said = [line.entry.detail.partition("analysts ")[2] for line in folder.lines if "analysts" in line.entry.detail]
        assert [each.split(" book ")[0] for each in said] == [
            "Ana, Eve",
            "Ana, Eve, Rob; Another caliper.",
            "Ana, Eve, Rob; The date.",
        ]


def test_a_list_of_analysts_that_was_changed_by_hand_is_found(releases, run):
    with opened(releases) as folder:
        add(folder, "A", run, by=ANALYST, at=NOW, about=About(analysts=("Rob",)))
    book = releases / "A" / "v1" / "release.json"
    book.write_text(book.read_text().replace("Rob", "Rab"))
    with pytest.raises(UsageError, match="is not the one that the log speaks of"), opened(releases):
        pass


def test_a_book_from_before_everybody_was_named_has_its_analyst_alone(releases, run):
    with opened(releases) as folder:
        written = to_json(add(folder, "A", run, by=ANALYST, at=NOW))
    del written["release"]["co_analysts"]
    assert read_book(written).release.analysts == ("Ana",)


def test_a_book_from_before_notices_said_whether_a_date_was_provisional_is_read_by_what_came_after(releases, run):
    """A date that was confirmed was provisional, and so is one that may still move."""
    with opened(releases) as folder:
        book = frozen(folder, "A", run)
        for action, given in (
            ("schedule", {"due": DUE}),
            ("postpone", {"reason": "Late."}),
            ("schedule", {"due": DUE, "provisional": True}),
            ("confirm", {}),
            ("postpone", {"reason": "Late."}),
            ("schedule", {"due": DUE, "provisional": True}),
        ):
            book = go(folder, book, action, HEAD, **given)
    written = to_json(book)
    assert read_book(written) == book
    assert [each.provisional for each in book.release.notices] == [False, False, True, False, False, True]
    for notice in written["release"]["notices"]:
        del notice["provisional"]
    assert read_book(written) == book


def test_a_new_folder_is_for_the_lab_alone_and_one_that_is_there_keeps_its_mode(tmp_path):
    before = os.umask(0o022)
    try:
        for name, made in (("new", False), ("own", True)):
            if made:
                (tmp_path / name).mkdir(mode=0o750)
            with opened(tmp_path / name):
                pass
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "own")] == [0o700, 0o750]


def test_a_change_to_another_programme_is_refused(releases, run, tmp_path):
    other = finished_run(tmp_path / "other", programme="Choir")
    with opened(releases) as folder:
        book = add(folder, "A", run, by=ANALYST, at=NOW)
        with pytest.raises(UsageError, match="another programme"):
            go(folder, book, "change", ANALYST, reason="Wrong run.", run=other)
        with pytest.raises(UsageError, match="for `jdl release change`"):
            go(folder, book, "check", FIRST, run=other)


def test_a_next_version_waits_until_the_one_before_is_public(releases, run):
    with opened(releases) as folder:
        scheduled(folder, "A", run)
        with pytest.raises(UsageError, match="version 1 is scheduled"):
            add(folder, "A", run, by=ANALYST, at=NOW)
        release_due(folder, DUE, LAB)
        with pytest.raises(UsageError, match="version 1 stands"):
            add(folder, "A", run, by=ANALYST, at=DUE)
        about = About(reason="A second year of data.")
        assert add(folder, "A", run, by=ANALYST, at=DUE, about=about).release.version == 2
        assert folder.book("A").release.version == 2
        assert folder.book("A", 1).release.state == "released"
        for missing in (("A", 3), ("B", None)):
            with pytest.raises(UsageError, match="no such release"):
                folder.book(*missing)


def test_two_at_once_are_one_too_many(releases):
    with opened(releases), pytest.raises(UsageError, match="another `jdl release`"), opened(releases):
        pass


def test_what_has_to_be_done_at_the_hour_waits_for_the_other_hand(releases, monkeypatch):
    asked = []
    monkeypatch.setattr(room.fcntl, "flock", lambda lock, how: asked.append(how))
    for patient in (True, False):
        with opened(releases, patient=patient):
            pass
    assert asked == [room.fcntl.LOCK_EX, room.fcntl.LOCK_EX | room.fcntl.LOCK_NB]


def test_another_folder_is_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("a")
    for path in (tmp_path / "letters", tmp_path / "letters" / "a.txt"):
        with pytest.raises(UsageError, match="expected a folder of releases"), opened(path):
            pass


def edit(lines):
    found = json.loads(lines[1])
    found["entry"]["by"] = "Sue"
    return [lines[0], json.dumps(found).encode(), *lines[2:]]


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        (edit, 2),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [lines[0], b"{}", *lines[2:]], 2),
    ],
)
def test_an_edited_removed_inserted_or_swapped_line_is_found(releases, run, tamper, line):
    with opened(releases) as folder:
        frozen(folder, "A", run)
    lines = (releases / LOG).read_bytes().split(b"\n")[:-1]
    (releases / LOG).write_bytes(b"".join(each + b"\n" for each in tamper(lines)))
    with pytest.raises(UsageError, match=f"line {line} is not the one"), opened(releases):
        pass


def test_a_log_cut_at_its_end_is_found_by_the_books_and_by_the_published_head(releases, run):
    with opened(releases) as folder:
        book = frozen(folder, "A", run)
        head = folder.lines[-1].sha256
    lines = (releases / LOG).read_bytes().split(b"\n")[:-1]
    (releases / LOG).write_bytes(b"".join(each + b"\n" for each in lines[:-1]))
    assert first_broken(read_log(releases), head) == len(lines) - 1
    with pytest.raises(UsageError, match=f"{book.subject}: its release.json is not"), opened(releases):
        pass


@pytest.mark.parametrize("spoil", ["edit", "remove"])
def test_a_book_that_was_changed_by_hand_is_found(releases, run, spoil):
    with opened(releases) as folder:
        add(folder, "A", run, by=ANALYST, at=NOW)
    book = releases / "A" / "v1" / "release.json"
    book.write_text(book.read_text().replace('"draft"', '"cleared"'))
    if spoil == "remove":
        shutil.rmtree(releases / "A")
    with pytest.raises(UsageError, match="is not the one that the log speaks of"), opened(releases):
        pass


def test_half_a_line_that_a_crash_left_is_cut_off(releases, run):
    with opened(releases) as folder:
        book = add(folder, "A", run, by=ANALYST, at=NOW)
    with (releases / LOG).open("ab") as stream:
        stream.write(b'{"number": 1, "entr')
    with opened(releases) as folder:
        shown_the_evidence(folder, book, FIRST)
        go(folder, book, "check", FIRST)
    with opened(releases) as folder:
        assert [line.entry.action for line in folder.lines] == ["add", "evidence", "check"]


@pytest.mark.parametrize("after", range(1, 18, 2))
def test_a_kill_during_a_step_leaves_it_undone_or_done_and_never_between(releases, run, tmp_path, after):
    other = finished_run(tmp_path / "other", kind="refused")
    with opened(releases) as folder:
        before = frozen(folder, "A", run)

    def change():
        with opened(releases) as folder:
            go(folder, folder.book("A"), "change", ANALYST, reason="Another run.", run=other)

    names = ("append_line", "_write_through", "_write_folder", "_sync", "manifest_hash")
    killed_after(after, change, [(room, name) for name in names])
    with opened(releases) as folder:
        book = folder.book("A")
        assert (book == before) is (folder.lines[-1].entry.action == "freeze")
        assert book.release.state == ("final" if book == before else "draft")
        assert manifest_hash(folder.files(book)) == book.files
        assert [path.name for path in folder.place(book).iterdir() if path.name.endswith(".next")] == []


def asked(folder, key):
    entry = Entry(at=NOW, by="Ana", action="request", subject="", detail=key)
    return folder.enter_desk(receive(folder.desk, Request(key=key, received=NOW.date())), entry)


@pytest.mark.parametrize("after", range(5))
def test_a_kill_at_the_desk_leaves_a_request_written_down_or_not(releases, after):
    with opened(releases) as folder:
        asked(folder, "A")

    def ask():
        with opened(releases) as folder:
            asked(folder, "B")

    killed_after(after, ask, [(room, name) for name in ("append_line", "_write_through", "_sync")])
    with opened(releases) as folder:
        keys = [each.key for each in folder.desk.requests]
        assert keys == [line.entry.detail.split()[0] for line in folder.lines]
        assert not (releases / "desk.json.next").exists()
    with opened(releases) as folder:
        assert [each.key for each in folder.desk.requests] == keys


@pytest.mark.parametrize("spoil", ["edit", "remove", "forge"])
def test_a_desk_that_was_changed_by_hand_is_found(releases, spoil):
    with opened(releases) as folder:
        if spoil != "forge":
            asked(folder, "A")
    desk = releases / "desk.json"
    if spoil == "remove":
        desk.unlink()
    else:
        desk.write_text('{"concerns": [], "requests": []}\n')
    with pytest.raises(UsageError, match=r"desk: its desk\.json is not the one"), opened(releases):
        pass


def test_the_diagram_and_the_table_hold_every_transition():
    assert diagram().count("-->") == 1 + sum(len(each.states) for each in TRANSITIONS)
    assert table().count("\n") == 1 + len(TRANSITIONS)


@pytest.mark.parametrize("name", ["lab.toml", "library.toml", "outside"])
def test_what_a_lab_writes_beforehand_may_stand_in_a_new_folder_of_releases(tmp_path, name):
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / name).write_text("")
    with opened(tmp_path / "releases") as folder:
        assert folder.books == {}
