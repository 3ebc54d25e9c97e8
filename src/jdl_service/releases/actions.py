"""What is done to releases: every act is the core's (`release_acts`), on rows; here stands who, and what comes before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from jdl_service.analysis.ledger import keeper
from jdl_service.analysis.models import Run
from jdl_service.analysis.objections import check_nobody_objected
from jdl_service.analysis.policies import last_run
from jdl_service.audit import log
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.organisations.models import Organisation
from jdl_service.releases import alarms, jobs, policies
from jdl_service.releases.models import Check, Concern, Release
from jdl_service.releases.permissions import as_role, for_action
from jdl_service.releases.shelf import files_of, opened_shelf
from jdl_service.requests.permissions import check_may
from jdl_service.requests.policies import check_step, check_text_checked
from justice_data_lab import release_acts
from justice_data_lab.publication import desk as desks
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.book import Response, accept, give, respond
from justice_data_lab.publication.release import Step
from justice_data_lab.publication.states import SIGNS_OFF, TRANSITIONS
from justice_data_lab.publication.visibility import Viewer, sight
from justice_data_lab.release_evidence import ACTION as EVIDENCE
from justice_data_lab.release_evidence import evidence_detail, gather
from justice_data_lab.release_watch import held_back, watch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Literal

    from jdl_service.accounts.models import User
    from jdl_service.jobs.models import Job
    from jdl_service.requests.models import Request
    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.evidence import Evidence
    from justice_data_lab.publication.states import Action
    from justice_data_lab.publication.visibility import Purpose


_WITH_A_REPORT = (Run.Outcome.FINISHED, Run.Outcome.NOT_POSSIBLE)
# what was cleared and is taken back is no longer held against others
_TAKES_BACK = ("change", "cancel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a step of the core's table may need.

    Attributes:
        reason: public, where the table asks for one.
        due: for `schedule` and `expedite`.
        provisional: for `schedule`: whether the date may still move.
    """

    reason: str = ""
    due: datetime | None = None
    provisional: bool = False


def send(request: Request, *, by: User, at: datetime, reason: str = "") -> Job:
    """Ask for the draft of a release of the last run; the worker makes it, since it alone can say of whom the report tells.

    Raises:
        NotYours: no analyst.
        NotNow: the request is not there yet, or its run made no report.
    """
    request.refresh_from_db(fields=["state"])
    check_may(by, request, check_step(request, "send"))
    run = last_run(request)
    check_nobody_objected(request)
    if run.outcome not in _WITH_A_REPORT:
        message = f"{request.key}: run {run.number} made no report."
        raise NotNow(message)
    return jobs.draft_release.using(request=request, by=by, at=at).enqueue(run=run.pk, by=by.pk, reason=reason)


def take_step(release: Release, action: Action, *, by: User, at: datetime, asked: Asked | None = None) -> Release:
    """A step of the core's table: freeze, schedule, confirm, postpone, cancel, correct, withdraw, change, breach or contain.

    Raises:
        NotYours: it is for another role, or signs off what this person did a part of.
        NotNow: `check` and `clear` are taken by `confirm`.
        UsageError: the core refuses, in its words.
    """
    if action in ("check", "clear", "release", "supersede"):
        message = f"{action} of {release.key}: is not done by hand."
        raise NotNow(message)
    given = asked or Asked()
    policies.check_words(f"{action} of {release.key}", given.reason)
    person = for_action(by, tuple(each.role for each in TRANSITIONS if each.action == action))
    if action in SIGNS_OFF:
        policies.check_no_part(release, action, by)
    if action == "freeze" and release.request is not None:
        check_text_checked(release.request)
    kept = keeper() if action in _TAKES_BACK else None
    with opened_shelf() as shelf:
        step = Step(action=action, by=person, at=at, reason=given.reason, due=given.due, provisional=given.provisional)
        before = shelf.book(release.key, release.version)
        alarms.put_off(before, release_acts.take_step(shelf, before, step, settings.LAB, keeper=kept))
    release.refresh_from_db()
    return release


