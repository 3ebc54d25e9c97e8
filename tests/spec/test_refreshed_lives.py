"""A refresh gives the index events of a full build, whatever happened to the register between two extracts."""

import random
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from changed_register import CHANGES, a_birthday, changed, nothing, somebody_gone
from justice_data_lab.measures.index_events import build_index_events, people_ranges
from justice_data_lab.measures.index_events_refresh import EarlierEvents, Refreshed, events_recipe, refresh_index_events
from justice_data_lab.measures.queries import build_steps, parameters
from justice_data_lab.register.connect import connect
from justice_data_lab.register.marks import LIFE, write_marks
from spec.engines import arrow_tables, source_tables
from spec.test_random_lives import random_life

OLD, NEW = date(2021, 8, 30), date(2022, 8, 29)
OPTIONAL = frozenset({"offence_code", "assessment", "employment"})
PEOPLE_AT_ONCE = 5
SCHEMAS = {name: table.schema for name, table in arrow_tables([random_life(random.Random(1), 1)]).items()}  # noqa: S311


def lives(seed, people):
    rng = random.Random(seed)  # noqa: S311 -- invented lives
    return source_tables([random_life(rng, number) for number in range(people)])


@contextmanager
def extract(folder, tables):
    """A connection with the tables of an extract, whose marks are written."""
    with connect(threads=1) as con:
        for name, rows in tables.items():
            con.register("given", pa.Table.from_pylist(rows, schema=SCHEMAS[name]))
            con.table("given").create(name)
            con.unregister("given")
        (folder / "marks").mkdir(parents=True)
        (folder / "index_event").mkdir()
        write_marks(con, folder / "marks", tables=LIFE, ranges=people_ranges(con, PEOPLE_AT_ONCE))
        yield con


def built(folder, tables, day):
    """Everything worked out."""
    with extract(folder, tables) as con:
        build_index_events(con, folder / "index_event", extract_date=day, tables=OPTIONAL, people_at_once=PEOPLE_AT_ONCE)


def refreshed(folder, tables, day, earlier):
    """The same by way of an earlier extract's."""
    with extract(folder, tables) as con:
        done = refresh_index_events(
            con,
            folder / "index_event",
            earlier=EarlierEvents(events=earlier / "index_event", marks=earlier / "marks"),
            marks=folder / "marks",
            extract_date=day,
            tables=OPTIONAL,
            people_at_once=PEOPLE_AT_ONCE,
        )
        assert con.sql("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []
        assert con.sql("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal").fetchall() == []
        return done


def files(folder):
    """The rows of every file, in their order."""
    return {str(path.relative_to(folder)): pq.read_table(path).to_pylist() for path in folder.rglob("*.parquet")}


# A case that fails is small as it is: nothing is tried to make it smaller.
@settings(max_examples=12, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    seed=st.integers(0, 10**6),
    changes=st.lists(st.sampled_from(CHANGES), max_size=4),
    days=st.tuples(st.sampled_from([0, 1, 92, 365]), st.sampled_from([0, 1, 2])),
)
def test_a_refresh_writes_the_rows_of_a_full_build_file_by_file(seed, changes, days):
    old_day = NEW - timedelta(days=days[0])
    before = lives(seed, 8)
    after = changed(before, random.Random(seed), changes, NEW)  # noqa: S311 -- an invented register
    with TemporaryDirectory() as scratch:
        home = Path(scratch)
        built(home / "old", before, old_day)
        built(home / "full", after, NEW + timedelta(days=days[1]))
        done = refreshed(home / "new", after, NEW + timedelta(days=days[1]), home / "old")
        assert files(home / "new") == files(home / "full")
        assert done.people == len(after["person"])
        assert done.anew <= done.people


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """Index events of forty people, and the tables that they are of."""
    folder, tables = tmp_path_factory.mktemp("old"), lives(7, 40)
    built(folder, tables, OLD)
    return folder, tables


def test_nobody_is_worked_out_again_where_nothing_changed(old, tmp_path):
    folder, tables = old
    assert refreshed(tmp_path, changed(tables, random.Random(1), [nothing], OLD), OLD, folder) == Refreshed(people=40, anew=0)  # noqa: S311


def test_only_those_are_worked_out_again_whose_rows_changed(old, tmp_path):
    folder, tables = old
    after = changed(tables, random.Random(1), [a_birthday, somebody_gone], OLD)  # noqa: S311
    assert refreshed(tmp_path, after, OLD, folder) == Refreshed(people=39, anew=1)


def test_whose_follow_up_becomes_complete_is_worked_out_again(old, tmp_path):
    folder, tables = old
    done = refreshed(tmp_path / "new", tables, NEW, folder)
    built(tmp_path / "full", tables, NEW)
    with connect() as con:
        flags = "SELECT person_id, disposal_id, complete_follow_up, complete_two_year_follow_up"
        sides = " EXCEPT ".join(f"{flags} FROM '{home}/index_event/*.parquet'" for home in (tmp_path / "full", folder))
        (moved,) = con.sql(f"SELECT count(DISTINCT person_id) FROM ({sides})").fetchall()[0]  # noqa: S608
    assert 0 < moved < 40
    assert done == Refreshed(people=40, anew=moved)
    assert files(tmp_path / "new") == files(tmp_path / "full")


def test_a_refresh_can_go_back_in_time(old, tmp_path):
    folder, tables = old
    refreshed(tmp_path / "new", tables, OLD - timedelta(days=200), folder)
    built(tmp_path / "full", tables, OLD - timedelta(days=200))
    assert files(tmp_path / "new") == files(tmp_path / "full")


def test_the_extract_date_decides_nothing_but_whether_follow_up_is_complete():
    asks = {name: query for name, query in build_steps(OPTIONAL) if "extract_date" in parameters(query)}
    assert set(asks) == {"index_disposal"}
    depending = [column.alias for column in asks["index_disposal"].selects if "extract_date" in column.sql()]
    assert depending == ["complete_follow_up", "complete_two_year_follow_up"]
    assert asks["index_disposal"].sql().count("extract_date") == 2


def test_a_recipe_changes_with_the_tables_there_are_and_the_engine(monkeypatch):
    known = {events_recipe(OPTIONAL), events_recipe(OPTIONAL), events_recipe(frozenset())}
    assert len(known) == 2
    monkeypatch.setattr("duckdb.__version__", "another")
    assert events_recipe(OPTIONAL) not in known
