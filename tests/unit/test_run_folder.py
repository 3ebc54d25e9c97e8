"""The run folder: rooms appear whole or not at all, and a run that died goes on from its last finished room."""

import errno
import json
import os
import shutil
import sys
from datetime import date

import pytest

from justice_data_lab import run_folder
from justice_data_lab.errors import UsageError
from justice_data_lab.files import alone_in, canonical_json, whole_folder, write_bytes
from justice_data_lab.request import frozen_date
from justice_data_lab.run_facts import read_facts
from justice_data_lab.run_folder import ROOMS, Shelf, check_rooms, fingerprint_of, open_run, run_alone

TEXT = Shelf(
    save=lambda value, folder: write_bytes(folder / "value.txt", value.encode()),
    load=lambda folder: (folder / "value.txt").read_text(),
    rows=len,
)


def silent(room, *, resumed):
    del room, resumed


def begin(path, *, inputs=None, progress=silent):
    return open_run(path, command="jdl run", study=b"[study]\nseed = 7\n", inputs=inputs or {"cohort": "1"}, progress=progress)


def never():
    pytest.fail("a finished room was made again")


def test_a_finished_room_is_taken_from_disk(tmp_path):
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "first")
    told = []
    again = begin(tmp_path / "run", progress=lambda room, *, resumed: told.append((room, resumed)))
    assert again.room("1-intake", TEXT, never) == "first"
    assert told == [("1-intake", True)]


def test_a_room_that_fails_leaves_nothing_behind(tmp_path):
    def fail():
        raise KeyboardInterrupt

    def fail_to_save(value, folder):
        write_bytes(folder / "half.txt", value.encode())
        raise OSError(28, "disk full")

    folder = begin(tmp_path / "run")
    with pytest.raises(KeyboardInterrupt):
        folder.room("1-intake", TEXT, fail)
    with pytest.raises(OSError, match="disk full"):
        folder.room("1-intake", Shelf(save=fail_to_save, load=TEXT.load, rows=len), lambda: "half")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["manifest.json", "study.toml"]


def test_a_room_whose_files_were_changed_is_made_again_with_all_after_it(tmp_path):
    folder = begin(tmp_path / "run")
    folder.room("1-intake", TEXT, lambda: "one")
    folder.room("2-linkage", TEXT, lambda: "two")
    (tmp_path / "run" / "1-intake" / "value.txt").write_text("changed")
    again = begin(tmp_path / "run")
    assert again.room("1-intake", TEXT, lambda: "one") == "one"
    assert not (tmp_path / "run" / "2-linkage").exists()


def test_what_a_killed_run_left_half_written_is_cleared(tmp_path):
    begin(tmp_path / "run")
    left = tmp_path / "run" / ".1-intake.part"
    left.mkdir()
    (left / "names.csv").write_text("secret")
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "one")
    assert not left.exists()


@pytest.mark.parametrize(
    "manifest",
    [
        "{",
        "[]",
        '"inputs rooms"',
        "{}",
        '{"inputs": {}}',
        '{"inputs": [], "rooms": {}}',
        '{"inputs": {"cohort": "1"}, "rooms": []}',
        '{"inputs": {"cohort": "1"}, "rooms": {"1-intake": 3}}',
        '{"inputs": {"cohort": "1"}, "rooms": {"1-intake": {}}}',
        '{"inputs": {"cohort": "1"}, "rooms": {"1-intake": {"files": []}}}',
    ],
)
def test_a_folder_whose_manifest_is_not_that_of_a_run_is_refused_and_left_alone(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(UsageError, match=f"--out {tmp_path.name}: the folder is not a run"):
        begin(tmp_path)
    with pytest.raises(UsageError, match="expected a run folder"):
        read_facts(tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("manifest.json", manifest)]


@pytest.mark.parametrize(
    "frozen",
    [b"[[[", b"\xff", b"study = 3\n", b"[study]\nreport_date = 3\n", b"[study]\nreport_date = 2026-11-22T10:00:00\n"],
)
def test_a_folder_whose_study_is_not_that_of_a_run_is_refused(tmp_path, frozen):
    (tmp_path / "study.toml").write_bytes(frozen)
    with pytest.raises(UsageError, match=r"the folder is not a run, since its study\.toml cannot be read"):
        frozen_date(tmp_path, date(2026, 11, 22))


def test_the_day_of_a_run_that_is_taken_up_again_is_that_of_its_study(tmp_path):
    assert frozen_date(tmp_path / "new", date(2026, 11, 22)) == date(2026, 11, 22)
    (tmp_path / "study.toml").write_text("[study]\nreport_date = 2026-01-02\n")
    assert frozen_date(tmp_path, date(2026, 11, 22)) == date(2026, 1, 2)


def test_rooms_are_as_the_run_wrote_them_or_gone(tmp_path):
    run = tmp_path / "run"
    folder = begin(run)
    folder.room("1-intake", TEXT, lambda: "one")
    folder.room("2-linkage", TEXT, lambda: "two")
    check_rooms(run)
    (run / "1-intake" / "value.txt").unlink()
    check_rooms(run)
    (run / "1-intake" / "value.txt").write_text("four")
    with pytest.raises(UsageError, match="run/1-intake: expected the files that the run wrote there"):
        check_rooms(run)
    shutil.rmtree(run / "1-intake")
    check_rooms(run)
    (run / "2-linkage" / "value.txt").write_text("three")
    with pytest.raises(UsageError, match="run/2-linkage: expected the files that the run wrote there"):
        check_rooms(run)


def test_the_manifest_says_what_was_done(tmp_path):
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "four")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["command"] == "jdl run"
    assert manifest["inputs"]["cohort"] == "1"
    assert manifest["seeds"] == {"study": 7}
    room = manifest["rooms"]["1-intake"]
    assert room["rows"] == 4
    assert room["seconds"] >= 0
    assert list(room["files"]) == ["value.txt"]
    assert "duckdb" in room["versions"]


