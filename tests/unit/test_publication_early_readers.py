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


@pytest.mark.parametrize(
    "reader",
    [
        {"role": "Director, Example Trust"},
        {"role": "Chair of the EXAMPLE  trust's board"},
        {"role": "Adviser", "viewer": "Ed of Example-Trust"},
        {"role": "Adviser", "viewer": "ed@example-trust.org"},
        {"role": "Adviser", "viewer": "ed@mail.exampletrust.org"},
        {"role": "Adviser", "organisation": "The Example Trust Ltd"},
    ],
)
def test_the_organisation_gets_no_briefing_under_whatever_role_but_may_read_for_quality(reader):
    who = {"viewer": "Ed", "by": HEAD, "at": NOW} | reader
    with pytest.raises(UsageError, match="is not for the organisation"):
        give(BOOK, purpose="pre_release", **who)
    assert len(give(BOOK, purpose="quality_assurance", **who).given) == 1


@pytest.mark.parametrize(
    "reader",
    [
        {"role": "Minister of Trusts"},
        {"role": "Example setter, Trust Bank"},
        {"role": "Adviser", "organisation": "Another Trust"},
    ],
)
def test_people_of_others_are_briefed_though_a_word_is_the_same(reader):
    who = {"viewer": "Ed", "by": HEAD, "at": NOW} | reader
    assert len(give(BOOK, purpose="pre_release", **who).given) == 1


def test_the_legal_form_of_the_organisation_does_not_hide_it():
    book = replace(BOOK, release=replace(SCHEDULED, organisation="The Example Trust Limited"))
    with pytest.raises(UsageError, match="is not for the organisation"):
        give(book, "Ed", "Director of Example Trust", "pre_release", by=HEAD, at=NOW)


def test_an_organisation_without_a_word_of_its_own_names_nobody():
    assert len(given(replace(BOOK, release=replace(SCHEDULED, organisation="The Ltd"))).given) == 1


def test_a_step_that_keeps_the_hour_keeps_the_leave():
    book = accept(given(), "Min", NOW)
    assert seen(with_release(book, replace(book.release, provisional=False), LATER)) == "figures"


def test_an_hour_that_had_passed_when_it_was_put_off_stays_the_end_of_the_leave():
    late = with_release(given(), replace(SCHEDULED, state="postponed", due=None), DUE + timedelta(days=1))
    assert [each.until for each in late.given] == [DUE]


def test_leave_without_an_announcement_shows_nothing():
    book = accept(given(), "Min", NOW)
    assert seen(replace(book, release=replace(SCHEDULED, notices=()))) == "nothing"
