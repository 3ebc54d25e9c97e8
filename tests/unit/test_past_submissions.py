"""Recording finished runs: what is counted, that nothing counts twice, and that the snapshot stays whole."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.files import write_json
from justice_data_lab.past_submissions import RECORD, record_runs
from justice_data_lab.register.coverage import read_coverage
from justice_data_lab.register.schema import SCHEMA_VERSION
from justice_data_lab.register.snapshot import KIND, open_register

COVERAGE = {"extract_date": "2024-12-31", "last_index_date_with_full_follow_up": "2023-06-30", "next_refresh": "2025-06-30"}


@pytest.fixture
def snapshot(tmp_path):
    return make_snapshot(tmp_path / "snapshot")


def make_snapshot(folder):
    for part in ("index_event", "offence", "disposal", "linkage_index"):
        (folder / part).mkdir(parents=True)
    (folder / "linkage.duckdb").write_bytes(b"--------DUCK")
    (folder / "linkage_index" / "identity.arrow").write_bytes(b"ARROW1")
    (folder / "model.json").write_text("{}")
    manifest = {"kind": KIND, "schema_version": SCHEMA_VERSION, "extract_date": "2024-12-31", "content": "c"}
    manifest |= {"tables": {}, "left_out": []}
    write_json(folder / "manifest.json", manifest)
    write_json(folder / "coverage.json", {**COVERAGE, "analysed_by_fields_given": [], "national_rates": []})
    return folder


def make_run(folder, *, rows=(40, 40), matched=(30, 20), cohort="c", arm=None, stopped=False):
    """A finished run: rows with both numbers, then rows with none, of which the first `matched` were matched."""
    for room in ("1-intake", "2-linkage", "3-measures", "4-matching", "7-report"):
        (folder / room).mkdir(parents=True)
    numbers, size = rows[0], sum(rows)
    rows = list(range(2, size + 2))
    given = [f"X{row}" if place < numbers else None for place, row in enumerate(rows)]
    write(folder / "1-intake/cohort.parquet", row=rows, pnc_id=given, prison_number=given, surname=["Canaryman"] * size)
    linked = [place < matched[0] + 5 or numbers <= place < numbers + matched[1] + 5 for place in range(size)]
    people = [f"P{cohort}{row}" if found else None for row, found in zip(rows, linked, strict=True)]
    status = ["linked" if found else "not_found" for found in linked]
    columns = {"arm": arm} if arm else {}
    write(folder / "2-linkage/links.parquet", row=rows, person_id=people, status=status, **columns)
    treated = [person for person in people if person]
    write(folder / "3-measures/rows.parquet", row=list(range(len(treated) + 1)), person_id=[*treated, "someone else"])
    first = {f"P{cohort}{row}" for row in rows[: matched[0]] + rows[numbers : numbers + matched[1]]}
    weights = [float(person in first) for person in treated]
    if stopped:
        (folder / "4-matching").rmdir()
    else:
        ones = [1] * len(treated)
        write(
            folder / "4-matching/weights.parquet", row=list(range(len(treated) + 1)), treated=[*ones, 0], weight=[*weights, 3.0]
        )
    write_json(folder / "manifest.json", {"inputs": {"cohort": cohort, "register": "r"}, "rooms": {"7-report": {}}})
    return folder


def write(path, **columns):
    pq.write_table(pa.table(columns), path)


def shares(snapshot):
    return {share.fields: share.analysed for share in read_coverage(snapshot / "coverage.json").analysed}


def test_a_run_gives_the_share_analysed_by_the_numbers_that_rows_came_with(snapshot, tmp_path):
    done = record_runs(snapshot, [make_run(tmp_path / "run")])
    assert shares(snapshot) == {"all": 0.63, "both numbers": 0.75, "no number": 0.5}
    assert (done.added, done.known, done.waiting) == (1, 0, 0)
    assert "both numbers: 75% of the rows submitted were analysed" in done.summary()
    assert "not shown until more people stand behind it: police number, prison number" in done.summary()


def test_the_snapshot_stays_whole_and_its_dates_stay(snapshot, tmp_path):
    record_runs(snapshot, [make_run(tmp_path / "run")])
    open_register(snapshot)
    public = json.loads((snapshot / "coverage.json").read_text())
    assert {name: public[name] for name in COVERAGE} == COVERAGE
    assert not list(snapshot.glob(".*"))
    assert "Canaryman" not in (snapshot / RECORD).read_text()


def test_counts_stay_in_the_record_and_only_whole_percents_are_public(snapshot, tmp_path):
    record_runs(snapshot, [make_run(tmp_path / "run", rows=(43, 40), matched=(30, 20))])
    public = json.loads((snapshot / "coverage.json").read_text())["analysed_by_fields_given"]
    assert public[1] == {"fields": "both numbers", "analysed": 0.7, "low": None, "high": None}
    assert "43" in (snapshot / RECORD).read_text()


def test_the_same_cohort_counts_once(snapshot, tmp_path):
    first = make_run(tmp_path / "run")
    record_runs(snapshot, [first])
    before = (snapshot / "coverage.json").read_bytes(), (snapshot / RECORD).read_bytes()
    again = record_runs(snapshot, [first, make_run(tmp_path / "again", matched=(40, 40))])
    assert (again.added, again.known) == (0, 2)
    assert "counted again: 2" in again.summary()
    assert before == ((snapshot / "coverage.json").read_bytes(), (snapshot / RECORD).read_bytes())


def test_the_order_of_recording_makes_no_difference(tmp_path):
    runs = [make_run(tmp_path / name, cohort=name, matched=(20 + place, 15)) for place, name in enumerate("abc")]
    one, other = make_snapshot(tmp_path / "one"), make_snapshot(tmp_path / "other")
    record_runs(one, runs)
    record_runs(other, runs[::-1])
    assert (one / "coverage.json").read_bytes() == (other / "coverage.json").read_bytes()
    assert (one / RECORD).read_bytes() == (other / RECORD).read_bytes()


def test_a_small_run_waits_for_others(snapshot, tmp_path):
    record_runs(snapshot, [make_run(tmp_path / "big")])
    before = shares(snapshot)
    few = record_runs(snapshot, [make_run(tmp_path / "few", cohort="d", rows=(8, 0), matched=(5, 0))])
    assert shares(snapshot) == before
    assert few.waiting == 1
    assert "recorded, but not in the public shares until more runs are: 1" in few.summary()
    record_runs(snapshot, [make_run(tmp_path / "more", cohort="e", rows=(40, 0), matched=(10, 0))])
    assert shares(snapshot) == {"all": 0.51, "both numbers": 0.51, "no number": 0.5}


def test_nobody_was_analysed_in_a_run_that_stopped_before_matching(snapshot, tmp_path):
    record_runs(snapshot, [make_run(tmp_path / "run"), make_run(tmp_path / "stopped", cohort="d", stopped=True)])
    assert shares(snapshot) == {"all": 0.31, "both numbers": 0.38, "no number": 0.25}


def test_rows_that_did_not_get_the_programme_are_not_counted(snapshot, tmp_path):
    arm = ["served"] * 60 + ["waiting"] * 20
    record_runs(snapshot, [make_run(tmp_path / "run", arm=arm, matched=(30, 20))])
    assert shares(snapshot)["all"] == 0.83, "fifty of sixty"


def test_rows_of_a_run_whose_intake_room_is_gone_count_among_all(snapshot, tmp_path):
    run = make_run(tmp_path / "run")
    (run / "1-intake" / "cohort.parquet").unlink()
    record_runs(snapshot, [run])
    assert shares(snapshot) == {"all": 0.63}


def test_the_record_is_taken_over_from_the_snapshot_before(snapshot, tmp_path):
    record_runs(snapshot, [make_run(tmp_path / "run")])
    newer = make_snapshot(tmp_path / "newer")
    taken = record_runs(newer, [make_run(tmp_path / "second", cohort="d", matched=(20, 20))], after=snapshot)
    assert taken.added == 1
    assert shares(newer) == {"all": 0.56, "both numbers": 0.63, "no number": 0.5}
    with pytest.raises(UsageError, match="newer has a record of its own"):
        record_runs(newer, [], after=snapshot)
    fresh = make_snapshot(tmp_path / "fresh")
    assert record_runs(fresh, [], after=make_snapshot(tmp_path / "bare")).coverage.analysed == ()


@pytest.mark.parametrize(
    "manifest",
    [None, "{", "[]", '{"inputs": {"data": "x"}, "rooms": {"7-report": {}}}', '{"inputs": {"cohort": "x"}, "rooms": {}}'],
)
def test_only_finished_runs_of_a_cohort_are_recorded(snapshot, tmp_path, manifest):
    run = make_run(tmp_path / "run")
    (run / "manifest.json").unlink()
    if manifest is not None:
        (run / "manifest.json").write_text(manifest)
    with pytest.raises(UsageError, match="--run run: expected the folder of a finished `jdl run`"):
        record_runs(snapshot, [run])
    assert shares(snapshot) == {}
    assert not (snapshot / RECORD).exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"submissions": 3}', '{"submissions": {}, "published": {}}'])
def test_a_damaged_record_is_not_begun_anew(snapshot, tmp_path, content):
    (snapshot / RECORD).write_text(content)
    with pytest.raises(UsageError, match=r"snapshot/past_submissions\.json: expected the record .* Put it back from a backup"):
        record_runs(snapshot, [make_run(tmp_path / "run")])
    assert (snapshot / RECORD).read_text() == content
