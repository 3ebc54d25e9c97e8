"""What the state of things allows: `check_x` raises with the reason, `can_x` asks. Nothing here looks at who asks (`permissions`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from jdl_service import clock
from jdl_service.base.errors import NotNow, allows
from jdl_service.base.free_text import identifiers_in
from jdl_service.files.standing import are_clean, people_in, standing_files
from jdl_service.organisations.models import AgreementText
from jdl_service.requests.days import after_working_days
from jdl_service.requests.states import AT_WORK, OPEN_FOR_FILES, transition
from jdl_service.requests.tasks import unfinished
from jdl_service.requests.under_way import has_begun, words_of

if TYPE_CHECKING:
    from datetime import date

    from jdl_service.organisations.models import Organisation
    from jdl_service.requests.models import Request
    from jdl_service.requests.states import Transition

# Working days that an organisation has to check the text, once it was asked by letter.
TEXT_DAYS = 10
# While the organisation can check all text that holds no result: from going on until the bytes are frozen.
TEXT_OPEN = frozenset(("ready", "matching", "balance", "analysing", "analysed", "not_analysable", "checks", "checked", "cleared"))


def check_step(request: Request, action: str, reason: str = "") -> Transition:
    """The row of the table for an action in this state.

    Raises:
        NotNow: there is none, or it asks for a reason.
    """
    found = transition(action, request.state)
    if found is None:
        _refuse(request, f"this cannot be done while {_where(request)}. {words_of(request, inside=False)[1].rstrip('.')}")
    if found.reason and not reason.strip():
        _refuse(request, "a reason in words is needed for this")
    return found


def check_submit(request: Request) -> None:
    """An approved organisation, every task done, a file without errors.

    Raises:
        NotNow: something is missing.
    """
    check_approved(request.organisation)
    left = unfinished(request)
    if left:
        message = f"Not everything is done yet: {', '.join(left)}."
        raise NotNow(message)
    check_clean_file(request)


def check_clean_file(request: Request) -> None:
    """The last version of every list of every organisation that takes part has no errors.

    Raises:
        NotNow: one is missing, still being checked, or faulty.
    """
    for organisation in (request.organisation, *request.partners.all()):
        if not are_clean(standing_files(request, of=organisation)):
            _refuse(request, f"the cohort file of {organisation} is not there yet, or still has errors")
    check_size(request)


def check_size(request: Request) -> None:
    """An accumulating request is analysed once, at the planned size: before that nobody looks.

    Raises:
        NotNow: there are fewer people.
    """
    if request.kind != "accumulating" or request.planned_size is None:
        return
    have = people_in(standing_files(request))
    if have < request.planned_size:
        _refuse(request, f"it needs the {request.planned_size:,} people that were planned; the files have {have:,}")


def check_approved(organisation: Organisation) -> None:
    """The lab approved it, and it signed the agreement's last version.

    Raises:
        NotNow: it is not approved, or has not signed.
    """
    if not organisation.is_approved:
        message = f"{organisation}: has to be approved by the lab first. You are told by e-mail when it is."
        raise NotNow(message)
    last = AgreementText.objects.order_by("-since", "-pk").first()
    if last is None or not organisation.agreements.filter(text=last).exists():
        message = f"{organisation}: has to sign the data-sharing agreement first."
        raise NotNow(message)


def check_upload(request: Request, organisation: Organisation) -> None:
    """A file may come in.

    Raises:
        NotNow: the organisation is not approved, or the request takes no file now.
    """
    check_approved(organisation)
    if request.state not in OPEN_FOR_FILES:
        _refuse(request, f"no file can come in while {_where(request)}")


def can_upload(request: Request, organisation: Organisation) -> bool:
    """Whether a file may come in."""
    return allows(check_upload, request, organisation)


def check_draft(request: Request) -> None:
    """The organisation is still writing it.

    Raises:
        NotNow: it was sent.
    """
    if request.state != "draft":
        _refuse(request, f"nothing can be changed while {_where(request)}; write a message to the lab")


def check_names_nobody(request: Request, text: str) -> None:
    """Words that others read name nobody.

    Raises:
        NotNow: somebody seems to be named; it says how, and does not quote.
    """
    found = identifiers_in(text)
    if found:
        _refuse(request, f"this seems to hold {' and '.join(found)}; take it out, nobody may be named")


def check_partner(request: Request, partner: Organisation) -> None:
    """Another approved organisation can take part in a draft of a joint request.

    Raises:
        NotNow: it cannot.
    """
    check_draft(request)
    if request.kind != "joint":
        _refuse(request, "only a joint request has partners")
    if partner.pk == request.organisation_id or not partner.is_approved:
        _refuse(request, "a partner is another organisation, and approved by the lab")


def check_text_open(request: Request) -> None:
    """Text can be looked at between going on and the freezing.

    Raises:
        NotNow: it is too early or too late.
    """
    if request.state not in TEXT_OPEN:
        _refuse(request, f"the text cannot be checked while {_where(request)}")


def check_text_checked(request: Request) -> None:
    """The organisation checked all text that holds no result; or it was asked, did not answer, and the head of profession says so.

    Raises:
        NotNow: neither.
    """
    if not (request.checked_text_at or request.text_waived_at):
        last = text_overdue_on(request)
        until = f"; from {last} the head of profession can go on without an answer" if last else ""
        _refuse(request, f"the organisation has not said yet that all text without a result is right{until}")


def text_overdue_on(request: Request) -> date | None:
    """The first day on which the lab can go on without an answer on the text; None when the organisation was not asked."""
    asked = request.text_asked_at
    return after_working_days(clock.day_of(asked), TEXT_DAYS) if asked else None


def check_waive_text(request: Request, reason: str, today: date) -> None:
    """It was asked long enough ago, and has not answered.

    Raises:
        NotNow: it is too early, there is an answer, or no reason is given.
    """
    check_text_open(request)
    overdue = text_overdue_on(request)
    if request.checked_text_at or request.text_waived_at:
        _refuse(request, "the text needs no answer any more")
    if overdue is None or today < overdue:
        _refuse(
            request, f"the lab can go on without an answer on the text {TEXT_DAYS} working days after the organisation was asked"
        )
    if not reason.strip():
        _refuse(request, "a reason in words is needed to go on without an answer")


def can_waive_text(request: Request, today: date) -> bool:
    """Whether the lab can go on without an answer."""
    return allows(check_waive_text, request, "asked", today)


def check_idle(request: Request) -> None:
    """No work for the request is waiting or running.

    Raises:
        NotNow: some is.
    """
    if request.jobs.filter(state__in=("queued", "running")).exists():
        message = f"Request {request.key}: the worker is at it. Wait until it has ended, or cancel it first."
        raise NotNow(message)


def check_withdraw(request: Request) -> None:
    """Nobody was ever matched, and the worker is not looking for the people just now.

    Raises:
        NotNow: the analysis has begun, also when it is being done again; or the worker is at it.
    """
    if has_begun(request) or check_step(request, "withdraw", "asked").of_release:
        _refuse(request, "you can withdraw until the analysis starts; whatever it finds is published")
    if request.state in AT_WORK:
        check_idle(request)


def can_withdraw(request: Request) -> bool:
    """Whether the organisation can still take it back."""
    return allows(check_withdraw, request)


def check_revise(request: Request) -> None:
    """Some version was public; one that was cancelled on its way leaves those before it as they are.

    Raises:
        NotNow: the state does not allow it, or none ever was.
    """
    check_step(request, "revise", "asked")
    if request.state == "cancelled" and not request.passages.filter(after="released").exists():
        _refuse(request, "a later version needs a result that was public once")


def can_revise(request: Request) -> bool:
    """Whether a later version can be made."""
    return allows(check_revise, request)


def check_park(request: Request, until: date, today: date) -> None:
    """A date in the future, at most two years away.

    Raises:
        NotNow: it is another.
    """
    if not 0 < (until - today).days <= 731:
        _refuse(request, "choose a date from tomorrow to two years from now")


def _where(request: Request) -> str:
    """Where it is, as it may be told to anybody who asks: refusals go to organisations too, which know one word for all that is under way."""
    return f"it is at “{words_of(request, inside=False)[0]}”"


def _refuse(request: Request, why: str) -> NoReturn:
    message = f"Request {request.key}: {why}."
    raise NotNow(message)
