"""What `dev.py validate` may be asked: the same options for every simulation study."""

from __future__ import annotations

import argparse
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Every experiment by its name: `dev.py validate` hands its options to each study, which runs those of these that are its own.
NAMES = ("from matching on", "end to end", "clocks", "negative control")


def read_options(description: str | None) -> argparse.Namespace:
    """The options as given on the command line."""
    parser = argparse.ArgumentParser(prog="dev.py validate", description=description)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a few cohorts of each setting from a smaller register, kept apart from the full study's",
    )
    parser.add_argument("--only", action="append", choices=NAMES, help="one experiment; may be repeated")
    parser.add_argument("--so-far", action="store_true", help="simulate nothing: tell of the rows that are there")
    parser.add_argument("--write", action="store_true", help="write table.csv and the tables of the page in docs/explanation")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "calibration", help="where rows and registers are kept")
    return parser.parse_args()
