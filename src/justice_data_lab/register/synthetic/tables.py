"""The blocks of the invented register as Arrow tables with the columns of `register/schema.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.register.codes import NEEDS
from justice_data_lab.register.synthetic.careers import draw_disposals, draw_offences, upto_death
from justice_data_lab.register.synthetic.identifiers import numbered, pnc_ids, prison_numbers
from justice_data_lab.register.synthetic.lives import NEVER, draw_assessments, draw_deaths, draw_spells
from justice_data_lab.register.synthetic.names import Names, draw_alias, draw_names, vocabulary
from justice_data_lab.register.synthetic.offences import ALL_OFFENCES, BREACH_INDEX, CAUTION, CUSTODY, KINDS, SENTENCES
from justice_data_lab.register.synthetic.people import ETHNICITIES, REGIONS, SEXES, draw_people

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justice_data_lab.register.synthetic.careers import Disposals, Offences
    from justice_data_lab.register.synthetic.lives import Assessments, Spells
    from justice_data_lab.register.synthetic.people import People

    Whole: TypeAlias = "NDArray[np.int64]"

_PRISONS = ("Ashgate", "Brackley Moor", "Carrow Hill", "Dunmere")
_IDS_A_BLOCK = 10_000_000


def block_tables(block: int, first: int, size: int, extract: int, seed: int) -> dict[str, pa.Table]:
    """Every table of one block of people, by table name.

    Args:
        block: number of the block; with the seed it fixes everything drawn.
        first: running number of its first person.
        size: how many people.
        extract: day of the extract since 1970-01-01.
        seed: of the whole register.
    """
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(block,)))
    people = draw_people(first, size, extract, rng)
    disposals = draw_disposals(people, extract, rng)
    start = np.flatnonzero(disposals.rank == 0)
    died = draw_deaths(people, disposals.disposed[start], extract, rng)
    disposals = upto_death(disposals, died)
    offences = draw_offences(disposals, people, rng)
    person_ids = numbered("P", first + np.arange(size), 8)
    base = block * _IDS_A_BLOCK
    return {
        "person": _person_table(people, person_ids, died),
        "identity": _identity_table(people, person_ids, disposals, rng),
        "disposal": _disposal_table(people, person_ids, disposals, base, rng),
        "offence": _offence_table(person_ids, disposals, offences, base),
        "assessment": _assessment_table(person_ids, draw_assessments(people, disposals, rng)),
        "employment": _employment_table(person_ids, draw_spells(people, died, extract, rng)),
    }


def offence_code_table() -> pa.Table:
    """The table from offence code to OGRS3 group."""
    return pa.table({"offence_code": [row.code for row in ALL_OFFENCES], "ogrs3_group": [row.ogrs3 for row in ALL_OFFENCES]})


def _text(words: tuple[str, ...], at: Whole) -> pa.Array:
    """Words by position; null where the position is negative."""
    return pa.array(words).take(pa.array(at, mask=at < 0))


def _dates(days: Whole) -> pa.Array:
    """Days since 1970-01-01 as dates; null where negative and marked so by NEVER."""
    return pa.array(days.astype(np.int32), mask=days == NEVER).cast(pa.date32())


def _births(days: Whole) -> pa.Array:
    """Days of birth as dates; negative days are before 1970, not missing."""
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _person_table(people: People, ids: pa.Array, died: Whole) -> pa.Table:
    return pa.table({
        "person_id": ids, "sex": _text(SEXES, people.sex), "date_of_birth": _births(people.born),
        "ethnicity": _text(ETHNICITIES, people.ethnicity),
        "uk_national": pa.array(people.national == 1, mask=people.national == 2), "date_of_death": _dates(died),
    })  # fmt: skip


def _identity_table(people: People, ids: pa.Array, disposals: Disposals, rng: np.random.Generator) -> pa.Table:
    """Main names, then aliases of about 30% of people, sorted by person."""
    size = len(people)
    main = draw_names(people, rng)
    several = np.where(rng.random(size) < 0.30, rng.geometric(0.62, size), 0)
    who = np.repeat(np.arange(size), np.minimum(several, 6))
    alias = draw_alias(Names(**{f: getattr(main, f)[who] for f in _NAME_FIELDS}), people.sex[who] == 1, rng)
    person = np.concatenate([np.arange(size), who])
    order = np.argsort(person, kind="stable")
    names = Names(**{f: np.concatenate([getattr(main, f), getattr(alias, f)])[order] for f in _NAME_FIELDS})
    primary = (np.arange(len(person)) < size)[order]
    person = person[order]
    born = np.where(primary, people.born[person], _other_birth(people.born[person], rng))
    sex = np.where(~primary & (rng.random(len(person)) < 0.01), 2, people.sex[person])
    numbers = _identifiers(people, disposals, rng)
    missing = ~primary & (rng.random(len(person)) < 0.06)
    at = pa.array(person, mask=missing)
    return pa.table({
        "person_id": ids.take(pa.array(person)), **_name_columns(names), "date_of_birth": _births(born), "sex": _text(SEXES, sex),
        "pnc_id": numbers[0].take(at), "prison_number": numbers[1].take(at), "is_primary": pa.array(primary),
    })  # fmt: skip


_NAME_FIELDS = ("surname", "second", "forename", "middle", "further")


def _name_columns(names: Names) -> dict[str, pa.Array]:
    words = vocabulary().words
    return {
        "surname": _joined(_text(words, names.surname), _text(words, names.second), "-"),
        "forename": _text(words, names.forename),
        "middle_names": _joined(_text(words, names.middle), _text(words, names.further), " "),
    }


def _joined(first: pa.Array, second: pa.Array, by: str) -> pa.Array:
    """Both words, or the first alone where there is no second."""
    return pc.coalesce(pc.binary_join_element_wise(first, second, by), first)


def _other_birth(born: Whole, rng: np.random.Generator) -> Whole:
    """The day of birth given with an alias: mostly the true one, else a day, a month, a year or ten days off."""
    step = rng.choice(
        (0, 1, -1, 10, -10, 31, 365, -365, 3652), len(born), p=(0.84, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02)
    )
    found: Whole = born + step
    return found


def _identifiers(people: People, disposals: Disposals, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Police number (97% of people) and prison number (those ever in custody), one entry a person."""
    size = len(people)
    number = people.first + np.arange(size)
    start = disposals.disposed[np.flatnonzero(disposals.rank == 0)]
    years = start.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    jailed = np.zeros(size, bool)
    jailed[disposals.person[disposals.sentence == CUSTODY]] = True
    known = pa.array(rng.random(size) < 0.97)
    nothing = pa.scalar(None, pa.string())
    return (
        pc.if_else(known, pnc_ids(number, years), nothing),
        pc.if_else(pa.array(jailed), prison_numbers(number), nothing),
    )


