"""Keeps the reasons of a refusal beside the folder that was therefore not written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from justice_data_lab.errors import DataRefused
from justice_data_lab.files import write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def refusal_beside(out: Path) -> Iterator[None]:
    """When the data are refused, write every reason to `OUT.refused.json`; when they are not, take an old one away.

    Notes:
        This is the operator's own output, so it holds the codes that a map does not cover, which no message does.
    """
    file = out.resolve().parent / f"{out.resolve().name}.refused.json"
    try:
        yield
    except DataRefused as fault:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, [problem.to_dict() for problem in fault.problems])
        message = f"{fault} Every reason is in {file.name}."
        raise DataRefused(message, fault.problems) from fault
    file.unlink(missing_ok=True)
