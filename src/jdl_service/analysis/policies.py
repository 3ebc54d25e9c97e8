"""What the state of an analysis allows."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.analysis.models import Study
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.standing import are_clean, standing_files
from jdl_service.requests.models import Request
from justice_data_lab.matching.balance import Balance
from justice_data_lab.protocol import Protocol, changes, freeze
from justice_data_lab.study_file import read_study

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from jdl_service.analysis.models import Run
    from jdl_service.files.models import CohortFile
    from justice_data_lab import study as core
    from justice_data_lab.study import Lab

Row = TypeVar("Row")

# from the unlock on the study stands
_OPEN = ("accepted", "linking", "coverage", "adding", "parked", "ready", "balance")
LINKS_OPEN = ("coverage", "adding", "parked", "ready")
_AFTER_LINKAGE = {
    "too_few": "Too few people for an analysis. Of those you sent, this many could be found and used: {band}.",
    "not_suitable": "The lab's register and method cannot answer the question that you ask.",
    "agreement": "Something about the agreement, or how people were told, has to be settled first.",
    "description": "Something in the words of the request has to be put right first. We write to you about it.",
}
# what a protocol holds that is not in the study file
_OF_REGISTER = ("covariates", "measures", "register.")


def check_set_study(request: Request) -> None:
    """No outcome has been read with it.

    Raises:
        NotNow: it is too late, or too early.
    """
    if request.state not in _OPEN:
        message = (
            f"study of {request.key}: cannot be set while the request is {request.state}; it stands once outcomes are unlocked."
        )
        raise NotNow(message)


def after_linkage(request: Request) -> dict[str, str]:
    """The reasons that may be given once people were looked for, by code; empty before.

    *Notes*: free words could tell who has a record. These say nothing but what was told in bands already.
    """
    run = request.runs.filter(coverage__isnull=False).first()
    told = run.coverage if run else None
    if not told or not told["steps"]:
        return {} if not request.runs.exists() else {code: text for code, text in _AFTER_LINKAGE.items() if code != "too_few"}
    band = told["steps"][-1]["left"]
    return {code: text.format(band=band) for code, text in _AFTER_LINKAGE.items()}


def told_reason(request: Request, reason: str) -> str:
    """The reason as the organisation reads it: own words before linkage, the text of a code after.

    Raises:
        NotNow: own words after linkage.
    """
    fixed = after_linkage(request)
    if not fixed:
        return reason
    if reason not in fixed:
        message = f"{request.key}: people were looked for already, so the reason is one of the fixed ones: {', '.join(fixed)}."
        raise NotNow(message)
    return fixed[reason]


def check_settled(request: Request, toml: str, today: date, lab: Lab) -> None:
    """What was frozen is as it was, or has its reason under [[change]], in the core's words.

    Raises:
        UsageError: something was changed without a reason.

    *Notes*: what the register settles (covariates, measures, the day of the extract) is held against the protocol by the worker.
    """
    frozen = protocol_of(request)
    if frozen is None:
        return
    study = read_text(toml, today)
    now = freeze(study, lab, covariates=(), measures=(), extract=None, today=today)
    kept = {key: text for key, text in frozen.content.items() if not key.startswith(_OF_REGISTER)}
    mine = {key: text for key, text in now.content.items() if not key.startswith(_OF_REGISTER)}
    reasons = tuple(each for each in study.changes if not each.what.startswith(_OF_REGISTER))
    changes(replace(frozen, content=kept), replace(now, content=mine), reasons)


def can_set_study(request: Request) -> bool:
    """Whether the study can still be set."""
    return request.state in _OPEN


def can_override(request: Request, by: User) -> bool:
    """Whether this person may go on with groups that are not alike."""
    if request.state != "balance" or not by.is_reviewer:
        return False
    try:
        check_override(request, by)
    except (NotNow, NotYours):
        return False
    return True


def check_own_override(request: Request, study: core.Study) -> None:
    """Going on with groups that are not alike is said by a reviewer, on the page of balance, and by nobody else.

    Raises:
        NotNow: the study says it and no reviewer did.
    """
    given = study.method.override_balance
    found = Study.objects.filter(request=request).first()
    kept = found and read_text(found.toml, today=study.report_date).method.override_balance
    if given and given != kept:
        message = "[method] override_balance: is given by a reviewer, once the balance is there. Take it out."
        raise NotNow(message)


def read_text(toml: str, today: date) -> core.Study:
    """A study out of its text.

    Raises:
        UsageError: the core refuses it, in its words.
    """
    with tempfile.TemporaryDirectory() as folder:
        # nobody who fills the form in knows of a file
        path = Path(folder) / "Study"
        path.write_text(toml, encoding="utf-8")
        return read_study(path, command="run", today=today)


def protocol_of(request: Request) -> Protocol | None:
    """The frozen protocol of a request; None while it is not frozen."""
    found = Study.objects.filter(request=request).first()
    return Protocol.from_dict(json.loads(found.protocol)) if found and found.protocol else None


def check_freeze(request: Request) -> None:
    """There is a study, and no protocol yet.

    Raises:
        NotNow: one of the two.
    """
    check_set_study(request)
    if study_of(request).protocol:
        message = f"protocol of {request.key}: is frozen already. A change needs its reason under [[change]]."
        raise NotNow(message)


def is_red(request: Request) -> bool:
    """Whether the groups of the last run are not alike, and nobody has said why to go on."""
    run = request.runs.first()
    balance = run.findings.filter(kind="balance").first() if run else None
    if run is None or balance is None:
        return False
    found = Balance.from_dict(balance.content)
    return found.stops and not read_text(run.study, clock.day_of(run.begun_at)).method.override_balance


def check_override(request: Request, by: User) -> None:
    """The groups are not alike, and the reviewer did not do the analysis.

    Raises:
        NotNow: there is nothing to override.
        NotYours: it is this person's own analysis.
    """
    if not is_red(request):
        message = f"override of {request.key}: is only for groups that are not alike."
        raise NotNow(message)
    if by.pk in (request.owner_id, study_of(request).set_by_id):
        message = f"override of {request.key}: is for a reviewer who did not do the analysis."
        raise NotYours(message)


def who_did_it(request: Request) -> QuerySet[User]:
    """Everybody who did a part of the analysis: owns it, set its study, had its groups compared or unlocked its outcomes, also of an earlier run."""
    asked, study = Request.objects.filter(pk=request.pk), Study.objects.filter(request=request)
    passed = request.passages.filter(action__in=("match", "unlock"))
    wrote = AuditEvent.objects.filter(action="set study", subject=request.key)
    now = Q(pk__in=asked.values("owner")) | Q(pk__in=study.values("set_by")) | Q(pk__in=study.values("unlocked_by"))
    before = Q(pk__in=passed.values("by")) | Q(email__in=wrote.values("by"))
    return User.objects.filter(now | before).order_by("pk")


def check_review_links(request: Request) -> None:
    """Nobody has been matched with the decisions yet.

    Raises:
        NotNow: it is too early, or too late.
    """
    if request.state not in LINKS_OPEN:
        message = f"review of links of {request.key}: is done between the look in the register and the matching; the request is {request.state}."
        raise NotNow(message)


def study_of(request: Request) -> Study:
    """The study of a request.

    Raises:
        NotNow: none has been set.
    """
    return _there(request, Study.objects.filter(request=request).first(), "has no study yet. Set it first")


def clean_file(request: Request) -> CohortFile:
    """The cohort file that came last, once every list of every organisation that takes part has no errors and is still there.

    Raises:
        NotNow: a file is missing, has errors or was destroyed.
    """
    found = [standing_files(request, of=each) for each in (request.organisation, *request.partners.all())]
    if not all(are_clean(each) for each in found):
        message = f"{request.key}: has no cohort file that can be used."
        raise NotNow(message)
    return max((file for each in found for file in each), key=lambda file: (file.uploaded_at, file.pk))


def last_run(request: Request) -> Run:
    """The last run of a request.

    Raises:
        NotNow: there is none.
    """
    return _there(request, request.runs.first(), "has not been run yet")


def _there(request: Request, found: Row | None, lacks: str) -> Row:
    if found is None:
        message = f"{request.key}: {lacks}."
        raise NotNow(message)
    return found
