"""Releases: the core's book in a row, the frozen files beside it, and the two blind checks."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from jdl_service.analysis.models import LabOnly, Run
from jdl_service.requests.models import Request
from justice_data_lab.publication.book import Book, read_book
from justice_data_lab.publication.states import ENDED, STATES


class Release(models.Model):
    """A version of a result on its way to the public. `book` is the truth; the other columns are drawn from it at each act."""

    # a bulletin has neither
    request = models.ForeignKey(Request, models.PROTECT, null=True, blank=True, related_name="releases")
    run = models.ForeignKey(Run, models.PROTECT, null=True, blank=True, related_name="releases")
    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=[(state, state) for state in STATES])
    due = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    manifest = models.CharField(max_length=64, blank=True)
    # counts the drafts: a report that was changed is checked anew
    round = models.PositiveIntegerField(default=1)
    book = models.JSONField()
    # who did what, as rows that the database can compare
    analyst = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[LabOnly[Release]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["key", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["key", "version"], name="release_version_once"),
            UniqueConstraint(fields=["key"], condition=~Q(state__in=sorted(ENDED)), name="release_one_on_its_way"),
            CheckConstraint(condition=Q(state__in=STATES), name="release_state_is_one_of_the_table"),
            CheckConstraint(condition=Q(checked_by=None) | ~Q(checked_by=F("analyst")), name="release_checked_by_another"),
            CheckConstraint(
                condition=Q(cleared_by=None) | (~Q(cleared_by=F("analyst")) & ~Q(cleared_by=F("checked_by"))),
                name="release_cleared_by_a_third",
            ),
            CheckConstraint(
                condition=Q(signed_off_by=None) | ~Q(signed_off_by=F("analyst")), name="release_signed_off_by_another"
            ),
            CheckConstraint(condition=Q(state="draft") | Q(checked_by__isnull=False), name="release_has_a_first_check"),
            CheckConstraint(
                condition=Q(state__in=("draft", "checked")) | Q(cleared_by__isnull=False), name="release_has_a_second_check"
            ),
            CheckConstraint(condition=Q(state__in=("draft", "checked", "cleared")) | ~Q(manifest=""), name="release_is_frozen"),
            CheckConstraint(condition=~Q(state__in=("scheduled", "released")) | Q(due__isnull=False), name="release_has_an_hour"),
            CheckConstraint(
                condition=~Q(state__in=("scheduled", "released", "corrected", "revised")) | Q(signed_off_by__isnull=False),
                name="release_is_signed_off",
            ),
            CheckConstraint(condition=Q(released_at=None) | Q(released_at__gte=F("due")), name="release_not_before_its_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"

    def as_book(self) -> Book:
        """The book as the core knows it."""
        return read_book(self.book)


class CoAnalyst(models.Model):
    """Somebody beside the analyst who did a part of the analysis behind a release; the database lets none of them check it.

    Attributes:
        since: the first draft of the release in which their work is.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="co_analysts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.PositiveIntegerField()

    objects: ClassVar[LabOnly[CoAnalyst]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["release", "person"], name="co_analyst_once")
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.person}"


class ReleaseFile(models.Model):
    """A file of a release. Nothing in it is about one person, but nobody may see it before its hour."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="files")
    name = models.CharField(max_length=80)
    data = models.BinaryField()

    objects: ClassVar[LabOnly[ReleaseFile]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["release", "name"], name="release_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.release} {self.name}"


class Check(models.Model):
    """One of two independent checks of a draft. Blind: neither reviewer sees the other's until both are in.

    Attributes:
        round: which draft of the release it is about.
        place: 1 or 2.
        answers: of the check list, by the code of each question.
    """

    class Verdict(models.TextChoices):
        """What the reviewer says."""

        SOUND = "sound", "Sound"
        RETURN = "return", "Has to be done again"

    release = models.ForeignKey(Release, models.PROTECT, related_name="checks")
    round = models.PositiveIntegerField()
    place = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="checks")
    assigned_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    text = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LabOnly[Check]] = LabOnly.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["round", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["release", "round", "reviewer"], name="check_two_people"),
            UniqueConstraint(fields=["release", "round", "place"], name="check_two_places"),
            CheckConstraint(condition=Q(place__in=(1, 2)), name="check_place_is_1_or_2"),
            CheckConstraint(
                condition=Q(verdict="", submitted_at=None) | (~Q(verdict="") & Q(submitted_at__isnull=False)),
                name="check_verdict_has_a_time",
            ),
            CheckConstraint(condition=~Q(verdict="return") | ~Q(text=""), name="check_return_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.release} check {self.place}"


class Concern(models.Model):
    """A concern that somebody raised about a published result; the answer is public."""

    number = models.PositiveIntegerField(unique=True)
    # empty when it is about none
    release = models.ForeignKey(Release, models.PROTECT, null=True, blank=True, related_name="concerns")
    raised_at = models.DateTimeField()
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LabOnly[Concern]] = LabOnly.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"concern {self.number}"
