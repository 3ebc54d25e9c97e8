"""`python -m jdl_service worker`: does jobs and whatever comes round, until it is told to end."""

from __future__ import annotations

import logging
import os
import platform
import signal
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from jdl_service import clock
from jdl_service.jobs.periodic import Round, run_due
from jdl_service.jobs.worker import Worker

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from types import FrameType

_log = logging.getLogger("jdl.worker")
_PAUSE = 0.5


class Command(BaseCommand):
    """The worker process."""

    help = "Does jobs and whatever comes round, until it is told to end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Its one option."""
        parser.add_argument("--once", action="store_true", help="Do what waits now, then end.")

    def handle(self, *args: object, once: bool, **options: object) -> None:  # noqa: ARG002
        """Work."""
        worker = Worker(name=f"{platform.node()}:{os.getpid()}")

        def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 -- a signal's handler
            worker.ending.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        if once:
            run_due(clock.now())
            worker.run_all()
            return
        with Round(ending=worker.ending):
            while not worker.ending.is_set():
                if not _one(worker):
                    worker.ending.wait(_PAUSE)


def _one(worker: Worker) -> bool:
    """Do one job; a database that is away is waited for, and the job at hand is taken up again when its lease is over."""
    try:
        busy = worker.run_one()
    except (OperationalError, InterfaceError):
        _log.exception("database away")
        connection.close()
        return False
    if not busy:
        close_old_connections()
    return busy
