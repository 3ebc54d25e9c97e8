"""Runs the negative control's simulation and prints how often it is flagged: `python3 dev.py validate` starts it.

Rows are kept batch by batch below `--out`, so a study that was stopped goes on. `--write` makes the table and the page of the
documentation anew from every row that is there.
"""

from __future__ import annotations

from pathlib import Path

from calibration.experiment import run_experiment
from calibration.options import ROOT, read_options
from calibration.rows import read_rows
from justice_data_lab.files import write_bytes
from negative_control.page import fill_page, lines_table
from negative_control.simulate import EXPERIMENT, NAME
from negative_control.table import read_table, summarise, table_bytes

TABLE = Path(__file__).with_name("table.csv")
PAGE = ROOT / "docs" / "explanation" / "negative-control.md"


def main() -> None:
    """Run what has not been run yet, then tell what was found."""
    asked = read_options(__doc__)
    if asked.only and NAME not in asked.only:
        return
    rows = asked.out / ("control-quick" if asked.quick else "control")
    if not asked.so_far:
        wanted = EXPERIMENT.short() if asked.quick else EXPERIMENT
        run_experiment(wanted, wanted.cohorts, rows, asked.out, lambda line: print(line, flush=True))
    lines = summarise(read_rows(rows))
    print(f"\n{NAME}\n{lines_table(lines)}")
    if asked.write and lines:
        write_bytes(TABLE, table_bytes(lines))
        write_bytes(PAGE, fill_page(PAGE.read_text(encoding="utf-8"), read_table(TABLE)).encode())


if __name__ == "__main__":
    main()
