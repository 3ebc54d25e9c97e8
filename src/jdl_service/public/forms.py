"""What the public is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from jdl_service import clock
from jdl_service.base.free_text import names_nobody
from jdl_service.look.fields import DatePartsField
from jdl_service.look.forms import PlainErrors

if TYPE_CHECKING:
    from datetime import date

    from justice_data_lab.register.coverage import Coverage
    from justice_data_lab.site.outlook import Outlook

_MOST, _LONGEST = 1_000_000, 5000
# The years in which the people of a list may have started: nobody alive before them, nobody plans further.
_LIST_BEGINS, _PLANNED = 1950, 10


class ConcernForm(PlainErrors):
    """A concern; no name is asked for, and what is not public cannot be chosen."""

    about = forms.ChoiceField(label="Which result is it about?", required=False, widget=forms.Select)
    text = forms.CharField(
        label="What is wrong?",
        help_text="It is published with our answer. Leave out names, and anything that could tell who somebody is.",
        max_length=_LONGEST,
        error_messages={"required": "Enter what is wrong"},
        validators=[names_nobody],
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: object, outlook: Outlook, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        titles = {each.key: f"{each.book.release.title} ({each.key})" for each in outlook.results()}
        self.fields["about"].choices = [("", "None of them, or something else"), *sorted(titles.items())]  # type: ignore[attr-defined]


class ObjectionForm(PlainErrors):
    """Who objects, and to whom. The last box is there for programs that fill in every box."""

    surname = forms.CharField(
        label="Surname", max_length=200, widget=forms.TextInput({"autocomplete": "family-name", "spellcheck": "false"})
    )
    forename = forms.CharField(
        label="First name", max_length=200, widget=forms.TextInput({"autocomplete": "given-name", "spellcheck": "false"})
    )
    born = DatePartsField(label="Date of birth", error_messages={"required": "Enter date of birth"})
    organisation = forms.ChoiceField(
        label="Which organisation is it about?", required=False, widget=forms.Select,
        help_text="If you are not sure, or it is not in the list, leave it as it is.",
    )  # fmt: skip
    more = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: object, organisations: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "All of them"), *organisations]  # type: ignore[attr-defined]

    def clean_born(self) -> date:
        """A day that has been."""
        born: date = self.cleaned_data["born"]
        if born >= clock.today():
            message = "Date of birth must be in the past"
            raise forms.ValidationError(message)
        return born

    def clean(self) -> dict[str, object]:
        """Nobody sees the last box, so nobody fills it in."""
        found = super().clean() or {}
        if found.get("more"):
            self.add_error(None, "Leave the last box empty")
        return found


class FeasibilityForm(PlainErrors):
    """What `jdl feasibility` is asked."""

    people = forms.IntegerField(
        label="How many people would you send?", min_value=1, max_value=_MOST,
        error_messages={"required": "Enter how many people you would send"},
    )  # fmt: skip
    base_rate = forms.IntegerField(
        label="Of 100 people like them, how many would offend again within a year?",
        help_text="Leave it empty to take the national rate.",
        min_value=1,
        max_value=99,
        required=False,
    )
    sentence = forms.ChoiceField(label="What comes before your programme?", widget=forms.RadioSelect, required=False)
    effect = forms.IntegerField(
        label="Which fall do you hope for, in points?", help_text="From 40 to 35 in 100 is a fall of 5 points.", min_value=1,
        max_value=99, initial=5, required=False,
    )  # fmt: skip

    def __init__(self, *args: object, coverage: Coverage | None, names: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = [rates.sentence for rates in coverage.rates] if coverage else []
        if known:
            self.fields["sentence"].choices = [(each, names.get(each, each.replace("_", " "))) for each in known]  # type: ignore[attr-defined]
        else:
            del self.fields["sentence"]
            self.fields["base_rate"].required = True
            self.fields["base_rate"].help_text = ""
            self.fields["base_rate"].error_messages["required"] = "Enter how many of 100 people would offend again"


class StartForm(PlainErrors):
    """When the people started."""

    started = DatePartsField(
        label="When did the last of them start?",
        help_text="The day they started with you, or the day they were sentenced or released, whichever is later.",
        error_messages={"required": "Enter when the last of them started"},
    )

    def clean_started(self) -> date:
        """A day that somebody can plan for."""
        started: date = self.cleaned_data["started"]
        if not _LIST_BEGINS <= started.year <= clock.today().year + _PLANNED:
            message = f"Enter a day from {_LIST_BEGINS} to {clock.today().year + _PLANNED}"
            raise forms.ValidationError(message)
        return started
