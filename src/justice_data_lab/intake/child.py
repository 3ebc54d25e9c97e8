"""The process in which a stranger's file is taken apart: no more memory, time or files than a cohort needs.

It gets the file's bytes on its standard input and writes one JSON object to its standard output. When it dies, the
file is refused; its standard error goes nowhere, since it could quote a cell.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sys
from typing import TYPE_CHECKING

from justice_data_lab.intake.guard import MB, UNREADABLE, RefusedFileError, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.intake.sheets import Book


def set_limits(memory_mb: int, seconds: int) -> None:
    """Limit this process's memory and processor time, and forbid it to write files or leave its memory on disk."""
    try:
        import resource  # noqa: PLC0415 -- not on every system
    except ImportError:
        return
    wanted = (
        (resource.RLIMIT_AS, memory_mb * MB),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, value in wanted:
        # A system that does not know a limit, or has a lower one, keeps its own.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def read_bytes(data: bytes, suffix: str) -> Book:
    """Read a file's bytes, whatever their format.

    Raises:
        RefusedFileError: they are not a cohort file that can be read.
    """
    kind = kind_of(data, suffix)
    if kind == "csv":
        from justice_data_lab.intake.delimited import read_delimited  # noqa: PLC0415 -- only what the file needs is loaded

        return read_delimited(data)
    from justice_data_lab.intake.workbooks import read_workbook  # noqa: PLC0415 -- only what the file needs is loaded

    return read_workbook(data, kind)


def answer(data: bytes, suffix: str) -> bytes:
    """What is sent back: the sheets, or the rule by which the file is refused."""
    try:
        book = read_bytes(data, suffix)
    except RefusedFileError as refused:
        return json.dumps({"refused": [refused.rule, refused.detail]}).encode()
    except (MemoryError, KeyboardInterrupt):
        raise
    except BaseException:  # noqa: BLE001 -- the reader's own panics are no Exception; whatever it trips over, the file is not read
        return json.dumps({"refused": [UNREADABLE, "It holds cells that no spreadsheet could show."]}).encode()
    return json.dumps(
        {
            "kind": book.kind,
            "sheets": [{name: getattr(sheet, name) for name in ("name", "hidden", "columns", "kinds")} for sheet in book.sheets],
            **{name: getattr(book, name) for name in ("notes", "faults", "date1904")},
        },
        ensure_ascii=False,
    ).encode("utf-8", "surrogatepass")


def main(arguments: Sequence[str]) -> int:
    """Run as `python -m justice_data_lab.intake.child SUFFIX MEMORY_MB SECONDS`."""
    suffix, memory_mb, seconds = arguments
    set_limits(int(memory_mb), int(seconds))
    gc.disable()  # a short life: collecting would only cost time
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), suffix))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
