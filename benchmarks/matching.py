"""Matching beside its peers, and as pool and cohort grow; writes the section of the benchmarks page on it."""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from matching_people import write_people
from measured import in_a_process, machine, medians, write_section

SCRIPT = Path(__file__).with_name("matching_contender.py")
SECTION = "20-matching"
MILLION = 1_000_000
TREATED, POOL = 1_000, MILLION
POOLS = (100_000, MILLION, 5 * MILLION)
COHORTS = (60, 1_000, 10_000, 50_000)
FITS = {
    "fit": "this program, aliased columns looked for",
    "glum": "glum 3.4, its own precision",
    "glum_precise": "glum 3.4, precision 1e-8",
    "newton_cholesky": "scikit-learn newton-cholesky, precision 1e-8",
    "statsmodels": "statsmodels logit",
}
# It takes minutes for a tenth of a million already.
SLOW = {"causallib": 100_000}

Figures = dict[str, float] | None
HOW = """## Matching

{machine} Medians of {runs} runs (causallib: one).

Invented people with the columns of the published covariates: twenty numbers and ten categories, 61 columns of the model and an intercept, in one
Parquet file. *Read to tests* is `read_design`, `match` (score, radius weights, balance), `read_outcomes` and `estimate` with three measures, by the
same doors as `jdl evaluate`. *Fit* is the propensity score alone, from columns in memory: peers get their matrix ready-made (glum its own sparse
one, with the conversion counted as it is part of its fit), this program looks for aliased columns and standardises within the time.
"""


class Bench:
    """The files of one benchmark, made when first asked for."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.runs = runs
        self._folder = folder

    def file(self, treated: int, pool: int) -> Path:
        """The people of one size."""
        path = self._folder / f"{treated}-{pool}.parquet"
        if not path.is_file():
            write_people(path, treated, pool)
        return path

    def measure(self, name: str, treated: int, pool: int, runs: int | None = None) -> Figures:
        """Medians of one contender."""
        file = self.file(treated, pool)
        found = medians(lambda: in_a_process(SCRIPT, name, str(file), str(self._kept(name, pool))), runs or self.runs)
        said = "failed" if found is None else f"{found['cpu']:.2f} processor seconds, {found['memory']:.2f} GiB"
        print(f"{name}, {treated:,} of {pool:,}: {said}", flush=True)
        return found

    def apart(self, name: str, pool: int) -> float:
        """The largest difference of a coefficient from this program's."""
        return float(np.abs(np.load(self._kept(name, pool)) - np.load(self._kept("fit", pool))).max())

    def _kept(self, name: str, pool: int) -> Path:
        return self._folder / f"{name}-{pool}.npy"


def growth(bench: Bench) -> str:
    """Read to tests, as the pool grows and as the cohort does."""
    lines = ["| treated | pool | read to tests | memory | largest difference after matching |", "|--:|--:|--:|--:|--:|"]
    sizes = [(TREATED, pool) for pool in POOLS] + [(treated, POOL) for treated in COHORTS if treated != TREATED]
    for treated, pool in sizes:
        found = bench.measure("whole", treated, pool)
        if found:
            lines.append(f"| {treated:,} | {pool:,} | {found['cpu']:.2f} | {found['memory']:.2f} | {found['largest']:.3f} |")
    return "\n".join(lines)


def fits(bench: Bench, pool: int) -> str:
    """The score beside its peers."""
    lines = [
        f"| fit of {TREATED:,} treated and {pool:,} in the pool | seconds | times this program | memory | coefficients differ by |",
        "|---|--:|--:|--:|--:|",
    ]
    base = bench.measure("fit", TREATED, pool)
    for name, label in FITS.items():
        found = base if name == "fit" else bench.measure(name, TREATED, pool)
        if found and base:
            ratio = found["cpu"] / base["cpu"]
            apart = "" if name == "fit" else f"{bench.apart(name, pool):.0e}"
            lines.append(f"| {label} | {found['cpu']:.2f} | {ratio:.1f} | {found['memory']:.2f} | {apart} |")
    return "\n".join(lines)


def wholes(bench: Bench) -> str:
    """Read to tests beside the peer that matches and estimates."""
    lines = []
    for name, pool in SLOW.items():
        found, base = bench.measure(name, TREATED, pool, runs=1), bench.measure("whole", TREATED, pool)
        if found and base:
            lines.append(
                f"{name} 0.10 from the same file to one effect (its own score, one neighbour for each treated person, no balance, no interval), "
                f"{pool:,} in the pool: {found['cpu']:.0f} seconds and {found['memory']:.2f} GiB, {found['cpu'] / base['cpu']:.0f} times this program. "
                f"A larger pool is not tried with it."
            )
    return "\n".join(lines)


def main() -> None:
    """Run every comparison and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the files of people are kept; by default made and thrown away")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as thrown_away:
        folder = given.folder or Path(thrown_away)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, given.runs)
        tables = [growth(bench), *(fits(bench, pool) for pool in (100_000, MILLION)), wholes(bench)]
    write_section(SECTION, "\n\n".join([HOW.format(machine=machine(), runs=given.runs).strip(), *tables]))


if __name__ == "__main__":
    main()
