"""A release goes from draft to the public by one table, and nobody can step around it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.release import Hours, Person, Release, Step, same_person
from justice_data_lab.publication.states import ACTIONS, BY_OTHERS, STATES, TRANSITIONS, possible, transition
from justice_data_lab.publication.steps import act

HOURS = Hours(zone=ZoneInfo("Europe/London"), hour=time(9, 30))
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
ANALYST, FIRST, SECOND = (
    Person(name="Ana", role="analyst"),
    Person(name="Rob", role="reviewer"),
    Person(name="Sue", role="reviewer"),
)
HEAD, CLOCK = Person(name="Hope", role="head_of_profession"), Person(name="clock", role="clock")
HASH = "ab" * 32
# other bytes that a reader takes for the same name
ALSO_ANA, ALSO_ROB = ("ana", " Ana", "ANA\u00a0"), ("rob", "Rob ", "R\u200bob", "\uff32ob", "ROB\t")
DRAFT = Release(key="2026-014", version=1, title="Mentoring", organisation="Example Trust", analyst="Ana")


def do(release, *steps):
    for step in steps:
        release = act(release, step, HOURS)
    return release


def step(action, by, at=NOW, **given):
    return Step(action=action, by=by, at=at, **given)


CHECK, CLEAR, FREEZE = step("check", FIRST), step("clear", SECOND), step("freeze", ANALYST, manifest=HASH)
SCHEDULE = step("schedule", HEAD, due=DUE)
OUT = step("release", CLOCK, at=DUE)
BREACH = step("breach", FIRST, reason="A draft was sent to a wrong address.")
CORRECTION = replace(DRAFT, version=2, follows="correction", explained="A table was wrong.")
SOON = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)


def test_the_whole_way_to_the_public():
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, OUT)
    assert (found.state, found.checked_by, found.cleared_by, found.manifest) == ("released", "Rob", "Sue", HASH)
    assert found.released_at == DUE
    assert [(notice.kind, notice.due) for notice in found.notices] == [("announced", DUE)]


@pytest.mark.parametrize(
    ("before", "wrong", "why"),
    [
        ((), step("check", Person(name="Ana", role="reviewer")), "did not run the analysis"),
        ((CHECK,), step("clear", FIRST), "a second person"),
        ((CHECK,), step("clear", Person(name="Ana", role="reviewer")), "did not run the analysis"),
        *(((), step("check", Person(name=name, role="reviewer")), "did not run the analysis") for name in ALSO_ANA),
        *(((CHECK,), step("clear", Person(name=name, role="reviewer")), "did not run the analysis") for name in ALSO_ANA),
        *(((CHECK,), step("clear", Person(name=name, role="reviewer")), "a second person") for name in ALSO_ROB),
        ((), step("check", Person(name=" \u200b", role="reviewer")), "the name of whoever does it"),
        ((), step("check", HEAD), "for the reviewer"),
        ((), CLEAR, "cannot be done while it is draft"),
        ((CHECK, CLEAR), step("freeze", ANALYST, manifest="ab"), "SHA-256"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD), "day and hour"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=datetime(2026, 11, 30, 9, 30, tzinfo=UTC)), "four weeks"),
        (
            (CHECK, CLEAR, FREEZE),
            step("schedule", HEAD, due=DUE.replace(hour=0, minute=0)),
            "the lab's hour, 09:30 in Europe/London",
        ),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=DUE + timedelta(seconds=1)), "the lab's hour"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=datetime(2027, 6, 3, 9, 30, tzinfo=UTC)), "10:30 is another"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=datetime(2026, 12, 5, 9, 30, tzinfo=UTC)), "working day"),
        ((CHECK, CLEAR, FREEZE), step("schedule", HEAD, due=datetime(2026, 12, 25, 9, 30, tzinfo=UTC)), "working day"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("release", CLOCK, at=DUE - timedelta(seconds=1)), "wait for its hour"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("release", HEAD, at=DUE), "for the clock"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("postpone", HEAD), "reason in words"),
        ((CHECK, CLEAR, FREEZE, SCHEDULE), step("confirm", HEAD), "definite already"),
        (
            (CHECK, CLEAR, FREEZE, SCHEDULE, OUT),
            step("change", ANALYST, reason="a typing error"),
            "cannot be done while it is released",
        ),
    ],
)
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(before, wrong, why):
    release = do(DRAFT, *before)
    with pytest.raises(UsageError, match=why):
        act(release, wrong, HOURS)


def test_nobody_who_did_a_part_of_the_analysis_checks_or_clears_it():
    again = do(DRAFT, step("change", ANALYST, reason="Another caliper.", analysts=("Rob", "Ana", "Rob")))
    assert (again.analyst, again.co_analysts, again.analysts) == ("Ana", ("Rob",), ("Ana", "Rob"))
    with pytest.raises(UsageError, match="did not run the analysis; Rob did a part of it"):
        act(again, CHECK, HOURS)
    with pytest.raises(UsageError, match="did not run the analysis; Rob did a part of it"):
        do(again, step("check", SECOND), step("clear", FIRST))
    third = Person(name="Tom", role="reviewer")
    assert do(again, step("check", SECOND), step("clear", third)).state == "cleared"


SIGN_OFFS = (
    ((), step("schedule", HEAD, due=DUE)),
    ((), step("expedite", HEAD, due=SOON, reason="A table was wrong.")),
    ((BREACH,), step("release_early", HEAD, reason="They are on a web page.")),
)


@pytest.mark.parametrize("name", ["Ana", *ALSO_ANA, "Ned", "ned "])
@pytest.mark.parametrize(("before", "signs"), SIGN_OFFS)
def test_nobody_who_did_a_part_of_the_analysis_signs_it_off(before, signs, name):
    ready = do(replace(CORRECTION, co_analysts=("Ned",)), CHECK, CLEAR, FREEZE, *before)
    with pytest.raises(UsageError, match=f"somebody who did not run the analysis; {name} did a part of it"):
        act(ready, replace(signs, by=Person(name=name, role="head_of_profession")), HOURS)
    assert act(ready, signs, HOURS).state in ("scheduled", "released")


def test_the_acts_that_whoever_did_a_part_keeps_from_are_those_that_let_a_report_go_on_to_the_public():
    onward = {
        each.action for each in TRANSITIONS if each.to in ("checked", "cleared", "scheduled", "released") and each.role != "clock"
    }
    assert BY_OTHERS | {"confirm"} == onward  # a date that stands becomes definite; who announced it has signed off


def test_whoever_did_a_part_of_the_analysis_still_holds_it_back():
    own = Person(name="Ana", role="head_of_profession")
    out = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE)
    assert act(out, step("postpone", own, reason="Late."), HOURS).state == "postponed"
    assert act(out, step("change", own, reason="A table was wrong."), HOURS).state == "draft"


def test_who_did_a_part_of_the_analysis_is_kept_through_every_later_change():
    again = do(DRAFT, step("change", ANALYST, reason="Another run.", analysts=("Rob",)), step("check", SECOND))
    again = do(again, step("change", ANALYST, reason="A word."), step("change", ANALYST, reason="A run.", analysts=("Tom",)))
    assert again.co_analysts == ("Rob", "Tom")


@pytest.mark.parametrize("also", [*ALSO_ANA, *ALSO_ROB])
def test_somebody_who_joins_under_another_spelling_is_not_listed_twice(also):
    twice = do(DRAFT, step("change", ANALYST, reason="A run.", analysts=("Rob", also, "Tom", also)))
    assert twice.co_analysts == ("Rob", "Tom")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ren\u00e9e", "Rene\u0301e"),
        ("Ren\u00e9e", "RENE\u0301E"),
        ("Ren\u00e9e", "Rene\u200b\u0301e"),  # what is not seen stands between a letter and its accent
        ("\u0390", "\u03aa\u0301"),  # small letters that have no capital of one letter come apart
        ("Stra\u00dfe", "STRASSE"),
        ("Ana\u2003Maria", "Ana Maria"),
    ],
)
def test_a_name_composed_in_another_way_is_the_same_persons(one, other):
    assert same_person(one, other)
    assert replace(DRAFT, analyst=one).joined_by((other,)) == ()


def test_names_that_differ_in_more_than_case_and_spaces_are_two_people():
    assert same_person("Ana  Maria", "ana maria ")
    assert not same_person("Ana Maria", "Anamaria")
    assert not same_person("Rob", "Rod")
    assert do(DRAFT, CHECK, step("clear", Person(name="Robin", role="reviewer"))).cleared_by == "Robin"


def test_a_postponement_tells_its_reason_and_a_new_date_needs_four_weeks_again():
    later = DUE + timedelta(days=14)
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, step("postpone", HEAD, reason="The register was late."))
    assert (found.state, found.due) == ("postponed", None)
    with pytest.raises(UsageError, match="four weeks"):
        act(found, step("schedule", HEAD, at=DUE - timedelta(days=1), due=later), HOURS)
    found = act(found, step("schedule", HEAD, due=later), HOURS)
    assert [(notice.kind, notice.due, notice.reason) for notice in found.notices] == [
        ("announced", DUE, ""), ("postponed", DUE, "The register was late."), ("announced", later, ""),
    ]  # fmt: skip


def test_a_provisional_date_becomes_definite():
    found = do(DRAFT, CHECK, CLEAR, FREEZE, replace(SCHEDULE, provisional=True))
    assert found.provisional
    assert not act(found, step("confirm", HEAD), HOURS).provisional


@pytest.mark.parametrize(
    ("announced", "due"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), datetime(2026, 3, 30, 8, 30, tzinfo=UTC)),
        (datetime(2026, 9, 28, 8, 30, tzinfo=UTC), datetime(2026, 10, 26, 9, 30, tzinfo=UTC)),
    ],
)
def test_four_weeks_to_the_same_hour_on_the_clock_are_notice_enough_when_the_clocks_change(announced, due):
    final = do(DRAFT, CHECK, CLEAR, FREEZE)
    assert act(final, step("schedule", HEAD, at=announced, due=due), HOURS).due == due
    with pytest.raises(UsageError, match="four weeks"):
        act(final, step("schedule", HEAD, at=announced + timedelta(seconds=1), due=due), HOURS)


def test_the_hour_is_the_labs_own_by_the_clock_of_its_zone_in_summer_too():
    paris = Hours(zone=ZoneInfo("Europe/Paris"), hour=time(7, 0))
    final = do(DRAFT, CHECK, CLEAR, FREEZE)
    for due in (datetime(2027, 6, 3, 5, 0, tzinfo=UTC), datetime(2026, 12, 3, 6, 0, tzinfo=UTC)):
        assert act(final, step("schedule", HEAD, due=due), paris).due == due
    with pytest.raises(UsageError, match="the lab's hour, 07:00 in Europe/Paris; 08:30 is another"):
        act(final, step("schedule", HEAD, due=datetime(2027, 6, 3, 6, 30, tzinfo=UTC)), paris)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3, hours=8)])
def test_a_provisional_date_is_not_confirmed_at_its_hour_or_after_so_that_nothing_comes_out_at_another(late):
    found = do(DRAFT, CHECK, CLEAR, FREEZE, replace(SCHEDULE, provisional=True))
    with pytest.raises(UsageError, match="`postpone` it and announce another"):
        act(found, step("confirm", HEAD, at=DUE + late), HOURS)
    assert not act(found, step("confirm", HEAD, at=DUE - timedelta(seconds=1)), HOURS).provisional
    assert act(found, step("postpone", HEAD, at=DUE + late, reason="Nobody confirmed it."), HOURS).state == "postponed"


def test_a_release_is_overdue_from_its_hour_on_while_nobody_confirmed_it():
    found = do(DRAFT, CHECK, CLEAR, FREEZE, replace(SCHEDULE, provisional=True))
    assert (found.is_overdue(DUE - timedelta(seconds=1)), found.is_overdue(DUE)) == (False, True)
    assert not replace(found, provisional=False).is_overdue(DUE)
    assert not act(found, step("postpone", HEAD, at=DUE, reason="Nobody confirmed it."), HOURS).is_overdue(DUE)


@pytest.mark.parametrize("before", [(CHECK,), (CHECK, CLEAR), (CHECK, CLEAR, FREEZE), (CHECK, CLEAR, FREEZE, SCHEDULE)])
def test_any_change_begins_every_check_again(before):
    by = HEAD if SCHEDULE in before else ANALYST
    found = do(DRAFT, *before, step("change", by, reason="a table was wrong"))
    assert (found.state, found.checked_by, found.cleared_by, found.manifest, found.due) == ("draft", "", "", "", None)


def test_a_change_after_the_announcement_stays_visible():
    with pytest.raises(UsageError, match="for the head of profession, not for the analyst"):
        do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, step("change", ANALYST, reason="a table was wrong"))
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, step("change", HEAD, reason="a table was wrong"))
    assert [(notice.kind, notice.reason) for notice in found.notices] == [("announced", ""), ("postponed", "a table was wrong")]


@pytest.mark.parametrize(("action", "state"), [("correct", "corrected"), ("withdraw", "withdrawn")])
def test_what_is_out_can_be_corrected_or_withdrawn_with_a_reason(action, state):
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, OUT, step(action, HEAD, at=DUE, reason="An error in the register."))
    assert (found.state, found.ended_reason) == (state, "An error in the register.")
    assert (found.notices[-1].kind, found.notices[-1].due) == (state, DUE)


def test_no_state_lets_two_rows_of_the_table_answer_and_every_action_is_in_it():
    keys = [(each.action, state) for each in TRANSITIONS for state in each.states]
    assert len(keys) == len(set(keys))
    assert {each.action for each in TRANSITIONS} == set(ACTIONS)
    assert {each.to for each in TRANSITIONS if each.to} | {"draft"} == set(STATES)
    assert transition("release", "draft") is None
    assert possible("withdrawn") == ()
    assert possible("cancelled") == ("breach", "contain")


def test_only_the_clock_releases_and_only_from_the_calendar_unless_figures_got_out():
    ways = [(each.action, each.states, each.role) for each in TRANSITIONS if each.to == "released"]
    assert ways == [
        ("release", ("scheduled",), "clock"),
        ("release_early", ("final", "scheduled", "postponed"), "head_of_profession"),
    ]


@pytest.mark.parametrize("action", [each.action for each in TRANSITIONS if each.reason])
def test_every_act_that_the_public_is_told_of_needs_a_reason(action):
    for row in (each for each in TRANSITIONS if each.action == action):
        by = ANALYST if row.role == "lab" else Person(name="Pat", role=row.role)
        with pytest.raises(UsageError, match="reason in words"):
            act(replace(DRAFT, state=row.states[0]), step(action, by, reason=" "), HOURS)


def test_a_breach_is_written_down_by_anybody_of_the_lab_and_the_head_decides():
    found = do(DRAFT, CHECK, CLEAR, FREEZE, SCHEDULE, BREACH)
    assert found.state == "scheduled"
    assert [(each.by, each.what, each.answered_at) for each in found.open_breaches()] == [("Rob", BREACH.reason, None)]
    later = NOW + timedelta(hours=1)
    kept = act(found, step("contain", HEAD, at=later, reason="It was deleted unread."), HOURS)
    assert (kept.state, kept.due, kept.open_breaches()) == ("scheduled", DUE, ())
    assert [(each.answer, each.answered_at) for each in kept.breaches] == [("contained", later)]
    assert kept.notices == found.notices


@pytest.mark.parametrize("before", [(), (SCHEDULE,), (SCHEDULE, step("postpone", HEAD, reason="Late."))])
def test_figures_that_got_out_are_released_early_to_everybody(before):
    early = NOW + timedelta(hours=2)
    found = do(
        DRAFT, CHECK, CLEAR, FREEZE, *before, BREACH, step("release_early", HEAD, at=early, reason="They are on a web page.")
    )
    assert (found.state, found.due, found.released_at, found.provisional) == ("released", early, early, False)
    assert (found.notices[-1].kind, found.notices[-1].reason) == ("released_early", "They are on a web page.")
    assert [(each.answer, each.reason) for each in found.breaches] == [("released_early", "They are on a web page.")]


@pytest.mark.parametrize(
    ("before", "wrong", "why"),
    [
        ((SCHEDULE,), step("release_early", HEAD, reason="Why wait?"), "none is open"),
        ((SCHEDULE,), step("contain", HEAD, reason="Nothing happened."), "none is open"),
        ((SCHEDULE, BREACH), step("release_early", ANALYST, reason="It is out."), "for the head of profession"),
        ((SCHEDULE,), step("breach", CLOCK, reason="?"), "for anybody of the lab, not for the clock"),
        ((SCHEDULE, OUT), BREACH, "cannot be done while it is released"),
    ],
)
def test_nothing_is_released_early_without_a_breach_and_the_head(before, wrong, why):
    with pytest.raises(UsageError, match=why):
        act(do(DRAFT, CHECK, CLEAR, FREEZE, *before), wrong, HOURS)


def test_an_urgent_correction_is_announced_for_a_working_day_soon_and_waits_for_its_hour():
    found = do(CORRECTION, CHECK, CLEAR, FREEZE, step("expedite", HEAD, due=SOON, reason="A table was wrong."))
    assert (found.state, found.due) == ("scheduled", SOON)
    assert [(each.kind, each.due, each.reason) for each in found.notices] == [("urgent", SOON, "A table was wrong.")]
    with pytest.raises(UsageError, match="wait for its hour"):
        act(found, replace(OUT, at=SOON - timedelta(seconds=1)), HOURS)


@pytest.mark.parametrize(
    ("release", "due", "why"),
    [
        (DRAFT, SOON, "for a correction"),
        (replace(CORRECTION, follows="revision"), SOON, "for a correction"),
        (CORRECTION, None, "day and hour"),
        (CORRECTION, datetime(2026, 11, 7, 9, 30, tzinfo=UTC), "working day"),
        (CORRECTION, SOON.replace(hour=16), "the lab's hour"),
        (CORRECTION, datetime(2026, 11, 2, 9, 30, tzinfo=UTC), "still to come"),
    ],
)
def test_nothing_but_a_correction_may_hurry_and_not_into_the_past(release, due, why):
    with pytest.raises(UsageError, match=why):
        do(release, CHECK, CLEAR, FREEZE, step("expedite", HEAD, due=due, reason="Quick."))


PUBLIC = (CHECK, CLEAR, FREEZE, SCHEDULE, OUT)


def test_a_planned_revision_takes_the_place_of_the_version_before():
    found = do(DRAFT, *PUBLIC, step("supersede", CLOCK, at=DUE, reason="A second year of data.", version=2))
    assert (found.state, found.replaced_by, found.ended_reason) == ("revised", 2, "A second year of data.")
    assert (found.notices[-1].kind, found.notices[-1].due) == ("revised", DUE)


def test_a_correction_takes_the_place_of_what_was_marked_as_wrong():
    wrong = step("correct", HEAD, at=DUE, reason="A table was wrong.")
    found = do(DRAFT, *PUBLIC, wrong, step("supersede", CLOCK, at=DUE, reason="Put right.", version=2))
    assert (found.state, found.replaced_by, found.ended_reason) == ("corrected", 2, "A table was wrong.")
    assert [each.kind for each in found.notices] == ["announced", "corrected"]


@pytest.mark.parametrize("version", [None, 1])
def test_only_a_later_version_takes_the_place_of_one(version):
    with pytest.raises(UsageError, match="number of the later version"):
        do(DRAFT, *PUBLIC, step("supersede", CLOCK, at=DUE, reason="x", version=version))
