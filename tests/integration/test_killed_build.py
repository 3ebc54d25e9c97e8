"""A build whose process is killed, wherever it is, is taken up by the same command and leaves the very same snapshot.

`JDL_EVERY_KILL=1` kills at every step that a build takes on its files, and at many moments between; without it a handful is drawn.
"""

import os
import random
import re
import shutil

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.register.snapshot import MANIFEST, WORK, open_register
from killed_builds import BEGINS, ENDS, KILLED, PEOPLE, STAGES, jdl, same, stages_done

pytestmark = pytest.mark.slow

EVERY = "JDL_EVERY_KILL" in os.environ
SHORTEST = 0.05
# Between the last stage and the end, where a snapshot begins to be one.
LAST_STEPS = (
    "open snap/.coverage.json.part",
    f"open snap/.{MANIFEST}.part",
    f"os.rename snap/.{MANIFEST}.part",
    f"shutil.rmtree snap/{WORK}",
    "os.remove build.json",
)
# Bytes that a file may have, and the stage that then comes to its end.
LARGEST = ((20_000, "clean"), (150_000, "index events"), (1_000_000, "linkage"))


@pytest.fixture(scope="module")
def undisturbed(source, tmp_path_factory):
    """A build that nobody killed: what it left, its steps, and how long its stages took."""
    place = tmp_path_factory.mktemp("undisturbed") / "place"
    ended = jdl(place, "register", "build", source, place / "snap")
    assert ended.code == 0, ended.said
    return same(place / "snap"), ended.steps, open_register(place / "snap").manifest["seconds"]


def finished(place, source, undisturbed):
    """Take the build up, and see that nothing tells it from one that was left in peace."""
    ended = jdl(place, "register", "build", source, place / "snap")
    assert ended.code == 0, ended.said
    assert same(place / "snap") == undisturbed[0]
    assert [path.name for path in place.iterdir()] == ["snap"]
    return ended


def not_yet_opened(snapshot):
    """A request that comes too early is told so, by all that opens a snapshot."""
    if snapshot.is_dir() and any(snapshot.iterdir()):
        with pytest.raises(UsageError, match=r"not built to the end.*the same `jdl register build` again"):
            open_register(snapshot)


def drawn(undisturbed, count=3):
    """Numbers of steps: all, or a handful that is the same each time."""
    numbers = range(1, len(undisturbed[1]) + 1)
    return numbers if EVERY else sorted(random.Random(20261126).sample(numbers, count))  # noqa: S311  (no secret)


def test_killed_at_any_step_a_build_is_taken_up(source, undisturbed, tmp_path):
    for number in drawn(undisturbed):
        place = tmp_path / f"before-{number}"
        killed = jdl(place, "register", "build", source, place / "snap", until=number)
        assert killed.code == KILLED
        assert killed.steps == undisturbed[1][:number]
        if not (place / "snap" / MANIFEST).is_file():
            not_yet_opened(place / "snap")
        finished(place, source, undisturbed)


@pytest.mark.parametrize("seed", range(12 if EVERY else 1))
def test_killed_once_in_each_stage_a_build_is_taken_up_each_time(source, undisturbed, tmp_path, seed):
    moments = random.Random(seed)  # noqa: S311  (no secret)
    place = tmp_path / "place"
    for stage in STAGES:
        after = max(SHORTEST, moments.uniform(0.1, 0.9) * undisturbed[2][stage])  # seconds rounded to tenths may be none
        killed = jdl(place, "register", "build", source, place / "snap", since=BEGINS[stage], seconds=after, until=ENDS[stage])
        assert killed.code == KILLED
        assert stages_done(place) == set(STAGES[: STAGES.index(stage)])
        not_yet_opened(place / "snap")
    told = finished(place, source, undisturbed).said
    assert re.findall("building: (.*)", told) == ["content"]


@pytest.fixture(scope="module")
def all_but_the_end(source, tmp_path_factory):
    """A build whose last stage is done, and no more."""
    place = tmp_path_factory.mktemp("all-but-the-end") / "place"
    assert jdl(place, "register", "build", source, place / "snap", until=LAST_STEPS[0]).code == KILLED
    return place


@pytest.mark.parametrize("step", LAST_STEPS)
def test_killed_between_the_last_stage_and_the_end_a_build_is_taken_up(source, undisturbed, all_but_the_end, tmp_path, step):
    place = shutil.copytree(all_but_the_end, tmp_path / "place")
    assert jdl(place, "register", "build", source, place / "snap", until=step).code == KILLED
    if step in LAST_STEPS[:3]:
        not_yet_opened(place / "snap")
    else:
        assert open_register(place / "snap").content == undisturbed[0][1]["content"]
    assert "building: " not in finished(place, source, undisturbed).said


def test_killed_while_it_clears_another_build_away_neither_takes_half_of_one_up(source, undisturbed, all_but_the_end, tmp_path):
    other = ("register", "build", source, "{}", "--extract-date", "2026-05-31")
    steps = jdl(shutil.copytree(all_but_the_end, tmp_path / "whole"), *at(other, tmp_path / "whole"), until=BEGINS["check"]).steps
    for number in range(1, len(steps), 1) if EVERY else (len(steps) // 2,):
        place = shutil.copytree(all_but_the_end, tmp_path / f"before-{number}")
        assert jdl(place, *at(other, place), until=number).code == KILLED
        finished(place, source, undisturbed)


def at(words, place):
    return [place / "snap" if word == "{}" else word for word in words]


def test_killed_while_it_is_invented_a_register_is_not_there_and_is_invented_anew(source, tmp_path):
    words = ("--people", PEOPLE, "--seed", 7)
    place = tmp_path / "place"
    steps = jdl(place, "register", "synthesise", place / "source", *words).steps
    for number in range(1, len(steps) + 1) if EVERY else (len(steps) // 2, len(steps)):
        place = tmp_path / f"before-{number}"
        assert jdl(place, "register", "synthesise", place / "source", *words, until=number).code == KILLED
        assert not (place / "source").exists()
        assert jdl(place, "register", "build", place / "source", place / "snap").code == UsageError.exit_code
        assert jdl(place, "register", "synthesise", place / "source", *words).code == 0
        assert [path.name for path in place.iterdir()] == ["source"]
        assert bytes_of(place / "source") == bytes_of(source)


def bytes_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# So many bytes stop the clean tables, the index events and the linkage database in turn, and each time what came before is kept.
@pytest.mark.parametrize(("largest", "stage"), LARGEST)
def test_a_disk_that_is_full_is_named_and_the_build_goes_on_once_there_is_room(source, undisturbed, tmp_path, largest, stage):
    place = tmp_path / "place"
    stopped = jdl(place, "register", "build", source, place / "snap", largest_file=largest)
    assert stopped.code == 1
    assert re.findall("building: (.*)", stopped.said)[-1] == stage
    assert "there is no room left on the disk" in stopped.said
    assert "Finished stages are kept; the same command goes on from there." in stopped.said
    assert "fault of the program" not in stopped.said
    not_yet_opened(place / "snap")
    assert re.findall("building: (.*)", finished(place, source, undisturbed).said)[0] == stage
