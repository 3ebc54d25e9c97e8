"""The PDF drawn by a process beside this one, so that it is made while the workbooks are and gets ready while earlier rooms work."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.processes import processors
from justice_data_lab.reporting.pdf import is_possible, render_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

NOT_POSSIBLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A page that is being drawn beside this process, or will be drawn in it.

    Attributes:
        html: the page.
        process: what draws it; None: nothing yet.
    """

    html: str
    process: subprocess.Popen[bytes] | None

    def pdf(self) -> bytes | None:
        """Its bytes, by whichever way, the same; None where Pango is missing."""
        if self.process is None or self.process.stdout is None:
            return render_pdf(self.html)
        with suppress(OSError):
            data = self.process.stdout.read()
            code = self.process.wait()
            if code == NOT_POSSIBLE or (code == 0 and data):
                return data or None
        return render_pdf(self.html)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """A process that draws one page once it is given; None: there is none, and pages are drawn here."""

    process: subprocess.Popen[bytes] | None = None

    def begin(self, html: str) -> Drawing:
        """Hand the page over, which is then drawn while this process does something else."""
        if self.process is None or self.process.stdin is None:
            return Drawing(html=html, process=None)
        try:
            self.process.stdin.write(html.encode())
            self.process.stdin.close()
        except OSError:
            return Drawing(html=html, process=None)
        return Drawing(html=html, process=self.process)


@contextmanager
def drawer_beside(count: int | None = None) -> Iterator[Drawer]:
    """A drawer that gets ready at once and is gone when the block ends, whether or not it was given a page.

    Args:
        count: of processors; with one alone nothing is gained, so there is no process then.
    """
    if (processors() if count is None else count) < 2 or not sys.executable:
        yield Drawer()
        return
    try:
        process = subprocess.Popen(  # noqa: S603 -- this very program
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except OSError:
        yield Drawer()
        return
    try:
        yield Drawer(process=process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


def draw(given: BinaryIO, made: BinaryIO) -> int:
    """Get ready, wait for a page, draw it; whoever goes away without giving one is owed nothing.

    Args:
        given: ends with the page.
        made: gets the PDF.

    Returns:
        The exit code: 3 where Pango is missing.
    """
    possible = is_possible()
    html = given.read().decode()
    pdf = render_pdf(html) if html and possible else None
    if pdf is not None:
        made.write(pdf)
    return 0 if possible else NOT_POSSIBLE


if __name__ == "__main__":
    sys.exit(draw(sys.stdin.buffer, sys.stdout.buffer))
