"""What the styleguide shows: each part in each state. The tests of the look read these pages, so that a new part is tested once it is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeAlias

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator

from jdl_service.look.fields import DatePartsField, UploadField
from jdl_service.look.forms import PlainErrors

if TYPE_CHECKING:
    from collections.abc import Callable

Context: TypeAlias = "dict[str, object]"


class Radios(forms.RadioSelect):
    """Radios with a hint for some choices."""

    hints = {"custody": "The work was done in prison.", "gate": "It began in prison and went on outside."}


class EveryField(PlainErrors):
    """One field of each kind."""

    programme = forms.CharField(max_length=100, help_text="As you would say it to a funder.")
    address = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    people = forms.IntegerField(label="How many people", min_value=1)
    started = DatePartsField(label="Start of the programme", help_text="For example, 27 3 2025.")
    setting = forms.ChoiceField(
        label="Where you work with people",
        choices=[("custody", "Custody"), ("community", "Community"), ("gate", "Through the gate")],
        widget=Radios,
    )
    needs = forms.MultipleChoiceField(
        label="What the programme is about",
        help_text="Select all that apply.",
        choices=[("work", "Employment"), ("home", "Accommodation"), ("drugs", "Drugs and alcohol")],
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ChoiceField(choices=[("", "Choose one"), ("north", "North"), ("south", "South")])
    words = forms.CharField(label="The programme in your own words", max_length=500, widget=forms.Textarea)
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": "3"}))
    cohort = UploadField(label="Cohort file", kinds=("csv", "xlsx", "ods"), largest=25_000_000)
    agreed = forms.BooleanField(label="I may send these data", help_text="You have told people, or have another lawful basis.")
    version = forms.CharField(widget=forms.HiddenInput, initial="1")


class OneQuestion(PlainErrors):
    """A page that asks one thing."""

    start = DatePartsField(label="When did the programme start?", help_text="For example, 27 3 2025.")


class Filter(forms.Form):
    """What a list is narrowed by."""

    state = forms.ChoiceField(choices=[("", "Any"), ("open", "Open"), ("closed", "Closed")], required=False)
    words = forms.CharField(label="Words", required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One page of the styleguide.

    Attributes:
        title: as it stands in the list.
        template: what draws it.
        context: makes what is put in.
    """

    title: str
    template: str
    context: Callable[[], Context]


def parts() -> Context:
    """What the page of parts shows."""
    return {
        "at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        "page": Paginator(range(95), 10).page(4),
        "filter": Filter({"state": "open"}),
        "messages": [
            Message(constants.SUCCESS, "Your file was received."),
            Message(constants.INFO, "The service closes at 6pm."),
        ],
    }


def empty_form() -> Context:
    """Every field, as it is first shown."""
    return {"form": EveryField(initial={"started": date(2025, 3, 27)})}


def faulty_form() -> Context:
    """Every field, sent without an answer."""
    form = EveryField({"started-day": "31", "started-month": "2", "started-year": "2025"})
    form.add_error(None, "The programme and the dates do not fit together")
    return {"form": form}


def question() -> Context:
    """One question, answered wrongly."""
    return {"form": OneQuestion({"start-day": "27", "start-month": "3", "start-year": ""})}


def nothing() -> Context:
    """No context."""
    return {}


EXAMPLES: dict[str, Example] = {
    "": Example(title="Parts", template="styleguide/parts.html", context=parts),
    "form": Example(title="A form", template="styleguide/form.html", context=empty_form),
    "form-with-errors": Example(title="A form with errors", template="styleguide/form.html", context=faulty_form),
    "question": Example(title="One question", template="styleguide/question.html", context=question),
    "list": Example(title="A list with a filter", template="styleguide/list.html", context=parts),
    "nothing-yet": Example(title="An empty list", template="styleguide/empty.html", context=nothing),
    "done": Example(title="A confirmation", template="styleguide/done.html", context=nothing),
    **{
        name: Example(title=f"Error page {name}", template=f"{name}.html", context=nothing)
        for name in ("400", "403", "403_csrf", "404", "413", "429", "500", "503")
    },
}
