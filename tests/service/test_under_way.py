"""An organisation cannot tell which of the states under way its request is in: that would say whether enough of its people have a record.

Generated from the addresses of the service: a new page about a request is in it by itself.
"""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from jdl_service.analysis.models import ForTheWeb, SealedRoom
from jdl_service.analysis.sealed import keep_for_web
from jdl_service.files.jobs import annotate_file, check_file
from jdl_service.requests.days import after_working_days
from jdl_service.requests.models import Passage, Request
from jdl_service.requests.promises import due
from jdl_service.requests.states import UNDER_WAY
from jdl_service.requests.under_way import is_under_way
from service_matrix import patterns
from service_people import request_in, sealed_upload
from service_requests import clean_file
from service_rooms import LEASE, run_of
from service_tasks import refuses, two_steps

ABOUT_A_REQUEST = ("requests/<slug:key>/", "lab/retention/requests/<slug:key>/")
# what stands for a number or a word of an address beside the request and its file
OTHERS = {"task": "programme", "organisation": "1", "name": "report.html"}
# the same page is never the same bytes: the token of its form
_TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')
WAYS = sorted(route for route, _ in patterns() if route.startswith(ABOUT_A_REQUEST))
SENT = {"step": "go_on", "text": "", "right": "on", "reason": "We stop.", "sure": "on", "row": "2", "cell-0": "x"}


@pytest.fixture
def row(world, at):
    """A request whose people were looked for, with its file."""
    made = request_in("analysed", world.alpha, at=at, owner=world.analyst)
    clean_file(made, world.alpha, at=at)
    run_of(made, world.alpha, at=at)
    return made


def addresses(row):
    known = OTHERS | {"key": row.key, "file": row.cohort_files.get().address}
    return ["/" + re.sub(r"<\w+:(\w+)>", lambda name: known[name[1]], route) for route in WAYS]


def told(client, row):
    """Everything that an organisation is told about a request: by each address, asked and sent."""
    found = {}
    for place in addresses(row):
        for answer in (
            client.get(place),
            client.post(place, SENT),
            client.post(place, {"file": SimpleUploadedFile("l.csv", b"x")}),
        ):
            text = answer.content.decode(errors="replace")
            found.setdefault(place, []).append((answer.status_code, answer.headers.get("Location"), _TOKEN.sub("", text)))
    return found


def test_no_address_tells_the_states_under_way_apart(world, row, browser):
    seen = {}
    assert len(WAYS) >= 20
    for state in sorted(UNDER_WAY):
        Request.objects.filter(pk=row.pk).update(state=state, checked_text_at=None)
        # what was asked for in the state before is not under way in this one
        row.jobs.all().delete()
        seen[state] = told(browser(world.alpha.manager), row)
    first, *others = seen.values()
    assert any(status == 409 and "“Being analysed”" in text for answers in first.values() for status, _, text in answers)
    for other in others:
        assert {place for place, answers in first.items() if other[place] != answers} == set()


BEGUN = [("go_on", "coverage", "ready"), ("match", "ready", "matching")]
# what a request came through, each of which an organisation sees as the one state
WAYS_THROUGH = {
    "nobody went back": [("matched", "matching", "balance"), ("unlock", "balance", "analysing"), ("analysed", "analysing", "analysed")],
    "too few people": [("give_up", "matching", "not_analysable")],
    "too few people, done again": [("give_up", "matching", "not_analysable"), ("rework", "not_analysable", "ready")],
    "done again and matched": [("give_up", "matching", "not_analysable"), ("rework", "not_analysable", "ready"), ("match", "ready", "matching")],
    "outcomes read, done again": [("matched", "matching", "balance"), ("unlock", "balance", "analysing"), ("analysed", "analysing", "analysed"), ("rework", "analysed", "ready")],
    "another design": [("matched", "matching", "balance"), ("redesign", "balance", "ready")],
}  # fmt: skip