def _disposal_table(people: People, ids: pa.Array, disposals: Disposals, base: int, rng: np.random.Generator) -> pa.Table:
    size = len(disposals.person)
    region = np.where(rng.random(size) < 0.92, people.region[disposals.person], rng.integers(0, len(REGIONS), size))
    prisons = tuple(f"HMP {name} ({region_name})" for region_name in REGIONS for name in _PRISONS)
    prison = np.where(disposals.sentence == CUSTODY, region * len(_PRISONS) + rng.integers(0, len(_PRISONS), size), -1)
    return pa.table({
        "disposal_id": numbered("D", base + np.arange(size), 11), "person_id": ids.take(pa.array(disposals.person)),
        "disposal_date": _dates(disposals.disposed), "kind": _text(KINDS, disposals.sentence),
        "sentence_days": pa.array(disposals.days.astype(np.int32), mask=disposals.days == 0),
        "release_date": _dates(disposals.released), "region": _text(REGIONS, region), "establishment": _text(prisons, prison),
    })  # fmt: skip


def _offence_table(ids: pa.Array, disposals: Disposals, offences: Offences, base: int) -> pa.Table:
    at = offences.disposal
    size = len(at)
    code = offences.code
    cautioned = (disposals.sentence[at] == CAUTION).astype(np.int64)
    return pa.table({
        "offence_id": numbered("O", base + np.arange(size), 11), "person_id": ids.take(pa.array(disposals.person[at])),
        "offence_date": _dates(offences.offended), "disposal_date": _dates(disposals.disposed[at]),
        "offence_code": _text(tuple(row.code for row in ALL_OFFENCES), code),
        "offence_group": _text(tuple(row.group for row in ALL_OFFENCES), code),
        "court_outcome": _text(tuple(row.court for row in ALL_OFFENCES), code),
        "disposal": _text(("conviction", "caution"), cautioned), "sentence": _text(SENTENCES, offences.sentence),
        "custody_days": pa.array(offences.custody_days.astype(np.int32), mask=offences.custody_days == 0),
        "is_breach": pa.array(code == BREACH_INDEX),
        "is_recordable": pa.array(np.array([row.recordable for row in ALL_OFFENCES])[code]),
        "disposal_id": numbered("D", base + at, 11),
    })  # fmt: skip


def _assessment_table(ids: pa.Array, found: Assessments) -> pa.Table:
    columns = {"person_id": ids.take(pa.array(found.person)), "assessed_on": _dates(found.day)}
    for number, need in enumerate(NEEDS):
        value = found.needs[:, number]
        columns[need] = pa.array(value.astype(np.int32), mask=value < 0)
    return pa.table(columns)


def _employment_table(ids: pa.Array, spells: Spells) -> pa.Table:
    return pa.table({
        "person_id": ids.take(pa.array(spells.person)), "kind": _text(("benefit", "work"), spells.works.astype(np.int64)),
        "start_date": _dates(spells.start), "end_date": _dates(spells.end),
    })  # fmt: skip
