"""The ledger on disk: nobody in the clear, nothing half-written, nothing lost between two hands, nothing cleared by mistake."""

import sqlite3
import stat
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context

import pytest

from justice_data_lab import ledger_file
from justice_data_lab.disclosure.ledger.check import check
from justice_data_lab.disclosure.ledger.sets import LedgerSet
from justice_data_lab.errors import NothingDisclosable, UsageError
from justice_data_lab.ledger_file import Asked, create_ledger, open_ledger
from justice_data_lab.ledger_key import create_key, mark_of, read_key
from justice_data_lab.linkage.tokens import tokens_of
from sample_ledgers import RULES, ids, tokens
from sample_releases import killed_after


@pytest.fixture
def ledger(tmp_path):
    return create_ledger(tmp_path / "ledger.sqlite", tmp_path / "ledger.key")


def asked(name, first=0, last=200, files="f", scheme="ids", **more):
    one = LedgerSet(
        analysis="national", tokens=tokens(first, last), events=(("reoffended", 2 * (last - first) // 5),), source="list"
    )
    return Asked(name=name, files=files, sets=(one, replace(one, of="reoffended", events=())), scheme=scheme, **more)


def everything(wanted, earlier):
    return wanted.sets


def by_rule_5(wanted, earlier):
    if not all(verdict.clear for verdict in check(wanted.sets, earlier, RULES)):
        raise NothingDisclosable
    return wanted.sets


def cleared(ledger, name, judge=everything, **more):
    ledger.ask(asked(name, **more))
    ledger.clear(name, "f", judge)
    return ledger


def test_a_ledger_and_its_key_are_made_for_their_owner_alone(tmp_path, ledger):
    key = tmp_path / "ledger.key"
    assert len(key.read_bytes()) == 32
    assert [stat.S_IMODE(path.stat().st_mode) for path in (key, ledger.path)] == [0o600, 0o600]
    assert ledger.mark == mark_of(read_key(key)) == open_ledger(ledger.path, read_key(key)).mark
    assert (ledger.names(), ledger.sets(), ledger.scheme()) == (frozenset(), (), "")


def test_two_keys_are_never_the_same(tmp_path):
    assert create_key(tmp_path / "one") != create_key(tmp_path / "two")


@pytest.mark.parametrize("there", ["ledger.sqlite", "ledger.key"])
def test_nothing_is_overwritten_and_nothing_else_is_made(tmp_path, there):
    (tmp_path / there).write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        create_ledger(tmp_path / "ledger.sqlite", tmp_path / "ledger.key")
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_ledger_and_its_key_are_two_files(tmp_path):
    with pytest.raises(UsageError, match="two files"):
        create_ledger(tmp_path / "a", tmp_path / "b" / ".." / "a")


def test_a_ledger_that_cannot_be_made_leaves_no_key(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger_file, "_TABLES", "nonsense;")
    with pytest.raises(UsageError, match="cannot be used as a ledger"):
        create_ledger(tmp_path / "ledger.sqlite", tmp_path / "ledger.key")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda key: key.unlink(), "found none"),
        (lambda key: key.chmod(0o604), "chmod 600"),
        (lambda key: key.write_bytes(bytes(31)), "found 31"),
    ],
)
def test_a_key_that_is_none_is_not_taken(tmp_path, ledger, spoil, why):
    key = tmp_path / "ledger.key"
    spoil(key)
    with pytest.raises(UsageError, match=why):
        read_key(key)


@pytest.mark.parametrize("written", ["{}", "{}\n"])
def test_a_key_may_be_written_down_in_hexadecimal_digits(tmp_path, ledger, written):
    key = tmp_path / "ledger.key"
    content = key.read_bytes()
    key.write_text(written.format(content.hex()))
    assert read_key(key) == content
    key.write_text(written.format("z" * 64))
    with pytest.raises(UsageError, match="expected a key of 32 bytes"):
        read_key(key)
    key.write_bytes(b"\xff" * 64)
    with pytest.raises(UsageError, match="found 64"):
        read_key(key)


def test_another_key_is_told(tmp_path, ledger):
    with pytest.raises(UsageError, match="made with another key"):
        open_ledger(ledger.path, create_key(tmp_path / "other.key"))


@pytest.mark.parametrize("content", [None, b"", b"letters" * 1000])
def test_what_is_no_ledger_is_told(tmp_path, content):
    path = tmp_path / "ledger.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="expected a ledger, found none" if content is None else "cannot be used as a ledger"):
        open_ledger(path)


def test_a_ledger_of_another_version_is_told(ledger):
    with closing(sqlite3.connect(ledger.path)) as con, con:
        con.execute("UPDATE about SET value = 'justice-data-lab/ledger/9' WHERE name = 'kind'")
    with pytest.raises(UsageError, match="another version"):
        open_ledger(ledger.path)


def test_only_what_is_cleared_is_held_against_others(ledger):
    wanted = asked("A v1")
    ledger.ask(wanted)
    assert (ledger.names(), ledger.sets()) == (frozenset(), ())
    ledger.clear("A v1", "f", lambda wanted, earlier: wanted.sets[:1])
    assert ledger.names() == {"A v1"}
    assert ledger.sets() == (replace(wanted.sets[0], released_as="A v1"),)


def test_what_is_cleared_is_judged_by_everything_cleared_before_but_itself(ledger):
    cleared(ledger, "A v1")
    cleared(ledger, "B v1", first=1000, last=1200)
    seen = []
    ledger.clear("A v1", "f", lambda wanted, earlier: seen.append(earlier) or wanted.sets)
    assert [{each.released_as for each in earlier} for earlier in seen] == [{"B v1"}]


