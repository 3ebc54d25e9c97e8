from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date

import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.files import alone_in, take_away
from justice_data_lab.linkage.key_index import write_key_index
from justice_data_lab.prepare import prepare
from justice_data_lab.register.connect import attach
from justice_data_lab.register.describe import describe
from tiny_source import EXTRACT, disposal, identity, in_two_files, many, offence, person, tiny_tables, write_source

# the module; its name in the package is the function
room = sys.modules["justice_data_lab.prepare"]


@dataclass(frozen=True)
class Built:
    def to_dict(self):
        return {"m_from": "shipped"}


@pytest.fixture
def calls(monkeypatch) -> list[str]:
    """The two rooms below, replaced by the least they may do."""
    made: list[str] = []

    def events(con, out, *, extract_date, tables):
        made.append(f"index events {extract_date} {sorted(tables)}")
        query = (
            "SELECT person_id, disposal_id, kind, release_date AS index_date, true AS complete_follow_up, 'M' AS sex, "
            "2020 AS index_year, 30 AS age_at_index, 2 AS previous_offences, true AS reoffended, 2 AS reoffences, 'summary' AS first_court_outcome, "
            "0 AS indictable_reoffences, 0 AS either_way_reoffences, 2 AS summary_reoffences, "
            "false AS custody_for_first_reoffence, 0 AS custodial_sentences, "
            "true AS complete_two_year_follow_up, true AS reoffended_two_years FROM disposal"
        )
        con.execute(f"COPY ({query}) TO '{out}/part-0.parquet'")

    def linkage(con, *, database, index, model, seed, **rest):
        assert rest["spark"] is rest["earlier"] is None
        made.append(f"linkage {seed}")
        attach(con, database, "made", writable=True)
        con.execute("CREATE TABLE made.identity AS FROM identity")
        con.execute("DETACH made")
        write_key_index(con, index, identities="(SELECT *, 1 AS identity FROM identity LIMIT 0)")
        model.write_text("{}")
        return Built()

    monkeypatch.setattr(room, "build_index_events", events)
    monkeypatch.setattr(room, "build_linkage", linkage)
    return made


def parquet(folder, name):
    return pq.read_table(folder / name).to_pylist()


def test_a_build_leaves_the_snapshot_and_nothing_else(tmp_path, calls):
    told: list[str] = []
    register = prepare(write_source(tmp_path / "source", tiny_tables()), tmp_path / "snap", progress=told.append)
    assert told == ["check", "clean", "marks", "index events", "linkage", "content"]
    assert calls == ["index events 2024-12-31 []", "linkage 20260101"]
    assert sorted(path.name for path in (tmp_path / "snap").iterdir()) == [
        "coverage.json",
        "disposal",
        "index_event",
        "linkage.duckdb",
        "linkage_index",
        "manifest.json",
        "marks",
        "model.json",
        "offence",
        "set_aside",
    ]
    assert register.extract_date == EXTRACT
    assert register.left_out[0] == "OGRS3 score left out (no table offence_code)"
    assert register.rows["offence"] == 3
    assert register.manifest["national_rates"][0]["rate"] == 1.0
    assert register.manifest["linkage"] == {"m_from": "shipped"}
    public = json.loads((tmp_path / "snap" / "coverage.json").read_text())
    assert public["last_index_date_with_full_follow_up"] == "2023-06-30"
    assert public["national_rates"] == public["national_rates_by_group"] == [], "three events are too few for a public rate"
    assert register.manifest["national_kinds"][0]["any_summary"] == 3


def test_no_name_and_no_date_of_birth_leaves_linkage(tmp_path, calls):
    prepare(write_source(tmp_path / "source", tiny_tables()), tmp_path / "snap")
    columns = {
        name for folder in ("offence", "disposal", "marks", "index_event") for name in parquet(tmp_path / "snap", folder)[0]
    }
    assert not columns & {"surname", "forename", "middle_names", "date_of_birth", "pnc_id", "prison_number"}


