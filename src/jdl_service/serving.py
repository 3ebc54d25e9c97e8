"""Starts the service: the database is brought up to date, then web and worker run as children that are started again when they die.

One that was killed is started again for ever. One that ends by itself as soon as it is started, again and again, will do so tomorrow as
well: then the command ends, with what it said.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import chain
from threading import Thread
from typing import IO, TYPE_CHECKING, cast

import django
from django.conf import settings
from django.core.management import call_command

from justice_data_lab.errors import JDLError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_PAUSE = 1.0
# A child that ends by itself within these seconds has not begun to work; after so many in a row it is not started again.
_SHORT, _MOST = 30.0, 3


@dataclass(slots=True, kw_only=True)
class Child:
    """A process that is kept alive.

    Attributes:
        name: which.
        command: how it is started.
        process: of the last start.
        begun: when that was, by a clock that only goes forward.
        short: how often in a row it ended by itself soon after its start.
        said: the last line that it wrote where errors are written; why it ended, when it did.
    """

    name: str
    command: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    begun: float = 0.0
    short: int = 0
    said: str = ""
    _listener: Thread | None = None

    def keep(self) -> None:
        """Start it when it is not running.

        Raises:
            JDLError: it has ended by itself several times in a row, each time soon after its start.
        """
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self._count(code)
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE)  # noqa: S603 -- our own modules
        self.begun = time.monotonic()
        self._listener = Thread(target=self._pass_on, args=(self.process.stderr,), daemon=True)
        self._listener.start()

    def _count(self, code: int) -> None:
        """One that somebody killed, whose code is below zero, did not end by itself."""
        self.short = self.short + 1 if code >= 0 and time.monotonic() - self.begun < _SHORT else 0
        if self.short >= _MOST:
            cast("Thread", self._listener).join(_PAUSE)
            message = f"jdl serve: the {self.name} process ended {self.short} times in a row as soon as it was started. It said: {self.said}"
            raise JDLError(message)

    def _pass_on(self, stream: IO[bytes]) -> None:
        """Write what it says where our own errors go, and keep the last line of it."""
        with stream:
            for line in stream:
                text = line.decode(errors="replace")
                sys.stderr.write(text)
                sys.stderr.flush()
                self.said = text.strip() or self.said

    def end(self) -> None:
        """Ask it to end, and wait for it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Keeps the children alive until it is told to end.

    Attributes:
        children: what is kept alive.
        ended: told to end.
        pause: waits between two looks, by the seconds it is given.
    """

    children: tuple[Child, ...]
    ended: bool = False
    pause: Callable[[float], None] = time.sleep

    def end(self, number: int = 0, frame: FrameType | None = None) -> None:  # noqa: ARG002 -- a signal's handler
        """End at the next look."""
        self.ended = True

    def run(self) -> None:
        """Look after the children until a signal comes.

        Raises:
            JDLError: one of them cannot be kept alive; the others are ended.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        try:
            while not self.ended:
                for child in self.children:
                    child.keep()
                self.pause(_PAUSE)
        finally:
            for child in self.children:
                child.end()


def serve_all(*, host: str, port: int, only: str | None, demo: bool) -> None:
    """Bring the database up to date, seed a demonstration, and keep web and worker alive."""
    prepare_home(only)
    if demo:
        from jdl_service.demo import invent_register, refuse_others, seed  # noqa: PLC0415 -- models are there only after set-up

        refuse_others()
        for line in chain(invent_register(settings.ENVIRONMENT), seed(settings.ENVIRONMENT)):
            print(line, flush=True)  # noqa: T201 -- what the command is for
    print(f"http://{host}:{port}/", flush=True)  # noqa: T201
    Supervisor(children=children(host, port, only)).run()


def prepare_home(only: str | None = None) -> None:
    """Make the home folder and its keys, which production only looks for, and bring the database up to date.

    Raises:
        UsageError: production lacks a key of the processes that are to run.
    """
    from jdl_service.files.keys import lacking, make_keys  # noqa: PLC0415 -- after set-up

    found = settings.ENVIRONMENT
    # whatever is made from here on, by the children too, is for this account alone
    os.umask(0o077)
    found.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    django.setup()
    if not found.production:
        make_keys(found)
    elif reasons := lacking(found, only=only):
        message = f"The service does not start without its keys. {'. '.join(reasons)}. See *Keys and rotation* in docs/how-to/run-the-service.md."
        raise UsageError(message)
    call_command("migrate", verbosity=0)


def children(host: str, port: int, only: str | None) -> tuple[Child, ...]:
    """The processes: one web, and as many workers as the settings say."""
    # -P: nothing is imported from the folder in which it was started
    web = Child(name="web", command=(sys.executable, "-P", "-m", "jdl_service.web", host, str(port)))
    workers = tuple(
        Child(name=f"worker {number}", command=(sys.executable, "-P", "-m", "jdl_service", "worker"))
        for number in range(1, settings.ENVIRONMENT.workers + 1)
    )
    return {"web": (web,), "worker": workers, None: (web, *workers)}[only]
