"""A whole `jdl run` at every size of the register, in a process of its own; what each room took is in its manifest."""

import json
import shutil
import sys
from pathlib import Path

from measured import command_measured, medians
from part import Part, Sizes, parser_of, part_of
from registers import cohort_of

USUAL = Sizes(people=(100_000, 1_200_000, 5_000_000, 12_000_000), cohorts=(1_000, 50_000), runs=3)
QUICK = Sizes(people=(20_000,), cohorts=(300,), runs=1)
STUDY = """[study]
name = "Benchmark"
organisation = "Invented"
programme = "Benchmark"
intervention_type = "mentoring"
setting = "custody"
seed = 20261122
report_date = 2026-11-22
"""


def one_run(place: Path, cohort: Path) -> dict[str, float]:
    """What one run took, and each of its rooms on the clock."""
    study, out = place / "study.toml", place / "run"
    study.write_text(STUDY, encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    options = ("--cohort", str(cohort), "--register", str(place / "snapshot"), "--out", str(out))
    found = command_measured(sys.executable, "-c", "from justice_data_lab.cli import main; main()", "run", str(study), *options)
    rooms = json.loads((out / "manifest.json").read_bytes())["rooms"]
    shutil.rmtree(out)
    return found | {f"{name}/wall": float(room["seconds"]) for name, room in rooms.items()}


def measure_size(part: Part, people: int, size: int) -> None:
    """Measure one size of register and cohort."""

    def work() -> dict[str, float]:
        cohort = cohort_of(part.folder, people, size)
        return medians(lambda: one_run(cohort.parent, cohort), part.runs)

    part.measure("run", people, work, cohort=size)


def main() -> None:
    """The usual cohort against every register; the larger ones against the largest alone."""
    part = part_of("whole", parser_of(__doc__).parse_args(), USUAL, QUICK)
    usual, *larger = part.cohorts
    for people in part.people:
        measure_size(part, people, usual)
    for size in larger:
        measure_size(part, part.people[-1], size)


if __name__ == "__main__":
    main()
