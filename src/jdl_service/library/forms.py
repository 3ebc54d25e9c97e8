"""Where a result stands, as the lab's editor is asked: every facet of the core's taxonomy."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django import forms

from jdl_service.look.forms import PlainErrors
from justice_data_lab.library.classified import LISTS, Classified

if TYPE_CHECKING:
    from collections.abc import Mapping


class PlacementForm(PlainErrors):
    """One list a facet; nothing chosen leaves what the study says."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, facet in LISTS.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=facet.name,
                choices=[(option.key, option.name) for option in facet.options],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        self.fields["primary"] = forms.ChoiceField(
            label="Leading kind of help",
            help_text="Of several; it has to be one of those chosen above.",
            choices=[("", "The first of them"), *((option.key, option.name) for option in LISTS["types"].options)],
            required=False,
        )
        self.fields["region"] = forms.CharField(label="Region", max_length=80, required=False)

    def clean_primary(self) -> str:
        """The leading kind, which is one of those that apply."""
        primary = str(self.cleaned_data["primary"])
        if primary and primary not in self.cleaned_data.get("types", ()):
            message = "Choose a leading kind of help that is among the kinds above"
            raise forms.ValidationError(message)
        return primary

    def said(self) -> Classified:
        """What was chosen, the leading kind of help first."""
        given = cast("Mapping[str, list[str]]", self.cleaned_data)
        lists = {name: tuple(given[name]) for name in LISTS}
        primary = str(self.cleaned_data["primary"])
        lists["types"] = tuple(sorted(lists["types"], key=lambda key: key != primary))
        return Classified(**lists, region=str(self.cleaned_data["region"]).strip())