def test_rows_are_sorted_by_person_and_whole_number_ids_become_text(tmp_path, calls):
    tables = tiny_tables()
    for rows in tables.values():
        rows.reverse()
        for row in rows:
            row["person_id"] = int(row["person_id"][1:])
    prepare(write_source(tmp_path / "source", tables), tmp_path / "snap")
    assert [row["person_id"] for row in parquet(tmp_path / "snap", "offence")] == ["1", "2", "3"]
    assert [row["person_id"] for row in parquet(tmp_path / "snap", "disposal")] == ["1", "2", "3"]


def test_files_that_are_unlike_give_the_snapshot_of_one_file(tmp_path, calls):
    tables = tiny_tables()
    tables["disposal"][0] |= {"release_date": None, "kind": "community_order"}
    whole = prepare(write_source(tmp_path / "whole", tables), tmp_path / "one")
    apart = write_source(tmp_path / "apart", tables)
    in_two_files(apart, "disposal", lambda table: table.drop_columns(["release_date"]))
    in_two_files(apart, "offence", lambda table: table.set_column(9, "custody_days", table["custody_days"].cast("int64")))
    register = prepare(apart, tmp_path / "other")
    assert register.content == whole.content
    assert register.manifest["warned"] == [["disposal", "column-in-some-files", 0]]


def test_rows_set_aside_are_left_out_and_kept_apart_by_key_and_rule_alone(tmp_path, calls):
    tables = many(tiny_tables(), 200)
    tables["offence"].append(offence("bad", "P1", "D-P1", offence_group="unlisted"))
    tables["disposal"].append(disposal("odd", "P2", release_date=date(2020, 1, 1)))
    tables["offence"].append(offence("of the odd one", "P2", "odd"))
    tables["person"].append(person("X", sex="unlisted"))
    tables["identity"].append(identity("X"))
    register = prepare(write_source(tmp_path / "source", tables), tmp_path / "snap")
    offences = {row["offence_id"] for row in parquet(tmp_path / "snap", "offence")}
    assert "bad" not in offences
    assert "of the odd one" in offences, "it was proven, whatever became of its disposal"
    assert "odd" not in {row["disposal_id"] for row in parquet(tmp_path / "snap", "disposal")}
    aside = {file.stem: pq.read_table(file).to_pylist() for file in (tmp_path / "snap" / "set_aside").iterdir()}
    assert aside == {
        "offence": [{"row_key": "bad", "rule": "code-unknown"}],
        "disposal": [{"row_key": "odd", "rule": "release-before-disposal"}],
        "person": [{"row_key": "X", "rule": "code-unknown"}],
        "identity": [{"row_key": "X", "rule": "person-set-aside"}],
    }
    assert ["identity", "person-set-aside", 1] in register.manifest["set_aside"]
    assert register.rows["person"] == 203


def test_a_date_that_was_set_aside_is_neither_the_first_nor_the_last(tmp_path, calls):
    tables = tiny_tables()
    tables["offence"].append(offence("bad", "P1", "D-P1", offence_date=date(201, 5, 3)))
    tables["disposal"].append(disposal("odd", "P2", disposal_date=date(2200, 1, 1)))
    register = prepare(write_source(tmp_path / "source", tables), tmp_path / "snap")
    assert describe(register).spans == (
        ("disposal", date(2020, 3, 1), date(2020, 3, 1)),
        ("offence", date(2020, 1, 10), date(2020, 1, 10)),
    )


def test_optional_tables_are_handed_on_by_name(tmp_path, calls):
    tables = tiny_tables() | {"offence_code": [{"offence_code": "039/01", "ogrs3_group": "Theft (non-motor)"}]}
    register = prepare(write_source(tmp_path / "source", tables), tmp_path / "snap", extract_date=date(2024, 6, 30))
    assert calls[0] == "index events 2024-06-30 ['offence_code']"
    assert register.extract_date == date(2024, 6, 30)
    assert len(register.left_out) == 2


def test_people_are_known_by_the_ids_that_the_source_declares_or_in_this_extract_alone(tmp_path, calls):
    source = write_source(tmp_path / "source", tiny_tables())
    (source / "manifest.json").write_text('{"extract_date": "2024-12-31", "id_scheme": "national number"}')
    assert prepare(source, tmp_path / "one").id_scheme == "national number"
    (source / "manifest.json").write_text('{"extract_date": "2024-12-31"}')
    register = prepare(source, tmp_path / "other")
    assert register.id_scheme == f"extract {register.content}"
    for said in ('{"extract_date": "2024-12-31", "id_scheme": 3}', "[]"):
        (source / "manifest.json").write_text(said)
        with pytest.raises(UsageError, match=r"manifest\.json"):
            prepare(source, tmp_path / "never", extract_date=date(2024, 12, 31))


