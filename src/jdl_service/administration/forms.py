"""What administrators are asked about accounts."""

from __future__ import annotations

from django import forms

from jdl_service.look.forms import PlainErrors

_ROLES = (
    ("analyst", "Analyst"),
    ("reviewer", "Reviewer"),
    ("head_of_profession", "Head of profession"),
    ("administrator", "Administrator"),
)


class RolesForm(PlainErrors):
    """What somebody does in the lab, and whether the account is open."""

    roles = forms.MultipleChoiceField(
        label="Roles in the lab",
        choices=_ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="An administrator has no other role, and sees no cohort and no figure.",
    )
    active = forms.BooleanField(label="This person may log in", required=False)


class PersonForm(PlainErrors):
    """A new person."""

    email = forms.EmailField(label="E-mail address", help_text="It never changes: the log knows a person by it.")
    name = forms.CharField(label="Name", max_length=200)
    roles = forms.MultipleChoiceField(
        label="Roles in the lab", choices=_ROLES, required=False, widget=forms.CheckboxSelectMultiple
    )


class FindForm(PlainErrors):
    """Which accounts are listed."""

    text = forms.CharField(label="Name or e-mail address", required=False, max_length=200)
