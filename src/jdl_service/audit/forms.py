"""What the log can be narrowed to."""

from __future__ import annotations

from django import forms

from jdl_service.audit.models import AuditEvent
from jdl_service.look.forms import PlainErrors


class NarrowForm(PlainErrors):
    """By what was done, to what, and by whom."""

    action = forms.ChoiceField(label="What was done", required=False, widget=forms.Select)
    subject = forms.CharField(label="To what", required=False, max_length=200, help_text="A request, such as 2026-014.")
    by = forms.CharField(label="By whom", required=False, max_length=254)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct()
        self.fields["action"].choices = [("", "Anything"), *((each, each) for each in known)]  # type: ignore[attr-defined]
