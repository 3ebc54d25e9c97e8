"""Invented releases for the tests: finished runs on disk, and the people who take one to the public."""

import os
import signal
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.nothing_told import NothingTold, refused_request
from justice_data_lab.files import canonical_json, write_json
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.release import Person, Step
from justice_data_lab.release_acts import add, take_step
from justice_data_lab.release_evidence import ACTION, evidence_detail
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.machine import csv_metadata, report_json, tidy_csv
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.run_folder import hashes
from justice_data_lab.study import DisclosureRules, Lab
from sample_checks import FLAGGED, control, with_tier
from sample_requests import few_outcomes, national, refused

LAB = Lab(name="Example Lab", contacts="statistics@lab.example")
PUBLIC = DisclosureRules(profile="none")
ANALYST, FIRST, SECOND = (
    Person(name="Ana", role="analyst"),
    Person(name="Rob", role="reviewer"),
    Person(name="Sue", role="reviewer"),
)
HEAD = Person(name="Hope", role="head_of_profession")
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


def named(request, programme):
    return replace(request, study=replace(request.study, programme=programme))


def unclear():
    """Eleven primary measures, the first without a clear direction: as much as a page can have to say."""
    request = national()
    measures = tuple(replace(each, role="primary") for each in request.measures)
    clouded = {
        "verdict": "inconclusive",
        "ci_low": -0.05,
        "ci_high": 0.06,
        "detectable": 0.06,
        "people_needed": 2000,
        "people_to_send": 2400,
    }
    estimates = tuple(replace(each, **clouded) if each.measure == "reoffended" else each for each in request.estimates)
    return replace(request, measures=measures, estimates=estimates)


def doubtful():
    """The same, and the groups differed before the programme: the longest that a page can have to say."""
    return replace(unclear(), robustness=with_tier(negative_control=control(**FLAGGED)).robustness)


def untold():
    """A request of which rule 1 lets no figure out."""
    return refused_request(few_outcomes(), NothingTold("too_few_outcomes", 10))


@cache
def report_files(kind, programme, rules):
    """The files of a report without the PDF, which takes seconds and is made where Pango is."""
    kinds = {"found": national, "refused": refused, "unclear": unclear, "doubtful": doubtful, "untold": untold}
    request = kinds[kind]()
    disclosed = disclose(named(request, programme), rules)
    return disclosed.to_dict(), {
        "report.html": render_html(lay_out(disclosed, LAB)).encode(),
        "report.json": canonical_json(report_json(disclosed, LAB)),
        "tables.csv": tidy_csv(disclosed),
        "tables.csv-metadata.json": canonical_json(csv_metadata(disclosed, LAB)),
    }


def finished_run(path, kind="found", programme="Mentoring inside", rules=PUBLIC, extra=None):
    """A run folder as far as a release looks at it."""
    disclosed, files = report_files(kind, programme, rules)
    for room in ("6-disclosure", "7-report"):
        (path / room).mkdir(parents=True)
    write_json(path / "6-disclosure" / "disclosed.json", disclosed)
    for name, data in {**files, **(extra or {})}.items():
        (path / "7-report" / name).write_bytes(data)
    rooms = {room: {"files": hashes(path / room)} for room in ("6-disclosure", "7-report")}
    write_json(path / "manifest.json", {"rooms": rooms})
    return path


def go(folder, book, action, by, at=NOW, **given):
    run, keeper = given.pop("run", None), given.pop("keeper", None)
    return take_step(folder, book, Step(action=action, by=by, at=at, **given), LAB, run=run, keeper=keeper)


def shown_the_evidence(folder, book, person, at=NOW):
    """A line of the log as `jdl release evidence` writes it."""
    folder.log(Entry(at=at, by=person.name, action=ACTION, subject=book.subject, detail=evidence_detail(book)))


def frozen(folder, key, run, at=NOW, about=None):
    """A release that two people cleared and that is frozen."""
    return cleared_and_frozen(folder, add(folder, key, run, by=ANALYST, at=at, about=about), at)


def cleared_and_frozen(folder, book, at=NOW):
    for person in (FIRST, SECOND):
        shown_the_evidence(folder, book, person, at)
    for action, by in (("check", FIRST), ("clear", SECOND), ("freeze", ANALYST)):
        book = go(folder, book, action, by, at)
    return book


def scheduled(folder, key, run, at=NOW, due=DUE, about=None):
    return go(folder, frozen(folder, key, run, at, about), "schedule", HEAD, at, due=due)


def killed_after(calls, work, targets):
    """Do the work in a process of its own that is killed at that call of one of the functions; True when it was."""

    def dying(real):
        def act(*given, **named):
            nonlocal calls
            calls -= 1
            if calls < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return act

    with warnings.catch_warnings():
        # a process with threads warns; this one does nothing but file work before it ends
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        for owner, name in targets:
            setattr(owner, name, dying(getattr(owner, name)))
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
