"""Organisations that ask the lab, who belongs to them, and the agreement without which no file comes in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from jdl_service import clock
from jdl_service.base.tenancy import TenantQuerySet


class OrganisationQuerySet(TenantQuerySet["Organisation"]):
    """Organisations: members see their own."""

    paths: ClassVar[tuple[str, ...]] = ("",)


class Organisation(models.Model):
    """A charity, company or public body that works with people who have offended."""

    class Kind(models.TextChoices):
        """What gives it its number."""

        CHARITY = "charity", "Charity"
        COMPANY = "company", "Company"
        PUBLIC_BODY = "public_body", "Public body"

    class State(models.TextChoices):
        """Whether it may send requests."""

        APPLIED = "applied", "Waiting for approval"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        SUSPENDED = "suspended", "Suspended"

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField("charity or company number", max_length=40)
    sector = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.APPLIED)
    second_contact_name = models.CharField(max_length=200)
    second_contact_email = models.EmailField()
    applied_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField("reason of a refusal or suspension", blank=True)

    objects: ClassVar[OrganisationQuerySet] = OrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["kind", "number"], name="organisation_number_once"),
            CheckConstraint(
                condition=Q(state="applied", decided_by=None, decided_at=None)
                | (~Q(state="applied") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="organisation_decision_has_person_and_time",
            ),
            CheckConstraint(
                condition=Q(state__in=("applied", "approved")) | ~Q(reason=""), name="organisation_refusal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_approved(self) -> bool:
        """Whether it may send requests."""
        return self.state == self.State.APPROVED


class Membership(models.Model):
    """Somebody belongs to an organisation; managers can let others in, sign and withdraw."""

    class Role(models.TextChoices):
        """What a member may do."""

        MANAGER = "manager", "Manager"
        MEMBER = "member", "Member"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["organisation", "user"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) of {self.organisation}"


class AgreementText(models.Model):
    """A version of what an organisation agrees to; never edited, only followed by another."""

    version = models.CharField(max_length=20, unique=True)
    text = models.TextField()
    since = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.version


class OfOrganisation(TenantQuerySet["Agreement"]):
    """Agreements: members see their organisation's."""

    paths: ClassVar[tuple[str, ...]] = ("organisation",)


class Agreement(models.Model):
    """An organisation agreed to a version: who signed, on what lawful basis, and how people were told."""

    class Basis(models.TextChoices):
        """Lawful bases of data protection law that fit."""

        PUBLIC_TASK = "public_task", "Public task"
        LEGITIMATE_INTERESTS = "legitimate_interests", "Legitimate interests"
        CONSENT = "consent", "Consent"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements")
    text = models.ForeignKey(AgreementText, models.PROTECT, related_name="agreements")
    signatory_name = models.CharField(max_length=200)
    signatory_position = models.CharField(max_length=200)
    lawful_basis = models.CharField(max_length=40, choices=Basis)
    how_told = models.TextField("how people were told")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects: ClassVar[OfOrganisation] = OfOrganisation.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["organisation", "text"], name="agreement_once_a_version"),
            CheckConstraint(condition=~Q(how_told="") & ~Q(signatory_name=""), name="agreement_says_who_and_how"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.text}"


class OfInvitation(TenantQuerySet["Invitation"]):
    """Invitations: members see their organisation's."""

    paths: ClassVar[tuple[str, ...]] = ("organisation",)


class Invitation(models.Model):
    """Somebody was asked to join, by address; whoever proves that the address is theirs can say yes."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Membership.Role, default=Membership.Role.MEMBER)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OfInvitation] = OfInvitation.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["organisation", "email"], condition=Q(accepted_at=None), name="invitation_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.at}"
