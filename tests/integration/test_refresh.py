"""A snapshot refreshed from an earlier one is the snapshot of a full build, to the content hash and the file."""

from __future__ import annotations

import random
import shutil
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from changed_register import CHANGES, changed
from earlier_extract import earlier_extract
from justice_data_lab.errors import UsageError
from justice_data_lab.files import file_sha256, write_json
from justice_data_lab.prepare import prepare
from run_jdl import said
from tiny_source import EXTRACT, assessment, disposal, many, offence, tiny_tables, write_source

# the module; its name in the package is the function
room = sys.modules["justice_data_lab.prepare"]

OLD_DAY, NEW_DAY = date(2026, 3, 31), date(2026, 6, 30)
# Seconds differ from build to build; what was copied is told beside the content.
APART = {"seconds", "refresh"}


@pytest.fixture(scope="module")
def new_source(source_of_thousands):
    return source_of_thousands


@pytest.fixture(scope="module")
def old_source(new_source, tmp_path_factory):
    return earlier_extract(new_source, tmp_path_factory.mktemp("register") / "old", OLD_DAY)


@pytest.fixture(scope="module")
def old(old_source):
    """The snapshot of three months before."""
    return prepare(old_source, old_source.with_name("old snapshot"))


@pytest.fixture(scope="module")
def full(built_of_thousands):
    """The snapshot of the new extract, built whole."""
    return built_of_thousands


def hashes(register):
    """Every file with its hash."""
    return {str(path.relative_to(register.path)): file_sha256(path) for path in register.path.rglob("*") if path.is_file()}


def events(register):
    """The rows of every file of index events, in their order."""
    return {path.name: pq.read_table(path).to_pylist() for path in (register.path / "index_event").iterdir()}


def same(new, full):
    """That a refreshed snapshot is the one of a full build."""
    assert new.content == full.content
    kept = [{key: value for key, value in register.manifest.items() if key not in APART} for register in (new, full)]
    assert kept[0] == kept[1]
    # Parquet says of a column that it holds no null where the engine knew beforehand; a database has room to spare.
    unlike = ("index_event", "linkage.duckdb", "manifest.json")
    files = [{name: found for name, found in hashes(register).items() if not name.startswith(unlike)} for register in (new, full)]
    assert files[0] == files[1]
    assert events(new) == events(full)


def test_a_refresh_by_three_months_is_a_full_build(new_source, old, full, tmp_path):
    before = hashes(old)
    told = []
    new = prepare(new_source, tmp_path / "new", refresh=old.path, progress=told.append)
    same(new, full)
    assert hashes(old) == before
    assert told == ["check", "clean", "marks", "index events", "linkage", "content"]
    done = new.manifest["refresh"]
    assert done["from"] == old.content
    assert done["people"] == 3_000
    assert 0 < done["anew"] < 1_000
    assert old.rows["person"] < full.rows["person"]
    assert "refresh" not in full.manifest


@pytest.mark.parametrize("dies", ["write_marks", "refresh_index_events", "build_linkage", "national_rates"])
def test_a_refresh_that_was_killed_goes_on_with_the_same_command(new_source, old, full, tmp_path, monkeypatch, dies):
    def killed(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room, dies, killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(new_source, tmp_path / "new", refresh=old.path)
    told = []
    new = prepare(new_source, tmp_path / "new", refresh=old.path, progress=told.append)
    same(new, full)
    assert "clean" not in told
    assert new.manifest["refresh"]["anew"] < new.manifest["refresh"]["people"]
    assert not list(new.path.glob(".*"))


def test_a_refreshed_snapshot_can_be_refreshed_from(new_source, old, full, tmp_path):
    middle = earlier_extract(new_source, tmp_path / "middle", NEW_DAY - timedelta(days=30))
    first = prepare(middle, tmp_path / "first", refresh=old.path)
    same(prepare(new_source, tmp_path / "new", refresh=first.path), full)


@dataclass(frozen=True)
class Two:
    """Two extracts of one tiny register, in a folder."""

    home: Path
    before: dict
    after: dict
    old_day: date = EXTRACT
    new_day: date = EXTRACT

    def refreshed(self, **options):
        """The refreshed snapshot, and the one built whole."""
        # An optional table of no rows is no table.
        before, after = ({name: rows for name, rows in tables.items() if rows} for tables in (self.before, self.after))
        new = write_source(self.home / "source", after, extract_date=self.new_day)
        prepare(write_source(self.home / "earlier", before, extract_date=self.old_day), self.home / "old")
        return prepare(new, self.home / "new", refresh=self.home / "old", **options), prepare(new, self.home / "full")


def grown():
    """Six people; two of them with a second case, one with work and an assessment."""
    spell = {"person_id": "P1", "kind": "work", "start_date": date(2020, 5, 1), "end_date": None}
    tables = many(tiny_tables(), 3) | {"employment": [spell], "assessment": [assessment("P2", date(2020, 2, 2))]}
    for name in ("P1", "P3"):
        second = date(2022, 5, 6)
        tables["disposal"].append(disposal(f"E-{name}", name, disposal_date=second, kind="community_order", release_date=None))
        tables["offence"].append(
            offence(f"P-{name}", name, f"E-{name}", offence_date=date(2021, 3, 4), disposal_date=second, sentence="community")
        )
    return tables


# A case that fails is small as it is: nothing is tried to make it smaller.
@settings(max_examples=8, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    seed=st.integers(0, 10**6), changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4), days=st.sampled_from([0, 92])
)
def test_whatever_happened_between_two_extracts_a_refresh_is_a_full_build(seed, changes, days):
    day = EXTRACT - timedelta(days=days)
    before = grown()
    after = changed(before, random.Random(seed), changes, EXTRACT)  # noqa: S311 -- an invented register
    with TemporaryDirectory() as scratch:
        same(*Two(Path(scratch), before, after, old_day=day).refreshed())