def walk(row, passed, *, at, by):
    for days, (action, before, after) in enumerate([*BEGUN, *passed]):
        Passage.objects.create(
            request=row, action=action, before=before, after=after, by=by, at=at + timedelta(days=min(days, 1))
        )
        Request.objects.filter(pk=row.pk).update(state=after)


def test_no_address_tells_how_often_and_why_the_analysis_is_done_again(world, row, browser, at):
    seen = {}
    for name, passed in WAYS_THROUGH.items():
        before = transaction.savepoint()
        walk(row, passed, at=at, by=world.analyst)
        seen[name] = {who: told(browser(getattr(world.alpha, who)), row) for who in ("manager", "member")}
        assert b"Being analysed" in browser(world.alpha.member).get("/requests/").content
        transaction.savepoint_rollback(before)
    first, *others = seen.values()
    for other in others:
        for who, pages in first.items():
            assert {place for place, answers in pages.items() if other[who][place] != answers} == set()


def test_a_report_that_is_sent_back_is_being_analysed_again_from_that_day_on(world, row, browser, at):
    walk(row, [*WAYS_THROUGH["nobody went back"], ("send", "analysed", "checks")], at=at, by=world.analyst)
    back = at + timedelta(days=30)
    Passage.objects.create(request=row, action="rework", before="checks", after="ready", by=world.analyst, at=back)
    Request.objects.filter(pk=row.pk).update(state="ready")
    row.refresh_from_db()
    assert is_under_way(row)
    assert due(row, inside=False) == after_working_days(back.date(), 19)
    assert "The lab does the analysis again" in browser(world.alpha.member).get(f"/requests/{row.key}/").text


def test_what_the_lab_keeps_of_it_is_told_to_an_organisation_by_its_day_alone(world, row, browser, at):
    mine, lab = browser(world.alpha.member), browser(world.analyst)
    place, run = f"/lab/retention/requests/{row.key}/", row.runs.get()

    def keep_room(name):
        sealed = sealed_upload(b"x", at=at).sealed
        sealed.save()
        SealedRoom.objects.create(run=run, room=name, sealed=sealed)

    keep_room("2-linkage")
    before, inside = mine.get(place).text, lab.get(place).text
    assert re.search(r">\s*Some\s*<", before)
    for room in ("3-history", "7-report"):
        keep_room(room)
    keep_for_web(LEASE, run, ForTheWeb.Kind.REPORT, b"{}", count=1, at=at)
    assert _TOKEN.sub("", mine.get(place).text) == _TOKEN.sub("", before)
    assert lab.get(place).text != inside
    assert not re.search(r">\s*Some\s*<", inside)


def test_an_organisation_follows_the_work_on_its_own_files_and_what_it_asked_for_and_none_of_the_labs(world, row, browser, at):
    row.partners.add(world.beta.row)
    file = row.cohort_files.get()
    ours = check_file.using(request=row, by=world.alpha.member).enqueue(file=file.pk)
    asked = refuses.using(request=row, by=world.alpha.member).enqueue()
    labs = [
        two_steps.using(request=row, by=world.analyst).enqueue(request=row.key),
        two_steps.using(request=row).enqueue(request=row.key, run=file.pk),
    ]
    elsewhere = request_in("submitted", world.alpha, at=at)
    # a file of another request is none of this job's
    labs.append(annotate_file.using(request=elsewhere, by=world.analyst).enqueue(file=file.pk))

    def seen(who):
        return {job for job in (ours, asked, *labs) if browser(who).get(f"/jobs/{job.key}/").status_code == 200}

    assert seen(world.alpha.member) == {ours, asked}
    assert seen(world.alpha.manager) == {ours}
    assert seen(world.beta.member) == set()
    assert seen(world.analyst) == {ours, asked, *labs}
    assert browser(world.alpha.manager).post(f"/jobs/{labs[0].key}/cancel/").status_code == 404
