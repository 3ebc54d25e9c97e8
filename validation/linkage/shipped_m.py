"""Where the shipped m values come from: true pairs of synthetic cohorts, counted by level. Run by hand; takes some minutes.

    python validation/linkage/shipped_m.py WORK

WORK is an empty folder for a synthetic register of 200,000 people, its snapshot and its cohorts. The script prints each level's
share among true pairs of `normal` and of `hard` cohorts, and the value that is shipped: their mean, not below a floor,
to three digits. The package's `linkage/shipped_model.json` was written from that table.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.files import write_json
from justice_data_lab.linkage.candidates import linkage_attached, load_cohort, score_candidates, scratch_dropped
from justice_data_lab.linkage.key_index import open_key_index
from justice_data_lab.linkage.model import Comparison, LinkageModel, shipped_model
from justice_data_lab.linkage.train import counted_levels
from justice_data_lab.prepare import prepare
from justice_data_lab.register.connect import connect
from justice_data_lab.register.synthetic.source import synthesise

if TYPE_CHECKING:
    from justice_data_lab.register.snapshot import Register

PEOPLE, SIZE, SEED = 200_000, 4_000, 3
# What few or none of these cohorts show still happens elsewhere: a name changed and never recorded, a second prison number.
FLOORS = {"names": 0.005, "date_of_birth": 0.005, "sex": 0.005, "pnc_id": 0.01, "prison_number": 0.03}
BEST_NAME = """
CREATE OR REPLACE TABLE pairs_counted AS
SELECT s.*
FROM scored s
JOIN linkage.identity i ON concat('i', CAST(i.identity AS VARCHAR)) = s.unique_id_r
JOIN true_person t ON concat('c', CAST(t.row AS VARCHAR)) = s.unique_id_l AND t.person_id = i.person_id
QUALIFY row_number() OVER (PARTITION BY t.row ORDER BY s.match_weight DESC, i.identity) = 1
"""


def main(work: Path) -> None:
    """Print the table and write the new model beside the register."""
    source, snapshot = work / "source", work / "snapshot"
    if not source.exists():
        synthesise(source, people=PEOPLE, seed=SEED)
    register = prepare(source, snapshot)
    model = shipped_model()
    shares = {errors: counted(register, work / f"{errors}.csv", errors, model) for errors in ("normal", "hard")}
    for comparison in model.comparisons:
        for level in comparison.levels:
            normal, hard = (shares[errors][comparison.name, level.name] for errors in ("normal", "hard"))
            print(f"{comparison.name:15} {level.name:20} normal {normal:.4f}  hard {hard:.4f}  shipped {level.m}")
    comparisons = tuple(with_shares(comparison, shares) for comparison in model.comparisons)
    write_json(work / "shipped_model.json", replace(model, comparisons=comparisons).to_dict())
    print(json.dumps({"written": "shipped_model.json"}))


def counted(register: Register, file: Path, errors: str, model: LinkageModel) -> Counter[tuple[str, str]]:
    """Share of true pairs at each level, of each person the name that fits best."""
    synthesise_cohort(register, file, size=SIZE, effect=0.0, seed=SEED, errors="hard" if errors == "hard" else "normal")
    rows = as_written(file)
    con = connect()
    with linkage_attached(con, register.linkage_file), scratch_dropped(con):
        load_cohort(con, rows, open_key_index(register.key_index))
        score_candidates(con, model, people=PEOPLE)
        con.execute("CREATE OR REPLACE TABLE true_person (row INTEGER, person_id VARCHAR)")
        truth = csv.DictReader(file.with_suffix(".truth.csv").open())
        con.executemany("INSERT INTO true_person VALUES (?, ?)", [(int(row["row"]), row["person_id"]) for row in truth])
        con.execute(BEST_NAME)
        counts = counted_levels(con, model)
    shares: Counter[tuple[str, str]] = Counter()
    for comparison, levels in counts.items():
        total = max(sum(levels.values()), 1)
        for level, count in levels.items():
            shares[comparison, level] = count / total
    return shares


def as_written(file: Path) -> pa.Table:
    """The cohort without intake's rules, which refuse some of the worst mistakes."""
    lines = list(csv.DictReader(file.open()))
    names = ("surname", "forename", "sex", "pnc_id", "prison_number")
    columns = {name: pa.array([line[name] or None for line in lines], pa.string()) for name in names}
    births = [datetime.strptime(line["date_of_birth"], "%d/%m/%Y").date() for line in lines]  # noqa: DTZ007 -- a day
    return pa.table(
        {"row": pa.array(range(2, len(lines) + 2), pa.int32()), **columns, "date_of_birth": pa.array(births, pa.date32())}
    )


def with_shares(comparison: Comparison, shares: dict[str, Counter[tuple[str, str]]]) -> Comparison:
    """The comparison with the mean of both shares as m."""
    raw = [
        max(
            FLOORS[comparison.name],
            (shares["normal"][comparison.name, level.name] + shares["hard"][comparison.name, level.name]) / 2,
        )
        for level in comparison.levels
    ]
    levels = tuple(
        replace(level, m=float(f"{value / sum(raw):.3g}")) for level, value in zip(comparison.levels, raw, strict=True)
    )
    return replace(comparison, levels=levels)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
