"""Invented names: a vocabulary shaped like British names, drawn with a long tail, and the aliases of one person.

The word lists (`names.csv`, `nicknames.csv`) were made up for this project from general knowledge; rare surnames are put
together from stems and endings. Frequencies fall off like Zipf and Mandelbrot's law, so that a few names are common and
most are rare.
"""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.register.synthetic.people import NAMESAKE, TWIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justice_data_lab.register.synthetic.people import People

    Whole: TypeAlias = "NDArray[np.int64]"

ORIGINS = ("british", "african", "south_asian_muslim", "south_asian_indian", "east_european", "middle_eastern")
_ORIGIN_SHARE = (
    # british african muslim indian eastern middle: rows are white, black, asian, mixed, other, unknown
    (0.925, 0.0, 0.0, 0.0, 0.070, 0.005),
    (0.50, 0.47, 0.03, 0.0, 0.0, 0.0),
    (0.03, 0.0, 0.60, 0.37, 0.0, 0.0),
    (0.72, 0.16, 0.08, 0.04, 0.0, 0.0),
    (0.08, 0.02, 0.10, 0.02, 0.03, 0.75),
    (0.70, 0.10, 0.10, 0.04, 0.03, 0.03),
)
NOTHING = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every word that can stand in a name, and what it may turn into.

    Attributes:
        words: the words, in title case; arrays below hold positions in it.
        surnames: for each origin, positions from the commonest on.
        forenames: for each origin and sex (M, F), positions from the commonest on.
        nickname, variant: one other form of the word (a short form; another spelling), or itself.
        slip: three misspellings of each word.
        alike: another forename of the same origin and sex with the same first letter.
    """

    words: tuple[str, ...]
    surnames: tuple[Whole, ...]
    forenames: tuple[tuple[Whole, Whole], ...]
    nickname: Whole
    variant: Whole
    slip: Whole
    alike: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """One name a row, as positions in `Vocabulary.words`; `second` is the other half of a double barrel, or NOTHING."""

    surname: Whole
    second: Whole
    forename: Whole
    middle: Whole
    further: Whole


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of one of the word lists that come with the package."""
    text = files("justice_data_lab.register").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, worked out from the word lists: the same on every machine."""
    rows = read_rows("synthetic/names.csv")
    lists = {key: _listed(rows, *key) for key in _wanted()}
    rare = _rare_surnames(_listed(rows, "stem", "british", ""), _listed(rows, "ending", "british", ""))
    lists["surname", "british", ""] += [name for name in rare if name not in set(lists["surname", "british", ""])]
    lists["surname", "african", ""] = _interleave(lists["surname", "african", ""], lists["surname", "british", ""][:400])
    nicknames = [(row["forename"], row["nickname"]) for row in read_rows("nicknames.csv")]
    variants = [(row["name"], row["variant"]) for row in rows if row["kind"] == "variant"]
    base = [*dict.fromkeys(word for names in lists.values() for word in names)]
    base = [*dict.fromkeys([*base, *(short for _, short in nicknames), *(other for _, other in variants)])]
    place = {word: number for number, word in enumerate(base)}
    slips = [misspell(word, way) for way in range(3) for word in base]
    forenames = tuple(_pair(lists, origin, place) for origin in ORIGINS)
    size = len(base)
    return Vocabulary(
        words=tuple(word.title() for word in (*base, *slips)),
        surnames=tuple(np.array([place[word] for word in lists["surname", origin, ""]]) for origin in ORIGINS),
        forenames=forenames,
        nickname=_turns(nicknames, place, 4 * size), variant=_turns(variants, place, 4 * size),
        slip=size + np.arange(3 * size).reshape(3, size).T, alike=_alike(forenames, base, 4 * size),
    )  # fmt: skip


def _wanted() -> list[tuple[str, str, str]]:
    """Keys of the lists in a fixed order."""
    sexes = [("forename", origin, sex) for origin in ORIGINS for sex in ("M", "F")]
    return [*(("surname", origin, "") for origin in ORIGINS), *sexes]


def _listed(rows: list[dict[str, str]], kind: str, origin: str, sex: str) -> list[str]:
    return [row["name"] for row in rows if (row["kind"], row["origin"], row["sex"]) == (kind, origin, sex)]


def _rare_surnames(stems: list[str], endings: list[str]) -> list[str]:
    """Every stem with every ending, in an order that looks drawn but is the same everywhere."""
    names = [stem + ending for stem in stems for ending in endings if stem[-1] != ending[0]]
    return sorted(names, key=lambda name: (zlib.crc32(name.encode()), name))


def _interleave(first: list[str], second: list[str]) -> list[str]:
    mixed = [name for pair in zip(first, second, strict=False) for name in pair]
    return [*dict.fromkeys([*mixed, *first, *second])]


def _pair(lists: dict[tuple[str, str, str], list[str]], origin: str, place: dict[str, int]) -> tuple[Whole, Whole]:
    men, women = (np.array([place[word] for word in lists["forename", origin, sex]]) for sex in ("M", "F"))
    return men, women


def misspell(word: str, way: int) -> str:
    """A slip of the pen: a letter left out, two letters swapped, or a letter doubled, after the first letter."""
    at = 1 + zlib.crc32(f"{word}{way}".encode()) % max(len(word) - 2, 1)
    if way == 0 and len(word) > 3:
        return word[:at] + word[at + 1 :]
    if way == 1 and len(word) > 3 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at : at + 1] * 2 + word[at + 1 :]


def _turns(pairs: list[tuple[str, str]], place: dict[str, int], size: int) -> Whole:
    """For each word, one other form (the first listed that is not the word itself), else itself."""
    other = np.arange(size)
    for word, form in pairs:
        if word in place and other[place[word]] == place[word]:
            other[place[word]] = place[form]
    return other


def _alike(forenames: tuple[tuple[Whole, Whole], ...], base: list[str], size: int) -> Whole:
    other = np.arange(size)
    for listed in (names for pair in forenames for names in pair):
        by_letter: dict[str, list[int]] = {}
        for word in listed:
            by_letter.setdefault(base[word][0], []).append(int(word))
        for same in by_letter.values():
            other[same] = np.roll(same, -1)
    return other


def spoken(word: int, second: int = NOTHING) -> str:
    """A name written out, with its second half if it has one."""
    words = vocabulary().words
    return words[word] if second == NOTHING else f"{words[word]}-{words[second]}"


def _draw_ranked(names: Whole, size: int, offset: float, rng: np.random.Generator) -> Whole:
    """Names from a list, the r-th with probability proportional to 1 / (r + offset)."""
    weight = np.cumsum(1 / (np.arange(1, len(names) + 1) + offset))
    found: Whole = names[np.searchsorted(weight, rng.random(size) * weight[-1], side="right")]
    return found


def draw_names(people: People, rng: np.random.Generator) -> Names:
    """The main name of each person; twins, namesakes and siblings share a surname with the person before."""
    words = vocabulary()
    origin = _draw_origin(people, rng)
    size = len(people)
    surname, second = np.zeros(size, np.int64), np.full(size, NOTHING)
    forename, middle, further = np.zeros(size, np.int64), np.full(size, NOTHING), np.full(size, NOTHING)
    woman = (people.sex == 1) | ((people.sex == 2) & (rng.random(size) < 0.3))
    for number in range(len(ORIGINS)):
        of = np.flatnonzero(origin == number)
        surname[of] = _draw_ranked(words.surnames[number], len(of), 12.0, rng)
        second[of] = _draw_ranked(words.surnames[number], len(of), 12.0, rng)
        for sex in (0, 1):
            at = of[woman[of] == sex]
            for target in (forename, middle, further):
                target[at] = _draw_ranked(words.forenames[number][sex], len(at), 8.0, rng)
    middle = np.where(rng.random(size) < 0.62, middle, NOTHING)
    further = np.where((middle != NOTHING) & (rng.random(size) < 0.15), further, NOTHING)
    double = rng.random(size) < np.where(np.isin(origin, (0, 1, 5)), 0.022, 0.006)
    second = np.where(double & (second != surname), second, NOTHING)
    drawn = Names(surname=surname, second=second, forename=forename, middle=middle, further=further)
    return _share_in_families(drawn, people.kin, words)


def _draw_origin(people: People, rng: np.random.Generator) -> Whole:
    edges = np.cumsum(np.array(_ORIGIN_SHARE), axis=1)[people.ethnicity]
    drawn = np.minimum((edges < rng.random(len(people))[:, None]).sum(axis=1), len(ORIGINS) - 1)
    return np.where(people.kin > 0, np.concatenate([drawn[:1], drawn[:-1]]), drawn)


def _share_in_families(names: Names, kin: Whole, words: Vocabulary) -> Names:
    def before(values: Whole) -> Whole:
        return np.concatenate([values[:1], values[:-1]])

    related = kin > 0
    first = before(names.forename)
    forename = np.where(kin == NAMESAKE, first, names.forename)
    return Names(
        surname=np.where(related, before(names.surname), names.surname),
        second=np.where(related, before(names.second), names.second),
        forename=np.where(kin == TWIN, words.alike[first], forename),
        middle=names.middle, further=names.further,
    )  # fmt: skip


def draw_alias(names: Names, woman: NDArray[np.bool_], rng: np.random.Generator) -> Names:
    """Another name for each row: a short form, another surname, a slip, another spelling, or a false name.

    Args:
        names: the main name of each row.
        woman: rows where a change of surname by marriage is likely.
        rng: seeded generator of this block.
    """
    words = vocabulary()
    size = len(names.surname)
    kind = rng.choice(7, size, p=(0.32, 0.10, 0.17, 0.10, 0.16, 0.09, 0.06))
    kind = np.where(woman & (rng.random(size) < 0.30), 1, kind)
    other = rng.permutation(size)  # names of other people of the block, so of realistic frequency
    slip = rng.integers(0, 3, size)
    surname, forename = names.surname.copy(), names.forename.copy()
    short = words.nickname[forename]
    forename = np.where(kind == 0, np.where(short != forename, short, words.slip[forename, slip]), forename)
    surname = np.where((kind == 1) | (kind == 6), names.surname[other], surname)
    surname = np.where(kind == 2, words.slip[surname, slip], surname)
    forename = np.where(kind == 3, words.slip[names.forename, slip], forename)
    spelt = words.variant[surname]
    surname = np.where(kind == 4, np.where(spelt != surname, spelt, words.slip[names.surname, slip]), surname)
    forename = np.where(kind == 4, words.variant[forename], forename)
    same = (kind == 5) & (names.middle == NOTHING)
    forename = np.where(same, words.slip[names.forename, slip], forename)
    middle = np.where((kind == 5) | (rng.random(size) < 0.5), NOTHING, names.middle)
    forename = np.where((kind == 5) & (names.middle != NOTHING), names.middle, forename)
    forename = np.where(kind == 6, words.alike[names.forename], forename)
    second = np.where((kind == 1) | (rng.random(size) < 0.5), NOTHING, names.second)
    return Names(surname=surname, second=second, forename=forename, middle=middle, further=np.full(size, NOTHING))
