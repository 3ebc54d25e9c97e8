"""Work that is shared among processes gives what it gives when it is not."""

import threading

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.processes import processors, shared


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_parts_come_back_in_their_order_whoever_did_them(processes):
    seen = {"far": 10}
    assert shared(lambda part: part + seen["far"], 7, processes) == [10, 11, 12, 13, 14, 15, 16]


def test_nothing_to_do_gives_nothing():
    assert shared(lambda part: part, 0, 2) == []


@pytest.mark.parametrize("processes", [1, 2])
def test_the_first_refusal_of_a_part_is_told_here(processes):
    def refuses(part):
        if part > 1:
            message = f"part {part}: expected another."
            raise UsageError(message)
        return part

    with pytest.raises(UsageError, match="part 2: expected another"):
        shared(refuses, 5, processes)


def test_beside_a_thread_all_is_done_here():
    done, ended = [], threading.Event()
    other = threading.Thread(target=ended.wait)
    other.start()
    try:
        shared(done.append, 3, 2)
    finally:
        ended.set()
        other.join()
    assert done == [0, 1, 2]


def test_there_is_a_processor():
    assert processors() >= 1
