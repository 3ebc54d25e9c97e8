"""Starts the service: the database is brought up to date, then web and worker run as children that are started again when they die."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.management import call_command

if TYPE_CHECKING:
    from types import FrameType

_PAUSE = 1.0


@dataclass(slots=True, kw_only=True)
class Child:
    """A process that is kept alive."""

    name: str
    command: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start it when it is not running."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(self.command)  # noqa: S603 -- our own modules

    def end(self) -> None:
        """Ask it to end, and wait for it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Keeps the children alive until it is told to end."""

    children: tuple[Child, ...]
    ended: bool = field(default=False)

    def end(self, number: int = 0, frame: FrameType | None = None) -> None:  # noqa: ARG002 -- a signal's handler
        """End at the next look."""
        self.ended = True

    def run(self) -> None:
        """Look after the children until a signal comes."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        try:
            while not self.ended:
                for child in self.children:
                    child.keep()
                time.sleep(_PAUSE)
        finally:
            for child in self.children:
                child.end()


def serve_all(*, host: str, port: int, only: str | None, demo: bool) -> None:
    """Bring the database up to date, seed a demonstration, and keep web and worker alive."""
    prepare_home()
    if demo:
        from jdl_service.demo import invent_register, seed  # noqa: PLC0415 -- models are there only after set-up

        for line in chain(invent_register(settings.ENVIRONMENT), seed(settings.ENVIRONMENT)):
            print(line, flush=True)  # noqa: T201 -- what the command is for
    print(f"http://{host}:{port}/", flush=True)  # noqa: T201
    Supervisor(children=children(host, port, only)).run()


def prepare_home() -> None:
    """Make the home folder and its keys, and bring the database up to date."""
    from jdl_service.files.keys import make_keys  # noqa: PLC0415 -- after set-up

    found = settings.ENVIRONMENT
    found.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    django.setup()
    if not found.production:
        make_keys(found)
    call_command("migrate", verbosity=0)


def children(host: str, port: int, only: str | None) -> tuple[Child, ...]:
    """The processes: one web, and as many workers as the settings say."""
    web = Child(name="web", command=(sys.executable, "-m", "jdl_service.web", host, str(port)))
    workers = tuple(
        Child(name=f"worker {number}", command=(sys.executable, "-m", "jdl_service", "worker"))
        for number in range(1, settings.ENVIRONMENT.workers + 1)
    )
    return {"web": (web,), "worker": workers, None: (web, *workers)}[only]
