"""Finding results: full text, filters with counts, sorting, suggestions, similar services. The index holds one moment's library.

Sets of entries are whole numbers with one bit an entry: of ten thousand, and, or and counting take microseconds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.library.address import FILTERS, Question
from justice_data_lab.library.taxonomy import FACETS, KEYS, NOT_STATED, facet, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from justice_data_lab.library.classified import Classified
    from justice_data_lab.library.collection import Library
    from justice_data_lab.library.entry import Entry

Bits: TypeAlias = int
PAGE = 20
MOST_SUGGESTED = 8
_WORD = re.compile(r"[a-z0-9]+")
# How much a word counts, by where it stands.
_WEIGHTS = {"title": 8, "organisation": 5, "taxonomy": 4, "practice": 1}
# A prefix that many words begin with is not followed further than this.
_MOST_ENDINGS = 200
# How much it counts that two services share something; the rest of the taxonomy counts 1.
_SHARED = {"type": 4, "setting": 2, "sex": 2, "sentence": 1}
_SILENT = frozenset(("a", "an", "and", "for", "in", "of", "on", "the", "to", "with"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One value of a filter: how many results it would leave, and whether it is chosen."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a question.

    Attributes:
        question: what was asked, on a page that exists.
        total: how many results.
        pages: of them.
        entries: on this page.
        counts: by filter: each value that any result has, with what choosing it would leave.
        compared: the results to stand side by side.
    """

    question: Question
    total: int
    pages: int
    entries: tuple[Entry, ...]
    counts: Mapping[str, tuple[Count, ...]]
    compared: tuple[Entry, ...]


