"""An invented site with a page of every kind: results of every sort, their versions, a response, a concern, a bulletin."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest

from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.book import Response, respond
from justice_data_lab.publication.desk import Request, answer, raise_concern, receive
from justice_data_lab.release_acts import add_bulletin, release_due
from justice_data_lab.release_folder import opened
from justice_data_lab.release_site import build_site
from sample_releases import ANALYST, DUE, HEAD, LAB, NOW, cleared_and_frozen, finished_run, go, scheduled

NAME = "Mentoring through the prison gate"
# With every file there is, and a name of the length that programmes have.
FILES = dict.fromkeys(("report.pdf", "tables.xlsx", "tables.ods"), b"as it was made")
KINDS = ("found", "refused", "unclear", "doubtful")
NEW_YEAR = datetime(2027, 1, 1, 10, 0, tzinfo=UTC)
BULLETIN = datetime(2027, 2, 4, 9, 30, tzinfo=UTC)


def site_of_every_kind(path):
    """Its files; a request of each kind by that key, and `old`, which a second version replaced, and `gone`, which was withdrawn."""
    with pytest.MonkeyPatch.context() as patch, opened(path / "releases") as folder:
        patch.setattr(os, "fsync", lambda handle: None)
        _fill(folder, path)
        return build_site(folder, BULLETIN, LAB)


def _fill(folder, path):
    folder.enter_desk(
        receive(folder.desk, Request(key="found", received=date(2026, 6, 1), sector="charity", first_time=True)), _line("request")
    )
    for key in (*KINDS, "old", "gone"):
        kind = key if key in KINDS else "found"
        scheduled(folder, key, finished_run(path / key, kind=kind, programme=NAME, extra=FILES))
    release_due(folder, DUE, LAB)
    response = Response(at=DUE, organisation="Northgate Works", text="We thank the lab.\n\nWe go on.\n")
    folder.enter(respond(folder.book("found"), response), _line("respond"))
    go(folder, folder.book("old"), "correct", HEAD, DUE, reason="A table was wrong.")
    scheduled(folder, "old", finished_run(path / "new", programme=NAME), at=DUE, due=DUE + timedelta(weeks=5))
    go(folder, folder.book("gone"), "withdraw", HEAD, DUE, reason="The data were wrong.")
    release_due(folder, DUE + timedelta(weeks=5), LAB)
    desk = raise_concern(folder.desk, "The chart is hard to read.", "found", DUE)
    folder.enter_desk(answer(desk, 1, "We made it larger.", by=HEAD, at=NEW_YEAR, public=True), _line("answer"))
    book = add_bulletin(folder, "2026Q4", by=ANALYST, at=NEW_YEAR, lab=LAB)
    go(folder, cleared_and_frozen(folder, book, NEW_YEAR), "schedule", HEAD, NEW_YEAR, due=BULLETIN)
    release_due(folder, BULLETIN, LAB)


def _line(action):
    return Entry(at=NOW, by="Ana", action=action, subject="")
