"""Reads one table of a TOML file strictly: every key has a type, and none is silently ignored."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar, cast

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Toml: TypeAlias = "str | int | float | bool | date | time | list[Toml] | dict[str, Toml]"
Scalar = TypeVar("Scalar", str, int, float, bool, date, time)
Value = TypeVar("Value")

# Line breaks and tabs stand in longer texts; nothing else of this has a sign, and XML allows none of it.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", date: "a date", time: "a time"}


def refuse(where: str, expected: str, came: str, remedy: str = "Change it and run again.") -> NoReturn:
    """Refuse a value of a study or lab file: where it stands, what was expected, what came, what to do."""
    message = f"{where}: expected {expected}, got {came}. {remedy}"
    raise UsageError(message)


@contextmanager
def in_file(name: str) -> Iterator[None]:
    """Begin what is refused in this block with the name of the file that is read: sections of one name stand in several.

    Raises:
        UsageError: what the block refused.
    """
    try:
        yield
    except UsageError as error:
        message = f"{name}: {error}"
        raise UsageError(message) from None


def refuse_unknown_sections(values: Mapping[str, Toml], known: Sequence[str]) -> None:
    """See that a file has only sections that somebody reads.

    Raises:
        UsageError: it has another; the nearest that is known is named.
    """
    for name in values:
        if name not in known:
            message = f"unknown section [{name}]. {nearest(name, known)}"
            raise UsageError(message)


def spelled(value: Toml | Sequence[str]) -> str:
    """A value as a TOML file has it.

    Example:
        >>> spelled([True, "text", 1.5, date(2026, 11, 22)])
        "[true, 'text', 1.5, 2026-11-22]"
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {spelled(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(spelled(entry) for entry in value)}]"
    return repr(value)


def nearest(word: str, known: Sequence[str]) -> str:
    """A hint that names the nearest known key, or lists them all when none is near."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known here: {', '.join(known)}." if known else "None is known here: take it out."


def is_a(value: Toml, kind: type) -> bool:
    """Whether a TOML value is of the kind, with bool never a number, a timestamp never a date, and neither inf nor nan anything."""
    if isinstance(value, bool):
        return kind is bool
    if isinstance(value, datetime):
        return False
    if kind is float:
        return isinstance(value, (int, float)) and abs(value) <= sys.float_info.max
    return isinstance(value, kind)


def _wanted(kind: type, *got: Toml) -> str:
    """The kind in words; of numbers, that they have to be finite is said where one is not."""
    numbers = [each for each in got if isinstance(each, (int, float)) and not isinstance(each, bool)]
    return "a finite number" if kind is float and not all(is_a(each, float) for each in numbers) else _WORDS[kind]


def without_control(words: str) -> str:
    """A text that was typed or pasted, such as out of a word processor, with a space for each control character."""
    return _CONTROL.sub(" ", words)


def as_kind(value: Toml, kind: type) -> Toml:
    """A whole number as a float where a float is wanted; everything else as it stands."""
    return float(value) if kind is float and isinstance(value, int) else value


@dataclass(slots=True)
class Section:
    """One TOML table being read; `finish` refuses whatever was not asked for."""

    where: str
    values: dict[str, Toml]
    later: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, key: str, kind: type[Scalar], default: Scalar) -> Scalar:
        """The value of an optional key."""
        found = self.optional(key, kind)
        return default if found is None else found

    def optional(self, key: str, kind: type[Scalar]) -> Scalar | None:
        """The value of a key, None when it is absent."""
        self.asked.append(key)
        if key not in self.values:
            return None
        value = self.values[key]
        if not is_a(value, kind):
            refuse(f"{self.where} {key}", _wanted(kind, value), spelled(value))
        if isinstance(value, str) and _CONTROL.search(value):
            refuse(f"{self.where} {key}", "text without control characters", spelled(value), "Take them out.")
        return cast("Scalar", as_kind(value, kind))

    def need(self, key: str, kind: type[Scalar]) -> Scalar:
        """The value of a key that must be there, and not be empty."""
        value = self.optional(key, kind)
        if value is None or not str(value).strip():
            close = get_close_matches(key, [found for found in self.values if found not in self.asked], n=1)
            hint = f" Did you mean this by `{close[0]}`?" if close else ""
            refuse(f"{self.where} {key}", _WORDS[kind], "nothing", f"This key is required.{hint}")
        return value

    def line(self, key: str) -> str:
        """A text that must be there, and stands in one line wherever it is shown, such as a title."""
        value = self.need(key, str)
        if value.splitlines() != [value]:
            refuse(f"{self.where} {key}", "text in one line", spelled(value), "Take the line breaks out.")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a closed list of words."""
        value = self.get(key, str, default)
        if value not in allowed:
            refuse(f"{self.where} {key}", f"one of {', '.join(allowed)}", spelled(value), nearest(value, allowed))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts without repeats, empty when the key is absent."""
        found = self._list(key, str)
        if len(set(found)) < len(found):
            refuse(f"{self.where} {key}", "each entry once", spelled(found))
        return tuple(str(value) for value in found)

    def numbers(self, key: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """A list of numbers."""
        return tuple(float(value) for value in self._list(key, float)) if key in self.values else self._default(key, default)  # type: ignore[arg-type]

    def dates(self, key: str) -> tuple[date, ...]:
        """A list of dates."""
        return tuple(value for value in self._list(key, date) if isinstance(value, date))

    def table(self, key: str) -> Section | None:
        """A table within this one, None when it is absent."""
        self.asked.append(key)
        if key not in self.values:
            return None
        value = self.values[key]
        if not isinstance(value, dict):
            refuse(f"{self.where} {key}", "a table", spelled(value))
        return Section(f"{self.where} {key}", value)

    def finish(self) -> None:
        """Refuse the first key that nobody asked for, with the nearest that is known."""
        for key in self.values:
            if key in self.later:
                message = f"{self.where} {key}: not in this version ({self.later[key]}). Take it out."
                raise UsageError(message)
            if key not in self.asked:
                message = f"{self.where}: unknown key `{key}`. {nearest(key, tuple(self.asked))}"
                raise UsageError(message)

    def _default(self, key: str, default: tuple[float, ...]) -> tuple[float, ...]:
        self.asked.append(key)
        return default

    def _list(self, key: str, kind: type) -> list[Toml]:
        self.asked.append(key)
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(is_a(entry, kind) for entry in value):
            entries = value if isinstance(value, list) else []
            refuse(f"{self.where} {key}", f"a list, each entry {_wanted(kind, *entries)}", spelled(value))
        return value


def section(values: dict[str, Toml], name: str, later: dict[str, str] | None = None) -> Section:
    """The table `[name]` of a file; an empty one when it is absent."""
    found = values.get(name, {})
    if not isinstance(found, dict):
        refuse(f"[{name}]", "a table", spelled(found))
    return Section(f"[{name}]", found, later or {})


def tables(values: dict[str, Toml], name: str) -> list[Section]:
    """The tables headed `[[name]]`, in order; none when it is absent."""
    found = values.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        refuse(f"[[{name}]]", f"a list of tables, each headed [[{name}]]", "something else")
    return [Section(f"[[{name}]] {number}", cast("dict[str, Toml]", entry)) for number, entry in enumerate(found, 1)]


def done(read: Section, value: Value) -> Value:
    """The value that a table gave, once every key of the table has been asked for."""
    read.finish()
    return value