def test_a_refusal_leaves_the_ledger_as_it_was(ledger):
    cleared(ledger, "A v1")
    with pytest.raises(NothingDisclosable):
        cleared(ledger, "B v1", by_rule_5, last=201)
    assert ledger.names() == {"A v1"}
    cleared(ledger, "B v1", by_rule_5, last=240)
    assert ledger.names() == {"A v1", "B v1"}


def test_other_files_than_those_asked_for_are_not_cleared(ledger):
    ledger.ask(asked("A v1"))
    for name, files in (("A v1", "g"), ("A v2", "g")):
        with pytest.raises(UsageError, match="does not know what it wants to publish"):
            ledger.clear(name, files, everything)
    assert ledger.names() == frozenset()


def test_what_was_asked_for_under_another_name_is_found_by_its_files(ledger):
    """The one who runs an analysis does not know yet what its release will be called; the same list may be asked for twice."""
    ledger.ask(asked("A run 1", files="f", supersedes="Z v1"))
    ledger.ask(asked("A v1", files="old", first=5000, last=5200))
    ledger.clear("A v1", "f", lambda wanted, earlier: wanted.sets if wanted.supersedes == "Z v1" else ())
    assert {(each.released_as, len(each.tokens)) for each in ledger.sets()} == {("A v1", 200)}
    with pytest.raises(UsageError, match="does not know"):
        ledger.clear("B v1", "f", everything)


def test_what_was_cleared_is_never_exchanged(ledger):
    cleared(ledger, "A v1")
    with pytest.raises(UsageError, match="never exchanged"):
        ledger.ask(asked("A v1", last=300))
    assert len(ledger.sets()[0].tokens) == 200


def test_what_nobody_saw_is_asked_for_again_and_what_was_seen_stays(ledger):
    cleared(ledger, "A v1").reopen("A v1")
    assert ledger.names() == frozenset()
    for last in (300, 400):
        cleared(ledger, "A v1", last=last).set_aside("A v1")
    ledger.set_aside("A v1")
    assert ledger.names() == {"A v1, seen 1", "A v1, seen 2"}
    assert {len(each.tokens) for each in ledger.sets()} == {300, 400}


def test_people_known_by_other_ids_are_not_mixed(ledger):
    cleared(ledger, "A v1")
    assert ledger.scheme() == "ids"
    with pytest.raises(UsageError, match="other register ids"):
        ledger.ask(asked("B v1", scheme="new ids"))
    with pytest.raises(UsageError, match="other register ids"):
        ledger.record(asked("B v1", scheme="new ids"))
    assert ledger.names() == {"A v1"}


def test_nobody_stands_in_it_in_the_clear(ledger):
    cleared(ledger, "A v1")
    content = ledger.path.read_bytes()
    found = tokens_of(sorted(ids(0, 200)), bytes(range(32)))
    assert bytes.fromhex(found[0]) in content
    assert [person for person in ids(0, 200) if person.encode() in content] == []


def test_what_is_taken_out_leaves_nothing_behind(ledger):
    cleared(ledger, "A v1").reopen("A v1")
    ledger.ask(asked("A v1", first=5000, last=5200))
    gone = [bytes.fromhex(token) for token in tokens(0, 200)]
    content = ledger.path.read_bytes()
    assert [token for token in gone if token in content] == []


@pytest.mark.parametrize("act", ["ask", "clear", "record", "set_aside"])
def test_a_kill_in_mid_write_leaves_all_of_it_or_nothing(ledger, act):
    cleared(ledger, "A v1")
    ledger.ask(asked("B v1", first=1000, last=1200))
    before, acts = ledger.sets(), {
        "ask": lambda: ledger.ask(asked("C v1", first=2000, last=2200)),
        "clear": lambda: ledger.clear("B v1", "f", everything),
        "record": lambda: ledger.record(asked("C v1", first=2000, last=2200)),
        "set_aside": lambda: ledger.set_aside("A v1"),
    }  # fmt: skip
    target = (ledger_file, "_rename" if act == "set_aside" else "_row")
    assert killed_after(0 if act == "set_aside" else 1, acts[act], [target])
    assert open_ledger(ledger.path).sets() == before
    acts[act]()
    assert len(ledger.sets()) == len(before) + (2 if act in ("clear", "record") else 0)


def clear_one(path, name, first, last):
    """As another process does it."""
    try:
        cleared(open_ledger(path), name, by_rule_5, first=first, last=last)
    except NothingDisclosable:
        return False
    return True


def at_once(jobs):
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        return [done.result() for done in [pool.submit(clear_one, *job) for job in jobs]]


@pytest.mark.slow
def test_two_processes_at_once_lose_no_set_and_only_one_of_two_neighbours_is_cleared(ledger):
    apart = [(ledger.path, f"{number} v1", 1000 * number, 1000 * number + 100) for number in range(1, 13)]
    near = [(ledger.path, f"near {number} v1", 50_000, 50_100 + number) for number in range(4)]
    done = at_once([*apart, *near])
    assert done[:12] == [True] * 12
    assert sum(done[12:]) == 1
    assert len(ledger.names()) == 13
    assert len(ledger.sets()) == 26


def test_a_ledger_in_use_is_waited_for_and_then_told(ledger, monkeypatch):
    monkeypatch.setattr(ledger_file, "_PATIENCE", 0.05)
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UsageError, match="another process is at work"):
            ledger.ask(asked("A v1"))
        other.execute("ROLLBACK")
    ledger.ask(asked("A v1"))


def test_a_ledger_that_cannot_be_written_is_told(ledger, monkeypatch):
    def broken(*given, **named):
        message = "database or disk is full"
        raise sqlite3.OperationalError(message)

    monkeypatch.setattr(ledger_file, "_put", broken)
    with pytest.raises(UsageError, match=r"cannot be used as a ledger \(database or disk is full\)"):
        ledger.ask(asked("A v1"))