def versions(monkeypatch, **numbers):
    """Other versions at work than those that are installed."""
    monkeypatch.setattr(run_folder, "version", lambda name: numbers.get(name.replace("-", "_"), "1"))


def test_a_room_keeps_the_versions_that_made_it(tmp_path, monkeypatch):
    versions(monkeypatch, duckdb="1.0")
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "one")
    versions(monkeypatch, duckdb="2.0")
    again = begin(tmp_path / "run")
    assert again.room("1-intake", TEXT, never) == "one"
    again.room("2-linkage", TEXT, lambda: "two")
    rooms = json.loads((tmp_path / "run" / "manifest.json").read_text())["rooms"]
    assert [room["versions"]["duckdb"] for room in rooms.values()] == ["1.0", "2.0"]
    assert read_facts(tmp_path / "run").versions["duckdb"] == "1.0, 2.0"


def test_rooms_that_another_version_of_the_program_made_are_made_anew(tmp_path, monkeypatch):
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "one")
    versions(monkeypatch, justice_data_lab="99")
    kept = open_run(
        tmp_path / "run", command="", study=b"[study]\nseed = 7\n", inputs={"cohort": "1"}, progress=silent, settled=ROOMS
    )
    assert kept.room("1-intake", TEXT, never) == "one"
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "anew")
    assert begin(tmp_path / "run").room("1-intake", TEXT, never) == "anew"


def test_a_manifest_that_has_the_versions_once_for_all_rooms_is_read(tmp_path, monkeypatch):
    versions(monkeypatch, duckdb="1.0")
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "one")
    file = tmp_path / "run" / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["versions"] = manifest["rooms"]["1-intake"].pop("versions")
    file.write_bytes(canonical_json(manifest))
    assert read_facts(tmp_path / "run").versions["duckdb"] == "1.0"
    versions(monkeypatch, duckdb="2.0")
    assert begin(tmp_path / "run").room("1-intake", TEXT, never) == "one"
    assert json.loads(file.read_text())["rooms"]["1-intake"]["versions"]["duckdb"] == "1.0"


def test_only_the_owner_of_a_run_may_look_into_the_rooms_that_tell_of_people(tmp_path):
    (tmp_path / "run").mkdir(mode=0o755)
    folder = begin(tmp_path / "run")
    for room in ROOMS:
        folder.room(room, TEXT, lambda: "one")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "run").iterdir() if path.is_dir()}
    assert [modes[room] for room in ROOMS[:5]] == [0o700] * 5
    assert not {0o700} & {modes[room] for room in ROOMS[5:]}
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "run" / "manifest.json").stat().st_mode & 0o777 == 0o600
    folder.refuse([])
    assert (tmp_path / "run" / "1-intake").stat().st_mode & 0o777 == 0o700


def test_a_folder_with_a_run_of_other_inputs_is_refused(tmp_path):
    begin(tmp_path / "run").room("1-intake", TEXT, lambda: "one")
    with pytest.raises(UsageError, match="cohort changed"):
        begin(tmp_path / "run", inputs={"cohort": "2"})


def test_a_refused_run_may_be_tried_again_with_a_mended_file(tmp_path):
    begin(tmp_path / "run")
    mended = begin(tmp_path / "run", inputs={"cohort": "2"})
    assert mended.room("1-intake", TEXT, lambda: "one") == "one"


def test_a_run_keeps_other_processes_out_until_it_ends_or_dies(tmp_path):
    run = tmp_path / "run"
    with run_alone(run, command="jdl run", study=b"", inputs={}, progress=silent) as folder:
        folder.room("1-intake", TEXT, lambda: "one")
        before = (run / "manifest.json").read_bytes()
        with pytest.raises(UsageError, match=r"run: another process is at work in it\. Wait until it has ended"):  # noqa: SIM117
            with run_alone(run, command="jdl run", study=b"", inputs={}, progress=silent):
                never()
    assert (run / "manifest.json").read_bytes() == before
    with run_alone(run, command="jdl run", study=b"", inputs={}, progress=silent) as again:
        assert again.room("1-intake", TEXT, never) == "one"


def test_where_no_folder_can_be_locked_nobody_is_kept_out(tmp_path, monkeypatch):
    with alone_in(tmp_path), monkeypatch.context() as patch:
        patch.setitem(sys.modules, "fcntl", None)
        with alone_in(tmp_path):
            pass
    monkeypatch.setattr("fcntl.flock", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOLCK, "No locks available")))
    with alone_in(tmp_path):
        pass


def test_two_processes_do_not_make_the_same_folder(tmp_path):
    with whole_folder(tmp_path / "made") as scratch:
        (scratch / "file").write_text("one")
        with pytest.raises(UsageError, match="made: another process is at work in it"):  # noqa: SIM117
            with whole_folder(tmp_path / "made"):
                never()
    assert (tmp_path / "made" / "file").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        begin(tmp_path / "photos")


def test_canonical_json_is_the_same_whatever_the_order(tmp_path):
    assert canonical_json({"b": 1, "a": [1.5, None]}) == canonical_json({"a": [1.5, None], "b": 1})
    assert fingerprint_of({"a": 1}) != fingerprint_of({"a": 2})
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json({"a": float("nan")})


def test_a_file_name_that_is_no_text_stands_in_json_and_comes_back():
    name = os.fsdecode(b"caf\xe9.csv")
    assert json.loads(canonical_json({"command": name})) == {"command": name}
