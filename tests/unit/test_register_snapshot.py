from __future__ import annotations

import runpy
import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.files import sha256, write_json
from justice_data_lab.register.connect import attach, connect
from justice_data_lab.register.content import content_of
from justice_data_lab.register.describe import Description, coverage, describe, indictable_rate, national_rates
from justice_data_lab.register.months import add_months, last_full_follow_up
from justice_data_lab.register.schema import SCHEMA_VERSION
from justice_data_lab.register.schema_page import schema_page
from justice_data_lab.register.snapshot import KIND, Register, open_register
from justice_data_lab.register.stages import Stages

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "register-schema.md"
RATE = {
    "events": 4,
    "reoffended": 1,
    "reoffences": 6,
    "first_indictable": 1,
    "followed_two_years": 3,
    "reoffended_two_years": 2,
    "rate": 0.25,
    "two_year_rate": 2 / 3,
}
MANIFEST = {
    "kind": KIND,
    "schema_version": SCHEMA_VERSION,
    "extract_date": "2024-12-31",
    "content": "abc",
    "left_out": ["OGRS3 score left out (no table offence_code)"],
    "set_aside": [["offence", "code-unknown", 2]],
    "spans": [["offence", "2001-01-01", "2024-12-30"]],
    "tables": {"offence": {"rows": 9, "sha256": "d"}, "linkage.identity": {"rows": 4, "sha256": "e"}},
    "national_rates": [
        {"grouped_by": "all", "level": "all", **RATE},
        {"grouped_by": "sex", "level": "F", **RATE, "followed_two_years": 0, "reoffended_two_years": 0, "two_year_rate": None},
    ],
}


def snapshot(folder: Path, **changes) -> Path:
    for part in ("index_event", "offence", "disposal", "linkage_index"):
        (folder / part).mkdir(parents=True)
    for part in ("linkage.duckdb", "model.json", "coverage.json"):
        (folder / part).write_bytes(b"--------DUCK" if part.endswith("duckdb") else b"")
    (folder / "linkage_index" / "identity.arrow").write_bytes(b"ARROW1--ARROW1")
    for number, rows in enumerate((4, 5)):
        pq.write_table(pa.table({"person_id": ["p"] * rows}), folder / "offence" / f"{number}.parquet")
    write_json(folder / "manifest.json", MANIFEST | changes)
    return folder


def test_a_snapshot_opens_to_its_parts(tmp_path):
    register = open_register(snapshot(tmp_path / "snap"))
    assert register.extract_date == date(2024, 12, 31)
    assert register.index_event_glob == str(tmp_path / "snap" / "index_event" / "*.parquet")
    assert register.offence_glob.endswith("offence/*.parquet")
    assert register.disposal_glob.endswith("disposal/*.parquet")
    assert [file.name for file in (register.linkage_file, register.key_index, register.model_file, register.coverage_file)] == [
        "linkage.duckdb",
        "linkage_index",
        "model.json",
        "coverage.json",
    ]
    assert register.content == "abc"
    assert register.rows == {"offence": 9, "linkage.identity": 4}
    assert "offence: 9 rows" in register.summary()
    assert register.table().num_rows == 2
    assert Register.from_dict(register.to_dict()) == register


def test_what_is_not_a_finished_snapshot_of_this_schema_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match=r"found none\. Make one"):
        open_register(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="has no manifest"):
        open_register(tmp_path / "empty")
    (tmp_path / "half" / ".build").mkdir(parents=True)
    with pytest.raises(UsageError, match="not built to the end"):
        open_register(tmp_path / "half")
    write_json(tmp_path / "empty" / "manifest.json", {"extract_date": "2024-12-31"})
    with pytest.raises(UsageError, match="a source register must be prepared first"):
        open_register(tmp_path / "empty")
    (tmp_path / "empty" / "manifest.json").write_text("{")
    with pytest.raises(UsageError, match="Expected JSON"):
        open_register(tmp_path / "empty")
    with pytest.raises(UsageError, match="has jdl-register/0"):
        open_register(snapshot(tmp_path / "old", schema_version="jdl-register/0"))
    (snapshot(tmp_path / "torn") / "linkage.duckdb").unlink()
    with pytest.raises(UsageError, match=r"Expected linkage\.duckdb"):
        open_register(tmp_path / "torn")


def cut(file):
    file.write_bytes(file.read_bytes()[:-1])


DAMAGE = {
    "offence/0.parquet": ("is damaged", cut),
    "linkage.duckdb": ("is damaged", lambda file: file.write_bytes(b"DUCK")),
    "linkage_index/identity.arrow": ("is damaged", cut),
    "offence/1.parquet": ("Expected every row of offence in the snapshot snap, found fewer", lambda file: file.unlink()),
    "offence/2.parquet": ("found more", lambda file: shutil.copy(file.with_name("0.parquet"), file)),
}