CODES = [{"offence_code": "039/01", "ogrs3_group": "Theft (non-motor)"}]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({}, {"offence_code": CODES}, "by other definitions, with other tables"),
        ({"offence_code": CODES}, {}, "by other definitions, with other tables"),
        ({"offence_code": CODES}, {"offence_code": [CODES[0] | {"ogrs3_group": "Violence"}]}, "offence_code is not that of old"),
    ],
)
def test_all_index_events_are_worked_out_where_more_than_lives_changed(tmp_path, before, after, why):
    told = []
    new, full = Two(tmp_path, tiny_tables() | before, tiny_tables() | after).refreshed(progress=told.append)
    same(new, full)
    assert why in new.manifest["refresh"]["all_since"]
    assert f"index events, all of them, since {new.manifest['refresh']['all_since']}" in told


def test_a_snapshot_from_before_there_were_marks_is_a_start_all_the_same(tmp_path):
    two = Two(tmp_path, tiny_tables(), tiny_tables())
    new, full = two.refreshed()
    shutil.rmtree(tmp_path / "old" / "marks")
    again = prepare(tmp_path / "source", tmp_path / "again", refresh=tmp_path / "old")
    same(again, full)
    assert "before snapshots could be refreshed from" in again.manifest["refresh"]["all_since"]
    assert "all_since" not in new.manifest["refresh"]


def test_a_start_that_is_not_fit_is_refused_with_what_to_do(tmp_path):
    source = write_source(tmp_path / "source", tiny_tables())
    old = prepare(source, tmp_path / "old").path

    def refused(said, **options):
        with pytest.raises(UsageError, match=said):
            prepare(source, tmp_path / "new", **({"refresh": old} | options))
        assert not (tmp_path / "new").exists()

    refused("no earlier snapshot|found none.*leave --refresh out", refresh=tmp_path / "nowhere")
    refused("must be prepared first.*leave --refresh out", refresh=source)
    refused("outside the new one's folder", refresh=tmp_path / "new")
    refused("outside the new one's folder", refresh=tmp_path / "new" / "old")
    refused("outside the new one's folder", refresh=tmp_path)
    refused("2024-12-31 or later", extract_date=date(2024, 6, 30))
    refused("engine duckdb, got spark", spark=object())
    write_json(source / "manifest.json", {"extract_date": "2024-12-31", "id_scheme": "court number"})
    refused(r"ids of old \(none declared\), got court number")


def test_what_is_finished_needs_no_start_any_more(tmp_path):
    new, _ = Two(tmp_path, tiny_tables(), tiny_tables()).refreshed()
    shutil.rmtree(tmp_path / "old")
    assert prepare(tmp_path / "source", tmp_path / "new", refresh=tmp_path / "old") == new


def test_the_command_refreshes(tmp_path, capsys):
    source = write_source(tmp_path / "source", grown())
    assert said("register", "build", source, tmp_path / "old") == 0
    assert said("register", "build", source, tmp_path / "new", "--refresh", tmp_path / "old") == 0
    assert said("register", "build", source, tmp_path / "other", "--refresh", source) == 2
    assert "leave --refresh out" in " ".join(capsys.readouterr().err.split())
    assert pq.read_table(tmp_path / "new" / "marks").equals(pq.read_table(tmp_path / "old" / "marks"))
