"""Committed tables as CSV: one line a value of a dataclass of texts, whole numbers, numbers and gaps."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from _typeshed import DataclassInstance

Cell: TypeAlias = str | int | float | None


def csv_bytes(kind: type[DataclassInstance], lines: Iterable[DataclassInstance]) -> bytes:
    """The table: six decimals, so that the last digits of a sum do not matter."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(kind))
    writer.writerows([f"{value:.6f}" if isinstance(value, float) else value for value in astuple(line)] for line in lines)
    return text.getvalue().encode()


def read_csv(path: Path, *, text: Collection[str], whole: Collection[str]) -> list[dict[str, Cell]]:
    """The fields of each line as they were written.

    Args:
        path: the table.
        text: which columns are text.
        whole: which are whole numbers.
    """

    def value(name: str, written: str) -> Cell:
        if name in text:
            return written
        if not written:
            return None
        return int(written) if name in whole else float(written)

    with path.open(encoding="utf-8", newline="") as stream:
        return [{name: value(name, written) for name, written in line.items()} for line in csv.DictReader(stream)]