def release_due(*, at: datetime) -> int:
    """Release whatever's hour has come; give their number. One whose files were changed is held back alone, and the lab is told."""
    if not Release.objects.filter(state="scheduled", due__lte=at).exists():
        return 0
    with opened_shelf() as shelf:
        known = held_back(shelf)
        released = release_acts.release_due(shelf, at, settings.LAB)
        alarms.held_back([book for book in held_back(shelf) if book not in known])
    return len(released)


def watch_files(*, at: datetime) -> int:
    """See that every frozen file is the one that was frozen; tell the lab of each release that is held back from now on."""
    with opened_shelf() as shelf:
        fresh = watch(shelf, at)
        alarms.held_back(fresh)
    return len(fresh)


@transaction.atomic
def assign(release: Release, *, reviewer: User, by: User, at: datetime) -> Check:
    """Ask a reviewer for an independent check."""
    for_action(by, ("analyst", "head_of_profession"))
    policies.check_assign(release, reviewer)
    place = len(policies.checks_of(release)) + 1
    made = Check.objects.create(release=release, round=release.round, place=place, reviewer=reviewer, assigned_at=at)
    log.record("assign check", str(release), by=by, at=at, detail=reviewer.email)
    return made


def read_evidence(release: Release, *, by: User, at: datetime) -> Evidence:
    """The machine's evidence on a release, for those who make it; that it was shown is logged, since clearing asks for it.

    Raises:
        NotYours: neither its analyst nor a reviewer nor the head of profession.
    """
    with opened_shelf() as shelf:
        book = shelf.book(release.key, release.version)
        seen = sight(at, book.release, Viewer(name=by.email, roles=by.roles), "production", book.given)
        if seen != "figures" or not by.roles:
            message = f"evidence on {release.key}: is for its analyst, the reviewers and the head of profession."
            raise NotYours(message)
        found = gather(shelf, book)
        shelf.log(Entry(at=at, by=by.email, action=EVIDENCE, subject=book.subject, detail=evidence_detail(book)))
    return found


@transaction.atomic
def submit_check(check: Check, *, verdict: str, answers: Mapping[str, str], text: str, by: User, at: datetime) -> Check:
    """A reviewer's own verdict, blind to the other's; it stands once it is in.

    Raises:
        NotYours: another reviewer's, or the reviewer did a part of the analysis meanwhile.
        NotNow: it is in already.
    """
    if check.reviewer_id != by.pk:
        message = f"check {check.place} of {check.release}: is another reviewer's."
        raise NotYours(message)
    if check.submitted_at:
        message = f"check {check.place} of {check.release}: is in already."
        raise NotNow(message)
    policies.check_no_part(check.release, "check", by)
    policies.check_words(f"check {check.place} of {check.release}", text)
    check.verdict, check.answers, check.text, check.submitted_at = verdict, dict(answers), text.strip(), at
    check.full_clean()
    check.save()
    log.record("submit check", str(check.release), by=by, at=at)
    return check


def confirm(release: Release, *, by: User, at: datetime) -> Release:
    """After consolidation each reviewer confirms: the first checks, the second clears.

    Raises:
        NotYours: not one of the two reviewers, or one who did a part of the analysis.
        NotNow: a check is missing or unsound, a comment is open, or the analysis is being done again.
        UsageError: the core refuses: the same person twice, or without the evidence.
    """
    release.refresh_from_db()
    found = policies.checks_of(release)
    if by.pk not in {each.reviewer_id for each in found}:
        message = f"confirm of {release}: is for its two reviewers."
        raise NotYours(message)
    policies.check_no_part(release, "confirm", by)
    policies.check_consolidated(release)
    if release.request is not None:
        check_nobody_objected(release.request)
    with opened_shelf() as shelf:
        book = shelf.book(release.key, release.version)
        action: Action = "check" if book.release.state == "draft" else "clear"
        step = Step(action=action, by=as_role(by, "reviewer"), at=at)
        release_acts.take_step(shelf, book, step, settings.LAB, keeper=keeper() if action == "clear" else None)
    release.refresh_from_db()
    return release


