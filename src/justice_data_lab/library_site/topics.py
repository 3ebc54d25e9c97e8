"""Pages of the kinds of help: every result of each outcome in a forest plot, what it means in words, and lists by who and where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.library.forest import MOST_ROWS
from justice_data_lab.library.gaps import measures_of, outcome_names
from justice_data_lab.library.taxonomy import SETTINGS, SEXES, TYPES, slug
from justice_data_lab.library.trends import funnel, over_time
from justice_data_lab.library_site.known import known_of
from justice_data_lab.library_site.portions import numbered, pages_of, place, portion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from justice_data_lab.library.entry import Entry, Outcome
    from justice_data_lab.library.taxonomy import Option
    from justice_data_lab.library_site.desk import Desk, Page
    from justice_data_lab.library_site.known import Known

    # Women or men, where, and their results.
    Narrower: TypeAlias = tuple[Option | None, Option | None, list[Entry]]

ANY = "any"
# A funnel of fewer points says nothing; one of more than a page of results has a page of its own.
FUNNEL_FROM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of help with its results, and where its pages stand."""

    desk: Desk
    option: Option
    entries: Sequence[Entry]
    measures: Sequence[Outcome]
    at: str

    def outcome(self, measure: Outcome) -> str:
        """Path of the first page of an outcome."""
        return f"{self.at}outcome-{slug(measure.measure)}.html"

    @property
    def listed(self) -> list[tuple[str, str, str]]:
        """Key, name and path of every outcome."""
        names = outcome_names(self.measures)
        return [(each.measure, names[each.measure], self.outcome(each)) for each in self.measures]

    def known(self, measure: Outcome, number: int) -> Known:
        """What the results that report an outcome say of it."""
        mine = self.reporting(measure)
        return known_of(self.desk, mine, measure, self.outcome(measure), kind=self.option.key, number=number)

    def reporting(self, measure: Outcome) -> list[Entry]:
        """The results that report an outcome."""
        return [each for each in self.entries if any(one.measure == measure.measure for one in each.outcomes)]


def type_list(desk: Desk) -> tuple[str, bytes]:
    """Every kind of help with how many results it has."""
    kinds = [(option, len(desk.index.chosen("type", option.key))) for option in TYPES.options]
    return desk.page("types/index.html", "library_types.html", "Kinds of help", kinds=kinds)


def type_of(desk: Desk, option: Option) -> Iterator[Page]:
    """Every page of one kind of help by its path, each drawn when it is asked for."""
    entries = desk.index.chosen("type", option.key)
    kind = _Kind(desk=desk, option=option, entries=entries, measures=measures_of(entries), at=f"types/{option.key}/")
    numbers = range(1, pages_of(len(entries)) + 1)
    yield from ((place(f"{kind.at}index.html", number), partial(_kind, kind, number)) for number in numbers)
    if entries:
        yield from ((place(f"{kind.at}compare.html", number), partial(_compare, kind, number)) for number in numbers)
    for measure in kind.measures:
        yield from _outcome_pages(kind, measure)
    for who in narrower_of(entries):
        first = f"{kind.at}{who[0].key if who[0] else ANY}/{who[1].key if who[1] else ANY}/index.html"
        for number in range(1, pages_of(len(who[2])) + 1):
            yield place(first, number), partial(_narrow, kind, who, first, number)


def _outcome_pages(kind: _Kind, measure: Outcome) -> Iterator[Page]:
    first, results = kind.outcome(measure), len(kind.reporting(measure))
    for number in range(1, pages_of(results) + 1):
        yield place(first, number), partial(_outcome, kind, measure, number)
    if results > MOST_ROWS:
        yield _precision_path(first), partial(_precision, kind, measure)


def _precision_path(first: str) -> str:
    return f"{first.removesuffix('.html')}/precision.html"


def _kind(kind: _Kind, number: int) -> bytes:
    """A kind of help: what is known of its first outcome; later pages have the rest of its results."""
    first, option = f"{kind.at}index.html", kind.option
    known = kind.known(kind.measures[0], 1) if number == 1 and kind.measures else None
    return kind.desk.page(
        place(first, number), "library_type.html", numbered(option.name, number),
        option=option, entries=portion(kind.entries, first, number), first=known, outcomes=kind.listed,
        narrower=narrower_of(kind.entries), titles=_titles(kind.entries),
    )[1]  # fmt: skip


def _compare(kind: _Kind, number: int) -> bytes:
    first = f"{kind.at}compare.html"
    return kind.desk.page(
        place(first, number), "library_compare.html", numbered(f"{kind.option.name}: side by side", number),
        option=kind.option, at=f"{kind.at}index.html", entries=portion(kind.entries, first, number),
    )[1]  # fmt: skip


def _outcome(kind: _Kind, measure: Outcome, number: int) -> bytes:
    """One outcome: every result, and on the first page how the average came about."""
    known, mine = kind.known(measure, number), kind.reporting(measure)
    pooled, at = known.synthesis.pooled, kind.outcome(measure)
    points = pooled.k if pooled and number == 1 else 0
    drawn = points >= FUNNEL_FROM and len(mine) <= MOST_ROWS
    return kind.desk.page(
        place(at, number), "library_outcome.html", numbered(f"{kind.option.name}: {outcome_names(kind.measures)[measure.measure]}", number),
        option=kind.option, at=f"{kind.at}index.html", known=known, titles=_titles(mine),
        outcomes=kind.listed,
        over_time=over_time(known.synthesis) if number == 1 else None,
        funnel=funnel(known.synthesis, _titles(mine)) if drawn else None,
        points=points, precision=_precision_path(at) if len(mine) > MOST_ROWS and points else "",
    )[1]  # fmt: skip


def _precision(kind: _Kind, measure: Outcome) -> bytes:
    """The funnel plot of more results than a page has."""
    known, at = kind.known(measure, 1), kind.outcome(measure)
    return kind.desk.page(
        _precision_path(at), "library_precision.html", f"{kind.option.name}: {measure.name}, by precision",
        back=at, funnel=funnel(known.synthesis, _titles(kind.entries)),
    )[1]  # fmt: skip


def _narrow(kind: _Kind, who: Narrower, first: str, number: int) -> bytes:
    """Some people of a kind of help: what is known of their first outcome, and their results."""
    sex, setting, found = who
    name = ", ".join((kind.option.name, *(each.name.lower() for each in (sex, setting) if each)))
    measure = next(iter(measures_of(found)), None)
    return kind.desk.page(
        place(first, number), "library_narrow.html", numbered(name, number),
        option=kind.option, at=f"{kind.at}index.html", entries=portion(found, first, number), titles=_titles(found),
        known=known_of(kind.desk, found, measure, first, number=number) if measure else None,
    )[1]  # fmt: skip


def _titles(entries: Sequence[Entry]) -> dict[str, str]:
    return {each.key: each.title for each in entries}


def narrower_of(entries: Sequence[Entry]) -> list[Narrower]:
    """Women or men, and setting, each alone and both together, where there is a result; never neither."""
    made = []
    for sex, setting in product((None, *SEXES.options), (None, *SETTINGS.options)):
        found = [each for each in entries if _fits(each, sex, setting)]
        if found and (sex or setting):
            made.append((sex, setting, found))
    return made


def _fits(entry: Entry, sex: Option | None, setting: Option | None) -> bool:
    classified = entry.classified
    return (sex is None or sex.key in classified.of("sex")) and (setting is None or setting.key in classified.of("setting"))
