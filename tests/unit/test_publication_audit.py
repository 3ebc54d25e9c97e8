"""The log tells whoever edits, removes or inserts a line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from justice_data_lab.publication.audit import Entry, append, first_broken

START = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def log():
    lines = []
    for minute in range(6):
        lines.append(append(lines, Entry(at=START + timedelta(minutes=minute), by="Ana", action="view", subject="2026-014 v1")))
    return lines


def test_a_log_that_nobody_touched_stands(log):
    assert first_broken(log) is None
    assert first_broken(log, log[-1].sha256) is None
    assert first_broken([]) is None


@pytest.mark.parametrize("field", ["by", "action", "subject", "detail"])
@pytest.mark.parametrize("place", range(6))
def test_an_edited_line_is_found(log, place, field):
    log[place] = replace(log[place], entry=replace(log[place].entry, **{field: "other"}))
    assert first_broken(log) == place


def test_an_edited_time_is_found(log):
    log[2] = replace(log[2], entry=replace(log[2].entry, at=START))
    assert first_broken(log) == 2


@pytest.mark.parametrize("place", range(5))
def test_a_removed_line_is_found(log, place):
    del log[place]
    assert first_broken(log) == place


@pytest.mark.parametrize("place", range(6))
def test_an_inserted_line_is_found(log, place):
    log.insert(place, append(log[:place], Entry(at=START, by="Eve", action="view", subject="x")))
    assert first_broken(log) == place + 1


def test_two_lines_that_changed_places_are_found(log):
    log[2], log[3] = log[3], log[2]
    assert first_broken(log) == 2


def test_a_log_that_lost_its_end_is_found_by_the_published_head(log):
    head = log[-1].sha256
    assert first_broken(log[:4]) is None
    assert first_broken(log[:4], head) == 4


def test_a_log_that_was_written_anew_from_an_edited_line_is_found_by_the_published_head(log):
    head, forged = log[-1].sha256, log[:2]
    for line in log[2:]:
        forged.append(append(forged, replace(line.entry, by="Eve")))
    assert first_broken(forged) is None
    assert first_broken(forged, head) == len(forged)
