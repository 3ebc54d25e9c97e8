"""Releases on rows: the core's acts, blind checks by two others, one row flips at the hour, and the database holds it all together."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from jdl_service.analysis import actions as analysis
from jdl_service.analysis.models import Study
from jdl_service.audit import log
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.releases import actions, periodic, policies, screens
from jdl_service.releases.models import Check, Concern, Release
from jdl_service.releases.offers import offers
from jdl_service.releases.shelf import opened_shelf, read_shelf
from jdl_service.releases.views import free_reviewers
from jdl_service.requests.models import Passage
from justice_data_lab.errors import UsageError
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.desk import answer, raise_concern
from justice_data_lab.publication.release import Person
from justice_data_lab.release_outlook import outlook_of
from justice_data_lab.site.result import outcome
from service_people import request_in
from service_releases import DUE, checked, drafted, final, finished_request, scheduled, sent


def test_a_release_goes_to_the_public_at_its_hour_and_its_request_follows(world, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    assert (release.state, release.signed_off_by, release.request.state) == ("scheduled", world.head_of_profession, "scheduled")
    assert actions.release_due(at=DUE - timedelta(seconds=1)) == 0
    assert outlook_of(read_shelf(), DUE - timedelta(seconds=1)).published == ()
    periodic.release_due(at=DUE)
    release.refresh_from_db()
    release.request.refresh_from_db()
    assert (release.state, release.released_at, release.request.state) == ("released", DUE, "released")
    (public,) = outlook_of(read_shelf(), DUE).published
    assert public.key == release.key
    assert log.broken_at() is None


def test_that_no_figure_may_be_shown_is_checked_and_published_like_any_result(world, at, tmp_path):
    release = scheduled(world, tmp_path, at=at, state="not_analysable", kind="untold")
    assert b"could not be published" in actions.look(release, name="report.html", by=world.reviewer, purpose="production", at=at)
    periodic.release_due(at=DUE)
    release.refresh_from_db()
    assert (release.state, release.request.state) == ("released", "released")
    (public,) = outlook_of(read_shelf(), DUE).published
    assert outcome(public.content) == "Could not be published"


def test_the_frozen_bytes_are_the_ones_that_were_drafted(world, at, tmp_path):
    release = final(world, tmp_path, at=at)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        release.files.filter(name="report.html").update(data=b"changed by hand")
    with connection.cursor() as cursor:  # by somebody who may take triggers away
        on = " ON releases_releasefile" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER file_frozen_no_update{on}")
    release.files.filter(name="report.html").update(data=b"changed by hand")
    with pytest.raises(UsageError, match="not the ones"):
        actions.take_step(release, "schedule", by=world.head_of_profession, at=at, asked=actions.Asked(due=DUE))


def test_no_verdict_is_seen_by_another_until_both_are_in(world, at, tmp_path):
    _, (first, second) = drafted(world, tmp_path, at=at)
    actions.submit_check(first, verdict="sound", answers={}, text="", by=world.reviewer, at=at)
    assert not policies.may_see(first, world.second_reviewer)
    assert policies.may_see(first, world.reviewer)
    actions.submit_check(second, verdict="return", answers={}, text="Table 2 is wrong.", by=world.second_reviewer, at=at)
    assert policies.may_see(first, world.second_reviewer)


def test_a_check_is_its_reviewers_own_and_stands(world, at, tmp_path):
    _, (first, _) = drafted(world, tmp_path, at=at)
    with pytest.raises(NotYours):
        actions.submit_check(first, verdict="sound", answers={}, text="", by=world.second_reviewer, at=at)
    with pytest.raises(ValidationError):
        actions.submit_check(first, verdict="return", answers={}, text=" ", by=world.reviewer, at=at)
    first.refresh_from_db()
    actions.submit_check(first, verdict="sound", answers={}, text="", by=world.reviewer, at=at)
    with pytest.raises(NotNow, match="is in already"):
        actions.submit_check(first, verdict="sound", answers={}, text="", by=world.reviewer, at=at)
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Check.objects.filter(pk=first.pk).update(verdict="return", text="x")


def test_two_reviewers_are_asked_and_neither_is_the_analyst(world, at, tmp_path):
    release = sent(finished_request(world, tmp_path, at=at).request, by=world.analyst_reviewer, at=at)
    with pytest.raises(NotNow, match="did not run"):
        actions.assign(release, reviewer=world.analyst_reviewer, by=world.analyst, at=at)
    with pytest.raises(NotNow, match="did not run"):
        actions.assign(release, reviewer=world.head_of_profession, by=world.analyst, at=at)
    for who in (world.reviewer, world.second_reviewer):
        actions.assign(release, reviewer=who, by=world.analyst, at=at)
    with pytest.raises(NotNow, match="both reviewers already"):
        actions.assign(release, reviewer=world.reviewer, by=world.analyst, at=at)
    with pytest.raises(NotYours):
        actions.assign(release, reviewer=world.reviewer, by=world.alpha.member, at=at)


PARTS = {
    "brought the run": lambda world, row, at: None,
    "set the study": lambda world, row, at: Study.objects.create(
        request=row, toml="[study]", set_by=world.analyst_reviewer, set_at=at
    ),
    "set the study before it was set again": lambda world, row, at: log.record(
        "set study", row.key, by=world.analyst_reviewer, at=at
    ),
    "had the groups compared": lambda world, row, at: Passage.objects.create(
        request=row, action="match", before="ready", after="matching", by=world.analyst_reviewer, at=at
    ),
    "unlocked the outcomes": lambda world, row, at: Study.objects.create(
        request=row, toml="[study]", set_by=world.analyst, set_at=at, unlocked_by=world.analyst_reviewer, unlocked_at=at
    ),
    "owns the request": lambda world, row, at: analysis.take_over(row, by=world.analyst_reviewer, at=at),
}


@pytest.mark.parametrize("part", PARTS)
def test_nobody_who_did_a_part_of_the_analysis_is_asked_to_check_it(world, at, tmp_path, part):
    request = finished_request(world, tmp_path, at=at).request
    PARTS[part](world, request, at)
    release = sent(request, by=world.analyst_reviewer if part == "brought the run" else world.analyst, at=at)
    assert world.analyst_reviewer.email in release.as_book().release.analysts
    assert world.analyst_reviewer not in free_reviewers(release)
    with pytest.raises(NotNow, match="did not run the analysis; whoever brought a run, set the study"):
        actions.assign(release, reviewer=world.analyst_reviewer, by=world.analyst, at=at)
    with pytest.raises(IntegrityError, match="cannot check it"), transaction.atomic():
        Check.objects.create(release=release, round=1, place=1, reviewer=world.analyst_reviewer, assigned_at=at)


def test_whoever_brings_another_run_joins_its_analysts_and_checks_no_later_draft(world, at, tmp_path):
    release, (first, second) = drafted(world, tmp_path, at=at)
    actions.submit_check(first, verdict="sound", answers={}, text="", by=world.reviewer, at=at)
    actions.submit_check(second, verdict="return", answers={}, text="Wrong caliper.", by=world.second_reviewer, at=at)
    type(world.reviewer).objects.filter(pk=world.reviewer.pk).update(is_analyst=True)
    world.reviewer.refresh_from_db()
    request = release.request
    request.refresh_from_db()
    analysis.rework(request, by=world.analyst, at=at, reason="The caliper was wrong.")
    type(request).objects.filter(pk=request.pk).update(state="analysed")
    again = sent(request, by=world.reviewer, at=at)
    assert (again.analyst, [(each.person, each.since) for each in again.co_analysts.all()]) == (
        world.analyst,
        [(world.reviewer, 2)],
    )
    with pytest.raises(NotNow, match="did not run"):
        actions.assign(again, reviewer=world.reviewer, by=world.analyst, at=at)
    assert first.reviewer == world.reviewer  # of the draft before, which was not theirs


def test_a_reviewer_who_takes_the_request_over_neither_sends_a_check_nor_confirms(world, at, tmp_path):
    release, (first, _) = drafted(world, tmp_path, at=at)
    type(release.request).objects.filter(pk=release.request_id).update(owner=world.reviewer)
    with pytest.raises(NotYours, match="ask another reviewer"):
        actions.submit_check(first, verdict="sound", answers={}, text="", by=world.reviewer, at=at)
    type(release.request).objects.filter(pk=release.request_id).update(owner=world.analyst)
    for check in release.checks.all():
        actions.submit_check(check, verdict="sound", answers={}, text="", by=check.reviewer, at=at)
        actions.read_evidence(release, by=check.reviewer, at=at)
    type(release.request).objects.filter(pk=release.request_id).update(owner=world.reviewer)
    assert not policies.can_confirm(release, world.reviewer)
    with pytest.raises(NotYours, match="ask another reviewer"):
        actions.confirm(release, by=world.reviewer, at=at)
    assert policies.can_confirm(release, world.second_reviewer)


def test_nobody_who_did_a_part_of_the_analysis_signs_it_off(world, at, tmp_path):
    release, asked = final(world, tmp_path, at=at), actions.Asked(due=DUE)
    world.analyst.is_head_of_profession = True
    world.analyst.save()
    own = type(release.request).objects.filter(pk=release.request_id)
    own.update(owner=world.head_of_profession)  # who takes it over once it is frozen
    for who in (world.analyst, world.head_of_profession):
        with pytest.raises(NotYours, match=r"schedule of .* did not run the analysis; .*Another head of profession does it"):
            actions.take_step(release, "schedule", by=who, at=at, asked=asked)
        assert "schedule" not in {each.action for each in offers(release, who)}
        todo = [text for text, about, _ in screens.waiting(who, at=at) if about == str(release)]
        assert todo == ["Ask another head of profession to announce a date"]
    own.update(owner=world.analyst)
    assert "Announce a date" in [text for text, *_ in screens.waiting(world.head_of_profession, at=at)]
    assert actions.take_step(release, "schedule", by=world.head_of_profession, at=at, asked=asked).state == "scheduled"


@pytest.mark.parametrize(
    "change",
    [
        {"checked_by": "analyst"},
        {"cleared_by": "analyst", "checked_by": "reviewer"},
        {"checked_by": "reviewer", "cleared_by": "reviewer"},
        {"signed_off_by": "analyst"},
        {"state": "checked"},
        {"state": "cleared", "checked_by": "reviewer"},
        {"state": "nowhere"},
        {"analyst": "reviewer"},  # who is asked to check it
    ],
)
def test_the_database_itself_keeps_duties_apart(world, at, tmp_path, change):
    release, _ = drafted(world, tmp_path, at=at)
    values = {name: getattr(world, value, value) for name, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(**values)


def test_the_database_refuses_the_analyst_as_reviewer_and_a_third_check(world, at, tmp_path):
    release, (first, _) = drafted(world, tmp_path, at=at)
    with pytest.raises(IntegrityError, match="analyst"), transaction.atomic():
        Check.objects.create(release=release, round=2, place=1, reviewer=world.analyst, assigned_at=at)
    with pytest.raises(IntegrityError, match="analyst"), transaction.atomic():
        Check.objects.filter(pk=first.pk).update(reviewer=world.analyst)
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.create(release=release, round=1, place=3, reviewer=world.analyst_reviewer, assigned_at=at)


def test_nobody_clears_before_both_checks_are_in_sound_and_every_comment_is_closed(world, at, tmp_path):
    release, (first, second) = drafted(world, tmp_path, at=at)
    with pytest.raises(NotYours, match="two reviewers"):
        actions.confirm(release, by=world.analyst_reviewer, at=at)
    actions.submit_check(first, verdict="sound", answers={}, text="", by=world.reviewer, at=at)
    with pytest.raises(NotNow, match="both independent"):
        actions.confirm(release, by=world.reviewer, at=at)
    said = analysis.comment(release.request, text="Why this caliper?", by=world.reviewer, at=at)
    actions.submit_check(second, verdict="sound", answers={}, text="", by=world.second_reviewer, at=at)
    with pytest.raises(NotNow, match="comment"):
        actions.confirm(release, by=world.reviewer, at=at)
    analysis.comment(release.request, text="It is the lab's.", by=world.analyst, at=at, answers=said)
    with pytest.raises(NotYours, match="whoever made it"):
        analysis.resolve(said, by=world.analyst, at=at)
    analysis.resolve(said, by=world.reviewer, at=at)
    with pytest.raises(UsageError, match="evidence"):
        actions.confirm(release, by=world.reviewer, at=at)


def test_one_reviewer_alone_cannot_clear(world, at, tmp_path):
    release = checked(world, tmp_path, at=at)
    actions.confirm(release, by=world.reviewer, at=at)
    assert release.state == "checked"
    with pytest.raises(UsageError, match="second person"):
        actions.confirm(release, by=world.reviewer, at=at)


def test_a_report_that_was_returned_is_done_again_and_checked_anew(world, at, tmp_path):
    release, (first, second) = drafted(world, tmp_path, at=at)
    actions.submit_check(first, verdict="sound", answers={}, text="", by=world.reviewer, at=at)
    actions.submit_check(second, verdict="return", answers={}, text="Wrong caliper.", by=world.second_reviewer, at=at)
    with pytest.raises(NotNow, match="returned it"):
        actions.confirm(release, by=world.reviewer, at=at)
    request = release.request
    request.refresh_from_db()
    analysis.rework(request, by=world.analyst, at=at, reason="The caliper was wrong.")
    type(request).objects.filter(pk=request.pk).update(state="analysed")
    again = sent(request, by=world.analyst, at=at)
    assert (again.pk, again.version, again.round) == (release.pk, 1, 2)
    assert policies.may_see(first, world.second_reviewer)  # of the round before
    assert actions.assign(again, reviewer=world.reviewer, by=world.analyst, at=at).round == 2


def test_checks_of_a_report_that_was_changed_since_count_for_nothing(world, at, tmp_path):
    release = final(world, tmp_path, at=at)
    actions.take_step(release, "change", by=world.analyst, at=at, asked=actions.Asked(reason="A word was wrong."))
    assert (release.state, release.checked_by, release.request.state) == ("draft", None, "checks")
    for who in (world.reviewer, world.second_reviewer):
        with pytest.raises(NotYours, match="two reviewers"):
            actions.confirm(release, by=who, at=at)
    assert actions.assign(release, reviewer=world.reviewer, by=world.analyst, at=at).round == 2
    with pytest.raises(NotNow, match="both independent"):
        actions.confirm(release, by=world.reviewer, at=at)


def test_what_the_clock_and_the_reviewers_do_is_not_done_by_hand(world, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    for action in ("check", "clear", "release", "supersede"):
        with pytest.raises(NotNow, match="by hand"):
            actions.take_step(release, action, by=world.head_of_profession, at=at)
    with pytest.raises(NotYours):
        actions.take_step(release, "postpone", by=world.analyst, at=at)
    assert (
        actions.take_step(release, "breach", by=world.analyst, at=at, asked=actions.Asked(reason="A laptop.")).state
        == "scheduled"
    )


def test_a_postponed_release_loses_its_hour_and_its_request_says_so(world, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    actions.take_step(release, "postpone", by=world.head_of_profession, at=at, asked=actions.Asked(reason="A fault."))
    release.request.refresh_from_db()
    assert (release.due, release.request.state) == (None, "postponed")


def test_early_readers_see_it_for_their_purpose_after_accepting_and_every_look_is_logged(world, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    reader = world.beta.manager
    with pytest.raises(NotYours):
        actions.give_access(release, viewer=reader.email, role="Minister", purpose="pre_release", by=world.analyst, at=at)
    actions.give_access(
        release, viewer=reader.email.upper(), role="Minister", purpose="pre_release", by=world.head_of_profession, at=at
    )
    early = DUE - timedelta(hours=23)
    with pytest.raises(NotYours):
        actions.look(release, name="report.html", by=reader, purpose="pre_release", at=early)
    actions.accept_access(release, by=reader, at=early)
    assert actions.look(release, name="report.html", by=reader, purpose="pre_release", at=early).startswith(b"<!")
    with pytest.raises(NotYours):
        actions.look(release, name="report.html", by=reader, purpose="pre_release", at=DUE - timedelta(hours=25))
    with pytest.raises(NotYours):
        actions.look(release, name="report.html", by=world.alpha.manager, purpose="public", at=early)
    seen = list(AuditEvent.objects.filter(by=reader.email, action__startswith="view").values_list("action", flat=True))
    assert seen == ["view refused", "view", "view refused"]


@pytest.mark.parametrize("partner", [False, True])
def test_nobody_of_the_organisation_or_of_its_partners_is_briefed_under_any_role(world, at, tmp_path, partner):
    release = scheduled(world, tmp_path, at=at)
    if partner:
        release.request.partners.add(world.beta.row)
    reader = (world.beta if partner else world.alpha).member
    given = {"viewer": f" {reader.email.upper()}", "role": "Adviser to the minister", "by": world.head_of_profession, "at": at}
    with pytest.raises(UsageError, match="is not for the organisation"):
        actions.give_access(release, purpose="pre_release", **given)
    assert release.as_book().given == ()
    assert len(actions.give_access(release, purpose="quality_assurance", **given).as_book().given) == 1


def test_the_lab_sees_what_it_makes_and_no_file_that_is_not_there(world, at, tmp_path):
    release, _ = drafted(world, tmp_path, at=at)
    assert actions.look(release, name="tables.csv", by=world.reviewer, purpose="production", at=at)
    with pytest.raises(NotNow, match="no file"):
        actions.look(release, name="nothing.txt", by=world.reviewer, purpose="production", at=at)
    with pytest.raises(NotYours):
        actions.look(release, name="tables.csv", by=world.administrator, purpose="production", at=at)


def test_the_organisation_answers_after_release_and_not_before(world, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    with pytest.raises(UsageError, match="after release"):
        actions.answer_to(release, text="Thank you.", by=world.alpha.manager, at=at)
    actions.release_due(at=DUE)
    release.refresh_from_db()
    with pytest.raises(NotYours):
        actions.answer_to(release, text="Thank you.", by=world.beta.manager, at=DUE)
    answered = actions.answer_to(release, text="Thank you.", by=world.alpha.manager, at=DUE)
    assert [each.text for each in answered.as_book().responses] == ["Thank you."]


def test_a_corrected_result_is_followed_by_a_later_version(world, at, tmp_path, later):
    release = scheduled(world, tmp_path, at=at)
    actions.release_due(at=later(DUE - at))
    release.refresh_from_db()
    actions.take_step(release, "correct", by=world.head_of_profession, at=DUE, asked=actions.Asked(reason="Wrong year."))
    request = release.request
    request.refresh_from_db()
    assert request.state == "corrected"
    analysis.revise(request, by=world.analyst, at=DUE, reason="Wrong year.")
    type(request).objects.filter(pk=request.pk).update(state="analysed")
    second = sent(request, by=world.analyst, at=DUE)
    assert (second.version, second.as_book().release.follows) == (2, "correction")
    actions.take_step(release, "withdraw", by=world.head_of_profession, at=DUE, asked=actions.Asked(reason="Beyond repair."))
    request.refresh_from_db()
    assert request.state == "checks"  # it follows its last version


def test_a_correction_that_was_cancelled_on_its_way_is_made_again(world, browser, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    actions.release_due(at=DUE)
    release.refresh_from_db()
    request, head = release.request, world.head_of_profession
    actions.take_step(release, "correct", by=head, at=DUE, asked=actions.Asked(reason="Wrong year."))
    request.refresh_from_db()
    analysis.revise(request, by=world.analyst, at=DUE, reason="Wrong year.")
    type(request).objects.filter(pk=request.pk).update(state="analysed", checked_text_at=DUE)
    second = sent(request, by=world.analyst, at=DUE)
    second = going_on(world, second, at=DUE)
    actions.take_step(second, "cancel", by=head, at=DUE, asked=actions.Asked(reason="Wrong again."))
    request.refresh_from_db()
    assert (second.state, request.state) == ("cancelled", "cancelled")
    assert "Make a later version" in [text for text, about, _ in screens.waiting(world.analyst, at=DUE) if about == str(release)]
    assert b"Make a later version" in browser(world.analyst).get(f"/lab/releases/{release.pk}/").content
    analysis.revise(request, by=world.analyst, at=DUE, reason="Wrong year, once more.")
    assert "Make a later version" not in [text for text, *_ in screens.waiting(world.analyst, at=DUE)]
    type(request).objects.filter(pk=request.pk).update(state="analysed")
    third = sent(request, by=world.analyst, at=DUE)
    assert (third.version, third.as_book().release.follows, request.state) == (3, "correction", "checks")


def test_no_later_version_is_made_of_a_result_that_never_was_public(world, browser, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    actions.take_step(release, "cancel", by=world.head_of_profession, at=at, asked=actions.Asked(reason="Of another programme."))
    with pytest.raises(NotNow, match="was public once"):
        analysis.revise(release.request, by=world.analyst, at=at, reason="Another try.")
    for page in (f"/lab/releases/{release.pk}/", f"/lab/analysis/{release.key}/result/"):
        assert b"Make a later version" not in browser(world.analyst).get(page).content


def going_on(world, release, *, at):
    """A draft that two reviewers found sound, frozen, with an hour four weeks and more ahead."""
    for who in (world.reviewer, world.second_reviewer):
        check = actions.assign(release, reviewer=who, by=world.analyst, at=at)
        actions.submit_check(check, verdict="sound", answers={}, text="", by=who, at=at)
        actions.read_evidence(release, by=who, at=at)
    for who in (world.reviewer, world.second_reviewer):
        actions.confirm(release, by=who, at=at)
    actions.take_step(release, "freeze", by=world.analyst, at=at)
    due = DUE + timedelta(days=35)
    return actions.take_step(release, "schedule", by=world.head_of_profession, at=at, asked=actions.Asked(due=due))


def public_and_in_revision(world, folder, *, at):
    """A result that is public, while the analyst makes a later version of it."""
    release = scheduled(world, folder, at=at)
    actions.release_due(at=DUE)
    release.refresh_from_db()
    analysis.revise(release.request, by=world.analyst, at=DUE, reason="Five more people were found.")
    return release, release.request


@pytest.mark.parametrize("state", ["ready", "matching", "analysing", "analysed"])
@pytest.mark.parametrize("done", ["respond", "correct", "withdraw"])
def test_what_is_done_to_the_public_version_leaves_a_request_whose_next_version_is_being_made_where_it_is(
    world, at, tmp_path, done, state
):
    release, request = public_and_in_revision(world, tmp_path, at=at)
    type(request).objects.filter(pk=request.pk).update(state=state)
    passages, letters = request.passages.count(), len(mail.outbox)
    if done == "respond":
        actions.answer_to(release, text="Thank you.", by=world.alpha.manager, at=DUE)
    else:
        actions.take_step(release, done, by=world.head_of_profession, at=DUE, asked=actions.Asked(reason="Wrong year."))
    request.refresh_from_db()
    assert (request.state, request.passages.count(), len(mail.outbox)) == (state, passages, letters)
    assert release.state == {"respond": "released", "correct": "corrected", "withdraw": "withdrawn"}[done]


def test_a_later_version_is_a_correction_when_the_first_is_found_to_be_wrong_while_it_is_made(world, at, tmp_path):
    release, request = public_and_in_revision(world, tmp_path, at=at)
    actions.take_step(release, "correct", by=world.head_of_profession, at=DUE, asked=actions.Asked(reason="Wrong year."))
    type(request).objects.filter(pk=request.pk).update(state="analysed")
    second = sent(request, by=world.analyst, at=DUE)
    assert (second.version, second.as_book().release.follows, request.state) == (2, "correction", "checks")


def test_a_report_that_is_being_done_again_neither_goes_on_nor_takes_its_request_back(world, at, tmp_path):
    release = checked(world, tmp_path, at=at)
    request = release.request
    analysis.rework(request, by=world.analyst, at=at, reason="The caliper was wrong.")
    actions.take_step(release, "breach", by=world.analyst, at=at, asked=actions.Asked(reason="A laptop."))
    request.refresh_from_db()
    assert request.state == "ready"
    assert not policies.can_confirm(release, world.reviewer)
    with pytest.raises(NotNow, match="being done again"):
        actions.confirm(release, by=world.reviewer, at=at)
    release.refresh_from_db()
    request.refresh_from_db()
    assert (release.state, request.state) == ("draft", "ready")


def test_nothing_is_drafted_without_a_report_or_by_anybody_else(world, at, tmp_path):
    made = finished_request(world, tmp_path, at=at)
    with pytest.raises(NotYours):
        actions.send(made.request, by=world.reviewer, at=at)
    type(made.run).objects.update(outcome="refused")
    with pytest.raises(NotNow, match="made no report"):
        actions.send(made.request, by=world.analyst, at=at)
    early = request_in("analysed", world.beta, at=at, owner=world.analyst)
    with pytest.raises(NotNow, match="not been run"):
        actions.send(early, by=world.analyst, at=at)


def test_the_desk_is_drawn_from_the_requests_and_keeps_concerns(world, at, tmp_path):
    request_in("submitted", world.beta, at=at)
    scheduled(world, tmp_path, at=at)
    with opened_shelf() as shelf:
        shelf.enter_desk(
            raise_concern(shelf.desk, "Is it sound?", "", at), Entry(at=at, by="clock", action="concern", subject="")
        )
    assert len(read_shelf().desk.requests) == 2
    with opened_shelf() as shelf:
        head = Person(name=world.head_of_profession.email, role="head_of_profession")
        desk = answer(shelf.desk, 1, "Yes.", by=head, at=at, public=True)
        shelf.enter_desk(desk, Entry(at=at, by=head.name, action="answer", subject=""))
    assert Concern.objects.get().answer == "Yes."


def test_a_request_that_ended_early_stands_on_the_desk_with_its_end(world, at):
    row = request_in("submitted", world.alpha, at=at)
    from jdl_service.requests import actions as requests  # noqa: PLC0415

    requests.refuse(row, by=world.analyst, at=at, reason="No programme.")
    (found,) = read_shelf().desk.requests
    assert (found.ended_as, found.ended) == ("refused", at.date())
