"""What the lab's pages ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django import forms

from jdl_service.look.forms import PlainErrors
from jdl_service.requests.states import STATES, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jdl_service.accounts.models import User


class BoardFilter(forms.Form):
    """What of the board is wanted."""

    owner = forms.ChoiceField(label="Owner", required=False)
    state = forms.ChoiceField(
        label="Where it is", required=False, choices=[("", "Anywhere"), *((state, WORDS[state][0]) for state in STATES)]
    )
    sector = forms.ChoiceField(label="Sector", required=False)
    first_time = forms.BooleanField(label="Only organisations that ask for the first time", required=False)
    stuck = forms.BooleanField(label="Only where the work failed", required=False)

    def __init__(self, data: object, *, owners: Iterable[User], sectors: Iterable[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # Django's own, handed on
        for name, choices in (
            ("owner", [("", "Anybody"), *((str(each.pk), str(each)) for each in owners)]),
            ("sector", [("", "Any"), *((each, each.replace("-", " ").capitalize()) for each in sectors)]),
        ):
            cast("forms.ChoiceField", self.fields[name]).choices = choices


class Reason(PlainErrors):
    """One reason, in words of one's own."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea, error_messages={"required": "Enter a reason"}
    )


class FixedReason(PlainErrors):
    """One of the reasons that may be given after linkage."""

    reason = forms.ChoiceField(label="Reason", widget=forms.RadioSelect, error_messages={"required": "Select a reason"})

    def __init__(self, *args: object, reasons: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["reason"]).choices = list(reasons.items())


class CommentForm(PlainErrors):
    """A comment, or an answer to one."""

    text = forms.CharField(label="Comment", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    answers = forms.IntegerField(required=False, widget=forms.HiddenInput)
