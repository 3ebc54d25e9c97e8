"""What reviewers and the head of profession are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from jdl_service.base.free_text import names_nobody
from jdl_service.look.fields import DatePartsField
from jdl_service.look.forms import PlainErrors
from jdl_service.releases.models import Check
from justice_data_lab.publication.calendar import earliest_day, holidays_of, release_moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.releases.offers import Offer

# What each of the two reviewers looks at; a check that is sound says yes to every one.
CHECK_LIST: tuple[tuple[str, str], ...] = (
    ("design", "The study compares the right people, and the balance allows it"),
    ("figures", "The figures in the report, the tables and the charts agree"),
    ("words", "Every sentence says what the figures say, and no more"),
    ("disclosure", "Nothing in it could tell about one person, alone or beside an earlier release"),
    ("difference", "Every difference from the last release is explained"),
)
_YES_NO = (("yes", "Yes"), ("no", "No"))
_LONGEST = 5000


class CheckForm(PlainErrors):
    """One independent check: the check list, the verdict, and why."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for code, question in CHECK_LIST:
            missing = {"required": f"Say yes or no: {question[0].lower()}{question[1:]}"}
            self.fields[code] = forms.ChoiceField(
                label=question, choices=_YES_NO, widget=forms.RadioSelect, error_messages=missing
            )
        self.fields["verdict"] = forms.ChoiceField(
            label="Your verdict",
            choices=Check.Verdict,
            widget=forms.RadioSelect,
            error_messages={"required": "Select your verdict"},
        )
        self.fields["text"] = forms.CharField(
            label="What you found",
            help_text="Needed when it has to be done again. No figure about one person.",
            required=False,
            max_length=_LONGEST,
            widget=forms.Textarea,
            validators=[names_nobody],
        )

    def clean(self) -> dict[str, str]:
        """A check with a no is not sound, and one that returns the report says why."""
        given: dict[str, str] = super().clean() or {}
        verdict = given.get("verdict")
        if verdict == Check.Verdict.SOUND and any(given.get(code) == "no" for code, _ in CHECK_LIST):
            self.add_error("verdict", "It is sound only when you say yes to everything")
        if verdict == Check.Verdict.RETURN and not given.get("text", "").strip():
            self.add_error("text", "Say what has to be done again")
        return given

    def answers(self) -> dict[str, str]:
        """Of the check list, by the code of each question."""
        return {code: self.cleaned_data[code] for code, _ in CHECK_LIST}


class AssignForm(PlainErrors):
    """Who is asked for an independent check."""

    reviewer = forms.TypedChoiceField(label="Reviewer", coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: object, people: Iterable[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [(person.pk, str(person)) for person in people]  # type: ignore[attr-defined]


class SaidForm(PlainErrors):
    """A comment, or an answer to one."""

    text = forms.CharField(
        label="Comment", max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3}), help_text="No figure about one person."
    )


class AccessForm(PlainErrors):
    """Leave for one person to see a release before its hour."""

    _purposes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("pre_release", "Pre-release briefing: opens 24 hours before, at most"),
        ("quality_assurance", "Quality assurance: opens at once"),
    )
    viewer = forms.EmailField(label="E-mail address of the person", help_text="One person, who needs an account.")
    role = forms.CharField(label="Role", max_length=200, help_text="It is printed on the release.")
    purpose = forms.ChoiceField(label="Purpose", choices=_purposes, widget=forms.RadioSelect)


class StepForm(PlainErrors):
    """A step of a release: the reason and the day, where the table asks for them."""

    def __init__(self, *args: object, offer: Offer, at: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        lab = settings.LAB
        if offer.dated:
            hint = f"A working day, at {lab.release_time:%H:%M}."
            if offer.action == "schedule":
                first = earliest_day(at, lab.release_time, lab.release_zone, holidays_of(lab))
                hint += f" The first that is four weeks ahead is {first.day} {first:%B} {first.year}."
            self.fields["day"] = DatePartsField(
                label="Day of release", help_text=hint, error_messages={"required": "Enter day of release"}
            )
        if offer.action == "schedule":
            self.fields["provisional"] = forms.BooleanField(
                label="The date may still move. It is not released until you confirm it.", required=False
            )
        if offer.reason:
            label = "What happened, without a figure" if offer.action == "breach" else "Reason, which is public"
            missing = {"required": "Enter what happened" if offer.action == "breach" else "Enter a reason"}
            self.fields["reason"] = forms.CharField(
                label=label,
                max_length=_LONGEST,
                widget=forms.Textarea(attrs={"rows": 4}),
                error_messages=missing,
                validators=[names_nobody],
            )

    def due(self) -> datetime | None:
        """The hour of release on the day that was given; None when none was asked for."""
        day, lab = self.cleaned_data.get("day"), settings.LAB
        return release_moment(day, lab.release_time, lab.release_zone) if day else None


class WaiveForm(PlainErrors):
    """Why the release goes on though the organisation has not answered."""

    reason = forms.CharField(
        label="What was done to reach the organisation, and why it goes on", max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}), help_text="It stands in the log.", validators=[names_nobody], error_messages={"required": "Enter a reason"},
    )  # fmt: skip


class AnswerForm(PlainErrors):
    """The answer to a concern, which is public with the concern."""

    text = forms.CharField(
        label="Your answer",
        max_length=_LONGEST,
        widget=forms.Textarea,
        help_text="It is public at once.",
        validators=[names_nobody],
    )

    def clean_text(self) -> str:
        """Some words."""
        text: str = self.cleaned_data["text"].strip()
        if not text:
            message = "Enter your answer"
            raise ValidationError(message)
        return text
