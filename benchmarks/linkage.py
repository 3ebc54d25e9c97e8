"""Linkage beside its peers: the same cohort against the same register, each way in a process of its own."""

import csv
import json
import sys
from pathlib import Path

from benchmark_page.linkage import COHORT, FROZEN, NAIVE, OURS
from linkage_peers import PEERS, Links
from measured import Meter, in_a_process, middle
from part import Part, Sizes, parser_of, part_of
from registers import cohort_of

USUAL = Sizes(people=(100_000, 1_200_000, 12_000_000), cohorts=(COHORT, 60, 10_000, 50_000))
QUICK = Sizes(people=(40_000,), cohorts=(COHORT, 60), runs=2)
# On a large register they take minutes a run.
LARGE, FEW = 1_000_000, 2
SLOW = (NAIVE, FROZEN)


def accuracy(cohort: Path, links: Links) -> dict[str, float]:
    """Of those linked, how many are right; of those who are in the register, how many were found."""
    with cohort.with_suffix(".truth.csv").open(encoding="utf-8", newline="") as stream:
        truth = {int(line["row"]): line["person_id"] for line in csv.DictReader(stream) if line["person_id"]}
    right = sum(truth.get(row) == person for row, person in links.items())
    return {"precision": right / max(len(links), 1), "recall": right / len(truth)}


def one_way(name: str, cohort: Path, runs: int) -> None:
    """Link by one way in this process; print medians of what was measured as JSON."""
    work = PEERS[name](cohort.parent, cohort)
    links: Links = {} if name == NAIVE else work()
    found: list[dict[str, float]] = []
    for _ in range(runs):
        meter = Meter()
        links = work()
        found.append(meter.read())
    print(json.dumps(middle(found) | accuracy(cohort, links)))


def measure(part: Part, name: str, people: int, size: int) -> None:
    """Measure one way at one size of register and cohort."""
    runs = min(part.runs, FEW) if people >= LARGE and name in SLOW else part.runs

    def work() -> dict[str, float]:
        return in_a_process(Path(__file__), "--way", name, str(cohort_of(part.folder, people, size)), str(runs))

    part.measure(name, people, work, cohort=size, runs=runs)


def main() -> None:
    """Every way with the usual cohort against every register; the other cohorts, by this program, against the largest."""
    if sys.argv[1:2] == ["--way"]:
        one_way(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return
    parser = parser_of(__doc__)
    parser.add_argument("--only", nargs="*", choices=list(PEERS), default=list(PEERS), help="of the ways")
    asked = parser.parse_args()
    part = part_of("linkage", asked, USUAL, QUICK)
    usual, *others = part.cohorts
    for people in part.people:
        for name in asked.only:
            measure(part, name, people, usual)
    for size in others if OURS in asked.only else ():
        measure(part, OURS, part.people[-1], size)


if __name__ == "__main__":
    main()
