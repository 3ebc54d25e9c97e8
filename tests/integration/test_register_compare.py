"""Two extracts of one register held against each other: what is counted is what was changed."""

import json
from datetime import date

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from earlier_extract import earlier_extract
from justice_data_lab.files import write_json
from justice_data_lab.prepare import prepare
from justice_data_lab.register.compare import Moved, RegisterChange, compare
from justice_data_lab.register.synthetic.source import synthesise

OLD_DAY, NEW_DAY = date(2025, 12, 31), date(2026, 6, 30)


def rewrite(source, name, change):
    """Put a table in the place of the source's."""
    table = change(pq.read_table(source / name))
    for file in (source / name).iterdir():
        file.unlink()
    pq.write_table(table, source / name / "part.parquet")


def says(source, **facts):
    write_json(source / "manifest.json", json.loads((source / "manifest.json").read_text()) | facts)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The register as it was at the end of 2025, and half a year later with one person renamed and one gone."""
    new = tmp_path_factory.mktemp("register") / "new"
    synthesise(new, people=300, seed=5)
    old = earlier_extract(new, new.with_name("old"), OLD_DAY)
    people = sorted(pq.read_table(old / "offence")["person_id"].unique().to_pylist())
    renamed, gone = people[3], people[7]
    for name in ("person", "identity", "offence", "disposal", "assessment", "employment"):
        rewrite(new, name, lambda table: table.filter(pc.not_equal(table["person_id"], gone)))
    new_name = lambda table: pc.if_else(pc.equal(table["person_id"], renamed), "Changedname", table["surname"])  # noqa: E731
    rewrite(new, "identity", lambda table: table.set_column(table.column_names.index("surname"), "surname", new_name(table)))
    return old, new


@pytest.fixture(scope="module")
def snapshots(sources):
    return tuple(prepare(source, source.with_name(f"{source.name} snapshot")) for source in sources)


@pytest.fixture(scope="module")
def change(snapshots):
    return compare(*snapshots)


def events(register):
    return {row["disposal_id"]: row for row in pq.read_table(register.path / "index_event").to_pylist()}


def test_people_are_new_gone_changed_or_the_same(change, snapshots):
    old, new = snapshots
    came = new.rows["person"] - old.rows["person"] + 1
    assert came > 0
    assert change.people == Moved(new=came, gone=1, changed=1, same=old.rows["person"] - 2)


def test_index_events_are_counted_as_python_counts_them(change, snapshots):
    old, new = (events(register) for register in snapshots)
    both = old.keys() & new.keys()
    changed = sum(old[event] != new[event] for event in both)
    expected = Moved(new=len(new.keys() - old), gone=len(old.keys() - new), changed=changed, same=len(both) - changed)
    assert change.events == expected
    assert min(expected.new, expected.gone, expected.changed, expected.same) > 0
    assert change.newly_followed == sum(
        new[event]["complete_follow_up"] and not old[event]["complete_follow_up"] for event in both
    )


def test_spans_rows_and_rates_stand_side_by_side(change, snapshots):
    old, new = snapshots
    spans = {span.table: span for span in change.spans}
    assert spans["disposal"].old_last <= OLD_DAY < spans["disposal"].new_last <= NEW_DAY
    assert {row.table: (row.old, row.new) for row in change.rows} == {
        name: (old.rows[name], new.rows[name]) for name in old.rows if "." not in name
    }
    rates = {(rate.grouped_by, rate.level): rate for rate in change.rates}
    assert rates["all", "all"].old == old.manifest["national_rates"][0]["rate"]
    assert rates["all", "all"].new == new.manifest["national_rates"][0]["rate"]
    assert rates["year", "2024"].new_events > rates["year", "2024"].old_events


def test_nothing_changed_against_itself(snapshots):
    _, new = snapshots
    change = compare(new, new)
    assert (change.people.new, change.people.gone, change.people.changed, change.events.changed) == (0, 0, 0, 0)
    assert all(rate.old == rate.new for rate in change.rates)


def test_people_are_not_followed_between_two_schemes_of_ids(snapshots, sources):
    old, _ = snapshots
    says(sources[1], id_scheme="another register")
    other = prepare(sources[1], sources[1].with_name("other"))
    change = compare(old, other)
    assert (change.people, change.events, change.newly_followed) == (None, None, None)
    assert "know people by other ids" in change.summary()
    assert change.rates


def test_the_change_is_told_in_counts_and_survives_json(change):
    text = change.summary()
    assert f"People: {change.people.new} new, 1 gone, 1 changed, {change.people.same} the same" in text
    assert "Changedname" not in text
    assert RegisterChange.from_dict(json.loads(json.dumps(change.to_dict()))) == change
    assert change.table().num_rows == len(change.rates)
