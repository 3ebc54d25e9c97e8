"""Requests that work on one snapshot at the same time give the bytes that each gives alone."""

import mmap
import os
import subprocess
import sys

import numpy as np
import pytest

from justice_data_lab.linkage.key_index import open_key_index
from without_pango import without_pango

# What does not depend on when a run was made: rooms whose bytes are promised, and the links.
PROMISED = ("5-estimation/estimates.json", "6-disclosure", "7-report")
LINKED = ("2-linkage",)
JDL = (sys.executable, "-c", "from justice_data_lab.cli import main; main()")
# What each has given alone, with its study and its cohort: two lists that share people with the register and with each other.
REQUESTS = {"first": ("study.toml", "cohort.csv"), "second": ("narrow.toml", "shorter.csv")}


def words(folder, register, name, out, *, whole):
    study, cohort = (folder / file for file in REQUESTS[name])
    what = ("run", study, "--cohort") if whole else ("link",)
    return [*JDL, *what, cohort, "--register", register.path, "--out", out]


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


def alone_and_at_once(requests, register, folder, times, *, whole):
    """What each of the two requests gave alone, and what `times` of each give when all run at once."""
    parts = PROMISED if whole else LINKED
    many = [(name, folder / f"{name}-{place}") for place in range(times) for name in REQUESTS]
    assert ended([words(requests, register, name, out, whole=whole) for name, out in many]) == [0] * (2 * times)
    return {name: content(requests / name, parts) for name in REQUESTS}, [(name, content(out, parts)) for name, out in many]


@pytest.mark.slow
def test_two_whole_runs_at_once_give_the_bytes_of_each_alone(two_requests, small_register, tmp_path):
    expected, found = alone_and_at_once(two_requests, small_register, tmp_path, 1, whole=True)
    assert {"5-estimation/estimates.json", "6-disclosure/disclosed.json", "7-report/report.html"} <= expected["first"].keys()
    assert expected["first"] != expected["second"]
    for name, files in found:
        assert files == expected[name]


@pytest.mark.slow
def test_eight_requests_at_once_link_as_each_does_alone(two_requests, small_register, tmp_path):
    expected, found = alone_and_at_once(two_requests, small_register, tmp_path, 4, whole=False)
    assert "2-linkage/links.parquet" in expected["first"]
    assert expected["first"] != expected["second"]
    assert len(found) == 8
    for name, files in found:
        assert files == expected[name]


def test_the_key_index_is_mapped_so_that_requests_share_its_memory(small_register):
    index = open_key_index(small_register.key_index)
    for part in (index.keys, index.numbers):
        base = part
        while isinstance(base, np.ndarray):
            base = base.base
        assert isinstance(base, mmap.mmap)
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0
