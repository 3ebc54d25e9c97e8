"""What is asked about an organisation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from django import forms

from jdl_service.base.free_text import names_nobody
from jdl_service.look.forms import PlainErrors
from jdl_service.organisations.models import Agreement, Membership, Organisation
from justice_data_lab.library.taxonomy import SECTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

# How the number of each kind is written, and an example of it; a public body may have any.
NUMBERS: dict[str, tuple[str, str]] = {
    "charity": (r"\d{6,8}|SC\d{6}|NIC\d{6}", "Charity number must be 6 to 8 digits, or begin with SC or NIC, such as 1012345"),
    "company": (r"\d{8}|[A-Z]{2}\d{6}", "Company number must be 8 digits, or 2 letters and 6 digits, such as 01234567"),
    "public_body": (r".{2,40}", "Enter the number or short name by which the public body is known"),
}


class KindChoice(forms.RadioSelect):
    """The kinds, with where each has its number from."""

    hints: ClassVar[Mapping[str, str]] = {
        "charity": "The number on a register of charities of the United Kingdom.",
        "company": "The number at Companies House. Choose this for a social enterprise that is a company.",
        "public_body": "A prison, a probation service, a council or a health service.",
    }


class RegisterForm(PlainErrors):
    """Who asks."""

    name = forms.CharField(
        label="Name of the organisation", max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )
    kind = forms.ChoiceField(label="Kind of organisation", choices=Organisation.Kind, widget=KindChoice)
    number = forms.CharField(
        label="Charity or company number", max_length=40, widget=forms.TextInput({"class": "govuk-input--width-10"})
    )
    sector = forms.ChoiceField(label="Sector", choices=[("", "Choose"), *((each.name, each.name) for each in SECTORS.options)])
    second_contact_name = forms.CharField(
        label="Name of a second contact", max_length=200, help_text="Somebody else whom the lab can ask when you are away."
    )
    second_contact_email = forms.EmailField(label="E-mail address of the second contact")

    def clean_name(self) -> str:
        """The name without spaces that are not needed."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean(self) -> dict[str, str]:
        """The number, as its register writes it."""
        found: dict[str, str] = super().clean() or {}
        number = re.sub(r"\s", "", found.get("number", "")).upper()
        if number and found.get("kind"):
            pattern, message = NUMBERS[found["kind"]]
            if not re.fullmatch(pattern, number):
                self.add_error("number", message)
        return {**found, "number": number}


class RefuseForm(PlainErrors):
    """Why an organisation is not approved."""

    reason = forms.CharField(
        label="Reason for the refusal", widget=forms.Textarea, max_length=2000, help_text="The organisation reads this."
    )


class SignForm(PlainErrors):
    """Who signs, on what basis, and how people were told."""

    signatory_name = forms.CharField(label="Name of the person who signs", max_length=200)
    signatory_position = forms.CharField(
        label="Position of the person who signs", max_length=200, help_text="Such as director or trustee."
    )
    lawful_basis = forms.ChoiceField(label="Lawful basis", choices=Agreement.Basis, widget=forms.RadioSelect)
    how_told = forms.CharField(
        label="How people were told", widget=forms.Textarea, max_length=4000, validators=[names_nobody],
        help_text="Such as the privacy notice that they were given, and when.",
    )  # fmt: skip
    agreed = forms.BooleanField(label="I can sign for my organisation, and it agrees to this text")


class InviteForm(PlainErrors):
    """Whom to ask."""

    email = forms.EmailField(label="E-mail address", help_text="They have to use this address for their account.")
    role = forms.ChoiceField(label="What they may do", choices=Membership.Role, widget=forms.RadioSelect, initial="member")
