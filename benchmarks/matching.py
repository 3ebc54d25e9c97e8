"""Matching beside its peers, and as pool and cohort grow: every contender in a process of its own."""

from pathlib import Path

import numpy as np

from benchmark_page.matching import CAUSALLIB, FIT, FITS, TREATED, WHOLE
from matching_people import write_people
from measured import in_a_process, medians
from part import Part, Sizes, parser_of, part_of

SCRIPT = Path(__file__).with_name("matching_contender.py")
MILLION = 1_000_000
# Of the pools, every size for whole runs; peers hold their columns in memory, so they get no more than this.
PEERS_UPTO = MILLION
# It takes minutes for a tenth of a million already.
CAUSALLIB_UPTO = 100_000
USUAL = Sizes(people=(100_000, MILLION, 5 * MILLION), cohorts=(TREATED, 60, 10_000, 50_000))
QUICK = Sizes(people=(20_000,), cohorts=(TREATED,), runs=1)


def file_of(part: Part, treated: int, pool: int) -> Path:
    """The people of one size, made when first asked for."""
    path = part.folder / f"matching-{treated}-{pool}.parquet"
    if not path.is_file():
        write_people(path, treated, pool)
    return path


def measure(part: Part, name: str, treated: int, pool: int, runs: int | None = None) -> None:
    """Measure one contender; beside what it cost, how far its coefficients are from this program's."""
    kept, ours = (part.folder / f"matching-{each}-{pool}.npy" for each in (name, FIT))

    def work() -> dict[str, float]:
        found = in_a_process(SCRIPT, name, str(file_of(part, treated, pool)), str(kept))
        apart = name in FITS and name != FIT and ours.is_file()
        return found | ({"apart": float(np.abs(np.load(kept) - np.load(ours)).max())} if apart else {})

    counted = part.runs if runs is None else runs
    part.measure(name, pool, lambda: medians(work, counted), cohort=treated, runs=counted)


def main() -> None:
    """Read to tests at every size; the fits, and the peer that matches too, on pools that they can take."""
    part = part_of("matching", parser_of(__doc__).parse_args(), USUAL, QUICK)
    usual, *others = part.cohorts
    for pool in part.people:
        measure(part, WHOLE, usual, pool)
    for treated in others:
        measure(part, WHOLE, treated, MILLION if MILLION in part.people else part.people[-1])
    for pool in (each for each in part.people if each <= PEERS_UPTO):
        for name in FITS:
            measure(part, name, usual, pool)
    for pool in (each for each in part.people if each <= CAUSALLIB_UPTO):
        measure(part, CAUSALLIB, usual, pool, runs=1)


if __name__ == "__main__":
    main()
