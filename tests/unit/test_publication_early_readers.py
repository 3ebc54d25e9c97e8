"""Leave to see a release early is for one person and one announced hour; it ends with that, and nothing brings it back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.book import Book, accept, give, with_release
from justice_data_lab.publication.release import Notice, Person, Release
from justice_data_lab.publication.visibility import Viewer, sight

DUE = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
NOW = DUE - timedelta(weeks=5)
LATER = NOW + timedelta(days=2)
HEAD = Person(name="Hope", role="head_of_profession")
MINISTER = Viewer(name="Min")
ANNOUNCED = Notice(kind="announced", at=NOW, due=DUE)
SCHEDULED = Release(
    key="2026-014", version=1, title="Mentoring", organisation="Example Trust", analyst="Ana", state="scheduled",
    due=DUE, notices=(ANNOUNCED,),
)  # fmt: skip
BOOK = Book(release=SCHEDULED, files="ab" * 32, added=NOW)
PURPOSES = ("pre_release", "quality_assurance")


def given(book=BOOK, purpose="pre_release", at=NOW):
    return give(book, "Min", "Minister", purpose, by=HEAD, at=at)


def put_off(book, state="postponed"):
    return with_release(book, replace(book.release, state=state, due=None), NOW + timedelta(days=1))


def announced_again(book):
    notices = (*book.release.notices, Notice(kind="announced", at=LATER, due=DUE))
    return with_release(book, replace(book.release, state="scheduled", due=DUE, notices=notices), LATER)


def seen(book, purpose="pre_release", at=DUE - timedelta(seconds=1)):
    return sight(at, book.release, MINISTER, purpose, book.given)


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("state", ["postponed", "draft"])
def test_leave_that_was_accepted_does_not_come_back_with_the_same_hour_announced_anew(purpose, state):
    book = accept(given(purpose=purpose), "Min", NOW)
    assert seen(book, purpose) == "figures"
    assert seen(announced_again(put_off(book, state)), purpose) == "announcement"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_leave_that_was_not_accepted_cannot_be_once_its_hour_was_put_off(purpose):
    with pytest.raises(UsageError, match="no access under this name waits"):
        accept(announced_again(put_off(given(purpose=purpose))), "Min", LATER)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_leave_that_an_earlier_program_left_standing_is_held_against_the_announcement(purpose):
    book = accept(given(purpose=purpose), "Min", NOW + timedelta(hours=1))
    again = replace(book, release=announced_again(book).release)
    assert again.given[0].until == again.release.due
    assert seen(again, purpose) == "announcement"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_leave_that_is_given_anew_is_for_the_new_announcement(purpose):
    again = announced_again(put_off(accept(given(purpose=purpose), "Min", NOW)))
    assert seen(accept(given(again, purpose, LATER), "Min", LATER), purpose) == "figures"


def test_leave_is_accepted_by_the_same_person_however_the_name_is_typed():
    assert seen(accept(given(), " MIN", NOW)) == "figures"


@pytest.mark.parametrize("viewer", [" ", "\u200b"])
def test_leave_is_given_to_somebody_with_a_name(viewer):
    with pytest.raises(UsageError, match="the name of one person"):
        give(BOOK, viewer, "Minister", "pre_release", by=HEAD, at=NOW)


def test_a_step_that_keeps_the_hour_keeps_the_leave():
    book = accept(given(), "Min", NOW)
    assert seen(with_release(book, replace(book.release, provisional=False), LATER)) == "figures"


def test_an_hour_that_had_passed_when_it_was_put_off_stays_the_end_of_the_leave():
    late = with_release(given(), replace(SCHEDULED, state="postponed", due=None), DUE + timedelta(days=1))
    assert [each.until for each in late.given] == [DUE]


def test_leave_without_an_announcement_shows_nothing():
    book = accept(given(), "Min", NOW)
    assert seen(replace(book, release=replace(SCHEDULED, notices=()))) == "nothing"