def test_the_next_refresh_is_published_where_the_source_announces_it(tmp_path, calls):
    source = write_source(tmp_path / "source", tiny_tables())
    (source / "manifest.json").write_text('{"extract_date": "2024-12-31", "next_refresh": "2025-06-30"}')
    register = prepare(source, tmp_path / "snap")
    assert json.loads(register.coverage_file.read_text())["next_refresh"] == "2025-06-30"
    with pytest.raises(UsageError, match="next_refresh"):
        prepare(source, tmp_path / "never", extract_date=date(2025, 6, 30))
    assert not (tmp_path / "never").exists()


def test_a_broken_key_is_refused_and_leaves_nothing(tmp_path, calls):
    tables = tiny_tables()
    tables["offence"].append(offence("X", "nobody", "D-P1"))
    with pytest.raises(DataRefused, match="nothing was built") as refused:
        prepare(write_source(tmp_path / "source", tables), tmp_path / "snap")
    problem = refused.value.problems[0]
    assert (problem.file, problem.row, problem.column, problem.rule) == ("offence", None, "person_id", "key-broken")
    assert problem.message == "Rows whose person_id is not in the table person: 1, e.g. X."
    assert calls == []
    assert not (tmp_path / "snap").exists()
    assert json.loads((tmp_path / "snap.refused.json").read_text()) == [problem.to_dict() for problem in refused.value.problems]


def test_reasons_of_an_old_refusal_go_when_the_source_is_mended(tmp_path, calls):
    (tmp_path / "snap.refused.json").write_text("[]")
    prepare(write_source(tmp_path / "source", tiny_tables()), tmp_path / "snap")
    assert not (tmp_path / "snap.refused.json").exists()


def test_the_same_build_again_is_not_done_again(tmp_path, calls):
    source = write_source(tmp_path / "source", tiny_tables())
    first = prepare(source, tmp_path / "snap")
    (tmp_path / "snap" / ".build").mkdir()
    assert prepare(source, tmp_path / "snap") == first
    assert len(calls) == 2
    assert not (tmp_path / "snap" / ".build").exists()


def test_a_snapshot_of_something_else_or_a_folder_of_other_files_is_not_written_over(tmp_path, calls):
    source = write_source(tmp_path / "source", tiny_tables())
    prepare(source, tmp_path / "snap")
    with pytest.raises(UsageError, match="already holds a snapshot"):
        prepare(source, tmp_path / "snap", seed=2)
    with pytest.raises(UsageError, match="with other files"):
        prepare(source, tmp_path)


def test_an_empty_folder_may_become_the_snapshot(tmp_path, calls):
    (tmp_path / "snap").mkdir()
    assert prepare(write_source(tmp_path / "source", tiny_tables()), tmp_path / "snap").rows["person"] == 3


def test_a_build_keeps_another_of_the_same_snapshot_out(tmp_path, calls):
    source = write_source(tmp_path / "source", tiny_tables())
    with alone_in(tmp_path / "snap"), pytest.raises(UsageError, match="snap: another process is at work in it"):
        prepare(source, tmp_path / "snap")
    assert list((tmp_path / "snap").iterdir()) == []
    assert prepare(source, tmp_path / "snap").rows["person"] == 3


def killed_in(step, source, out, monkeypatch):
    """Begin a build, and kill it in one of its steps."""

    def dies(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room, step, dies)
        with pytest.raises(KeyboardInterrupt):
            prepare(source, out)


@pytest.mark.parametrize(
    "dies", ["write_clean", "write_set_aside", "build_index_events", "build_linkage", "national_rates", "coverage"]
)
def test_a_build_killed_in_any_stage_goes_on_where_it_stopped(tmp_path, calls, monkeypatch, dies):
    source = write_source(tmp_path / "source", tiny_tables())
    whole = prepare(source, tmp_path / "whole")
    killed_in(dies, source, tmp_path / "snap", monkeypatch)
    with pytest.raises(UsageError, match="not built to the end"):
        room.open_register(tmp_path / "snap")
    calls.clear()
    told: list[str] = []
    resumed = prepare(source, tmp_path / "snap", progress=told.append)
    assert "check" not in told, "a finished stage is not done again"
    assert resumed.content == whole.content
    assert resumed.manifest["tables"] == whole.manifest["tables"]
    assert not list((tmp_path / "snap").glob(".*"))