def give_access(
    release: Release, *, viewer: str, role: str, purpose: Literal["pre_release", "quality_assurance"], by: User, at: datetime
) -> Release:
    """Leave for one person to see a release before its hour."""
    with opened_shelf() as shelf:
        person, before, name = as_role(by, "head_of_profession"), shelf.book(release.key, release.version), viewer.strip().lower()
        book = give(before, name, role, purpose, by=person, at=at, organisation=_organisations_of(name, release, before))
        shelf.enter(book, Entry(at=at, by=by.email, action="access", subject="", detail=f"{purpose} for {viewer}, {role}"))
        alarms.invite(book, name)
    release.refresh_from_db()
    return release


def _organisations_of(email: str, release: Release, book: Book) -> str:
    """Where the person of an address is a member; the release's own organisation, and its partners, by the name in the report."""
    of = release.request
    own = {of.organisation_id, *of.partners.values_list("pk", flat=True)} if of else set()
    found = Organisation.objects.filter(memberships__user__email__iexact=email).order_by("name")
    return ", ".join(book.release.organisation if each.pk in own else each.name for each in found)


def accept_access(release: Release, *, by: User, at: datetime) -> Release:
    """A reader accepts the conditions of early access."""
    with opened_shelf() as shelf:
        book = accept(shelf.book(release.key, release.version), by.email, at)
        shelf.enter(book, Entry(at=at, by=by.email, action="accept", subject=""))
    release.refresh_from_db()
    return release


def answer_to(release: Release, *, text: str, by: User, at: datetime) -> Release:
    """The organisation's response to its result, public at once.

    Raises:
        NotYours: nobody of the organisation.
        UsageError: the result is not public yet, or nothing was said.
    """
    if release.request is None or not release.request.organisation.memberships.filter(user=by).exists():
        message = f"response to {release.key}: is for the organisation."
        raise NotYours(message)
    policies.check_words(f"response to {release.key}", text)
    with opened_shelf() as shelf:
        said = Response(at=at, organisation=release.request.organisation.name, text=text)
        book = respond(shelf.book(release.key, release.version), said)
        shelf.enter(book, Entry(at=at, by=by.email, action="respond", subject=""))
    release.refresh_from_db()
    return release


def look(release: Release, *, name: str, by: User, purpose: Purpose, at: datetime) -> bytes:
    """A file of a release before or after its hour; every look at unreleased figures is logged, refused ones too.

    Raises:
        NotYours: this person may not see it for this purpose now.
        NotNow: there is no such file.
        UsageError: its files are not those that were added.
    """
    book = release.as_book()
    seen = sight(at, book.release, Viewer(name=by.email, roles=by.roles), purpose, book.given)
    if purpose != "public":
        log.record("view" if seen == "figures" else "view refused", book.subject, by=by, at=at, detail=f"{purpose}: {name}")
    if seen != "figures":
        message = f"{release.key}: you may not see figures for this purpose now."
        raise NotYours(message)
    found = files_of(release).get(name)
    if found is None:
        message = f"{release.key}: has no file {name}."
        raise NotNow(message)
    return found


@transaction.atomic
def raise_concern(*, text: str, about: str, at: datetime) -> Concern:
    """Somebody of the public thinks that something is wrong; nobody asks for a name.

    Raises:
        UsageError: there are no words.
    """
    policies.check_words("concern", text)
    with opened_shelf() as shelf:
        desk = desks.raise_concern(shelf.desk, text.strip(), about, at)
        shelf.enter_desk(desk, Entry(at=at, by="public", action="concern", subject=""))
    return Concern.objects.get(number=desk.concerns[-1].number)


def answer_concern(concern: Concern, *, text: str, by: User, at: datetime) -> Concern:
    """The head of profession answers; concern and answer are public from then on.

    Raises:
        NotYours: not the head of profession.
        UsageError: it is answered already, or is about what is not public.
    """
    person = as_role(by, "head_of_profession")
    policies.check_words(f"answer to concern {concern.number}", text)
    with opened_shelf() as shelf:
        public = concern.release is None or release_acts.is_public(shelf, concern.release.key, at)
        desk = desks.answer(shelf.desk, concern.number, text, by=person, at=at, public=public)
        shelf.enter_desk(desk, Entry(at=at, by=by.email, action="answer", subject="", detail=f"concern {concern.number}"))
    concern.refresh_from_db()
    return concern
