"""Every worked life gives its expected rows on every engine."""

from collections import defaultdict
from dataclasses import replace

import pytest

from justice_data_lab.measures.columns import OUTCOME_COLUMNS, event_columns
from spec.engines import ENGINES
from spec.worked_lives import WORKED_LIVES


def settings(worked):
    """Lives that can share one register: the same extract, the same optional tables."""
    life = worked.life
    return worked.extract_date, life.ogrs3_groups is None, life.assessments is None, life.spells is None


@pytest.fixture(scope="module", params=list(ENGINES))
def results(request):
    """Rows of each worked life on each engine."""
    return found_on(ENGINES[request.param])


def found_on(engine):
    """Rows of each worked life, all of one setting run as one register."""
    registers = defaultdict(list)
    for number, worked in enumerate(WORKED_LIVES):
        registers[settings(worked)].append((number, worked))
    found = {}
    for (extract_date, *_), members in registers.items():
        lives = [alone(worked.life, number) for number, worked in members]
        rows = engine(lives, extract_date)
        found |= {number: rows[life.person_id] for (number, _), life in zip(members, lives, strict=True)}
    return found


def alone(life, number):
    """The life with ids of its own, so that lives can share a register."""
    name = f"P{number:03d}"
    return replace(
        life,
        person_id=name,
        offences=tuple(
            replace(o, offence_id=f"{name}-{o.offence_id}", disposal_id=f"{name}-{o.disposal_id}") for o in life.offences
        ),
        disposals=tuple(replace(x, disposal_id=f"{name}-{x.disposal_id}") for x in life.disposals),
    )


@pytest.mark.parametrize("number", range(len(WORKED_LIVES)), ids=[worked.claim for worked in WORKED_LIVES])
def test_worked_life(results, number):
    as_expected(results[number], WORKED_LIVES[number].expected)


def as_expected(rows, expected):
    assert len(rows) == len(expected)
    for row, want in zip(rows, expected, strict=True):
        got = {name: row[name] for name in want}
        floats = {name: value for name, value in want.items() if isinstance(value, float)}
        assert {name: got[name] for name in floats} == pytest.approx(floats, rel=1e-7)
        assert {name: value for name, value in got.items() if name not in floats} == {
            name: value for name, value in want.items() if name not in floats
        }


def test_every_outcome_column_is_in_some_worked_life():
    named = {name for worked in WORKED_LIVES for row in worked.expected for name in row}
    assert set(OUTCOME_COLUMNS) <= named
    assert named <= {column.name for column in event_columns(frozenset({"offence_code", "assessment", "employment"}))}
