"""A disk that is full in the middle of an analysis: the job says so, waits, and ends with the same once there is room."""

import os
import shutil
import subprocess

import pytest

from jdl_service.jobs.worker import NO_ROOM
from service_crash import copied, names_in

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few kilobytes; `small_disk(size)` makes it larger."""
    place = tmp_path / "scratch"
    place.mkdir()

    def mount(size, *more):
        return subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join((f"size={size}", *more)), "tmpfs", place], check=False)

    if os.geteuid() != 0 or shutil.which("mount") is None or mount("64k").returncode:
        pytest.skip("only root can mount a small disk")
    yield place, lambda size: mount(size, "remount")
    subprocess.run(["umount", place], check=True)


def test_an_analysis_on_a_full_disk_waits_for_room_and_ends_with_the_same(stages, cohort, small_disk, tmp_path):
    place, enlarge = small_disk
    home = copied(stages.folder / "before-link", tmp_path / "home", stages.settings | {"JDL_SCRATCH": str(place)})
    home.run("worker", "--once")
    assert home.rows("SELECT state, step, failure, attempts FROM jobs_job WHERE state <> 'done'") == [("queued", NO_ROOM, "", 0)]
    assert list(place.iterdir()) == []
    enlarge("500m")
    home.write("UPDATE jobs_job SET not_before = queued_at")
    home.run("worker", "--once")
    undisturbed = copied(stages.folder / "after-link", tmp_path / "undisturbed", stages.settings)
    assert home.same() == undisturbed.same()
    assert list(place.iterdir()) == []
    assert home.plain(names_in(cohort.read_bytes())) == []