def test_leavings_of_a_killed_linkage_are_cleared(tmp_path, calls, monkeypatch):
    source = write_source(tmp_path / "source", tiny_tables())
    killed_in("build_linkage", source, tmp_path / "snap", monkeypatch)
    (tmp_path / "snap" / ".linkage.duckdb.part.wal").write_text("half a log")
    prepare(source, tmp_path / "snap")
    assert not list((tmp_path / "snap").glob(".*"))


def test_what_a_killed_engine_put_aside_is_out_of_the_way_before_the_build_goes_on(tmp_path, calls, monkeypatch):
    source = write_source(tmp_path / "source", tiny_tables())
    work = tmp_path / "snap" / ".build"
    killed_in("build_linkage", source, tmp_path / "snap", monkeypatch)
    for aside in ("spill", "spark"):
        (work / aside).mkdir(exist_ok=True)
        (work / aside / "left").write_text("half of something")
    there: list[bool] = []
    prepare(source, tmp_path / "snap", progress=lambda _: there.extend((work / name).exists() for name in ("spill", "spark")))
    assert not any(there[:2])


def test_a_build_killed_while_it_clears_another_away_is_known_for_unfinished(tmp_path, calls, monkeypatch):
    source = write_source(tmp_path / "source", tiny_tables())
    killed_in("build_linkage", source, tmp_path / "snap", monkeypatch)
    (tmp_path / "snap" / "a file").write_text("of the build before")
    gone: list[str] = []

    def dies_at_the_last(path):
        if path.name == ".build":
            raise KeyboardInterrupt
        if path.is_dir():
            gone.append(path.name)
        take_away(path)

    with monkeypatch.context() as patch:
        patch.setattr("justice_data_lab.register.stages.take_away", dies_at_the_last)
        with pytest.raises(KeyboardInterrupt):
            prepare(source, tmp_path / "snap", extract_date=date(2024, 11, 30))
    assert sorted(gone) == ["disposal", "index_event", "marks", "offence", "set_aside"]
    assert [path.name for path in (tmp_path / "snap").iterdir()] == [".build"]
    assert prepare(source, tmp_path / "snap").content == prepare(source, tmp_path / "whole").content


def test_a_changed_source_starts_an_unfinished_build_afresh(tmp_path, calls, monkeypatch):
    source = write_source(tmp_path / "source", tiny_tables())
    killed_in("build_linkage", source, tmp_path / "snap", monkeypatch)
    told: list[str] = []
    prepare(source, tmp_path / "snap", extract_date=date(2024, 11, 30), progress=told.append)
    assert told[0] == "check"


def test_training_cohorts_are_part_of_what_a_build_is(tmp_path, calls):
    source = write_source(tmp_path / "source", tiny_tables())
    (tmp_path / "cohort.csv").write_text("surname")
    prepare(source, tmp_path / "snap")
    with pytest.raises(UsageError, match="already holds"):
        prepare(source, tmp_path / "snap", train_on=(tmp_path / "cohort.csv",))
    with pytest.raises(UsageError, match=r"absent\.csv"):
        prepare(source, tmp_path / "other", train_on=(tmp_path / "absent.csv",))


def test_what_is_not_there_or_in_the_wrong_place_is_wrong_usage(tmp_path, calls):
    with pytest.raises(UsageError, match="Expected nowhere"):
        prepare(tmp_path / "nowhere", tmp_path / "snap", extract_date=EXTRACT)
    source = write_source(tmp_path / "source", tiny_tables())
    with pytest.raises(UsageError, match="outside the source"):
        prepare(source, source / "snap")
    (source / "manifest.json").write_text('{"extract_date": "2024-12-31", "next_refresh": "soon"}')
    with pytest.raises(UsageError, match="next_refresh"):
        prepare(source, tmp_path / "snap")
