"""Ports of this machine for processes that are told theirs before they open it."""

import errno
import itertools
import os
import socket
from contextlib import suppress

# Below those that the kernel hands out by itself, and in each worker of the tests others: until it is opened nobody else takes it.
FIRST, EACH = 20_000, 500
_TURN = itertools.count(os.getpid())


def free_port():
    """One that nobody listens on, and that was not given just before."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for turn in itertools.islice(_TURN, EACH):
        port = FIRST + EACH * (worker % 20) + turn % EACH
        with suppress(OSError), socket.socket() as line:
            line.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
