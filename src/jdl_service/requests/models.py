"""A request: what an organisation asks the lab to find out. Everything about people is in sealed files, never here."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from jdl_service import clock
from jdl_service.base.tenancy import TenantQuerySet
from jdl_service.organisations.models import Organisation
from jdl_service.requests.states import STATES, WORDS

_CHOICES = [(state, WORDS[state][0]) for state in STATES]


class RequestQuerySet(TenantQuerySet["Request"]):
    """Requests: members see their organisation's, and those in which it takes part; the lab sees what was sent to it."""

    paths: ClassVar[tuple[str, ...]] = ("organisation", "partners")

    def for_lab(self, user: object) -> RequestQuerySet:  # noqa: ARG002
        """A draft is nobody's business but the organisation's."""
        return self.exclude(state="draft", submitted_at=None)


class Request(models.Model):
    """What an organisation asks. Words go into the report as they stand, so that others can learn from the programme."""

    class Kind(models.TextChoices):
        """How its people come together."""

        SINGLE = "single", "One file"
        ACCUMULATING = "accumulating", "People are added each year, and analysed once"
        JOINT = "joint", "Several organisations, one programme, one report"

    key = models.CharField("reference", max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="requests")
    partners = models.ManyToManyField(Organisation, related_name="joint_requests", blank=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SINGLE)
    planned_size = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=_CHOICES, default="draft")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    # for the first time; every time is a passage
    submitted_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_requests")
    parked_until = models.DateField(null=True, blank=True)
    first_time = models.BooleanField(default=False)

    # The task list. Each task is a group of these fields; `requests.tasks` says which.
    programme = models.CharField("name of the programme", max_length=200, blank=True)
    intervention_type = models.CharField(max_length=80, blank=True)
    setting = models.CharField(max_length=40, blank=True)
    what = models.TextField("what was done", blank=True)
    who_delivers = models.CharField(max_length=200, blank=True)
    where = models.CharField(max_length=200, blank=True)
    dose = models.CharField(max_length=200, blank=True)
    how_chosen = models.TextField("how participants were chosen", blank=True)
    eligible = models.PositiveIntegerField("how many could have taken part", null=True, blank=True)
    started = models.PositiveIntegerField("how many started", null=True, blank=True)
    all_included = models.BooleanField("whether everybody who started is in the file", null=True, blank=True)
    not_included_why = models.TextField(blank=True)
    first_start = models.DateField(null=True, blank=True)
    last_start = models.DateField(null=True, blank=True)
    own_words = models.TextField("in your own words", blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField(null=True, blank=True)
    checked_text_at = models.DateTimeField("when the organisation checked all text without results", null=True, blank=True)

    text_asked_at = models.DateTimeField("when the organisation was last asked to check it", null=True, blank=True)
    text_waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    text_waived_at = models.DateTimeField("when the lab went on without an answer", null=True, blank=True)
    text_waived_why = models.TextField(blank=True)

    objects: ClassVar[RequestQuerySet] = RequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(condition=Q(state__in=STATES), name="request_state_is_one_of_the_table"),
            CheckConstraint(
                condition=Q(state__in=("draft", "submitted", "refused", "withdrawn")) | Q(owner__isnull=False),
                name="request_taken_on_has_an_owner",
            ),
            CheckConstraint(condition=~Q(state="parked") | Q(parked_until__isnull=False), name="request_parked_has_a_date"),
            CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False) | Q(state="withdrawn"), name="request_sent_has_a_time"
            ),
            CheckConstraint(
                condition=Q(declared_by=None, declared_at=None) | Q(declared_by__isnull=False, declared_at__isnull=False),
                name="request_declaration_has_person_and_time",
            ),
            CheckConstraint(
                condition=Q(text_waived_by=None, text_waived_at=None, text_waived_why="")
                | (Q(text_waived_by__isnull=False, text_waived_at__isnull=False) & ~Q(text_waived_why="")),
                name="request_text_waived_by_whom_when_and_why",
            ),
            CheckConstraint(
                condition=Q(kind="single") | ~Q(state="ready") | Q(planned_size__isnull=False) | Q(kind="joint"),
                name="request_accumulating_has_a_size",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def words(self) -> str:
        """Where it is."""
        return WORDS[self.state][0]  # type: ignore[index]  # the constraint keeps it to the table

    @property
    def next_words(self) -> str:
        """What happens next."""
        return WORDS[self.state][1]  # type: ignore[index]  # the constraint keeps it to the table


Row = TypeVar("Row", bound=models.Model)


class OfRequest(TenantQuerySet[Row]):
    """Rows of a request: whoever sees the request sees them."""

    paths: ClassVar[tuple[str, ...]] = ("request__organisation", "request__partners")


class Passage(models.Model):
    """A request went from one state to another; its timeline and the published times are drawn from these."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="passages")
    action = models.CharField(max_length=40)
    before = models.CharField(max_length=20, choices=_CHOICES)
    after = models.CharField(max_length=20, choices=_CHOICES)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    objects: ClassVar[OfRequest[Passage]] = OfRequest.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.request}: {self.action}"


class Message(models.Model):
    """Something said between an organisation and the lab about a request."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    from_lab = models.BooleanField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OfRequest[Message]] = OfRequest.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["request", "by", "at"], name="message_once")
        ]

    def __str__(self) -> str:
        return f"{self.request}: {self.at}"
