"""What two records must have in common to reach a level, written as data and rendered as SQL.

A predicate is a list such as `["same", "surname"]` or `["all", ["same", "surname"], ["similar", "forename", 0.92]]`:
no engine's dialect is stored in a model, so a frozen model outlives the engine it was trained on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

Predicate: TypeAlias = "tuple[str | float | Predicate, ...]"


def render(predicate: Predicate) -> str:
    """The predicate as a DuckDB condition on columns that end in `_l` and `_r`.

    Raises:
        UsageError: the word is not in the vocabulary.

    Example:
        >>> render(("same", "surname"))
        'surname_l = surname_r'
    """
    word = str(predicate[0])
    if word not in _VOCABULARY:
        message = f"Expected a predicate out of {', '.join(sorted(_VOCABULARY))}; the model says '{word}'. Build it again."
        raise UsageError(message)
    return _VOCABULARY[word](predicate[1:])


def from_json(value: object) -> Predicate:
    """A predicate out of parsed JSON, with lists turned into tuples."""
    if not isinstance(value, list | tuple):
        message = f"Expected a predicate as a list, found {type(value).__name__}. Build the model again."
        raise UsageError(message)
    return tuple(part if isinstance(part, str | float | int) else from_json(part) for part in value)


_Words: TypeAlias = "tuple[str | float | Predicate, ...]"


def _joined(words: _Words, operator: str) -> str:
    parts = [render(word) for word in words if isinstance(word, tuple)]
    return "(" + f" {operator} ".join(f"({part})" for part in parts) + ")" if len(parts) > 1 else parts[0]


def _absent(words: _Words) -> str:
    return f"({words[0]}_l IS NULL OR {words[0]}_r IS NULL)"


def _same(words: _Words) -> str:
    return " AND ".join(f"{column}_l = {column}_r" for column in words)


def _similar(words: _Words) -> str:
    column, least = words
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def _edits(words: _Words) -> str:
    column, most = words
    return f"damerau_levenshtein({column}_l, {column}_r) <= {most}"


def _shares(words: _Words) -> str:
    return f"list_has_any({words[0]}_l, {words[0]}_r)"


def _starts(words: _Words) -> str:
    column = words[0]
    return f"(starts_with({column}_l, {column}_r) OR starts_with({column}_r, {column}_l))"


def _crossed(words: _Words) -> str:
    one, other = words
    return f"{one}_l = {other}_r AND {other}_l = {one}_r"


def _crossed_similar(words: _Words) -> str:
    one, other, least = words
    return f"jaro_winkler_similarity({one}_l, {other}_r) >= {least} AND jaro_winkler_similarity({other}_l, {one}_r) >= {least}"


def _among(words: _Words) -> str:
    column, several = words
    return f"(list_contains({several}_r, {column}_l) OR list_contains({several}_l, {column}_r))"


def _part(side: str, column: str | float | Predicate, part: str) -> str:
    first, length = {"year": (1, 4), "month": (6, 2), "day": (9, 2)}[part]
    return f"substr({column}_{side}, {first}, {length})"


def _same_part(column: str | float | Predicate, part: str, other: str | None = None) -> str:
    return f"{_part('l', column, part)} = {_part('r', column, other or part)}"


def _day_month_swapped(words: _Words) -> str:
    column = words[0]
    swaps = (_same_part(column, "year"), _same_part(column, "month", "day"), _same_part(column, "day", "month"))
    return " AND ".join(swaps)


def _two_date_parts(words: _Words) -> str:
    column = words[0]
    year, month, day = (_same_part(column, part) for part in ("year", "month", "day"))
    return f"(({year} AND {month}) OR ({year} AND {day}) OR ({month} AND {day}))"


_VOCABULARY: dict[str, Callable[[_Words], str]] = {
    "all": lambda words: _joined(words, "AND"),
    "any": lambda words: _joined(words, "OR"),
    "absent": _absent,
    "same": _same,
    "similar": _similar,
    "edits": _edits,
    "shares": _shares,
    "starts": _starts,
    "crossed": _crossed,
    "crossed_similar": _crossed_similar,
    "among": _among,
    "day_month_swapped": _day_month_swapped,
    "two_date_parts": _two_date_parts,
    "else": lambda _words: "ELSE",
}
