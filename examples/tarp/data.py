"""Writes the randomised trial of Rossi, Berk and Lenihan (1980), often called TARP, from the `lifelines` package as CSV.

python examples/tarp/data.py OUT.csv
"""

import sys
from pathlib import Path

from lifelines.datasets import load_rossi


def main(out: Path) -> None:
    """Write the 432 rows as the package gives them: week, arrest, fin, age, race, wexp, mar, paro, prio."""
    out.parent.mkdir(parents=True, exist_ok=True)
    load_rossi().to_csv(out, index=False, lineterminator="\n")
    print(f"Wrote {out}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
