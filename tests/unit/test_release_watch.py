"""Files that somebody changed after they were frozen are never published, and hold nothing back but their own release."""

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.states import TRANSITIONS
from justice_data_lab.release_acts import release_due
from justice_data_lab.release_folder import opened
from justice_data_lab.release_outlook import outlook_of
from justice_data_lab.release_site import build_site
from justice_data_lab.release_watch import HELD, WHOLE, held_back, refuse_held, watch
from sample_releases import DUE, HEAD, LAB, finished_run, go, scheduled

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")
LIE = b"<html><head></head><body>A much better figure: 99.9%</body></html>"


@pytest.fixture
def folder(tmp_path):
    """Two releases of one hour."""
    with opened(tmp_path / "releases") as folder:
        for key in ("A", "B"):
            scheduled(folder, key, finished_run(tmp_path / f"run-{key}"))
        yield folder


def spoil(folder, key, how="edit"):
    """What the file was before."""
    file = folder.place(folder.book(key)) / "files" / "report.html"
    before = file.read_bytes()
    match how:
        case "edit":
            file.write_bytes(LIE)
        case "remove":
            file.unlink()
        case "add":
            file.with_name("more.html").write_bytes(LIE)
    return file, before


def actions(folder, key):
    return [line.entry.action for line in folder.lines if line.entry.subject == f"{key} v1"]


@pytest.mark.parametrize("how", ["edit", "remove", "add"])
def test_one_spoilt_release_is_held_back_and_the_other_goes_out(folder, how):
    spoil(folder, "A", how)
    assert [book.release.key for book in release_due(folder, DUE, LAB)] == ["B"]
    assert (folder.book("A").release.state, folder.book("B").release.state) == ("scheduled", "released")
    site = build_site(folder, DUE, LAB)
    assert "results/B/v1/index.html" in site
    assert not [name for name in site if name.startswith("results/A/")]
    assert LIE not in site.values()
    assert b"99.9%" not in b"".join(site.values())
    assert actions(folder, "A")[-1] == HELD
    with pytest.raises(UsageError, match="A v1: held back"):
        refuse_held(folder)


def test_it_is_told_once_and_goes_out_when_its_files_are_back(folder):
    file, before = spoil(folder, "A")
    release_due(folder, DUE, LAB)
    assert release_due(folder, DUE, LAB) == ()
    assert watch(folder, DUE) == ()
    assert actions(folder, "A").count(HELD) == 1
    file.write_bytes(before)
    assert [book.release.key for book in release_due(folder, DUE, LAB)] == ["A"]
    assert actions(folder, "A")[-2:] == [WHOLE, "release"]
    assert held_back(folder) == ()
    refuse_held(folder)


def test_files_that_are_changed_after_the_release_are_shown_no_more_and_no_date_is_said_to_come(folder):
    release_due(folder, DUE, LAB)
    spoil(folder, "A")
    assert [book.subject for book in watch(folder, DUE)] == ["A v1"]
    outlook = outlook_of(folder, DUE)
    assert [each.key for each in outlook.published] == ["B"]
    assert [book.subject for book in outlook.held] == ["A v1"]
    assert outlook.to_come() == ()
    assert LIE not in build_site(folder, DUE, LAB).values()


@pytest.mark.parametrize("action", ["postpone", "cancel"])
def test_a_spoilt_release_can_still_be_put_off_by_the_head_of_profession(folder, action):
    assert {each.action for each in TRANSITIONS} >= {action}
    spoil(folder, "A")
    state = go(folder, folder.book("A"), action, HEAD, reason="Its files were changed.").release.state
    assert state == {"postpone": "postponed", "cancel": "cancelled"}[action]


def test_a_draft_is_not_watched(folder, tmp_path):
    from justice_data_lab.release_acts import add  # noqa: PLC0415
    from sample_releases import ANALYST, NOW  # noqa: PLC0415

    add(folder, "C", finished_run(tmp_path / "run-C"), by=ANALYST, at=NOW)
    spoil(folder, "C")
    assert watch(folder, DUE) == ()
