"""Attacks releases of invented people and prints what was worked out: `python3 dev.py validate` starts it.

Releases that were attacked before are kept below `--out`, so a suite that was stopped goes on. `--write` keeps the sums beside this file.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import attack_suite
import crossed_attacks
from justice_data_lab.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("table.csv")
COLUMNS = ("releases", "refused", "hidden", "secrets", "worked_out", "told_another_way")
SUITES = {
    "small": (attack_suite.small_release, attack_suite.attacked),
    "full": (attack_suite.full_release, attack_suite.attacked),
    "crossed": (crossed_attacks.crossed_release, crossed_attacks.crossed_attacked),
}
NUMBERS = {"small": (10_000, 200), "full": (200, 10), "crossed": (120, 10)}
AT_ONCE = 100


def attack(suite: str, seeds: Sequence[int]) -> Counter[str]:
    """What was worked out of some releases together."""
    release, attacked = SUITES[suite]
    found: Counter[str] = Counter()
    for seed in seeds:
        found += attacked(*release(seed))
    return found


def batch(suite: str, begin: int, size: int, out: Path) -> Counter[str]:
    """One batch, read where it was kept."""
    path = out / f"{suite}-{begin}-{size}.csv"
    if not path.exists():
        write_bytes(path, _lines([(suite, attack(suite, range(begin, begin + size)))]))
    row = next(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    return Counter({column: int(row[column]) for column in COLUMNS})


def _lines(rows: Sequence[tuple[str, Counter[str]]]) -> bytes:
    lines = [
        ",".join(("suite", *COLUMNS)),
        *(",".join((suite, *(str(found[each]) for each in COLUMNS))) for suite, found in rows),
    ]
    return ("\n".join(lines) + "\n").encode()


def main() -> None:
    """Attack what has not been attacked yet, then tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a slice")
    parser.add_argument("--write", action="store_true", help="keep the sums")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "attacks", help="where batches are kept")
    parser.add_argument("--workers", type=int, default=None)
    asked, _ = parser.parse_known_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    sums = []
    for suite, (whole, few) in NUMBERS.items():
        number = few if asked.quick else whole
        size = min(AT_ONCE, max(1, number // 10))
        begins = range(0, number, size)
        with ProcessPoolExecutor(asked.workers) as pool:
            done = pool.map(batch, [suite] * len(begins), begins, [size] * len(begins), [asked.out] * len(begins))
            found = sum(done, Counter())
        sums.append((suite, found))
        print(f"{suite}: " + ", ".join(f"{column.replace('_', ' ')} {found[column]:,}" for column in COLUMNS), flush=True)
    if asked.write:
        write_bytes(TABLE, _lines(sums))


if __name__ == "__main__":
    main()
