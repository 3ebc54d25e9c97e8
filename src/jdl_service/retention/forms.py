"""What is asked about retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from jdl_service.look.forms import PlainErrors

if TYPE_CHECKING:
    from jdl_service.retention.classes import Kept


class RuleForm(PlainErrors):
    """How long a class of data is kept, and why."""

    days = forms.IntegerField(label="Days", widget=forms.NumberInput({"class": "govuk-input--width-5"}))
    why = forms.CharField(label="Why it is kept so long", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, kept: Kept, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        days = self.fields["days"]
        days.help_text = f"From {kept.least} to {kept.most}. {kept.bounds} Data already past it are destroyed the next night."
        days.validators += [
            MinValueValidator(kept.least, f"Days must be {kept.least} or more"),
            MaxValueValidator(kept.most, f"Days must be {kept.most} or fewer"),
        ]


class HoldForm(PlainErrors):
    """Why nothing may be destroyed."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Enter a reason"}
    )
