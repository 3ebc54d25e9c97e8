"""The door to the synthetic register: an invented source register of any size, the same for the same seed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from justice_data_lab.errors import UsageError
from justice_data_lab.files import new_folder, whole_folder, write_json
from justice_data_lab.register.synthetic.tables import block_tables, offence_code_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

EXTRACT_DATE = date(2026, 6, 30)
BLOCK = 50_000
VERSION = "synthetic/1"


def synthesise(out: Path, *, people: int, seed: int, progress: Callable[[float], None] | None = None) -> None:
    """Write an invented source register: Parquet folders by the names of the schema, and `manifest.json`.

    Args:
        out: folder to write; it appears whole or not at all.
        people: how many people, each with at least one proven offence since 2000.
        seed: same seed and number of people, same content.
        progress: called with the share that is done, from 0 to 1.

    Raises:
        UsageError: fewer than one person asked for.

    Notes:
        People are made in blocks of 50,000, so memory does not grow with their number. Calibrated to published
        reoffending figures; see `docs/explanation/synthetic-register.md`.
    """
    if people < 1:
        message = f"Expected one person or more to invent, got {people}. Give --people a larger number."
        raise UsageError(message)
    new_folder(out)
    extract = (EXTRACT_DATE - date(1970, 1, 1)).days
    with whole_folder(out) as folder:
        _write(folder, "offence_code", 0, offence_code_table())
        for block, first in enumerate(range(0, people, BLOCK)):
            size = min(BLOCK, people - first)
            for name, table in block_tables(block, first, size, extract, seed).items():
                _write(folder, name, block, table)
            if progress is not None:
                progress((first + size) / people)
        write_json(
            folder / "manifest.json",
            {
                "extract_date": EXTRACT_DATE.isoformat(),
                "id_scheme": f"invented register of {people} people, seed {seed}",
                "seed": seed,
                "people": people,
                "version": VERSION,
            },
        )


def _write(folder: Path, name: str, block: int, table: pa.Table) -> None:
    (folder / name).mkdir(exist_ok=True)
    pq.write_table(table, folder / name / f"part-{block:05d}.parquet", compression="zstd", store_schema=False)
