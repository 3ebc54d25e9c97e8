"""Shares work that falls into parts among processes of this machine; the same parts give the same results in the same order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
# New values between two looks for what could be thrown away.
_RARELY = 50_000
# What a process of its own does; there alone it is set.
_own: list[Callable[[int], object]] = []


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shared(work: Callable[[int], Result], parts: int, processes: int) -> list[Result]:
    """What `work` gives for 0, 1, … up to the last part, in this order.

    Args:
        work: does one part; it may look at whatever is in memory when this is called, and changes nothing outside itself.
        parts: how many there are.
        processes: among how many they are shared; with one they are done here.

    Notes:
        The processes are copies of this one (`fork`), so that what they look at need not be sent to them. Where the system cannot copy a
        process, or this one has threads, whose locks a copy would hold for ever, everything is done here.
    """
    if processes < 2 or parts < 2 or threading.active_count() > 1 or "fork" not in multiprocessing.get_all_start_methods():
        return [work(part) for part in range(parts)]
    with multiprocessing.get_context("fork").Pool(processes, _begin, (work,)) as pool:
        return cast("list[Result]", list(pool.imap(_one, range(parts))))


def _begin(work: Callable[[int], object]) -> None:
    # whoever interrupts the program interrupts the process that shared the work, which ends the others
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # what was there before is not looked through again and again for what could be thrown away, and what is made here but rarely
    gc.freeze()
    gc.set_threshold(_RARELY)
    _own.append(work)


def _one(part: int) -> object:
    return _own[-1](part)
