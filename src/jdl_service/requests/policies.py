"""What the state of things allows: `check_x` raises with the reason, `can_x` asks. Nothing here looks at who asks (`permissions`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from jdl_service.base.errors import NotNow
from jdl_service.files.models import CohortFile
from jdl_service.organisations.models import AgreementText
from jdl_service.requests.states import OPEN_FOR_FILES, possible, transition
from jdl_service.requests.tasks import unfinished

if TYPE_CHECKING:
    from datetime import date

    from jdl_service.organisations.models import Organisation
    from jdl_service.requests.models import Request
    from jdl_service.requests.states import Transition


def check_step(request: Request, action: str, reason: str = "") -> Transition:
    """The row of the table for an action in this state.

    Raises:
        NotNow: there is none, or it asks for a reason.
    """
    found = transition(action, request.state)
    if found is None:
        can = ", ".join(dict.fromkeys(each.action for each in possible(request.state))) or "nothing"
        _refuse(request, action, f"cannot be done while it is {request.state}; possible now: {can}")
    if found.reason and not reason.strip():
        _refuse(request, action, "needs a reason in words")
    return found


def check_submit(request: Request) -> None:
    """An approved organisation, every task done, a file without errors.

    Raises:
        NotNow: something is missing.
    """
    check_approved(request.organisation)
    left = unfinished(request)
    if left:
        _refuse(request, "submit", f"still to do: {', '.join(left)}")
    check_clean_file(request)


def check_clean_file(request: Request) -> None:
    """The last file of every organisation that takes part has no errors.

    Raises:
        NotNow: one is missing, still being checked, or faulty.
    """
    for organisation in (request.organisation, *request.partners.all()):
        last = CohortFile.objects.filter(request=request, organisation=organisation).order_by("-version").first()
        if last is None or last.state != CohortFile.State.CLEAN:
            _refuse(request, "submit", f"the cohort file of {organisation} is not there yet, or still has errors")


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
        _refuse(request, "upload", f"no file can come in while it is {request.state}")


def can_upload(request: Request, organisation: Organisation) -> bool:
    """Whether a file may come in."""
    try:
        check_upload(request, organisation)
    except NotNow:
        return False
    return True


def check_park(request: Request, until: date, today: date) -> None:
    """A date in the future, at most two years away.

    Raises:
        NotNow: it is another.
    """
    if not 0 < (until - today).days <= 731:
        _refuse(request, "park", "needs a date from tomorrow to two years from now")


def _refuse(request: Request, action: str, why: str) -> NoReturn:
    message = f"{action} of {request.key}: {why}."
    raise NotNow(message)
