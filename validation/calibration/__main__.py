"""Runs the study and prints its table and whether each bar holds: `python3 dev.py validate` starts it.

Rows are kept batch by batch below `--out`, so a study that was stopped goes on. `--write` makes the table and the page of the
documentation anew from every row that is there.
"""

from __future__ import annotations

from pathlib import Path

from calibration import clocks, end_to_end, from_matching
from calibration.bars import judge
from calibration.experiment import run_experiment
from calibration.options import ROOT, read_options
from calibration.page import bars_table, fill_page, lines_table
from calibration.rows import read_rows
from calibration.table import read_table, summarise, table_bytes
from justice_data_lab.files import write_bytes

EXPERIMENTS = (from_matching.EXPERIMENT, end_to_end.EXPERIMENT, clocks.EXPERIMENT)
TABLE = Path(__file__).with_name("table.csv")
PAGE = ROOT / "docs" / "explanation" / "calibration.md"


def main() -> None:
    """Run what has not been run yet, then tell what was found."""
    asked = read_options(__doc__)
    if asked.only and not {experiment.name for experiment in EXPERIMENTS} & set(asked.only):
        return
    rows = asked.out / ("rows-quick" if asked.quick else "rows")
    for experiment in EXPERIMENTS:
        if not asked.so_far and (not asked.only or experiment.name in asked.only):
            wanted = experiment.short() if asked.quick else experiment
            run_experiment(wanted, wanted.cohorts, rows, asked.out, lambda line: print(line, flush=True))
    lines = summarise(read_rows(rows))
    for name, measure in dict.fromkeys((line.experiment, line.measure) for line in lines):
        print(f"\n{name}, measure {measure}\n{lines_table(lines, name, measure)}")
    print(bars_table(lines))
    if asked.write and lines:
        write_bytes(TABLE, table_bytes(lines))
        write_bytes(PAGE, fill_page(PAGE.read_text(encoding="utf-8"), read_table(TABLE)).encode())
    failed = sum(one.verdict == "fails" for one in judge(lines))
    print(f"{failed} of {len(judge(lines))} figures miss their bar by more than chance.")


if __name__ == "__main__":
    main()
