"""Finds the people of a cohort file in words that somebody wrote, and takes them out. Only the worker can: it alone opens the file."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    Way: TypeAlias = "tuple[str, ...]"
    # each way to write somebody, by its first word
    People: TypeAlias = "Mapping[str, set[Way]]"

TAKEN_OUT = "[name]"
# an initial with its full stop, or a word; identifiers have strokes
_WORD = re.compile(r"\b\w\.|[\w'\u2019/-]+")
_FURTHEST = 3


def people_of(rows: pa.Table) -> People:
    """Every way to write somebody: both names in either order, an initial for the first, a police or prison number."""
    found: dict[str, set[Way]] = defaultdict(set)
    for row in rows.select(["surname", "forename", "pnc_id", "prison_number"]).to_pylist():
        for way in _ways(row):
            found[way[0]].add(way)
    return found


def without(text: str, people: People) -> str:
    """The words with nobody of these people in them.

    Example:
        >>> people = {"ann": {("ann", "okafor")}, "young": {("young", "will")}}
        >>> without("We met Ann Okafor, and will young people come?", people)
        'We met [name], and will young people come?'
    """
    words, spans, at = list(_WORD.finditer(text)), [], 0
    while at < len(words):
        length = max((len(way) for way in people.get(_plain(words[at]), ()) if _stands(way, words, at)), default=0)
        if length:
            spans.append((words[at].start(), words[at + length - 1].end()))
        at += length or 1
    for start, end in reversed(spans):
        text = text[:start] + TAKEN_OUT + text[end:]
    return text


def _ways(row: Mapping[str, str | None]) -> Iterator[Way]:
    surname, forename = (tuple(map(_plain, _WORD.finditer(row[name] or ""))) for name in ("surname", "forename"))
    if surname and forename:
        yield from ((*forename, *surname), (*surname, *forename), (forename[0], *surname), (f"{forename[0][0]}.", *surname))
    yield from ((number.casefold(),) for name in ("pnc_id", "prison_number") if (number := row[name]))


def _stands(way: Way, words: list[re.Match[str]], at: int) -> bool:
    """Whether these words stand here close together, the last of a name with a capital letter: “will young people” is nobody."""
    here = words[at : at + len(way)]
    close = all(after.start() - before.end() <= _FURTHEST for before, after in pairwise(here))
    return tuple(map(_plain, here)) == way and close and (len(way) == 1 or not here[-1][0][0].islower())


def _plain(word: re.Match[str]) -> str:
    return word[0].casefold()
