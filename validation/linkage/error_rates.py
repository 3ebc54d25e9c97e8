"""Do the estimated error rates of a linkage hold? Synthetic cohorts against their truth. Run by hand; takes some ten minutes.

    python validation/linkage/error_rates.py WORK

WORK is an empty folder for two synthetic registers (200,000 people, and 20,000 others who are in nobody's register), their
snapshots and their cohorts. The table printed is the one in `error_rates.csv`.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.cohorts.slips import Person, Rates, make_mistakes
from justice_data_lab.intake.cohort import SCHEMA, Cohort
from justice_data_lab.linkage.linker import link
from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise

if TYPE_CHECKING:
    from justice_data_lab.cohorts.slips import Errors
    from justice_data_lab.register.snapshot import Register

PEOPLE, OTHERS, COHORTS = 200_000, 20_000, 20
SIZES = (100, 300, 1_000)
COLUMNS = (
    "setting", "size", "cohorts", "links", "wrong", "wrong_estimated", "wrong_covered", "missed", "missed_estimated",
    "missed_covered", "precision", "recall",
)  # fmt: skip
MANY = Rates(pnc_id=1.0, prison_number=1.0, surname_slip=0.2, forename_slip=0.2, birth_slip=0.15, day_and_month=0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the cohorts are like.

    Attributes:
        name: as printed.
        errors: of the synthetic cohort.
        more: further mistakes in every row.
        numbers: whether police and prison numbers stay.
        strangers: people added who are in no register, as a share of the cohort.
    """

    name: str
    errors: Errors
    more: Rates | None = None
    numbers: bool = True
    strangers: float = 0.0


SETTINGS = (
    Setting(name="usual errors", errors="normal"),
    Setting(name="usual errors, no numbers", errors="normal", numbers=False),
    Setting(name="usual errors, no numbers, 3 in 10 strangers", errors="normal", numbers=False, strangers=0.3),
    Setting(name="many more slips, no numbers, 3 in 10 strangers", errors="normal", more=MANY, numbers=False, strangers=0.3),
    Setting(name="hard: 4 in 10 rows garbled", errors="hard"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One cohort: what was estimated, and what was so."""

    links: int
    right: int
    in_register: int
    false: tuple[float, float, float]
    missed: tuple[float, float, float]


def main(work: Path) -> None:
    """Print the table, one line a setting and size."""
    register, others = snapshot(work, "register", PEOPLE, 1), snapshot(work, "others", OTHERS, 99)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for setting in SETTINGS:
        for size in SIZES:
            found = [linked(register, others, setting, size, seed, work) for seed in range(COHORTS)]
            writer.writerow((setting.name, size, COHORTS, *summed(found)))
            sys.stdout.flush()


def snapshot(work: Path, name: str, people: int, seed: int) -> Register:
    """A synthetic register, prepared."""
    source = work / f"{name}-source"
    if not source.exists():
        synthesise(source, people=people, seed=seed)
    return prepare(source, work / name)


def linked(register: Register, others: Register, setting: Setting, size: int, seed: int, work: Path) -> Found:
    """Link one cohort and compare it with the truth."""
    rng = np.random.default_rng(seed)
    lines, people = cohort(register, setting.errors, size, seed, work)
    if setting.strangers:
        more, _ = cohort(others, setting.errors, round(setting.strangers * size), seed, work)
        lines, people = lines + more, people + [""] * len(more)
    rows = [written(line, setting, rng) for line in lines]
    table = pa.Table.from_pylist([{"row": at, **row} for at, row in enumerate(rows, start=2)], schema=SCHEMA)
    linkage = link(Cohort(rows=table, file_name="cohort.csv", file_sha256=""), register)
    who = linkage.links["person_id"].to_pylist()
    rates = {
        row.group: (row.expected or 0.0, row.low or 0.0, row.high or 0.0)
        for row in linkage.quality
        if row.section == "error rate"
    }
    return Found(
        links=sum(person is not None for person in who),
        right=sum(person is not None and person == truth for person, truth in zip(who, people, strict=True)),
        in_register=sum(bool(truth) for truth in people),
        false=rates["False-match rate"],
        missed=rates["Missed-match rate"],
    )


def cohort(register: Register, errors: Errors, size: int, seed: int, work: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of a synthetic cohort file and the person whom each is about; intake's rules would refuse the worst mistakes."""
    file = work / f"{register.path.name}-{errors}-{size}-{seed}.csv"
    if not file.exists():
        synthesise_cohort(register, file, size=size, effect=0.0, seed=seed, errors=errors)
    truth = [line["person_id"] for line in csv.DictReader(file.with_suffix(".truth.csv").open())]
    return list(csv.DictReader(file.open())), truth


def written(line: dict[str, str], setting: Setting, rng: np.random.Generator) -> dict[str, str | date | None]:
    """A row as it is sent, with the setting's further mistakes."""
    person = Person(
        surname=line["surname"],
        forename=line["forename"],
        born=datetime.strptime(line["date_of_birth"], "%d/%m/%Y").date(),  # noqa: DTZ007 -- a day
        sex=line["sex"],
        pnc_id=line["pnc_id"] if setting.numbers else "",
        prison_number=line["prison_number"] if setting.numbers else "",
    )
    if setting.more:
        make_mistakes(person, setting.more, rng)
    return {
        "surname": person.surname,
        "forename": person.forename,
        "date_of_birth": person.born,
        "sex": person.sex,
        "pnc_id": person.pnc_id or None,
        "prison_number": person.prison_number or None,
    }


def summed(found: list[Found]) -> tuple[float, ...]:
    """Sums over cohorts of counts and of estimates, and the share of cohorts whose interval holds the truth."""
    links, right = sum(one.links for one in found), sum(one.right for one in found)
    people = sum(one.in_register for one in found)
    wrong_estimated = sum(one.false[0] * one.links for one in found)
    missed_estimated = sum(one.missed[0] * one.in_register for one in found)
    false = [one.false[1] <= (one.links - one.right) / one.links <= one.false[2] for one in found]
    missed = [one.missed[1] <= 1 - one.right / one.in_register <= one.missed[2] for one in found]
    return (
        links, links - right, round(wrong_estimated, 1), sum(false) / len(found),
        people - right, round(missed_estimated, 1), sum(missed) / len(found),
        round(right / links, 4), round(right / people, 4),
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
