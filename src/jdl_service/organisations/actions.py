"""What is done about organisations: keyword-only, `by=` whom, `at=` when; one transaction and one line of the log each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.organisations import letters, permissions, policies
from jdl_service.organisations.models import Agreement, Invitation, Membership, Organisation

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """What an organisation says of itself; the fields are those of the row."""

    name: str
    kind: str
    number: str
    sector: str
    second_contact_name: str
    second_contact_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs an agreement, on what lawful basis, and how people were told."""

    signatory_name: str
    signatory_position: str
    lawful_basis: str
    how_told: str


@transaction.atomic
def register(applicant: Applicant, *, by: User, at: datetime) -> Organisation:
    """An organisation that waits for approval; whoever registers it is its first manager.

    Raises:
        NotYours: somebody of the lab.
        NotNow: it is registered already.
    """
    permissions.check_register(by)
    policies.check_new(name=applicant.name, kind=applicant.kind, number=applicant.number)
    made = Organisation.objects.create(**asdict(applicant), applied_at=at)
    Membership.objects.create(organisation=made, user=by, role=Membership.Role.MANAGER, since=at)
    log.record("register", _subject(made), by=by, at=at)
    return made


def approve(organisation: Organisation, *, by: User, at: datetime) -> Organisation:
    """It may sign the agreement and send requests."""
    return _decide(organisation, Organisation.State.APPROVED, by=by, at=at)


def refuse(organisation: Organisation, *, by: User, at: datetime, reason: str) -> Organisation:
    """It may not, and is told why.

    Raises:
        NotNow: without a reason.
    """
    if not reason.strip():
        message = f"{organisation}: a refusal needs a reason in words."
        raise NotNow(message)
    return _decide(organisation, Organisation.State.REFUSED, by=by, at=at, reason=reason.strip())


@transaction.atomic
def sign(organisation: Organisation, *, signature: Signature, by: User, at: datetime) -> Agreement:
    """Sign the last version of the agreement."""
    permissions.check_manage(by, organisation)
    text = policies.check_sign(organisation)
    made = Agreement.objects.create(organisation=organisation, text=text, **asdict(signature), signed_by=by, signed_at=at)
    log.record("sign agreement", _subject(organisation), by=by, at=at, detail=f"version {text}")
    return made


@transaction.atomic
def invite(organisation: Organisation, *, email: str, role: str, by: User, at: datetime) -> Invitation:
    """Ask somebody to join; a letter goes to the address."""
    permissions.check_manage(by, organisation)
    address = email.strip().lower()
    policies.check_invite(organisation, address)
    made = Invitation.objects.create(organisation=organisation, email=address, role=role, by=by, at=at)
    log.record("invite", _subject(organisation), by=by, at=at)
    letters.send("invited", [address], organisation=organisation)
    return made


@transaction.atomic
def join(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Say yes to an invitation.

    Raises:
        NotYours: somebody of the lab.
        NotNow: it was accepted already, or is for another address.
    """
    permissions.check_register(by)
    if invitation.accepted_at or invitation.email != by.email:
        message = "This invitation is not open."
        raise NotNow(message)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    made = Membership.objects.create(organisation=invitation.organisation, user=by, role=invitation.role, since=at)
    log.record("join", _subject(invitation.organisation), by=by, at=at)
    return made


@transaction.atomic
def remove(membership: Membership, *, by: User, at: datetime) -> None:
    """Somebody belongs to the organisation no more."""
    permissions.check_manage(by, membership.organisation)
    policies.check_leave(membership.organisation, membership.user)
    log.record("remove member", _subject(membership.organisation), by=by, at=at, detail=membership.user.email)
    membership.delete()


@transaction.atomic
def _decide(organisation: Organisation, state: str, *, by: User, at: datetime, reason: str = "") -> Organisation:
    permissions.check_decide(by)
    policies.check_undecided(Organisation.objects.select_for_update().get(pk=organisation.pk))
    organisation.state, organisation.decided_by, organisation.decided_at, organisation.reason = state, by, at, reason
    organisation.save()
    log.record(state, _subject(organisation), by=by, at=at)
    letters.send(state, letters.members_of(organisation), organisation=organisation)
    return organisation


def _subject(organisation: Organisation) -> str:
    return f"organisation {organisation.pk}"
