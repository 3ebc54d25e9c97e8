"""Nobody sees a figure before the hour but those who make it, and those named for it within their time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from justice_data_lab.publication.release import Notice, Release
from justice_data_lab.publication.states import STATES
from justice_data_lab.publication.visibility import EVERYBODY, Access, Viewer, sight

DUE = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
ANNOUNCED = DUE - timedelta(weeks=5)
SECOND = timedelta(seconds=1)
SCHEDULED = Release(
    key="2026-014", version=1, title="Mentoring", organisation="Example Trust", analyst="Ana", state="scheduled",
    due=DUE, notices=(Notice(kind="announced", at=ANNOUNCED, due=DUE),),
)  # fmt: skip
RELEASED = replace(SCHEDULED, state="released", released_at=DUE)
MINISTER = Viewer(name="Min")
PRE = Access(
    key="2026-014", version=1, name="Min", role="Minister", purpose="pre_release", opens=DUE - timedelta(hours=24),
    until=DUE, accepted=DUE - timedelta(hours=20),
)  # fmt: skip


@pytest.mark.parametrize(("now", "seen"), [(DUE - SECOND, "announcement"), (DUE, "figures"), (DUE + SECOND, "figures")])
def test_the_public_sees_figures_from_the_hour_on(now, seen):
    assert sight(now, RELEASED, EVERYBODY, "public") == seen


def test_before_the_row_flips_the_public_sees_the_announcement_only_even_after_the_hour():
    assert sight(DUE + SECOND, SCHEDULED, EVERYBODY, "public") == "announcement"


def test_before_the_announcement_the_public_does_not_learn_that_it_exists():
    assert sight(ANNOUNCED - SECOND, SCHEDULED, EVERYBODY, "public") == "nothing"
    assert sight(ANNOUNCED, SCHEDULED, EVERYBODY, "public") == "announcement"


@pytest.mark.parametrize("state", STATES)
def test_no_state_but_released_and_corrected_shows_figures_to_the_public(state):
    release = replace(RELEASED, state=state)
    assert (sight(DUE, release, EVERYBODY, "public") == "figures") is (state in ("released", "corrected", "revised"))


@pytest.mark.parametrize("state", ["corrected", "revised"])
def test_a_version_that_was_replaced_keeps_its_record_and_its_figures_only_where_the_ledger_allows(state):
    old = replace(RELEASED, state=state, replaced_by=2)
    assert sight(DUE, old, EVERYBODY, "public") == "record"
    assert sight(DUE, old, EVERYBODY, "public", keeps=lambda release: release.version == 1) == "figures"
    assert sight(DUE, old, EVERYBODY, "public", keeps=lambda release: release.version == 2) == "record"
    assert sight(DUE - SECOND, old, EVERYBODY, "public", keeps=lambda release: True) == "announcement"
    assert sight(DUE, old, Viewer(name="Ana"), "production") == "figures"


@pytest.mark.parametrize("state", ["draft", "checked", "cleared", "final"])
def test_what_was_not_announced_is_nothing_to_the_public(state):
    assert sight(DUE, replace(SCHEDULED, state=state, notices=()), EVERYBODY, "public") == "nothing"


def test_a_withdrawn_release_stays_listed_without_its_figures():
    assert sight(DUE, replace(RELEASED, state="withdrawn"), EVERYBODY, "public") == "announcement"


def test_those_who_make_it_see_it_and_other_analysts_do_not():
    assert sight(ANNOUNCED, SCHEDULED, Viewer(name="Ana", roles=frozenset({"analyst"})), "production") == "figures"
    assert sight(ANNOUNCED, SCHEDULED, Viewer(name="Rob", roles=frozenset({"reviewer"})), "production") == "figures"
    assert sight(ANNOUNCED, SCHEDULED, Viewer(name="Ned", roles=frozenset({"analyst"})), "production") == "announcement"
    assert sight(ANNOUNCED, SCHEDULED, Viewer(roles=frozenset({"reviewer"})), "production") == "announcement"
    assert sight(ANNOUNCED, SCHEDULED, Viewer(name="Rob", roles=frozenset({"reviewer"})), "public") == "announcement"


@pytest.mark.parametrize(
    ("now", "seen"),
    [
        (DUE - timedelta(hours=24) - SECOND, "announcement"),
        (DUE - timedelta(hours=20) - SECOND, "announcement"),
        (DUE - timedelta(hours=20), "figures"),
        (DUE - SECOND, "figures"),
        (DUE, "announcement"),
    ],
)
def test_pre_release_access_opens_when_accepted_within_a_day_and_ends_by_itself(now, seen):
    assert sight(now, SCHEDULED, MINISTER, "pre_release", [PRE]) == seen


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "2026-015"},
        {"version": 2},
        {"name": "Max"},
        {"accepted": None},
        {"purpose": "quality_assurance"},
        {"opens": DUE},
        {"until": DUE - timedelta(days=7)},
        {"until": DUE + timedelta(days=7)},
    ],
)
def test_leave_for_something_else_shows_nothing(changed):
    assert sight(DUE - SECOND, SCHEDULED, MINISTER, "pre_release", [replace(PRE, **changed)]) == "announcement"


def test_leave_that_opens_too_early_is_cut_to_a_day():
    early = replace(PRE, opens=DUE - timedelta(days=9), accepted=DUE - timedelta(days=9))
    assert sight(DUE - timedelta(hours=24) - SECOND, SCHEDULED, MINISTER, "pre_release", [early]) == "announcement"
    assert sight(DUE - timedelta(hours=24), SCHEDULED, MINISTER, "pre_release", [early]) == "figures"


def test_pre_release_access_waits_until_the_hour_is_confirmed():
    provisional = replace(SCHEDULED, provisional=True)
    assert sight(DUE - SECOND, provisional, MINISTER, "pre_release", [PRE]) == "announcement"
    assert sight(DUE - SECOND, replace(provisional, provisional=False), MINISTER, "pre_release", [PRE]) == "figures"
    reader = replace(PRE, purpose="quality_assurance")
    assert sight(DUE - SECOND, provisional, MINISTER, "quality_assurance", [reader]) == "figures"


def test_a_postponed_release_shuts_pre_release_access():
    assert sight(DUE - SECOND, replace(SCHEDULED, state="postponed", due=None), MINISTER, "pre_release", [PRE]) == "announcement"


def test_leave_given_before_a_postponement_does_not_come_back_with_the_new_date():
    later = replace(SCHEDULED, due=DUE + timedelta(days=14))
    for moment in (DUE - SECOND, DUE + timedelta(days=13), DUE + timedelta(days=14) - SECOND):
        assert sight(moment, later, MINISTER, "pre_release", [PRE]) == "announcement"


def test_a_named_reader_for_quality_assurance_may_look_earlier():
    reader = replace(PRE, purpose="quality_assurance", opens=DUE - timedelta(days=10), accepted=DUE - timedelta(days=9))
    assert sight(DUE - timedelta(days=5), SCHEDULED, MINISTER, "quality_assurance", [reader]) == "figures"


def test_a_name_is_the_same_in_other_letters_of_case_and_with_other_spaces():
    assert sight(DUE - SECOND, SCHEDULED, Viewer(name="min "), "pre_release", [PRE]) == "figures"
    assert sight(ANNOUNCED, SCHEDULED, Viewer(name="ANA"), "production") == "figures"


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_nobody_without_a_name_sees_what_is_made(name):
    assert sight(ANNOUNCED, SCHEDULED, Viewer(name=name, roles=frozenset({"reviewer"})), "production") == "announcement"
    leave = [replace(PRE, name=name)]
    assert sight(DUE - SECOND, SCHEDULED, Viewer(name=name), "pre_release", leave) == "announcement"


def test_nobody_without_a_name_has_leave():
    nameless = replace(PRE, name="")
    assert sight(DUE - SECOND, SCHEDULED, EVERYBODY, "pre_release", [nameless]) == "announcement"
