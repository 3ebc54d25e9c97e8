"""Outside evidence: a result that somebody else published, with its source and design. It stands apart and is pooled only when asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import pyarrow as pa

from justice_data_lab.library.classified import Classified, classified_in
from justice_data_lab.library.effects import WIDTH, Effect
from justice_data_lab.library.identity import OURS
from justice_data_lab.library.synthesis import LEAST, Pooled, pool
from justice_data_lab.records import from_json, to_json
from justice_data_lab.toml_section import Section, done, nearest, refuse, spelled, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.counting import Synthesis
    from justice_data_lab.toml_section import Toml

Design: TypeAlias = Literal["randomised trial", "adjusted comparison", "comparison group", "before and after"]
# Level on the Maryland scale, by the design that the source itself states.
LEVEL: Mapping[Design, int] = {"randomised trial": 5, "adjusted comparison": 4, "comparison group": 3, "before and after": 2}
POINTS = "percentage points"
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_OWN_OUTCOME = re.compile(r"(?:[a-z0-9-]+-)?[0-9a-f]{8}")
_FIRST_YEAR, _MOST_POINTS = 1900, 100
# The effects of an outside result have keys of their own, which no request can have.
_OUTSIDE = "outside: "


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideEffect:
    """One effect as its source prints it: programme group less comparison group.

    Attributes:
        measure: key of our measure that it is of.
        unit: percentage points, or that of a mean.
        difference: in that unit.
        ci_low: lower end of its 95% interval.
        ci_high: upper end.
        people: in the programme group; None where the source does not say.
    """

    measure: str
    unit: str
    difference: float
    ci_low: float
    ci_high: float
    people: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A result from elsewhere.

    Attributes:
        key: of its file.
        title: what was studied.
        source: where it was published, so that it can be found.
        address: of the source; empty without one.
        year: of publication.
        design: as the source states it; nobody here checked it.
        added: the day from which the library shows it.
        classified: where it stands in the taxonomy.
        effects: as printed.
        note: what a reader has to know.
        withdrawn: why it counts no more; empty while it does. It is listed still, without its figures.
    """

    key: str
    title: str
    source: str
    address: str
    year: int
    design: Design
    added: date
    classified: Classified
    effects: tuple[OutsideEffect, ...]
    note: str = ""
    withdrawn: str = ""

    @property
    def level(self) -> int:
        """On the Maryland scale, by its design alone."""
        return LEVEL[self.design]

    def summary(self) -> str:
        """What it is and where it comes from."""
        return f"{self.title} ({self.source}, {self.year}): {self.design}, {len(self.effects)} effects, from outside"

    def table(self) -> pa.Table:
        """One row an effect."""
        return pa.Table.from_pylist([cast("dict[str, Json]", to_json(each)) for each in self.effects])

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Outside:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


def read_outside(key: str, values: dict[str, Toml], where: str = "") -> Outside:
    """A result from elsewhere, from its file or from what was typed in.

    Args:
        key: the name of the file without its ending.
        values: what stands in it.
        where: what a refusal calls it; empty: the file.

    Raises:
        UsageError: something is missing, unknown, or cannot be.
    """
    where = where or f"outside/{key}.toml"
    if not _KEY.fullmatch(key):
        refuse(where, "a name of small letters, digits and hyphens", spelled(key), "Rename the file.")
    section = Section(where, {name: value for name, value in values.items() if name != "effect"})
    effects = tuple(_effect(where, each) for each in tables(values, "effect"))
    if not effects:
        refuse(where, "at least one table [[effect]]", "none", "Write what the source found.")
    if len({each.measure for each in effects}) < len(effects):
        refuse(where, "each measure once", "one twice", "Choose the effect that the source leads with.")
    classified = classified_in(section)
    if not classified.types:
        refuse(f"{where} types", "a kind of help", "nothing", "Say where it stands in the taxonomy.")
    made = Outside(
        key=key,
        title=section.line("title"),
        source=section.line("source"),
        address=_address(section),
        year=_year(section),
        design=cast("Design", _design(section)),
        added=section.need("added", date),
        classified=classified,
        effects=effects,
        note=section.get("note", str, ""),
        withdrawn=section.get("withdrawn", str, ""),
    )
    return done(section, made)