class Index:
    """A library made ready for questions. It is made anew at each release: nothing that is not in the library is in it."""

    __slots__ = ("_by_key", "_endings", "_entries", "_every", "_filters", "_ranks", "_words", "library")

    def __init__(self, library: Library) -> None:
        """Read every entry once.

        Args:
            library: as at one moment, from `collect`.
        """
        self.library = library
        self._entries = library.entries
        self._by_key = {each.key: number for number, each in enumerate(self._entries)}
        self._every: Bits = (1 << len(self._entries)) - 1
        self._words = _postings(self._entries)
        self._endings = sorted(self._words)
        self._filters = _filters(self._entries)
        # entries stand newest first, so that ties of any other order do too
        self._ranks = {
            "title": _ranks(self._entries, _title),
            "people": _ranks(self._entries, _people),
            "effect": _ranks(self._entries, _effect),
        }

    def find(self, question: Question) -> Found:
        """The answer to a question."""
        scores = self._scores(question.text)
        text = self._every if scores is None else _bits(scores)
        by_filter = {name: self._any(name, question.values(name)) for name in (*FILTERS, "region") if question.values(name)}
        hits = _all(text, by_filter.values())
        ordered = self._ordered(hits, question, scores)
        pages = max(math.ceil(len(ordered) / PAGE), 1)
        page = min(question.page, pages)
        return Found(
            question=replace(question, page=page),
            total=len(ordered),
            pages=pages,
            entries=tuple(self._entries[number] for number in ordered[(page - 1) * PAGE : page * PAGE]),
            counts={name: self._counts(name, question, text, by_filter) for name in (*FILTERS, "region")},
            compared=tuple(self._entries[self._by_key[key]] for key in question.compare if key in self._by_key),
        )

    def suggest(self, text: str) -> tuple[str, ...]:
        """Titles and organisations with a word that begins as the last word typed, and all other words typed; the newest first."""
        wanted = _tokens(text)
        if not wanted:
            return ()
        hits = _all(self._every, (_bits(self._with_word(word, prefix=True)) for word in wanted))
        said: dict[str, None] = {}
        for number in _numbers(hits):
            for name in (self._entries[number].title, self._entries[number].organisation):
                if any(word.startswith(wanted[-1]) for word in _tokens(name)):
                    said[name] = None
            if len(said) >= MOST_SUGGESTED:
                break
        return tuple(said)[:MOST_SUGGESTED]

    def similar(self, service: Classified, most: int = 5, *, but: str = "") -> tuple[Entry, ...]:
        """Results of services like one: those that share most of the taxonomy with it, then the newest.

        Args:
            service: of a request, or of a result.
            most: how many.
            but: key of the result itself.
        """
        # the score of every entry at once: one set of entries for each binary digit
        digits: list[Bits] = []
        for key in KEYS:
            for value in service.of(key):
                if value != NOT_STATED:
                    _add(digits, self._filters[key].get(value, 0), _SHARED.get(key, 1))
        found: list[Entry] = []
        for score in range((1 << len(digits)) - 1, 0, -1):
            hits = self._every
            for place, digit in enumerate(digits):
                hits &= digit if score >> place & 1 else ~digit
            found += [self._entries[number] for number in islice(_numbers(hits), most + 1)]
            if len(found) > most:
                break
        return tuple([each for each in found if each.key != but][:most])

    def entry(self, key: str) -> Entry | None:
        """The entry of a key; None when everybody may see none."""
        number = self._by_key.get(key)
        return None if number is None else self._entries[number]

    def chosen(self, name: str, value: str) -> tuple[Entry, ...]:
        """Every entry with a value of a filter, the latest first."""
        return tuple(self._entries[number] for number in _numbers(self._filters[name].get(value, 0)))

    def _any(self, name: str, values: Sequence[str]) -> Bits:
        hits = 0
        for value in values:
            hits |= self._filters[name].get(value, 0)
        return hits

    def _counts(self, name: str, question: Question, text: Bits, by_filter: Mapping[str, Bits]) -> tuple[Count, ...]:
        """What each value would leave, with every other filter as it is chosen."""
        around = _all(text, (bits for other, bits in by_filter.items() if other != name))
        values = self._filters[name]
        order = FILTERS.get(name) or tuple(sorted(values))
        return tuple(
            Count(value=value, name=value_name(name, value), count=(around & values[value]).bit_count(), chosen=value in question.values(name))
            for value in order
            if value in values
        )  # fmt: skip

    def _scores(self, text: str) -> dict[int, float] | None:
        """Each entry that has every word, with its score; None when no word is asked for."""
        wanted = _tokens(text)
        if not wanted:
            return None
        found: dict[int, float] | None = None
        for place, word in enumerate(wanted):
            hits = self._with_word(word, prefix=place == len(wanted) - 1)
            found = hits if found is None else {each: found[each] + hits[each] for each in found.keys() & hits.keys()}
        return found

    def _with_word(self, word: str, *, prefix: bool) -> dict[int, float]:
        """Entries with the word, or with one that begins so; rare words count more, and so does the word itself."""
        words = self._beginning(word) if prefix else [word]
        hits: dict[int, float] = {}
        for each in words:
            postings = self._words.get(each, {})
            rare = math.log(1 + len(self._entries) / (1 + len(postings))) * (1.0 if each == word else 0.5)
            if not hits:
                # a common word stands in thousands of entries
                hits = {number: weight * rare for number, weight in postings.items()}
                continue
            for number, weight in postings.items():
                hits[number] = max(hits.get(number, 0.0), weight * rare)
        return hits

    def _beginning(self, start: str) -> list[str]:
        first = bisect_left(self._endings, start)
        found = []
        for word in self._endings[first : first + _MOST_ENDINGS]:
            if not word.startswith(start):
                break
            found.append(word)
        return found

    def _ordered(self, hits: Bits, question: Question, scores: Mapping[int, float] | None) -> list[int]:
        """Numbers of the entries found, sorted."""
        found = list(_numbers(hits))
        if question.order == "relevance":
            return sorted(found, key=lambda number: -scores[number]) if scores else found
        if question.order == "oldest":
            return found[::-1]
        ranks = self._ranks.get(question.order)
        return sorted(found, key=ranks.__getitem__) if ranks else found


def value_name(name: str, value: str) -> str:
    """A value of a filter as printed."""
    if name in KEYS:
        return names((value,), facet(name))[0]
    return _OTHER_NAMES.get(value, value)