@pytest.mark.parametrize("file", DAMAGE)
def test_a_snapshot_that_lost_a_file_or_an_end_is_not_read_as_a_smaller_one(tmp_path, file):
    what, damage = DAMAGE[file]
    damage(snapshot(tmp_path / "snap") / file)
    with pytest.raises(UsageError, match=rf"{what}.*Copy the snapshot again, or build it again from its source\."):
        open_register(tmp_path / "snap")


def test_a_linkage_model_that_was_changed_after_the_build_is_refused(tmp_path):
    folder = snapshot(tmp_path / "snap", linkage={"model_sha256": sha256(b"")})
    open_register(folder)
    (folder / "model.json").write_text('{"accept": 1}')
    with pytest.raises(UsageError, match=r"snap: model\.json is not as built"):
        open_register(folder)


@pytest.mark.parametrize(
    "changes",
    [{"extract_date": "2024-02-30"}, {"content": None}, {"left_out": 3}, {"tables": []}, {"tables": {"offence": {"row": 9}}}],
)
def test_a_manifest_that_no_build_wrote_is_wrong_usage(tmp_path, changes):
    folder = snapshot(tmp_path / "snap", **changes)
    if changes.get("content", "") is None:
        write_json(folder / "manifest.json", {name: value for name, value in MANIFEST.items() if name != "content"})
    with pytest.raises(UsageError, match=r"Expected in snap/manifest\.json what `jdl register build` wrote"):
        open_register(folder)


def test_a_description_says_what_is_in_it_from_when_to_when_and_the_rates(tmp_path):
    said = describe(open_register(snapshot(tmp_path / "snap")))
    text = str(said)
    assert "up to 2023-06-30" in text
    assert "offence from 2001-01-01 to 2024-12-30" in text
    assert "set aside: 2 rows of offence [code-unknown]" in text
    assert "linkage" not in text
    assert [line.split() for line in text.splitlines()[-2:]] == [
        ["all", "4", "25.0%", "1.50", "66.7%"],
        ["sex:", "F", "4", "25.0%", "1.50", "-"],
    ]
    assert Description.from_dict(said.to_dict()) == said
    assert [(row["rate"], row["two_year_rate"]) for row in said.table().to_pylist()] == [(0.25, 2 / 3), (0.25, None)]


def test_the_rate_of_indictable_first_reoffences_is_of_everybody(tmp_path):
    assert indictable_rate(open_register(snapshot(tmp_path / "snap"))) == 0.25
    assert indictable_rate(open_register(snapshot(tmp_path / "none", national_rates=[]))) is None


def test_coverage_is_public_and_holds_no_count():
    said = coverage(date(2025, 2, 28), date(2025, 9, 1))
    assert said == {
        "extract_date": "2025-02-28",
        "last_index_date_with_full_follow_up": "2023-08-31",
        "next_refresh": "2025-09-01",
        "analysed_by_fields_given": [],
        "national_rates": [],
        "national_rates_by_group": [],
    }
    assert coverage(date(2025, 2, 28))["next_refresh"] is None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 18, date(2025, 8, 29)),
        (date(2023, 8, 31), 18, date(2025, 2, 28)),
        (date(2025, 1, 31), -18, date(2023, 7, 31)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
    ],
)
def test_months_are_one_addition_clamped_to_the_months_end(day, months, expected):
    assert add_months(day, months) == expected


@pytest.mark.parametrize("extract", [date(2025, 2, 28), date(2024, 2, 29), date(2024, 8, 30), date(2024, 6, 30)])
def test_the_day_after_the_last_followed_start_is_not_followed(extract):
    last = last_full_follow_up(extract)
    assert add_months(last, 18) <= extract
    assert add_months(date.fromordinal(last.toordinal() + 1), 18) > extract


def test_national_rates_count_only_complete_follow_up(tmp_path):
    with connect() as con:
        con.execute(
            "CREATE TABLE index_event AS SELECT * FROM (VALUES "
            "('custody', 'M', 2020, 14, true, 3, true, 'indictable', true, true), "
            "('custody', 'F', 2021, 50, false, 0, true, NULL, false, NULL), "
            "('caution', 'M', 2022, 20, true, 9, false, 'summary', false, NULL)"
            ") AS t(kind, sex, index_year, age_at_index, reoffended, reoffences, complete_follow_up, first_court_outcome, "
            "complete_two_year_follow_up, reoffended_two_years)"
        )
        rates = {(rate.grouped_by, rate.level): (rate.events, rate.reoffended, rate.reoffences) for rate in national_rates(con)}
        assert [rate.first_indictable for rate in national_rates(con)[:2]] == [1, 1]
        assert (national_rates(con)[0].followed_two_years, national_rates(con)[0].reoffended_two_years) == (1, 1)
        con.execute("DELETE FROM index_event")
        assert national_rates(con) == ()
    assert rates == {
        ("all", "all"): (2, 1, 3),
        ("kind", "custody"): (2, 1, 3),
        ("sex", "F"): (1, 0, 0),
        ("sex", "M"): (1, 1, 3),
        ("age band", "10 to 14"): (1, 1, 3),
        ("age band", "50 and over"): (1, 0, 0),
        ("year", "2020"): (1, 1, 3),
        ("year", "2021"): (1, 0, 0),
    }


