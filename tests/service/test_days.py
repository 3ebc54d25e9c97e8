"""Every calendar day that is told, promised or counted is the day where the lab is; the evening of a summer's day in UTC is its next day."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from jdl_service import clock
from jdl_service.analysis import jobs as analysis_jobs
from jdl_service.analysis.cohorts import LaidOut
from jdl_service.analysis.models import Run, Study
from jdl_service.organisations.views import _context
from jdl_service.public.forms import ObjectionForm
from jdl_service.releases.shelf import read_desk
from jdl_service.requests import actions, board, policies, promises
from jdl_service.requests.forms import DatesForm
from jdl_service.requests.models import Passage, Request
from justice_data_lab.study import Lab
from service_people import request_in
from service_releases import finished_request

SOURCE = Path(clock.__file__).parent
# half past midnight on Thursday 1 July 2027 where the lab is; UTC still has the last of June
NIGHT = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
THURSDAY, WEDNESDAY = date(2027, 7, 1), date(2027, 6, 30)


@pytest.fixture
def night(world, monkeypatch):
    """The server's clock stands half an hour into the lab's Thursday."""
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    return NIGHT


def entered(row, after, at):
    Passage.objects.create(request=row, action="x", before="draft", after=after, at=at)
    return row


def test_the_day_of_a_moment_is_that_of_the_lab(settings):
    assert clock.day_of(NIGHT) == THURSDAY
    assert clock.day_of(NIGHT.replace(month=1, day=31)) == date(2027, 1, 31)  # no summer time in winter
    settings.LAB = replace(Lab(), release_zone="America/New_York")
    assert clock.day_of(NIGHT) == WEDNESDAY


def test_no_day_is_taken_of_a_moment_but_by_the_clock():
    wild = re.compile(r"\.date\(\)|\b(?:now|localdate)\(\)\.(?:year|month|day)\b|\bat\.(?:year|month|day)\b")
    found = [path.relative_to(SOURCE).as_posix() for path in sorted(SOURCE.rglob("*.py")) if wild.search(path.read_text())]
    assert found == ["look/words.py"]


def test_what_django_takes_for_the_day_of_a_row_is_the_labs_too(settings):
    assert settings.LAB.release_zone == settings.TIME_ZONE


def test_a_promise_counts_from_the_day_at_the_lab(world, night):
    row = entered(request_in("submitted", world.alpha, at=night), "submitted", night)
    assert promises.due(row, inside=True) == date(2027, 7, 8)  # five working days after Thursday
    row = entered(request_in("matching", world.beta, at=night, owner=world.analyst), "matching", night)
    assert promises.due(row, inside=False) == promises.after_working_days(THURSDAY, 19)


def test_days_to_publication_are_days_of_the_calendar(world, night):
    row = request_in("released", world.alpha, at=night, owner=world.analyst)
    entered(row, "released", datetime(2027, 7, 9, 8, 30, tzinfo=UTC))
    assert promises.times_to_publication() == (1, 8, 8)
    # an hour before was Wednesday, and less than nine times 24 hours ago
    Request.objects.filter(pk=row.pk).update(submitted_at=NIGHT - timedelta(hours=1))
    assert promises.times_to_publication() == (1, 9, 9)


def test_the_time_to_check_the_text_counts_from_the_day_at_the_lab(world, night):
    row = request_in("checks", world.alpha, at=night, owner=world.analyst)
    row.text_asked_at = night
    assert policies.text_overdue_on(row) == date(2027, 7, 15)
    assert not policies.can_waive_text(row, date(2027, 7, 14))
    assert policies.can_waive_text(row, clock.day_of(datetime(2027, 7, 14, 23, 0, tzinfo=UTC)))


def test_the_board_counts_days_and_begins_its_quarter_where_the_lab_is(world, night):
    old = request_in("submitted", world.alpha, at=night)
    Request.objects.filter(pk=old.pk).update(submitted_at=night - timedelta(hours=1))
    new = request_in("submitted", world.beta, at=night)
    assert {each.request.pk: each.days for each in board.cards(world.analyst, night, board.Narrowed())} == {old.pk: 1, new.pk: 0}
    found = board.uptake(world.analyst, night)
    assert (found.since, found.came) == (THURSDAY, 1)


def test_the_bulletin_has_requests_on_the_day_they_came_and_ended(world, night):
    row = entered(request_in("refused", world.alpha, at=night), "refused", night)
    waits = request_in("submitted", world.beta, at=NIGHT - timedelta(hours=1))
    told = {each.key: (each.received, each.ended) for each in read_desk().requests}
    assert told == {row.key: (THURSDAY, THURSDAY), waits.key: (WEDNESDAY, None)}


def test_the_year_of_a_reference_is_the_labs(world, settings):
    settings.LAB = replace(Lab(), release_zone="America/New_York")
    begun = [
        actions.begin(organisation=world.alpha.row, by=world.alpha.member, at=datetime(2028, 1, 1, hour, 59, tzinfo=UTC)).key
        for hour in (4, 5)
    ]
    assert begun == ["2027-001", "2028-001"]


def test_a_day_in_a_form_may_be_this_day_at_the_lab_and_no_later_one(night):
    def last(day):
        parts = {
            f"{name}-{part}": getattr(day, part) for name in ("first_start", "last_start") for part in ("day", "month", "year")
        }
        return DatesForm(parts | {"dose": "A week"})

    assert last(THURSDAY).is_valid()
    assert last(THURSDAY + timedelta(days=1)).errors["last_start"] == ["The last day must not be in the future"]
    born = {"surname": "A", "forename": "B", "born-day": 30, "born-month": 6, "born-year": 2027}
    assert ObjectionForm(born, organisations=[]).is_valid()
    assert ObjectionForm(born | {"born-day": 1, "born-month": 7}, organisations=[]).errors["born"] == [
        "Date of birth must be in the past"
    ]


def test_the_day_of_an_agreement_is_the_labs(world, night):
    world.alpha.row.agreements.update(signed_at=night)
    assert [when for _, _, when in _context(world.alpha.row, manages=True, decides=False)["signed"]] == [THURSDAY]


def test_a_run_has_its_day_and_a_study_without_a_date_of_its_report_the_same(world, night, at, service, tmp_path, monkeypatch):
    service(register="somewhere")
    made = finished_request(world, tmp_path, at=at)
    Run.objects.filter(pk=made.run.pk).update(begun_at=night)
    made.run.refresh_from_db()
    monkeypatch.setattr(analysis_jobs, "lay_out", lambda run, folder: LaidOut(cohort=folder / "cohort.csv", column_map=None))
    assert analysis_jobs._work(made.run, tmp_path, "").today == THURSDAY.isoformat()
    asked = []
    monkeypatch.setattr(
        analysis_jobs, "ask_child", lambda lease, work: asked.append(work.today) or (tmp_path / "planned.json").touch()
    )
    analysis_jobs._frozen(None, Study(request=made.request, toml="[study]"), tmp_path)
    assert asked == [THURSDAY.isoformat()]