_OTHER_NAMES = {
    "reduction": "Evidence of a reduction", "inconclusive": "Not enough evidence to tell", "increase": "Evidence of an increase",
    "no_figure": "No figure can be shown", "not_analysed": "Could not be analysed", "withdrawn": "Withdrawn",
    "matched": "Matched comparison group", "randomised": "Randomised trial", NOT_STATED: "Not stated",
}  # fmt: skip


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower().replace("\u2019s", "s").replace("'s", "s"))
    words = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return [word for word in words if word not in _SILENT]


def _postings(entries: Sequence[Entry]) -> dict[str, dict[int, int]]:
    """Every word with the entries that have it, and how much it counts there."""
    words: dict[str, dict[int, int]] = defaultdict(dict)
    for number, entry in enumerate(entries):
        for part, text in _texts(entry):
            for word in _tokens(text):
                words[word][number] = max(words[word].get(number, 0), _WEIGHTS[part])
    return dict(words)


def searched_words(entry: Entry) -> list[str]:
    """Every word by which an entry is found, once, in alphabetical order."""
    return sorted({word for _, text in _texts(entry) for word in _tokens(text)})


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is searched: titles, names, the taxonomy's words, and what the organisation says it does."""
    yield "title", entry.title
    yield "organisation", entry.organisation
    for each in FACETS:
        for value in entry.classified.of(each.key):
            option = each.option(value)
            if option:
                yield "taxonomy", " ".join((option.name, *option.also))
    yield "taxonomy", entry.classified.region
    practice = entry.practice
    yield (
        "practice",
        " ".join((practice.what, practice.who_delivers, practice.where, practice.dose, practice.how_chosen, practice.own_words)),
    )


def _filters(entries: Sequence[Entry]) -> dict[str, dict[str, Bits]]:
    """By filter and value, the entries that have it."""
    made: dict[str, dict[str, Bits]] = {name: defaultdict(int) for name in (*FILTERS, "region")}
    for number, entry in enumerate(entries):
        bit = 1 << number
        for key in KEYS:
            for value in entry.classified.of(key):
                made[key][value] |= bit
        made["verdict"][entry.verdict] |= bit
        if entry.design:
            made["design"][entry.design] |= bit
        if entry.classified.region:
            made["region"][entry.classified.region] |= bit
    return {name: dict(values) for name, values in made.items()}


def _bits(numbers: Mapping[int, float]) -> Bits:
    row = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        row[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(row, "little")


def _numbers(bits: Bits) -> Iterator[int]:
    """Places of the set bits, the lowest first."""
    row = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for place, byte in enumerate(row):
        for bit in _BITS[byte]:
            yield 8 * place + bit


_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def _add(digits: list[Bits], hits: Bits, weight: int) -> None:
    """Add a weight to the score of some entries, with carries, as in column addition."""
    for place in range(weight.bit_length()):
        if weight >> place & 1:
            carry, at = hits, place
            while carry:
                while len(digits) <= at:
                    digits.append(0)
                digits[at], carry = digits[at] ^ carry, digits[at] & carry
                at += 1


def _all(bits: Bits, others: Iterable[Bits]) -> Bits:
    """Those that are in every set."""
    for each in others:
        bits &= each
    return bits


def _ranks(entries: Sequence[Entry], key: Callable[[Entry], tuple[str | float, ...]]) -> list[int]:
    """The place of each entry in an order."""
    ranks = [0] * len(entries)
    for rank, number in enumerate(sorted(range(len(entries)), key=lambda number: key(entries[number]))):
        ranks[number] = rank
    return ranks


def _title(entry: Entry) -> tuple[str, str]:
    return entry.title.lower(), entry.key


def _people(entry: Entry) -> tuple[float]:
    return (-(entry.people.value or 0.0),)


def _effect(entry: Entry) -> tuple[bool, float]:
    """The largest fall first; those without a figure last, none hidden."""
    value = entry.first.difference.value if entry.first else None
    return value is None, value or 0.0
