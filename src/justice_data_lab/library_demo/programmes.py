"""The invented programmes: who they worked with, what they delivered, and the true effect that nobody knows of a real one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, TypeAlias, cast

Afterwards: TypeAlias = Literal["", "corrected", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One invented programme.

    Attributes:
        key: of its request.
        title: its name.
        organisation: whose it is.
        types: kinds of help; the first is the primary one.
        setting: where people were.
        sex: women, men, or both.
        age: whom it is for.
        sector: who runs it.
        region: where.
        dose: how long it lasts, by the taxonomy.
        how_much: the same in its own words.
        what: what is delivered.
        cost: currency and amount of a place; empty when it is not given.
        size: people who take part.
        effect: true effect on the one-year reoffending rate, in percentage points.
        design: how the two groups came about.
        afterwards: what becomes of the result after its release.
        shares_with: key of an earlier programme, some of whose people take part in this one too; empty for nearly all.
    """

    key: str
    title: str
    organisation: str
    types: tuple[str, ...]
    setting: str
    sex: str
    age: str
    sector: str
    region: str
    dose: str
    how_much: str
    what: str
    cost: tuple[str, ...]
    size: int
    effect: float
    design: Literal["matched", "randomised"]
    afterwards: Afterwards
    shares_with: str


def samples() -> tuple[Sample, ...]:
    """Every invented programme, in the order of release."""
    text = files("justice_data_lab.library_demo").joinpath("programmes.csv").read_text(encoding="utf-8")
    return tuple(map(_sample, csv.DictReader(text.splitlines())))


def _sample(row: dict[str, str]) -> Sample:
    return Sample(
        key=row["key"],
        title=row["title"],
        organisation=row["organisation"],
        types=tuple(row["types"].split("|")),
        setting=row["setting"],
        sex=row["sex"],
        age=row["age"],
        sector=row["sector"],
        region=row["region"],
        dose=row["dose"],
        how_much=row["how_much"],
        what=row["what"],
        cost=tuple(row["cost"].split(";")) if row["cost"] else (),
        size=int(row["size"]),
        effect=float(row["effect"]),
        design=cast('Literal["matched", "randomised"]', row["design"]),
        afterwards=cast("Afterwards", row["afterwards"]),
        shares_with=row["shares_with"],
    )
