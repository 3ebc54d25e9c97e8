"""Random lives, dense with ties and dates on the bounds, give the same rows on the reference and in SQL."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from justice_data_lab.measures.columns import event_columns
from justice_data_lab.measures.lives import Assessment, Disposal, Life, Offence, Spell
from justice_data_lab.register import codes
from justice_data_lab.register.months import add_months
from spec.engines import on_duckdb, on_reference

EXTRACT = date(2022, 8, 29)
ANCHORS = [date(2018, 8, 31), date(2019, 3, 10), date(2020, 2, 29), date(2021, 2, 28), date(2016, 2, 29)]
OPTIONAL = frozenset({"offence_code", "assessment", "employment"})


def near(rng):
    """A date on or beside some anniversary of an anchor."""
    anchor = add_months(rng.choice(ANCHORS), rng.choice([-36, -12, 0, 0, 6, 12, 18, 24, 30]))
    return anchor + timedelta(days=rng.choice([-1, 0, 0, 1, rng.randrange(-90, 90)]))


def random_offence(rng, number, disposals):
    disposal = rng.choice(disposals)
    # some bear another day than their disposal, as in real data, where it is only warned of
    proven = disposal.disposal_date - timedelta(days=rng.choice([-30, 1, 30, 400]) if rng.random() < 0.1 else 0)
    return Offence(
        offence_id=f"O{rng.randrange(10)}{number}",
        disposal_id=disposal.disposal_id,
        offence_date=min(near(rng), proven),
        disposal_date=proven,
        offence_code=rng.choice(["1", "2", "3", "4"]),
        offence_group=rng.choice(codes.OFFENCE_GROUPS),
        court_outcome=rng.choice(codes.COURT_OUTCOMES),
        disposal=rng.choice(codes.DISPOSALS),
        sentence=rng.choice(codes.SENTENCES),
        custody_days=rng.choice([None, 30, 182, 365, 730, 1460]),
        is_breach=rng.random() < 0.15,
        is_recordable=rng.random() < 0.85,
    )


def random_disposal(rng, number):
    day = near(rng)
    kind = rng.choice(codes.KINDS)
    released = day + timedelta(days=rng.choice([0, 1, 100, 364, 500]))
    return Disposal(
        disposal_id=f"D{number}",
        disposal_date=day,
        kind=kind,
        sentence_days=rng.choice([None, 90, 181, 182, 364, 729, 1459]),
        release_date=released if kind == "custody" and rng.random() < 0.9 else None,
        region=rng.choice(["North", "South", None]),
    )


def random_life(rng, number):
    disposals = [random_disposal(rng, place) for place in range(rng.randrange(1, 8))]
    life = Life(
        person_id=f"P{number:05d}",
        sex=rng.choice(codes.SEXES),
        date_of_birth=rng.choice([date(1996, 2, 29), date(2002, 3, 10), date(1970, 12, 31), date(2012, 1, 1)]),
        ethnicity=rng.choice([*codes.ETHNICITIES, None]),
        uk_national=rng.choice([True, False, None]),
        date_of_death=near(rng) if rng.random() < 0.1 else None,
        disposals=tuple(disposals),
        offences=tuple(random_offence(rng, place, disposals) for place in range(rng.randrange(16))),
        ogrs3_groups=(("1", "Violence"), ("2", "Theft (non-motor)"), ("3", None)),
        assessments=tuple(
            Assessment(assessed_on=near(rng), needs=tuple(rng.choice([0, 1, None]) for _ in codes.NEEDS))
            for _ in range(rng.randrange(4))
        ),
        spells=tuple(
            Spell(kind=rng.choice(["work", "benefit"]), start_date=(start := near(rng)), end_date=ending(rng, start))
            for _ in range(rng.randrange(5))
        ),
    )
    return replace(
        life,
        offences=tuple(
            replace(o, offence_id=f"{life.person_id}{o.offence_id}", disposal_id=f"{life.person_id}{o.disposal_id}")
            for o in life.offences
        ),
        disposals=tuple(replace(x, disposal_id=f"{life.person_id}{x.disposal_id}") for x in life.disposals),
    )


def ending(rng, start):
    return None if rng.random() < 0.2 else start + timedelta(days=rng.choice([0, 1, 30, 200, 400]))


def same(row, want):
    assert list(row) == list(want)
    floats = {name for name, value in want.items() if isinstance(value, float)}
    assert {n: v for n, v in row.items() if n not in floats} == {n: v for n, v in want.items() if n not in floats}
    assert {n: row[n] for n in floats} == pytest.approx({n: want[n] for n in floats}, rel=1e-12)


@pytest.mark.parametrize(("seed", "tables"), [(20261122, OPTIONAL), (7, frozenset())])
def test_random_lives_agree_on_every_column(seed, tables):
    rng = random.Random(seed)  # noqa: S311  (invented lives)
    lives = [random_life(rng, number) for number in range(600)]
    if not tables:
        lives = [replace(life, ogrs3_groups=None, assessments=None, spells=None) for life in lives]
    expected = on_reference(lives, EXTRACT)
    found = on_duckdb(lives, EXTRACT, people_at_once=250)
    names = [column.name for column in event_columns(tables)]
    rows = [(row, want) for life in lives for row, want in zip(found[life.person_id], expected[life.person_id], strict=True)]
    assert sum(bool(want["reoffended"]) for _, want in rows) > 100
    assert sum(want["reoffended_two_years"] is True and not want["reoffended"] for _, want in rows) > 20
    assert sum(want["reoffended_two_years"] is None and bool(want["reoffended"]) for _, want in rows) > 20
    for row, want in rows:
        same(row, {name: want[name] for name in names})