def _design(section: Section) -> str:
    section.need("design", str)
    return section.choice("design", tuple(LEVEL), "")


def _year(section: Section) -> int:
    year, latest = section.need("year", int), section.need("added", date).year + 1
    if not _FIRST_YEAR <= year <= latest:
        refuse(f"{section.where} year", f"the year of publication, {_FIRST_YEAR} to {latest}", str(year))
    return year


def _address(section: Section) -> str:
    found = section.get("address", str, "")
    if found and not found.startswith(("https://", "http://")):
        refuse(f"{section.where} address", "an address that begins with https://", spelled(found))
    return found


def _effect(where: str, read: Section) -> OutsideEffect:
    section = Section(f"{where} {read.where}", read.values)
    made = OutsideEffect(
        measure=_measure(section),
        unit=section.line("unit"),
        difference=section.need("difference", float),
        ci_low=section.need("ci_low", float),
        ci_high=section.need("ci_high", float),
        people=section.optional("people", int),
    )
    if not made.ci_low <= made.difference <= made.ci_high or made.ci_low == made.ci_high:
        came = f"{made.difference:g} ({made.ci_low:g} to {made.ci_high:g})"
        refuse(section.where, "a difference within its 95% interval, which has a width", came, "Copy the three from the source.")
    if made.unit == POINTS and not (made.ci_low >= -_MOST_POINTS and made.ci_high <= _MOST_POINTS):
        refuse(section.where, f"percentage points from -{_MOST_POINTS} to {_MOST_POINTS}", f"{made.ci_low:g} to {made.ci_high:g}")
    if made.people is not None and made.people < 1:
        refuse(f"{section.where} people", "1 or more, or nothing where the source does not say", str(made.people))
    return done(section, made)


def _measure(section: Section) -> str:
    """The key of an outcome: of the catalogue, or as `library.csv` has it of an organisation's own."""
    key = section.line("measure")
    if key not in OURS and not _OWN_OUTCOME.fullmatch(key):
        refuse(
            f"{section.where} measure",
            "the key of an outcome, as in the column `measure` of library.csv",
            repr(key),
            nearest(key, tuple(OURS)),
        )
    return key


def unit_in(kind: str, unit: str) -> str:
    """In what an effect on one of our measures has to be given, so that it can be taken together with ours."""
    return POINTS if kind == "proportion" else unit


def beside(results: Iterable[Outside], kind: str, measure: str) -> tuple[tuple[Outside, OutsideEffect], ...]:
    """Outside results of a kind of help on a measure, each with its effect, the latest first; none that was withdrawn."""
    found = [
        (each, effect)
        for each in results
        if not each.withdrawn
        for effect in each.effects
        if kind in each.classified.types and effect.measure == measure
    ]
    return tuple(sorted(found, key=lambda pair: (-pair[0].year, pair[0].key)))


def with_outside(synthesis: Synthesis, found: Sequence[tuple[Outside, OutsideEffect]], unit: str) -> Pooled | None:
    """Our results taken together with those from elsewhere, for somebody who asks; None without any, or with fewer than three.

    Args:
        synthesis: of ours, on the scale of differences.
        found: from elsewhere, of the same measure.
        unit: of the measure; an effect in another unit does not enter.

    Notes:
        The standard error is the width of the printed interval over 3.92, as for ours. Nobody can say whether people of an outside result
        are in one of ours, so that somebody may count twice.
    """
    fits = [(each, effect) for each, effect in found if effect.unit == unit]
    if not fits or len(fits) + len(synthesis.effects) < LEAST:
        return None
    return pool([*synthesis.effects, *(_as_effect(each, effect) for each, effect in fits)])


def _as_effect(result: Outside, effect: OutsideEffect) -> Effect:
    # percentage points are fractions times 100
    one = 100 if effect.unit == POINTS else 1
    return Effect(
        key=f"{_OUTSIDE}{result.key}",
        value=effect.difference / one,
        se=(effect.ci_high - effect.ci_low) / one / WIDTH,
        released=result.added,
        people=float(effect.people or 0),
    )
