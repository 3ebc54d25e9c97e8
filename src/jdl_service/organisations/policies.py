"""What the state of an organisation allows. Nothing here looks at who asks (`permissions`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from jdl_service.base.errors import NotNow
from jdl_service.organisations.models import AgreementText, Organisation

if TYPE_CHECKING:
    from jdl_service.accounts.models import User


def check_new(*, name: str, kind: str, number: str) -> None:
    """Each organisation is registered once.

    Raises:
        NotNow: its name or number is there already.
    """
    if Organisation.objects.filter(Q(name__iexact=name) | Q(kind=kind, number=number)).exists():
        message = "An organisation with this name or number is registered already. Ask one of its managers to invite you."
        raise NotNow(message)


def check_undecided(organisation: Organisation) -> None:
    """Somebody has to decide.

    Raises:
        NotNow: it was decided.
    """
    if organisation.state != Organisation.State.APPLIED:
        message = f"{organisation}: is {organisation.get_state_display().lower()} already."
        raise NotNow(message)


def last_text() -> AgreementText | None:
    """The version of the agreement that has to be signed now."""
    return AgreementText.objects.order_by("-since", "-pk").first()


def has_signed(organisation: Organisation) -> bool:
    """Whether it signed the last version."""
    return organisation.agreements.filter(text=last_text()).exists()


def check_sign(organisation: Organisation) -> AgreementText:
    """The version that it can sign.

    Raises:
        NotNow: it is not approved, or signed it already.
    """
    text = last_text()
    if not organisation.is_approved or text is None:
        message = f"{organisation}: can sign once the lab has approved it."
        raise NotNow(message)
    if has_signed(organisation):
        message = f"{organisation}: has signed version {text} already."
        raise NotNow(message)
    return text


def check_invite(organisation: Organisation, email: str) -> None:
    """An approved organisation can ask somebody who does not belong to it yet.

    Raises:
        NotNow: it is not approved, or that address was asked or belongs to it.
    """
    if not organisation.is_approved:
        message = f"{organisation}: can invite people once the lab has approved it."
        raise NotNow(message)
    if organisation.memberships.filter(user__email=email).exists():
        message = "This person belongs to your organisation already."
        raise NotNow(message)
    if organisation.invitations.filter(email=email, accepted_at=None).exists():
        message = "This person was invited already. They have to log in with this address and accept."
        raise NotNow(message)


def check_leave(organisation: Organisation, leaver: User) -> None:
    """An organisation keeps a manager.

    Raises:
        NotNow: the last manager would go.
    """
    others = organisation.memberships.filter(role="manager").exclude(user=leaver)
    if not others.exists():
        message = f"{organisation}: has to keep a manager. Invite another first."
        raise NotNow(message)
