"""The questions about a cohort file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from jdl_service.files.mending import Cell
from jdl_service.files.own_columns import KNOWN, is_heading, own_headings
from jdl_service.look.fields import UploadField
from jdl_service.look.forms import PlainErrors
from jdl_service.look.words import size
from justice_data_lab.intake.columns import BY_NAME, COLUMNS, plain_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from jdl_service.files.models import CohortFile

    # by column, how often each value stands there
    Counts: TypeAlias = Mapping[str, Mapping[str, int]]

_ORDERS = (
    ("", "As the file shows"),
    ("day-first", "Day first, such as 31/12/2022"),
    ("month-first", "Month first, such as 12/31/2022"),
)


class UploadForm(PlainErrors):
    """A cohort file."""

    def __init__(self, *args: Any, lists: Iterable[tuple[str, str]] = (), cut_off: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        largest = settings.ENVIRONMENT.upload_mb * 1_000_000
        self.fields["file"] = UploadField(kinds=("csv", "xlsx", "ods"), largest=largest, label="Cohort file")
        if cut_off:
            said = self.fields["file"].error_messages
            said["required"] = said["large"] % {"largest": size(largest)}
        if lists:
            choices = [("", "More people, beside the lists sent before"), *lists]
            self.fields["part"] = forms.ChoiceField(
                label="What is in this file?", choices=choices, required=False, widget=forms.RadioSelect, initial=""
            )

    def part(self) -> int | None:
        """The list whose place the file takes; None: it is a further one."""
        chosen = self.cleaned_data.get("part")
        return int(chosen) if chosen else None


class ColumnsForm(PlainErrors):
    """Which of their headings is which column of the template, and when each of the others was known."""

    def __init__(self, *args: Any, headings: Iterable[str], row: CohortFile, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        now = row.column_map
        named = [text for text in headings if is_heading(text)]
        plain = {plain_heading(text): text for text in named}
        choices = [("", "Not in the file"), *((text, text) for text in named)]
        for column in COLUMNS:
            first = now.get("columns", {}).get(column.name) or plain.get(column.name, "")
            self.fields[column.name] = forms.ChoiceField(
                label=column.name, help_text=column.meaning, choices=choices, required=False, initial=first
            )
        self.fields["order"] = forms.ChoiceField(
            label="How dates are written", choices=_ORDERS, required=False, widget=forms.RadioSelect,
            initial=now.get("dates", {}).get("order", ""),
        )  # fmt: skip
        self.own = {f"own-{place}": text for place, text in enumerate(own_headings(named, now.get("columns", {}).values()))}
        for name, text in self.own.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{text}: when was it known?", choices=KNOWN, required=False, widget=forms.RadioSelect,
                initial=row.known_when.get(text),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Each heading is one column; of one that is none of the template's it is said when it was known."""
        found = super().clean() or {}
        chosen: set[str] = set()
        for column in COLUMNS:
            heading = found.get(column.name)
            if heading and heading in chosen:
                self.add_error(column.name, f"{column.name}: this heading was chosen for another column already")
            chosen.add(heading or "")
        for name, text in self.own.items():
            if not found.get(name) and text not in chosen:
                self.add_error(name, f"Select when {text} was known")
        return found

    def known_when(self) -> dict[str, str]:
        """When each of their own columns was known, by heading."""
        taken = {self.cleaned_data[each.name] for each in COLUMNS}
        return {text: self.cleaned_data[name] for name, text in self.own.items() if text not in taken}

    def column_map(self) -> dict[str, dict[str, str]]:
        """The map as the core reads it; headings that are the template's own need none."""
        said = self.cleaned_data
        columns = {
            each.name: said[each.name] for each in COLUMNS if said[each.name] and plain_heading(said[each.name]) != each.name
        }
        return {"columns": columns, "dates": {"order": said["order"]} if said["order"] else {}}


