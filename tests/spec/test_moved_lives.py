"""Every life looked at as at another date gives its expected columns on every engine; as at the index date, what the snapshot has."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from justice_data_lab.measures.columns import AS_AT_COLUMNS, AS_AT_OUTCOMES
from spec.engines import MOVED_ENGINES, Asked, moved_on_duckdb, moved_on_reference, on_reference
from spec.moved_lives import MOVED_LIVES
from spec.test_random_lives import EXTRACT, random_life, same
from spec.test_worked_lives import alone


@pytest.fixture(scope="module", params=list(MOVED_ENGINES))
def results(request):
    """Columns of each life; the extract date is the same for all of them."""
    asked = []
    for number, moved in enumerate(MOVED_LIVES):
        own = alone(moved.life, number)
        asked.append(Asked(life=own, disposal_id=f"{own.person_id}-D1", as_at=moved.as_at))
    return MOVED_ENGINES[request.param](asked, MOVED_LIVES[0].extract_date)


@pytest.mark.parametrize("number", range(len(MOVED_LIVES)), ids=[moved.claim for moved in MOVED_LIVES])
def test_moved_life(results, number):
    want = MOVED_LIVES[number].expected
    got = {name: results[number][name] for name in want}
    floats = {name: value for name, value in want.items() if isinstance(value, float)}
    assert {name: got[name] for name in floats} == pytest.approx(floats, rel=1e-9)
    assert {name: got[name] for name in want if name not in floats} == {n: v for n, v in want.items() if n not in floats}


def every_event(rng, count):
    """Random lives, each of their index events asked about once; the events as the reference has them beside."""
    lives = [replace(random_life(rng, n), ogrs3_groups=None, assessments=None, spells=None) for n in range(count)]
    events = on_reference(lives, EXTRACT)
    return [(life, row) for life in lives for row in events[life.person_id]]


def test_random_lives_agree_as_at_random_dates():
    rng = random.Random(20261122)  # noqa: S311  (invented lives)
    asked = [
        Asked(life=life, disposal_id=row["disposal_id"], as_at=row["index_date"] + timedelta(days=days))
        for life, row in every_event(rng, 600)
        for days in [rng.choice([0, 0, 1, 30, 90, 182, 364, 365, -1, -30, -365, -731, rng.randrange(-400, 400)])]
    ]
    found, expected = moved_on_duckdb(asked, EXTRACT), moved_on_reference(asked, EXTRACT)
    for name in ("early_reoffence", "superseded", "reoffended"):
        assert sum(bool(row[name]) for row in expected) > 100
    for got, want in zip(found, expected, strict=True):
        same(got, want)


def test_as_at_the_index_date_everything_is_as_the_snapshot_has_it():
    events = every_event(random.Random(3), 300)  # noqa: S311  (invented lives)
    asked = [Asked(life=life, disposal_id=row["disposal_id"], as_at=row["index_date"]) for life, row in events]
    for row, got, want in zip(
        (row for _, row in events), moved_on_duckdb(asked, EXTRACT), moved_on_reference(asked, EXTRACT), strict=True
    ):
        held = {name: row[name] for name in (*AS_AT_COLUMNS, *AS_AT_OUTCOMES)}
        assert {name: want[name] for name in held} == held
        same({name: got[name] for name in held}, held)
        assert (got["early_reoffence"], got["superseded"]) == (False, False)


def test_every_column_that_moves_is_in_some_life():
    named = {name for moved in MOVED_LIVES for name in moved.expected}
    groups = {name for name in AS_AT_COLUMNS if name.startswith("previous_")} - named
    assert {*AS_AT_COLUMNS, *AS_AT_OUTCOMES, "early_reoffence", "superseded"} - groups <= named
