"""What analysts set and the worker made: the study, and its runs as sealed rooms."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from jdl_service.base.tenancy import TenantQuerySet
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.requests.models import Request
from justice_data_lab.run_folder import ROOMS

Row = TypeVar("Row", bound=models.Model)


class LabOnly(TenantQuerySet[Row]):
    """Rows that only the lab's people see: no path leads to an organisation."""

    paths: ClassVar[tuple[str, ...]] = ()


class Study(models.Model):
    """The study of a request: the text of `study.toml`, which holds nobody; frozen when outcomes are unlocked."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="study")
    toml = models.TextField()
    protocol = models.TextField("what `jdl protocol` froze, as JSON", blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    unlocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    unlocked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LabOnly[Study]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                condition=Q(unlocked_by=None, unlocked_at=None) | Q(unlocked_by__isnull=False, unlocked_at__isnull=False),
                name="study_unlock_has_person_and_time",
            )
        ]

    def __str__(self) -> str:
        return f"study of {self.request}"


class Run(models.Model):
    """A run of a request; its rooms are sealed one by one, so that a killed run goes on from the last."""

    class Outcome(models.TextChoices):
        """How it ended."""

        NONE = "", "Not yet"
        FINISHED = "finished", "Finished"
        NOT_POSSIBLE = "not_possible", "Not possible; a report says why"
        REFUSED = "refused", "The data were refused"

    request = models.ForeignKey(Request, models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    # frozen with the run: a run of other inputs is a new one; of several lists the one that came last, with those before it
    cohort_file = models.ForeignKey(CohortFile, models.PROTECT, related_name="runs")
    study = models.TextField("the study of this run; empty when only people are looked for", blank=True)
    begun_at = models.DateTimeField()
    command = models.CharField(max_length=200)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True, default="")
    words = models.TextField("why it was not possible, in the core's words", blank=True)
    coverage = models.JSONField("cleared bands for the organisation", null=True, blank=True)
    # settled with the run as well, since a run that is taken up again has the inputs that it began with
    earlier = models.ManyToManyField("self", symmetrical=False, related_name="+", blank=True)
    similar = models.ManyToManyField("self", symmetrical=False, related_name="+", blank=True)

    objects: ClassVar[LabOnly[Run]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["request", "number"], name="run_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.request} run {self.number}"


class SealedRoom(models.Model):
    """A finished room of a run, as an archive in the store; `run` holds the manifest and the study."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="rooms")
    room = models.CharField(max_length=20, choices=[(room, room) for room in (*ROOMS, "run")])
    content = models.CharField("hash of what is in it", max_length=64, blank=True)
    sealed = models.OneToOneField(Sealed, models.PROTECT, related_name="room")

    objects: ClassVar[LabOnly[SealedRoom]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [UniqueConstraint(fields=["run", "room"], name="room_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run} {self.room}"


class ForTheWeb(models.Model):
    """What the worker opened of a run for the lab's pages: sealed for the web, for a while.

    Attributes:
        kind: `links`, the uncertain links with the names that are compared; `report`, the report with what was disclosed.
        count: rows for review; 0 for a report.
    """

    class Kind(models.TextChoices):
        """Which."""

        LINKS = "links", "Uncertain links"
        REPORT = "report", "Report"

    run = models.ForeignKey(Run, models.PROTECT, related_name="opened")
    kind = models.CharField(max_length=10, choices=Kind)
    count = models.PositiveIntegerField(default=0)
    sealed = models.OneToOneField(Sealed, models.PROTECT, related_name="for_the_web")

    objects: ClassVar[LabOnly[ForTheWeb]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [UniqueConstraint(fields=["run", "kind"], name="opened_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run} {self.kind}"


class LinkReview(models.Model):
    """One person's decisions on the uncertain links of a cohort file: sealed, here only counted.

    Attributes:
        for_web: the decisions for whoever made them, to go on with.
        for_worker: the same for the worker, to link with.
    """

    cohort_file = models.ForeignKey(CohortFile, models.PROTECT, related_name="link_reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    for_web = models.OneToOneField(Sealed, models.PROTECT, related_name="decisions_for_web")
    for_worker = models.OneToOneField(Sealed, models.PROTECT, related_name="decisions_for_worker")
    decided = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LabOnly[LinkReview]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["cohort_file", "reviewer"], name="review_once_a_person"),
            CheckConstraint(condition=Q(finished_at=None) | Q(left=0), name="review_finished_leaves_none"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_file} by {self.reviewer}"


class Finding(models.Model):
    """What the worker read from a run for the lab's screens: counts and standardised differences, no row of anybody.

    Attributes:
        kind: `linkage`, `balance`, `estimates`, …
        content: as the core wrote it.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=40)
    content = models.JSONField()

    objects: ClassVar[LabOnly[Finding]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [UniqueConstraint(fields=["run", "kind"], name="finding_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run} {self.kind}"


class Comment(models.Model):
    """Something that the analyst and the reviewers say about a request; every one has to be answered before it is cleared."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered_by")
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LabOnly[Comment]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.request}: {self.at}"