class CodesForm(PlainErrors):
    """Which of their codes is which code of the template: those that were refused, and those that were named before."""

    def __init__(self, *args: Any, unknown: Counts, now: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        self.asked: dict[str, tuple[str, str]] = {}
        for column in COLUMNS:
            named = now.get(column.name, {})
            choices = [("", "Not a code: it has to be put right in the file"), *((code, code) for code, _ in column.codes)]
            counts = {text: count for text, count in unknown.get(column.name, {}).items() if text.casefold() not in named}
            for text in dict.fromkeys([*counts, *named]):
                name = f"code-{len(self.asked)}"
                self.asked[name] = (column.name, text)
                often = "" if text not in counts else f" ({counts[text]:,} times)" if counts[text] > 1 else " (once)"
                self.fields[name] = forms.ChoiceField(
                    label=f"{column.name}: {text}{often}", choices=choices, required=False, initial=named.get(text, "")
                )

    def column_map(self) -> dict[str, dict[str, dict[str, str]]]:
        """The map as the core reads it; a code that means nothing is not kept."""
        found: dict[str, dict[str, str]] = {}
        for name, (column, text) in self.asked.items():
            if code := self.cleaned_data[name]:
                found.setdefault(column, {})[text.casefold()] = code
        return {"values": found}


class SplitColumnForm(PlainErrors):
    """Which column names the programme: one of their own, or the setting; names, dates and identifiers are not offered."""

    def __init__(self, *args: Any, headings: Iterable[str], theirs: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        # the template's column of each heading; of the organisation's own, the heading
        named = [(place, text, theirs.get(text, plain_heading(text))) for place, text in enumerate(headings)]
        choices = [
            (str(place), text) for place, text, name in named if is_heading(text) and (name not in BY_NAME or name == "setting")
        ]
        self.fields["column"] = forms.ChoiceField(
            label="Which column names the programme?",
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"required": "Select the column that names the programme"},
        )


class SplitForm(PlainErrors):
    """What becomes of the people of each programme."""

    def __init__(self, *args: Any, groups: Iterable[tuple[str, int]], key: str, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        choices = [("here", f"Stays in request {key}"), ("new", "A request of its own"), ("out", "Left out: in no request")]
        self.number = 0
        for self.number, (value, count) in enumerate(groups, start=1):
            people = "1 row" if count == 1 else f"{count:,} rows"
            self.fields[f"value-{self.number}"] = forms.ChoiceField(
                label=f"{value or 'No programme given'}: {people}", choices=choices, widget=forms.RadioSelect
            )
        self.fields["declared"] = forms.BooleanField(
            label="Nobody is left out because of how they did, or what became of them.",
            error_messages={"required": "Say that nobody is left out because of how they did"},
        )

    def clean(self) -> dict[str, Any]:
        """Something stays, and something does not."""
        found = super().clean() or {}
        chosen = self.chosen()
        if None not in chosen and ("here" not in chosen or set(chosen) == {"here"}):
            self.add_error(None, "Leave at least one programme in this request, and take at least one out of it")
        return found

    def chosen(self) -> list[str]:
        """What was said of each value, in their order."""
        return [self.cleaned_data.get(f"value-{place}") for place in range(1, self.number + 1)]  # type: ignore[misc]  # None only while it is cleaned


class RowForm(PlainErrors):
    """The row of somebody who objected."""

    row = forms.IntegerField(
        label="Row number in your spreadsheet",
        min_value=2,
        max_value=1_048_576,
        widget=forms.NumberInput({"class": "govuk-input--width-5"}),
    )


class MendForm(PlainErrors):
    """New values of faulty cells. What was typed is in the sealed file and the worker's memory, and nowhere else."""

    def __init__(self, *args: Any, cells: list[tuple[int, str, str, str]], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        self.cells = cells
        for number, (row, column, value, what) in enumerate(cells):
            self.fields[f"cell-{number}"] = forms.CharField(
                label=f"Row {row}, {column}", help_text=what, initial=value, required=False, max_length=200,
                widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
            )  # fmt: skip

    def changes(self) -> list[Cell]:
        """The cells whose value is another now."""
        found = [
            (row, column, old, self.cleaned_data[f"cell-{number}"]) for number, (row, column, old, _) in enumerate(self.cells)
        ]
        return [Cell(row=row, column=column, value=new) for row, column, old, new in found if new != old.strip()]
