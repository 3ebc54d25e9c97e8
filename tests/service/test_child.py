"""The process of the rooms: says which room opens and how it ended, stops before a room, ends with its parent."""

import io
import json
import os
import subprocess
import sys
from dataclasses import asdict

import pytest

from jdl_service.analysis import child
from jdl_service.analysis.child import StoppedError, Work
from justice_data_lab.errors import DataRefused, NothingDisclosable, NotPossible, UsageError
from justice_data_lab.run_folder import ROOMS

WORK = Work(kind="full", cohort="c.csv", register="r", out="o", today="2026-11-25", command="x", study="s.toml", lab="lab.toml", column_map="m.toml",
    protocol="p.json", ledger="l", ledger_key="k", reviews=("a.json",), stop_before="5-estimation")  # fmt: skip


@pytest.fixture
def said(monkeypatch):
    """What the child says of a work in which `do` is replaced."""

    def run(do):
        out = io.StringIO()
        monkeypatch.setattr(child, "do", do)
        monkeypatch.setattr(child, "set_limits", lambda work: None)
        monkeypatch.setattr(child, "die_with_parent", lambda stream: None)
        monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(asdict(WORK)) + "\n"))
        monkeypatch.setattr(sys, "stdout", out)
        assert child.main() == 0
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return run


def test_it_says_each_room_and_that_there_is_a_report(said):
    def do(work, say):
        assert work == WORK
        say("1-intake")

    assert said(do) == [{"room": "1-intake"}, {"end": "report"}]


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (StoppedError(), {"end": "stopped"}),
        (DataRefused("Two faults."), {"end": "refused", "words": "Two faults."}),
        (NotPossible("Too few."), {"end": "not_possible", "words": "Too few."}),
        (NothingDisclosable("Nothing."), {"end": "not_possible", "words": "Nothing."}),
        (UsageError("No study."), {"end": "usage", "words": "No study."}),
    ],
)
def test_it_says_how_it_ended(said, error, end):
    def do(work, say):
        raise error

    assert said(do) == [end]


def test_it_stops_before_a_room_that_is_not_open_yet_and_reads_a_finished_one(monkeypatch):
    rooms, asked = [], []

    def run(study, request, out, *, progress, lab_file):
        asked.append((study.name, request, out.name, lab_file.name))
        progress("5-estimation", resumed=True)
        progress("4-matching", resumed=False)
        progress("5-estimation", resumed=False)

    monkeypatch.setattr("justice_data_lab.pipeline.run", run)
    monkeypatch.setattr("justice_data_lab.register.snapshot.open_register", lambda path: None)
    with pytest.raises(StoppedError):
        child.do(WORK, rooms.append)
    assert rooms == ["5-estimation", "4-matching"]
    ((study, request, out, lab),) = asked
    assert (study, out, lab) == ("s.toml", "o", "lab.toml")
    assert (request.column_map.name, request.protocol.name, request.ledger.name, request.ledger_key.name) == (
        "m.toml",
        "p.json",
        "l",
        "k",
    )
    assert [path.name for path in request.review] == ["a.json"]
    # what people looked at is not made anew by an upgrade
    assert request.settled == ROOMS


def test_looking_for_people_needs_no_study(monkeypatch):
    asked = []
    monkeypatch.setattr("justice_data_lab.pipeline.link_only", lambda request, out, *, progress: asked.append((request, out)))
    monkeypatch.setattr("justice_data_lab.register.snapshot.open_register", lambda path: None)
    child.do(Work(kind="link", cohort="c", register="r", out="o", today="2026-11-25", command="x"), print)
    assert (asked[0][0].ledger, asked[0][0].protocol, asked[0][0].review) == (None, None, ())


def test_its_memory_and_time_are_limited_and_it_leaves_no_core():
    code = (
        "from jdl_service.analysis.child import *\nimport resource as r\n"
        "set_limits(Work(kind='link', cohort='', register='', out='', today='', command='', memory_mb=4096, seconds=77))\n"
        "print(r.getrlimit(r.RLIMIT_AS)[0] >> 20, r.getrlimit(r.RLIMIT_CPU)[0], r.getrlimit(r.RLIMIT_CORE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["4096", "77", "0"]


def test_a_system_without_limits_runs_without_them(monkeypatch):
    import resource  # noqa: PLC0415 -- not on every system

    before = resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU)
    monkeypatch.setitem(sys.modules, "resource", None)
    child.set_limits(WORK)
    assert (resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU)) == before


def test_a_limit_that_a_system_does_not_allow_is_left_as_it_is(monkeypatch):
    import resource  # noqa: PLC0415 -- not on every system

    asked = []

    def refuse(kind, value):
        asked.append(kind)
        raise ValueError

    monkeypatch.setattr(resource, "setrlimit", refuse)
    child.set_limits(WORK)
    assert len(asked) == 3


def test_it_ends_when_its_parent_is_gone(monkeypatch):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(child.threading, "Thread", lambda target, daemon: type("T", (), {"start": staticmethod(target)}))
    child.die_with_parent(io.StringIO(""))
    assert ended == [1]
