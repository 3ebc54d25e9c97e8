"""The questions about a cohort file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from jdl_service.base.free_text import identifiers_in
from jdl_service.files.mending import Cell
from jdl_service.look.fields import UploadField
from jdl_service.look.forms import PlainErrors
from justice_data_lab.intake.columns import COLUMNS, plain_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ORDERS = (
    ("", "As the file shows"),
    ("day-first", "Day first, such as 31/12/2022"),
    ("month-first", "Month first, such as 12/31/2022"),
)
# A heading with as many digits is somebody's: the list has no headings.
_DIGITS = re.compile(r"\d{4}")


class UploadForm(PlainErrors):
    """A cohort file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        largest = settings.ENVIRONMENT.upload_mb * 1_000_000
        self.fields["file"] = UploadField(kinds=("csv", "xlsx", "ods"), largest=largest, label="Cohort file")


class ColumnsForm(PlainErrors):
    """Which of their headings is which column of the template."""

    def __init__(self, *args: Any, headings: Iterable[str], now: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
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

    def clean(self) -> dict[str, Any]:
        """Each heading is one column."""
        found = super().clean() or {}
        chosen: set[str] = set()
        for column in COLUMNS:
            heading = found.get(column.name)
            if heading and heading in chosen:
                self.add_error(column.name, f"{column.name}: this heading was chosen for another column already")
            chosen.add(heading or "")
        return found

    def column_map(self) -> dict[str, dict[str, str]]:
        """The map as the core reads it; headings that are the template's own need none."""
        said = self.cleaned_data
        columns = {
            each.name: said[each.name] for each in COLUMNS if said[each.name] and plain_heading(said[each.name]) != each.name
        }
        parts: dict[str, dict[str, str]] = {"columns": columns, "dates": {"order": said["order"]} if said["order"] else {}}
        return {name: part for name, part in parts.items() if part}


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


def is_heading(text: str) -> bool:
    """Whether a text may be kept as a heading: it is short, and no identifier or date of somebody.

    Example:
        >>> is_heading("Date of birth"), is_heading("A1234BC"), is_heading("14/03/1992")
        (True, False, False)
    """
    return len(text) <= 60 and not identifiers_in(text) and not _DIGITS.search(text)
