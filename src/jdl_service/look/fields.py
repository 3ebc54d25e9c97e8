"""Two fields that Django lacks: a date typed in three boxes, and a file whose limits are said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from jdl_service.look.words import named, size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict
    from django.utils.functional import _StrPromise

PARTS = ("day", "month", "year")
_LARGEST = {"day": 31, "month": 12, "year": 9999}
_EARLIEST_YEAR = 1000  # two digits of a year could be either century


class DateParts(forms.Widget):
    """Day, month and year in three boxes, sent as `name-day`, `name-month` and `name-year`."""

    use_fieldset = True

    def value_from_datadict(
        self,
        data: Mapping[str, str],
        files: MultiValueDict[str, UploadedFile[bytes]],  # noqa: ARG002 -- Django's signature
        name: str,
    ) -> list[str]:
        """What was typed in the three boxes."""
        return [str(data.get(f"{name}-{part}", "")).strip() for part in PARTS]

    def value_omitted_from_data(
        self,
        data: Mapping[str, str],
        files: MultiValueDict[str, UploadedFile[bytes]],  # noqa: ARG002 -- Django's signature
        name: str,
    ) -> bool:
        """Whether none of the three boxes was on the page."""
        return all(f"{name}-{part}" not in data for part in PARTS)

    def id_for_label(self, id_: str, index: str | None = None) -> str:  # noqa: ARG002
        """The first box, to which a line of the error summary leads."""
        return f"{id_}-day" if id_ else id_

    def format_value(self, value: object) -> list[str]:
        """The three boxes' text for a date, for what was typed, or for nothing."""
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        return [str(part) for part in value] if isinstance(value, (list, tuple)) else ["", "", ""]


class DatePartsField(forms.Field):
    """A date in three boxes; says which box is missing or wrong.

    Raises:
        ValidationError: a box is empty, or the three are no date.
    """

    widget = DateParts
    default_error_messages: ClassVar[dict[str, str | _StrPromise]] = {
        "missing": "%(label)s must include a %(missing)s",
        "real": "%(label)s must be a real date, such as 27 3 2025",
    }

    def to_python(self, value: list[str] | date | None) -> date | None:
        """The date, or None when all boxes are empty."""
        if value is None or isinstance(value, date) or not any(value):
            return value if isinstance(value, date) else None
        empty = [part for part, typed in zip(PARTS, value, strict=True) if not typed]
        if empty:
            raise ValidationError(
                self.error_messages["missing"], "missing", {"label": named(str(self.label)), "missing": " and a ".join(empty)}
            )
        try:
            return date(*(_whole(part, typed) for part, typed in reversed(list(zip(PARTS, value, strict=True)))))
        except ValueError:
            raise ValidationError(self.error_messages["real"], "real", {"label": named(str(self.label))}) from None

    def has_changed(self, initial: date | None, data: list[str] | None) -> bool:
        """Whether the boxes say another date than at first."""
        return data is not None and DateParts().format_value(initial) != data


def _whole(part: str, typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and 0 < int(typed) <= _LARGEST[part]):
        raise ValueError
    if part == "year" and int(typed) < _EARLIEST_YEAR:
        raise ValueError
    return int(typed)


class UploadField(forms.FileField):
    """A file of a few kinds and up to a size; both are said beside the box, and the browser offers only these kinds.

    Args:
        kinds: endings of the file's name, such as `csv`, in the order in which they are said.
        largest: greatest size in bytes.
    """

    default_error_messages: ClassVar[dict[str, str | _StrPromise]] = {
        "kind": "The selected file must be a %(kinds)s",
        "large": "The selected file must be smaller than %(largest)s",
        "empty": "The selected file is empty",
        "required": "Select a file",
    }

    def __init__(self, *, kinds: tuple[str, ...], largest: int, label: str, help_text: str = "") -> None:
        self.kinds, self.largest = kinds, largest
        accept = ",".join(f".{kind}" for kind in kinds)
        limits = f"{self.said()} file, smaller than {size(largest)}."
        super().__init__(label=label, help_text=f"{help_text} {limits}".strip(), widget=forms.FileInput(attrs={"accept": accept}))

    def said(self) -> str:
        """The kinds in words: `CSV, XLSX or ODS`."""
        *rest, last = (kind.upper() for kind in self.kinds)
        return f"{', '.join(rest)} or {last}" if rest else last

    def clean(self, data: UploadedFile[bytes] | None, initial: object = None) -> UploadedFile[bytes] | None:
        """The file, when its ending and size will do; what is inside is for the room that reads it."""
        found: UploadedFile[bytes] | None = super().clean(data, initial)
        # whoever took it in may have a reason of its own
        if refusal := getattr(found, "refusal", ""):
            raise ValidationError(refusal, "refusal")
        if found and not (found.name or "").lower().endswith(tuple(f".{kind}" for kind in self.kinds)):
            raise ValidationError(self.error_messages["kind"], "kind", {"kinds": self.said()})
        if found and (found.size or 0) >= self.largest:
            raise ValidationError(self.error_messages["large"], "large", {"largest": size(self.largest)})
        return found
