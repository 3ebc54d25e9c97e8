"""Requests that work on one snapshot at the same time give the bytes that each gives alone."""

import mmap
import os
import subprocess
import sys

import numpy as np
import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.linkage.key_index import open_key_index
from run_jdl import MENTORING
from without_pango import without_pango

# What does not depend on when a run was made: rooms whose bytes are promised, and the links.
PROMISED = ("5-estimation/estimates.json", "6-disclosure", "7-report")
LINKED = ("2-linkage",)
JDL = (sys.executable, "-c", "from justice_data_lab.cli import main; main()")


@pytest.fixture(scope="module")
def cohorts(tmp_path_factory, small_register):
    """Two cohorts that share people with the register and with each other."""
    folder = tmp_path_factory.mktemp("cohorts")
    for seed in (3, 4):
        synthesise_cohort(small_register, folder / f"{seed}.csv", size=200, effect=-0.05, seed=seed)
    (folder / "study.toml").write_text(MENTORING)
    return folder


def words(cohorts, register, cohort, out, *, whole):
    study = (cohorts / "study.toml", "--cohort") if whole else ()
    return [*JDL, "run" if whole else "link", *study, cohorts / f"{cohort}.csv", "--register", register.path, "--out", out]


def ended(commands):
    """Start every command before any is waited for; the codes with which they ended."""
    # the PDF is drawn from the page alone, whose bytes are compared
    drawn = os.environ | {"PYTHONPATH": without_pango(os.environ.get("PYTHONPATH", ""))}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": drawn}
    started = [subprocess.Popen([*map(str, command)], **quiet) for command in commands]
    return [process.wait() for process in started]


def content(run, parts):
    """Every file of these parts of a run, by its path."""
    files = [file for part in parts for file in ([run / part] if (run / part).is_file() else sorted((run / part).rglob("*")))]
    return {str(file.relative_to(run)): file.read_bytes() for file in files if file.is_file()}


def alone_and_at_once(cohorts, register, folder, times, *, whole):
    """What each of the two requests gives alone, and what `times` of each give when all run at once."""
    parts = PROMISED if whole else LINKED
    alone = [folder / f"alone-{cohort}" for cohort in (3, 4)]
    for cohort, out in zip((3, 4), alone, strict=True):
        assert ended([words(cohorts, register, cohort, out, whole=whole)]) == [0]
    many = [(cohort, folder / f"{cohort}-{place}") for place in range(times) for cohort in (3, 4)]
    assert ended([words(cohorts, register, cohort, out, whole=whole) for cohort, out in many]) == [0] * (2 * times)
    expected = {cohort: content(out, parts) for cohort, out in zip((3, 4), alone, strict=True)}
    return expected, [(cohort, content(out, parts)) for cohort, out in many]


def test_two_requests_at_once_link_as_each_does_alone(cohorts, small_register, tmp_path):
    expected, found = alone_and_at_once(cohorts, small_register, tmp_path, 1, whole=False)
    assert "2-linkage/links.parquet" in expected[3]
    assert expected[3] != expected[4]
    for cohort, files in found:
        assert files == expected[cohort]


@pytest.mark.slow
def test_eight_whole_runs_at_once_give_the_bytes_of_each_alone(cohorts, small_register, tmp_path):
    expected, found = alone_and_at_once(cohorts, small_register, tmp_path, 4, whole=True)
    assert {"5-estimation/estimates.json", "6-disclosure/disclosed.json", "7-report/report.html"} <= expected[3].keys()
    assert len(found) == 8
    for cohort, files in found:
        assert files == expected[cohort]


def test_the_key_index_is_mapped_so_that_requests_share_its_memory(small_register):
    index = open_key_index(small_register.key_index)
    for part in (index.keys, index.numbers):
        base = part
        while isinstance(base, np.ndarray):
            base = base.base
        assert isinstance(base, mmap.mmap)
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0