def content(values: str) -> str:
    with connect() as con:
        con.execute(f"CREATE TABLE t AS SELECT * FROM (VALUES {values}) AS t(a, b)")  # noqa: S608
        return content_of(con, "t").sha256


def test_content_is_the_same_in_any_order_and_differs_with_any_value():
    assert content("('x', 1), ('y', 2)") == content("('y', 2), ('x', 1)")
    different = ["('x', 1), ('y', 2)", "('x', 2), ('y', 1)", "('x', 1), ('y', NULL)", "('x', 1)", "('x', 1), ('y', 2), ('y', 2)"]
    assert len({content(values) for values in different}) == len(different)
    assert content("('ab', 'c')") != content("('a', 'bc')")
    assert content("('a', NULL::VARCHAR)") != content("('a', '')")


def test_a_stage_is_done_once_and_its_finding_kept(tmp_path):
    told: list[str] = []
    stages = Stages.begin(tmp_path / "out", ".build", "one", told.append)
    assert stages.run("first", lambda: {"n": 1}) == {"n": 1}
    again = Stages.begin(tmp_path / "out", ".build", "one", told.append)
    assert again.run("first", lambda: {"n": 2}) == {"n": 1}
    assert told == ["first"]
    assert list(again.seconds()) == ["first"]


def test_another_build_clears_what_the_first_left(tmp_path):
    Stages.begin(tmp_path / "out", ".build", "one").run("first", lambda: {"n": 1})
    (tmp_path / "out" / "offence").mkdir()
    other = Stages.begin(tmp_path / "out", ".build", "two")
    assert not (tmp_path / "out" / "offence").exists()
    assert other.run("first", lambda: {"n": 2}) == {"n": 2}


@pytest.mark.parametrize("damage", ["", "{", "[]", "3", '{"found": 3}', "\udcff"])
def test_a_damaged_note_of_a_stage_is_no_note(tmp_path, damage):
    stages = Stages.begin(tmp_path / "out", ".build", "one")
    stages.run("first", lambda: {"n": 1})
    (tmp_path / "out" / ".build" / "first.json").write_text(damage, errors="surrogateescape")
    assert stages.run("first", lambda: {"n": 2}) == {"n": 2}
    (tmp_path / "out" / ".build" / "build.json").write_text(damage, errors="surrogateescape")
    assert Stages.begin(tmp_path / "out", ".build", "one").run("first", lambda: {"n": 3}) == {"n": 3}


def test_a_stage_that_dies_is_not_written_down(tmp_path):
    stages = Stages.begin(tmp_path / "out", ".build", "one")
    with pytest.raises(KeyboardInterrupt):
        stages.run("first", _interrupted)
    assert stages.run("first", lambda: {"n": 3}) == {"n": 3}


def _interrupted():
    raise KeyboardInterrupt


def test_an_attached_file_must_be_there_unless_it_is_made(tmp_path):
    with connect() as con:
        with pytest.raises(UsageError, match="found none"):
            attach(con, tmp_path / "it's.duckdb", "x")
        attach(con, tmp_path / "it's.duckdb", "x", writable=True)
    assert (tmp_path / "it's.duckdb").is_file()


def test_the_schema_page_is_written_by_running_its_module(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["schema_page", str(tmp_path / "page.md")])
    with pytest.warns(RuntimeWarning, match="schema_page"):
        runpy.run_module("justice_data_lab.register.schema_page", run_name="__main__")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == schema_page()


def test_the_schema_page_is_what_the_schema_says():
    remedy = "python -m justice_data_lab.register.schema_page docs/reference/register-schema.md"
    assert PAGE.read_text(encoding="utf-8") == schema_page(), f"Run {remedy}"


def test_clean_tables_are_packed_as_every_engine_reads_them(small_register):
    """Spark's reader fails on pages that lz4 made longer, which come with the size of a register: not on a small one."""
    parts = [
        pq.ParquetFile(file).metadata.row_group(0)
        for name in ("offence", "disposal")
        for file in (small_register.path / name).iterdir()
    ]
    assert {part.column(place).compression for part in parts for place in range(part.num_columns)} == {"SNAPPY"}
