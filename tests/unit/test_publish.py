"""publish(): what the command does at the hour, as one call, and the values it hands on."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from justice_data_lab import Publication, Release, publish
from justice_data_lab.errors import UsageError
from justice_data_lab.release_folder import opened
from sample_releases import DUE, HEAD, LAB, finished_run, frozen, go, scheduled

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")
BEFORE = DUE - timedelta(seconds=1)


@pytest.fixture
def releases(tmp_path):
    with opened(tmp_path / "releases") as folder:
        scheduled(folder, "A", finished_run(tmp_path / "run"))
    return tmp_path / "releases"


def page(site):
    return (site / "results" / "A" / "v1" / "index.html").is_file()


def test_nothing_is_out_a_second_before_the_hour_and_everything_is_at_it(releases, tmp_path):
    site = tmp_path / "site"
    early = publish(releases, site, BEFORE, lab=LAB)
    assert (early.released, early.changed, page(site)) == ((), True, False)
    assert early.table().num_rows == 0
    # an hour east of Greenwich the same moment is an hour later by the clock on the wall
    out = publish(releases, site, DUE.astimezone(timezone(timedelta(hours=1))), lab=LAB)
    assert [(each.key, each.version, each.state, each.released_at) for each in out.released] == [("A", 1, "released", DUE)]
    assert (out.at, out.at.utcoffset(), out.changed, page(site)) == (DUE, timedelta(0), True, True)
    assert out.summary() == "A v1 is released.\nThe site shows something new."
    again = publish(releases, site, DUE, lab=LAB)
    assert (again.released, again.summary()) == ((), "The site is up to date.")


UNCONFIRMED = "B v1 did not come out: nobody confirmed its date. Tell the public with `jdl release postpone`."


def test_what_did_not_come_out_because_nobody_confirmed_its_date_is_told_until_it_is_postponed(releases, tmp_path):
    site = tmp_path / "site"
    with opened(releases) as folder:
        book = frozen(folder, "B", finished_run(tmp_path / "other", programme="Coaching inside"))
        go(folder, book, "schedule", HEAD, due=DUE, provisional=True)
    assert publish(releases, site, BEFORE, lab=LAB).overdue == ()
    out = publish(releases, site, DUE, lab=LAB)
    assert ([each.key for each in out.released], [each.key for each in out.overdue]) == (["A"], ["B"])
    assert out.summary() == f"A v1 is released.\n{UNCONFIRMED}\nThe site shows something new."
    assert [row["key"] for row in out.table().to_pylist()] == ["A"]
    assert Publication.from_dict(json.loads(json.dumps(out.to_dict()))) == out
    later = DUE + timedelta(hours=1)
    assert publish(releases, site, later, lab=LAB).summary() == f"{UNCONFIRMED}\nThe site is up to date."
    with opened(releases) as folder:
        go(folder, folder.book("B"), "postpone", HEAD, later, reason="Nobody confirmed the date.")
    assert publish(releases, site, later, lab=LAB).overdue == ()


def test_the_settings_are_those_of_the_folder_unless_others_are_given(releases, tmp_path):
    (releases / "lab.toml").write_text('[lab]\nname = "The Lab of the Folder"\n')
    publish(releases, tmp_path / "site", DUE)
    assert "The Lab of the Folder" in (tmp_path / "site" / "index.html").read_text()
    publish(releases, tmp_path / "site", DUE, lab=LAB)
    assert "The Lab of the Folder" not in (tmp_path / "site" / "index.html").read_text()


def test_a_spoilt_release_is_refused_once_the_site_is_there(releases, tmp_path):
    (releases / "A" / "v1" / "files" / "report.html").write_bytes(b"99.9%")
    with pytest.raises(UsageError, match="A v1: held back"):
        publish(releases, tmp_path / "site", DUE, lab=LAB)
    assert (tmp_path / "site" / "index.html").is_file()
    assert not page(tmp_path / "site")


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(UsageError, match="no such folder of releases"):
        publish(tmp_path / "relaeses", tmp_path / "site", DUE)
    assert list(tmp_path.iterdir()) == []


def test_a_moment_without_a_zone_is_refused(releases, tmp_path):
    with pytest.raises(UsageError, match="with its time zone"):
        publish(releases, tmp_path / "site", datetime(2026, 12, 3, 9, 30))  # noqa: DTZ001 -- what is refused
    assert not (tmp_path / "site").exists()


def test_what_was_published_comes_back_from_json_as_it_was(releases, tmp_path):
    out = publish(releases, tmp_path / "site", DUE, lab=LAB)
    assert Publication.from_dict(json.loads(json.dumps(out.to_dict()))) == out
    release = out.released[0]
    assert Release.from_dict(json.loads(json.dumps(release.to_dict()))) == release
    (row,) = out.table().to_pylist()
    assert row == {name: getattr(release, name) for name in row}
    assert (row["key"], row["due"], row["manifest"]) == ("A", DUE, release.manifest)


def test_a_release_says_where_it_stands():
    draft = Release(key="A", version=2, title="Mentoring", organisation="Example Trust", analyst="Ana")
    assert draft.summary() == "A v2: Mentoring (Example Trust), draft"
    asked = replace(draft, state="scheduled", due=DUE, provisional=True)
    assert asked.summary() == "A v2: Mentoring (Example Trust), scheduled for 2026-12-03 09:30 UTC, provisional"
    out = replace(draft, state="released", due=DUE, released_at=DUE)
    assert out.summary() == "A v2: Mentoring (Example Trust), released since 2026-12-03 09:30 UTC"
    assert asked.table().column("released_at").null_count == 1
