"""Duties are kept apart by the database itself: what is written straight into it, past the program, is refused on both databases."""

import pytest
from django.db import IntegrityError, connection, transaction

from jdl_service.releases import actions
from jdl_service.releases.models import Check
from justice_data_lab.publication.states import STATES, TRANSITIONS
from service_releases import DUE, checked, drafted, finished_request, sent

YES = True
STEPS = {(state, each.to) for each in TRANSITIONS if each.to for state in each.states}


def write(statement, *given):
    """One statement, past every model."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, given)


def refused(match, statement, *given):
    with pytest.raises(IntegrityError, match=match):
        write(statement, *given)


@pytest.fixture
def draft(world, at, tmp_path):
    return drafted(world, tmp_path, at=at)


@pytest.fixture
def frozen(world, at, tmp_path):
    """A release with both checks, cleared and frozen."""
    release = checked(world, tmp_path, at=at)
    for who in (world.reviewer, world.second_reviewer):
        actions.confirm(release, by=who, at=at)
    actions.take_step(release, "freeze", by=world.analyst, at=at)
    release.refresh_from_db()
    return release


INSERT = (
    "INSERT INTO releases_check (release_id, round, place, reviewer_id, assigned_at, verdict, answers, text) "
    "VALUES (%s, %s, %s, %s, '2026-11-25 12:00:00+00:00', '', '{}', '')"
)


def test_the_analyst_is_made_no_reviewer(world, draft):
    release, (first, _) = draft
    refused("analyst of a release cannot check it", INSERT, release.pk, 2, 1, world.analyst.pk)
    refused(
        "analyst of a release cannot check it",
        "UPDATE releases_check SET reviewer_id = %s WHERE id = %s",
        world.analyst.pk,
        first.pk,
    )
    refused(
        "analyst of a release cannot check it",
        "UPDATE releases_release SET analyst_id = %s WHERE id = %s",
        world.reviewer.pk,
        release.pk,
    )


NAME = "INSERT INTO releases_coanalyst (release_id, person_id, since) VALUES (%s, %s, %s)"


def test_nobody_who_did_a_part_of_the_analysis_checks_it(world, draft):
    release, (first, _) = draft
    refused("did a part of an analysis", NAME, release.pk, world.reviewer.pk, 1)
    write(NAME, release.pk, world.analyst_reviewer.pk, 1)
    refused("did a part of an analysis", INSERT, release.pk, 2, 1, world.analyst_reviewer.pk)
    move = "UPDATE releases_check SET reviewer_id = %s WHERE id = %s"
    refused("did a part of an analysis", move, world.analyst_reviewer.pk, first.pk)
    for column in ("checked_by_id", "cleared_by_id"):
        mark = f"UPDATE releases_release SET {column} = %s WHERE id = %s"  # noqa: S608 -- two names of our own
        refused("did a part of an analysis", mark, world.analyst_reviewer.pk, release.pk)
    refused("stays the one", "UPDATE releases_coanalyst SET person_id = %s", world.reviewer.pk)
    refused("not taken away", "DELETE FROM releases_coanalyst")


def test_whoever_checked_one_draft_may_do_a_part_of_the_next_and_checks_no_more(world, draft):
    release, _ = draft
    write(NAME, release.pk, world.reviewer.pk, 2)
    refused("did a part of an analysis", INSERT, release.pk, 2, 1, world.reviewer.pk)
    write(INSERT, release.pk, 2, 1, world.second_reviewer.pk)


def test_one_person_is_not_both_reviewers(world, draft):
    release, (first, second) = draft
    refused(None, INSERT, release.pk, 1, 3, world.analyst_reviewer.pk)
    refused(None, "UPDATE releases_check SET reviewer_id = %s WHERE id = %s", first.reviewer_id, second.pk)
    refused(
        None,
        "UPDATE releases_release SET checked_by_id = %s, cleared_by_id = %s WHERE id = %s",
        world.reviewer.pk,
        world.reviewer.pk,
        release.pk,
    )


def test_nothing_is_cleared_before_two_sound_checks(world, at, draft):
    release, (first, _) = draft
    mark = "UPDATE releases_release SET state = 'checked', checked_by_id = %s WHERE id = %s"
    refused("two sound checks", mark, world.reviewer.pk, release.pk)
    actions.submit_check(first, verdict="sound", answers={}, text="", by=first.reviewer, at=at)
    refused("two sound checks", mark, world.reviewer.pk, release.pk)


def test_a_check_that_is_in_is_neither_changed_nor_deleted(at, draft):
    _, (first, _) = draft
    actions.submit_check(first, verdict="sound", answers={}, text="", by=first.reviewer, at=at)
    for change in (
        "UPDATE releases_check SET text = 'x' WHERE id = %s",
        "UPDATE releases_check SET answers = '{\"a\": 1}' WHERE id = %s",
        "UPDATE releases_check SET round = 9 WHERE id = %s",
        "UPDATE releases_check SET submitted_at = NULL, verdict = '' WHERE id = %s",
        "UPDATE releases_check SET verdict = 'return', text = 'x' WHERE id = %s",
    ):
        refused("cannot be changed", change, first.pk)
    refused("cannot be deleted", "DELETE FROM releases_check WHERE id = %s", first.pk)
    assert Check.objects.filter(pk=first.pk, verdict="sound").exists()


def test_nobody_signs_off_what_they_analysed_and_nobody_but_a_head_signs_off(world, frozen):
    sign = "UPDATE releases_release SET signed_off_by_id = %s WHERE id = %s"
    refused(None, sign, world.analyst.pk, frozen.pk)
    refused("head of profession signs off", sign, world.reviewer.pk, frozen.pk)
    refused(None, "UPDATE releases_release SET state = 'scheduled', due = %s WHERE id = %s", DUE, frozen.pk)
    write("UPDATE accounts_user SET is_head_of_profession = %s WHERE id = %s", YES, world.analyst.pk)
    refused(None, sign, world.analyst.pk, frozen.pk)
    write(NAME, frozen.pk, world.analyst_reviewer.pk, 1)
    write("UPDATE accounts_user SET is_head_of_profession = %s WHERE id = %s", YES, world.analyst_reviewer.pk)
    refused("cannot sign it off", sign, world.analyst_reviewer.pk, frozen.pk)
    write(sign, world.head_of_profession.pk, frozen.pk)
    refused("cannot sign it off", NAME, frozen.pk, world.head_of_profession.pk, 1)


def test_what_a_co_analyst_signed_off_before_that_was_held_against_them_goes_on(world, frozen):
    write("UPDATE releases_release SET signed_off_by_id = %s WHERE id = %s", world.head_of_profession.pk, frozen.pk)
    with connection.cursor() as cursor:
        on = " ON releases_coanalyst" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER co_analyst_signed_nothing_off{on}")
    write(NAME, frozen.pk, world.head_of_profession.pk, 1)
    write("UPDATE releases_release SET state = 'scheduled', due = %s WHERE id = %s", DUE, frozen.pk)


MOVE = "UPDATE releases_release SET state = %s WHERE id = %s"


def test_the_states_of_a_release_are_left_by_the_steps_of_the_table_and_no_others(world, at, tmp_path):
    release = checked(world, tmp_path, at=at)
    write(
        "UPDATE releases_release SET checked_by_id = %s, cleared_by_id = %s, signed_off_by_id = %s, due = %s, manifest = 'm' WHERE id = %s",
        world.reviewer.pk, world.second_reviewer.pk, world.head_of_profession.pk, DUE, release.pk,
    )  # fmt: skip
    seen = set()
    leave(release.pk, "draft", seen)
    assert seen == set(STATES)


def leave(number, state, seen):
    """Try every other state from this one, then go on from each that is new."""
    seen.add(state)
    for after in STATES:
        if after != state and (state, after) not in STEPS:
            refused("no such step", MOVE, after, number)
    for after in sorted(after for before, after in STEPS if before == state != after):
        here = transaction.savepoint()
        write(MOVE, after, number)
        if after not in seen:
            leave(number, after, seen)
        transaction.savepoint_rollback(here)


def test_a_release_is_not_deleted_once_it_was_checked(frozen):
    refused("never deleted", "DELETE FROM releases_release WHERE id = %s", frozen.pk)


def test_the_bytes_of_a_frozen_release_stand(frozen):
    assert frozen.manifest
    refused("frozen", "UPDATE releases_releasefile SET data = %s WHERE release_id = %s", b"x", frozen.pk)
    refused("frozen", "DELETE FROM releases_releasefile WHERE release_id = %s", frozen.pk)


def test_the_timeline_of_a_request_and_the_log_only_grow(world, at, tmp_path):
    sent(finished_request(world, tmp_path, at=at).request, by=world.analyst, at=at)
    refused("append-only", "UPDATE requests_passage SET action = 'x'")
    refused("append-only", "UPDATE requests_passage SET by_id = NULL")
    refused("append-only", "UPDATE requests_passage SET after = 'released'")
    refused("append-only", "UPDATE requests_passage SET at = '2020-01-01 00:00:00+00:00'")
    write("UPDATE requests_passage SET reason = '[name] asked for it'")
    refused("append-only", "DELETE FROM requests_passage")
    refused("append-only", "UPDATE audit_auditevent SET action = 'x'")
    refused("append-only", "DELETE FROM audit_auditevent")


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite empties no table at a stroke; test_postgres runs it there"
)
def test_the_log_is_not_emptied_at_a_stroke(db):
    refused("append-only", "TRUNCATE audit_auditevent CASCADE")


def test_an_administrator_is_given_no_role_and_a_member_none_in_the_lab(world):
    for user in (world.administrator, world.alpha.member):
        refused(None, "UPDATE accounts_user SET is_analyst = %s WHERE id = %s", YES, user.pk)
        refused(None, "UPDATE accounts_user SET is_reviewer = %s WHERE id = %s", YES, user.pk)
        refused(None, "UPDATE accounts_user SET is_head_of_profession = %s WHERE id = %s", YES, user.pk)
