"""Finding results: full text, filters with counts, sorting, suggestions, similar services. The index holds one moment's library.

Sets of entries are whole numbers with one bit an entry: of ten thousand, and, or and counting take microseconds. Scores are arrays with one
number an entry, nought where a word is not found.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.library.address import FILTERS, Question
from justice_data_lab.library.taxonomy import FACETS, KEYS, NOT_STATED, facet, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from justice_data_lab.library.classified import Classified
    from justice_data_lab.library.collection import Library
    from justice_data_lab.library.entry import Entry

    Numbers: TypeAlias = NDArray[np.intp]
    Scores: TypeAlias = NDArray[np.float64]

Bits: TypeAlias = int
PAGE = 20
MOST_SUGGESTED = 8
_WORD = re.compile(r"[^\W_]+")
# Letters that no decomposition turns into plain ones, as somebody without them on the keyboard types them.
FOLDED: Mapping[str, str] = {
    "\u00df": "ss", "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d", "\u00fe": "th", "\u0127": "h", "\u0131": "i",
    "\u03c2": "\u03c3",
}  # fmt: skip
_FOLDED = str.maketrans(dict(FOLDED))
# A word that nothing has is looked for with another ending: most often it is a plural.
ENDINGS = (("ies", "y"), ("es", ""), ("s", ""))
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
        text = self._every if scores is None else _bits(scores > 0)
        by_filter = {name: self._any(name, question.values(name)) for name in (*FILTERS, "region") if question.values(name)}
        hits = _all(text, by_filter.values())
        ordered = self._ordered(hits, question, scores)
        pages = max(math.ceil(len(ordered) / PAGE), 1)
        page = min(question.page, pages)
        return Found(
            question=replace(question, page=page),
            total=len(ordered),
            pages=pages,
            entries=self._at(ordered[(page - 1) * PAGE : page * PAGE]),
            counts={name: self._counts(name, question, text, by_filter) for name in (*FILTERS, "region")},
            compared=tuple(self._entries[self._by_key[key]] for key in question.compare if key in self._by_key),
        )

    def suggest(self, text: str) -> tuple[str, ...]:
        """Titles and organisations with a word that begins as the last word typed, and all other words typed; the newest first."""
        wanted = self._wanted(text)
        if not wanted:
            return ()
        hits = _all(self._every, (_bits(self._with_word(word, prefix=True) > 0) for word in wanted))
        said: dict[str, None] = {}
        for number in _numbers(hits).tolist():
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
            found += self._at(_numbers(hits)[: most + 1])
            if len(found) > most:
                break
        return tuple([each for each in found if each.key != but][:most])

    def entry(self, key: str) -> Entry | None:
        """The entry of a key; None when everybody may see none."""
        number = self._by_key.get(key)
        return None if number is None else self._entries[number]

    def chosen(self, name: str, value: str) -> tuple[Entry, ...]:
        """Every entry with a value of a filter, the latest first."""
        return self._at(_numbers(self._filters[name].get(value, 0)))

    def _at(self, numbers: Numbers) -> tuple[Entry, ...]:
        return tuple([self._entries[number] for number in numbers.tolist()])

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

    def _scores(self, text: str) -> Scores | None:
        """The score of every entry: above nought of those that have every word; None when no word is asked for.

        Text of which nothing can be looked up, such as marks alone, finds nothing; words that say nothing ask for nothing.
        """
        wanted = self._wanted(text)
        if not wanted:
            return None if _words(text) or not text.strip() else np.zeros(len(self._entries))
        found: Scores | None = None
        for place, word in enumerate(wanted):
            hits = self._with_word(word, prefix=place == len(wanted) - 1)
            found = hits if found is None else np.where((found > 0) & (hits > 0), found + hits, 0.0)
        return found

    def _wanted(self, text: str) -> list[str]:
        """The words that are looked for; the last may be unfinished."""
        words = _tokens(text)
        return [self._singular(word, last=place == len(words) - 1) for place, word in enumerate(words)]

    def _singular(self, word: str, *, last: bool) -> str:
        """A word that nothing has without the ending of a plural, where that is something; else the word."""
        shorter = (
            word.removesuffix(end) + instead for end, instead in ENDINGS if word.endswith(end) and len(word) > len(end) + 1
        )
        return next((each for each in (word, *shorter) if self._is_there(each, last=last)), word)

    def _is_there(self, word: str, *, last: bool) -> bool:
        return word in self._words or (last and bool(self._beginning(word)))

    def _with_word(self, word: str, *, prefix: bool) -> Scores:
        """Scores of entries with the word, or with one that begins so; rare words count more, and so does the word itself."""
        words = self._beginning(word) if prefix else [word] if word in self._words else []
        scores = np.zeros(len(self._entries))
        for each in words:
            numbers, weights = self._words[each]
            rare = math.log(1 + len(self._entries) / (1 + len(numbers))) * (1.0 if each == word else 0.5)
            scores[numbers] = np.maximum(scores[numbers], weights * rare)
        return scores

    def _beginning(self, start: str) -> list[str]:
        first = bisect_left(self._endings, start)
        found = []
        for word in self._endings[first : first + _MOST_ENDINGS]:
            if not word.startswith(start):
                break
            found.append(word)
        return found

    def _ordered(self, hits: Bits, question: Question, scores: Scores | None) -> Numbers:
        """Numbers of the entries found, sorted; the newest of equals first."""
        found = _numbers(hits)
        if question.order == "oldest":
            return found[::-1]
        ranks = self._ranks.get(question.order)
        by = ranks if ranks is not None else -scores if question.order == "relevance" and scores is not None else None
        return found if by is None else found[np.argsort(by[found], kind="stable")]


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
    """The words that are looked up."""
    return [word for word in _words(text) if word not in _SILENT]


def _words(text: str) -> list[str]:
    plain = text.lower().replace("\u2019s", "s").replace("'s", "s")
    if not plain.isascii():
        plain = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if unicodedata.category(letter)[0] != "M")
        plain = plain.translate(_FOLDED)
    return _WORD.findall(plain)


def _postings(entries: Sequence[Entry]) -> dict[str, tuple[Numbers, Scores]]:
    """Every word with the numbers of the entries that have it, and how much it counts in each."""
    words: dict[str, dict[int, int]] = defaultdict(dict)
    for number, entry in enumerate(entries):
        for part, text in _texts(entry):
            for word in _tokens(text):
                words[word][number] = max(words[word].get(number, 0), _WEIGHTS[part])
    return {word: (np.array([*found], dtype=np.intp), np.array([*found.values()], dtype=float)) for word, found in words.items()}


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
    made: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in (*FILTERS, "region")}
    for number, entry in enumerate(entries):
        for key in KEYS:
            for value in entry.classified.of(key):
                made[key][value].append(number)
        made["verdict"][entry.verdict].append(number)
        if entry.design:
            made["design"][entry.design].append(number)
        if entry.classified.region:
            made["region"][entry.classified.region].append(number)
    return {name: {value: _set_of(numbers) for value, numbers in values.items()} for name, values in made.items()}


def _set_of(numbers: list[int]) -> Bits:
    chosen = np.zeros(numbers[-1] + 1, dtype=bool)
    chosen[numbers] = True
    return _bits(chosen)


def _bits(chosen: NDArray[np.bool_]) -> Bits:
    """Whether each entry is in a set, as the set."""
    return int.from_bytes(np.packbits(chosen, bitorder="little").tobytes(), "little")


def _numbers(bits: Bits) -> Numbers:
    """Places of the set bits, the lowest first."""
    row = np.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(row, bitorder="little").nonzero()[0]


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


def _ranks(entries: Sequence[Entry], key: Callable[[Entry], tuple[str | float, ...]]) -> Numbers:
    """The place of each entry in an order."""
    ranks = np.zeros(len(entries), dtype=np.intp)
    ranks[sorted(range(len(entries)), key=lambda number: key(entries[number]))] = np.arange(len(entries))
    return ranks


def _title(entry: Entry) -> tuple[str, str]:
    return entry.title.lower(), entry.key


def _people(entry: Entry) -> tuple[float]:
    return (-(entry.people.value or 0.0),)


def _effect(entry: Entry) -> tuple[bool, float]:
    """The largest fall first; those without a figure last, none hidden."""
    value = entry.first.difference.value if entry.first else None
    return value is None, value or 0.0
