"""What is asked about retention."""

from __future__ import annotations

from django import forms

from jdl_service.look.forms import PlainErrors


class RuleForm(PlainErrors):
    """How long a class of data is kept, and why."""

    days = forms.IntegerField(
        label="Days", min_value=0, max_value=3650, help_text="Data already past it are destroyed the next night."
    )
    why = forms.CharField(label="Why it is kept so long", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class HoldForm(PlainErrors):
    """Why nothing may be destroyed."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Enter a reason"}
    )
