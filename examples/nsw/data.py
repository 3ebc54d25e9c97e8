"""Writes the National Supported Work experiment, and its treated people beside a survey, from the `causaldata` package as CSV.

python examples/nsw/data.py OUT.csv

OUT.csv holds the 185 people who had the programme and 15,992 people of the Current Population Survey; OUT-trial.csv the same 185 and
the 260 who were assigned at random to do without.
"""

import sys
from pathlib import Path

import causaldata
import pandas as pd

COLUMNS = ["treat", "age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "re78"]


def main(out: Path) -> None:
    """Write both files, with a column for any earnings in 1978."""
    out.parent.mkdir(parents=True, exist_ok=True)
    trial = causaldata.nsw_mixtape.load_pandas().data
    survey = causaldata.cps_mixtape.load_pandas().data
    people = {out: pd.concat([trial[trial["treat"] == 1], survey]), out.with_stem(f"{out.stem}-trial"): trial}
    for path, table in people.items():
        kept = table[COLUMNS].astype(dict.fromkeys(("re74", "re75", "re78"), "float64"))
        kept["earned78"] = (kept["re78"] > 0).astype(int)
        whole = [name for name in kept.columns if not name.startswith("re")]
        kept.astype(dict.fromkeys(whole, int)).to_csv(path, index=False, lineterminator="\n")
        print(f"Wrote {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
