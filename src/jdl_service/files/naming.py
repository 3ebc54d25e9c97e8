"""Finds the people of a cohort file in words that somebody wrote, and takes them out. Only the worker can: it alone opens the file."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa

    # each way to write somebody, by its first word
    People: TypeAlias = "Mapping[str, set[Way]]"

TAKEN_OUT = "[name]"
# an initial with its full stop, or a word; identifiers have strokes
_WORD = re.compile(r"\b\w\.|[\w'\u2019/-]+")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_FURTHEST = 3
# shorter names are too often something else: An, Do, Ho
_SHORTEST = 4
# names that are words, days, towns or peoples as well
_ORDINARY = frozenset(Path(__file__).with_name("ordinary.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to write somebody.

    Attributes:
        words: in small letters.
        small: whether it is somebody in small letters too; else the last word needs a capital.
    """

    words: tuple[str, ...]
    small: bool


def people_of(rows: pa.Table, spared: Iterable[str] = ()) -> People:
    """Every way to write somebody: both names in either order, an initial for the first, the surname alone, a police or prison number.

    Args:
        rows: of a cohort.
        spared: texts, such as the name of a place: a surname that stands alone in one of them is nobody's there or anywhere else.
    """
    found: dict[str, set[Way]] = defaultdict(set)
    people = rows.select(["surname", "forename", "pnc_id", "prison_number"]).to_pylist()
    for way in chain.from_iterable(map(_ways, people)):
        found[way.words[0]].add(way)
    # whoever is named in full in such a text makes no place of it
    elsewhere = _ORDINARY | {_plain(word) for text in spared for word in _WORD.finditer(without(text, found))}
    for words in (_words(row["surname"]) for row in people):
        if len("".join(words)) >= _SHORTEST and not elsewhere.issuperset(words):
            found[words[0]].add(Way(words=words, small=False))
    return found


def without(text: str, people: People) -> str:
    """The words with nobody of these people in them.

    Example:
        >>> people = {"ann": {Way(words=("ann", "okafor"), small=True)}, "will": {Way(words=("will", "young"), small=False)}}
        >>> without("We met ann okafor, and will young people come?", people)
        'We met [name], and will young people come?'
    """
    words, spans, at = list(_WORD.finditer(text)), [], 0
    while at < len(words):
        length = max((len(way.words) for way in people.get(_plain(words[at]), ()) if _stands(way, words, at)), default=0)
        if length:
            spans.append((words[at].start(), words[at + length - 1].end()))
        at += length or 1
    for start, end in reversed(spans):
        text = text[:start] + TAKEN_OUT + text[end:]
    return text


def _ways(row: Mapping[str, str | None]) -> Iterator[Way]:
    """Whatever tells of somebody without doubt: both names, or a number."""
    surname, forename = _words(row["surname"]), _words(row["forename"])
    if surname and forename:
        for words in ((*forename, *surname), (*surname, *forename), (forename[0], *surname)):
            yield Way(words=words, small=any(len(word) >= _SHORTEST and word not in _ORDINARY for word in words))
        yield Way(words=(f"{forename[0][0]}.", *surname), small=False)
    yield from (Way(words=(number.casefold(),), small=True) for name in ("pnc_id", "prison_number") if (number := row[name]))


def _stands(way: Way, words: list[re.Match[str]], at: int) -> bool:
    """Whether these words stand here close together, with a capital letter where the way needs one: “will young people” is nobody."""
    here = words[at : at + len(way.words)]
    close = all(after.start() - before.end() <= _FURTHEST for before, after in pairwise(here))
    return tuple(map(_plain, here)) == way.words and close and (way.small or not here[-1][0][0].islower())


def _words(name: str | None) -> tuple[str, ...]:
    return tuple(map(_plain, _WORD.finditer(name or "")))


def _plain(word: re.Match[str]) -> str:
    return _POSSESSIVE.sub("", word[0].casefold())
