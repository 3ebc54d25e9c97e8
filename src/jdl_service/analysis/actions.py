"""What analysts do: set the study, have people looked for, have the comparison group built, unlock the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from jdl_service import clock
from jdl_service.analysis import jobs, others, permissions, policies
from jdl_service.analysis.links import finished
from jdl_service.analysis.models import Comment, Run, Study
from jdl_service.analysis.objections import check_nobody_objected
from jdl_service.analysis.snapshot import check_decisions
from jdl_service.analysis.study_text import with_override, without_override
from jdl_service.audit import log
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.requests import actions as requests
from jdl_service.requests.moves import move, state_of
from jdl_service.requests.policies import check_idle, check_revise

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.requests.models import Request


@transaction.atomic
def set_study(request: Request, *, toml: str, by: User, at: datetime) -> Study:
    """Set the study, which the core reads first.

    Raises:
        NotYours: no analyst.
        NotNow: outcomes have been unlocked.
        UsageError: the core refuses the study, in its words.
    """
    permissions.check_analyst(by, f"study of {request.key}")
    policies.check_set_study(request)
    policies.check_own_override(request, policies.read_text(toml, clock.day_of(at)))
    policies.check_settled(request, toml, clock.day_of(at), settings.LAB)
    study, _ = Study.objects.update_or_create(request=request, defaults={"toml": toml, "set_by": by, "set_at": at})
    log.record("set study", request.key, by=by, at=at)
    return study


@transaction.atomic
def refuse(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """The lab does not take it on, and the organisation is told why.

    Raises:
        NotNow: it is too late; or, after linkage, a reason in words of one's own, which could tell who has a record.
    """
    said = policies.told_reason(request, reason)
    requests.write_message(request, text=said, by=by, at=at)
    return requests.refuse(request, by=by, at=at, reason=said)


@transaction.atomic
def give_back(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """Something has to be put right first; after linkage only in the fixed words, like a refusal."""
    said = policies.told_reason(request, reason)
    requests.write_message(request, text=said, by=by, at=at)
    return requests.give_back(request, by=by, at=at, reason=said)


@transaction.atomic
def take_over(request: Request, *, by: User, at: datetime) -> Request:
    """Another analyst owns it from now on."""
    permissions.check_analyst(by, f"owner of {request.key}")
    request.owner = by
    request.save(update_fields=["owner"])
    log.record("take over", request.key, by=by, at=at)
    return request


@transaction.atomic
def freeze_protocol(request: Request, *, by: User, at: datetime) -> None:
    """Have the protocol written down, with the hash that everybody can read, before anybody is matched."""
    permissions.check_analyst(by, f"protocol of {request.key}")
    policies.check_freeze(request)
    jobs.freeze_protocol.using(request=request, by=by, at=at).enqueue(request=request.pk)
    log.record("ask for protocol", request.key, by=by, at=at)


@transaction.atomic
def start_linking(request: Request, *, by: User, at: datetime) -> Run:
    """Have the people looked for in the register."""
    run = _new_run(request, study="", at=at)
    move(request, "link", by=by, at=at)
    jobs.link_people.using(request=request, by=by, at=at).enqueue(run=run.pk)
    return run


@transaction.atomic
def start_matching(request: Request, *, by: User, at: datetime) -> Run:
    """Have the comparison group built, by the study as it is now; no outcome is read."""
    run = _new_run(request, study=policies.study_of(request).toml, at=at)
    check_decisions(finished(run), f"matching of {request.key}")
    move(request, "match", by=by, at=at)
    jobs.match_people.using(request=request, by=by, at=at).enqueue(run=run.pk)
    return run


@transaction.atomic
def unlock(request: Request, *, by: User, at: datetime) -> Run:
    """Let outcomes be read: the design is hashed, and the study stands from now on."""
    study, run = policies.study_of(request), policies.last_run(request)
    check_nobody_objected(request)
    study.unlocked_by, study.unlocked_at = by, at
    study.save(update_fields=["unlocked_by", "unlocked_at"])
    move(request, "unlock", by=by, at=at)
    jobs.analyse_people.using(request=request, by=by, at=at).enqueue(run=run.pk)
    return run


@transaction.atomic
def override(request: Request, *, by: User, at: datetime, reason: str) -> Run:
    """A reviewer says why to go on with groups that are not alike; they are matched again as before, and the report says so.

    Raises:
        NotYours: no reviewer, or the analyst.
        NotNow: the groups are alike, or no reason was given.
    """
    policies.check_override(request, by)
    move(request, "override", by=by, at=at, reason=reason)
    study = policies.study_of(request)
    study.toml = with_override(study.toml, by=by.name or by.email, reason=reason)
    study.save(update_fields=["toml"])
    run = _new_run(request, study=study.toml, at=at)
    jobs.match_people.using(request=request, by=by, at=at).enqueue(run=run.pk)
    return run


@transaction.atomic
def redesign(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """Go back to the study before any outcome was read."""
    check_idle(request)
    study = policies.study_of(request)
    study.toml = without_override(study.toml)
    study.save(update_fields=["toml"])
    return move(request, "redesign", by=by, at=at, reason=reason)


@transaction.atomic
def rework(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """Do the analysis anew; every check begins again."""
    _reopen(request)
    return move(request, "rework", by=by, at=at, reason=reason)


@transaction.atomic
def revise(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """Make a later version of a published result."""
    request.refresh_from_db(fields=["state"])
    check_revise(request)
    _reopen(request)
    return move(request, "revise", by=by, at=at, reason=reason)


@transaction.atomic
def comment(request: Request, *, text: str, by: User, at: datetime, answers: Comment | None = None) -> Comment:
    """Say something about an analysis, or answer.

    Raises:
        NotYours: nobody of the lab.
        NotNow: nothing was said.
    """
    if not by.is_staff_of_lab:
        message = f"comment on {request.key}: is for the lab."
        raise NotYours(message)
    if not text.strip():
        message = f"comment on {request.key}: expected some words, found none."
        raise NotNow(message)
    if answers is not None and (answers.request_id != request.pk or answers.answers_id is not None):
        message = f"comment on {request.key}: an answer is to a comment on the same request."
        raise NotNow(message)
    made = Comment.objects.create(request=request, by=by, at=at, text=text.strip(), answers=answers)
    log.record("comment", request.key, by=by, at=at)
    return made


@transaction.atomic
def resolve(found: Comment, *, by: User, at: datetime) -> Comment:
    """Close a comment that was answered; only whoever made it can.

    Raises:
        NotYours: somebody else's.
    """
    if found.by_id != by.pk:
        message = f"comment on {found.request.key}: is closed by whoever made it."
        raise NotYours(message)
    if not found.answered_by.exists():
        message = f"comment on {found.request.key}: is closed once it has been answered."
        raise NotNow(message)
    found.resolved_at = at
    found.save(update_fields=["resolved_at"])
    log.record("resolve comment", found.request.key, by=by, at=at)
    return found


def _reopen(request: Request) -> None:
    Study.objects.filter(request=request).update(unlocked_by=None, unlocked_at=None)


def _new_run(request: Request, *, study: str, at: datetime) -> Run:
    # held until the request has moved on: whoever asks at the same moment is told that somebody was first
    state_of(request)
    number = (Run.objects.filter(request=request).aggregate(last=Max("number"))["last"] or 0) + 1
    run = Run.objects.create(
        request=request, number=number, cohort_file=policies.clean_file(request), study=study, begun_at=at,
        command=f"jdl serve: {request.key} run {number}",
    )  # fmt: skip
    if study:
        others.settle(run)
    return run
