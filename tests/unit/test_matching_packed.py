"""Packed columns give the sums of the written-out matrix, whatever the rows and however the levels lie."""

import os
import subprocess
import sys

import numpy as np
import pytest
import statsmodels.api as sm

from justice_data_lab.matching.design_matrix import DesignMatrix, Term, build_design
from justice_data_lab.matching.inputs import read_columns
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.packed import MOST_CELLS, SCATTERED, pack
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.matching.sums import Products, SquareSum, VectorSum
from justice_data_lab.study import Method
from small_measures import overlapping, small_measures


def terms(rng, rows, sizes):
    """Two numbers, one of them in single precision, between the levels of categories with so many levels."""
    made = [Term(name="x", covariate="x", values=rng.normal(50, 3, rows), centre=49.0, scale=3.0)]
    for place, size in enumerate(sizes):
        codes = rng.integers(-1, size, rows).astype(np.int8 if size < 100 else np.int16)
        # the second level has no column of its own, as if it had been dropped
        made += [
            Term(name=f"{place}={code}", covariate=f"c{place}", values=codes, code=code) for code in range(1, size) if code != 2
        ]
    made.append(Term(name="n", covariate="n", values=rng.poisson(2, rows).astype(np.float32), centre=2.1, scale=1.4))
    return tuple(made)


def written_out(terms, rows):
    columns = [np.ones(len(rows))]
    for term in terms:
        values = term.values[rows].astype(float)
        columns.append((values - term.centre) / term.scale if term.code is None else values == term.code)
    return np.column_stack(columns).astype(float)


@pytest.mark.parametrize("sizes", [(), (3,), (4, 5, 40), (2, 3, 4, 5, 6, 7, 2, 9), (130, 3, 12)])
@pytest.mark.parametrize("rows", ["all", "scattered", "one", "none"])
def test_sums_are_those_of_the_written_out_matrix(sizes, rows):
    rng = np.random.default_rng(len(sizes))
    made = terms(rng, 40_000, sizes)
    chosen = {"all": np.arange(40_000), "scattered": np.arange(40_000)[::3], "one": np.array([7]), "none": np.arange(0)}[rows]
    x, weights = written_out(made, chosen), rng.random(len(chosen))
    betas = rng.normal(size=(2, x.shape[1]))
    packed = pack(made, chosen)
    vector, squares, found = VectorSum(packed), SquareSum(packed), np.empty((2, len(chosen)))
    for block in packed.blocks():
        found[:, block.where] = Products(packed, betas).of(block)
        vector.add(block, weights[block.where])
        squares.add(block, weights[block.where])
    assert found == pytest.approx(betas @ x.T, abs=1e-9)
    assert vector.result() == pytest.approx(x.T @ weights, rel=1e-10, abs=1e-9)
    assert squares.result() == pytest.approx(x.T @ (weights[:, None] * x), rel=1e-10, abs=1e-9)


def test_rows_that_are_many_and_scattered_are_not_copied():
    rng = np.random.default_rng(1)
    made = terms(rng, 2 * SCATTERED + 10, (3,))
    few, many = pack(made, np.arange(0, 1000, 2)), pack(made, np.arange(0, 2 * SCATTERED + 10, 2))
    assert few.gathered is not None
    assert many.gathered is None
    matrix, beta = DesignMatrix(terms=made, rows=many.rows), rng.normal(size=1 + len(made))
    assert matrix.times(beta) == pytest.approx(written_out(made, many.rows) @ beta, abs=1e-9)


def test_categories_share_a_code_while_there_is_room():
    made = terms(np.random.default_rng(2), 500, (4, 4, 4, 4))
    cells = pack(made, np.arange(500)).cells
    assert [each.size for each in cells] == [MOST_CELLS, 4]
    assert all(each.codes.dtype == np.int8 for each in cells)


def test_a_level_that_nobody_of_a_part_has_costs_no_precision():
    group, columns = overlapping(200, 130_000, seed=3)
    # the small fit looks at every n-th of the pool and finds nobody at this level, so that it sends its coefficient away
    rare = np.zeros(len(group), dtype=int)
    rare[:8] = 1
    rare[200 + 8 * np.arange(1, 40) + 3] = 1
    found = match(small_measures(group, {**columns, "rare": rare}, categorical=("kind",)), Method())
    x = np.column_stack([columns["age"], columns["count"], columns["kind"] == "b", columns["kind"] == "c", rare]).astype(float)
    other = sm.Logit(group, sm.add_constant(x)).fit(disp=0, method="newton", tol=1e-12)
    assert [item.value for item in found.design.coefficients] == pytest.approx(other.params.tolist(), rel=1e-6)


def test_a_column_that_separates_a_large_pool_is_named():
    group, columns = overlapping(100, 60_000, seed=6)
    columns["told"] = np.where(group == 1, 10.0, 1.0) + np.random.default_rng(0).random(len(group))
    with pytest.raises(Separated) as caught:
        match(small_measures(group, columns, categorical=("kind",)), Method())
    assert caught.value.columns == ("told",)


def test_in_a_large_pool_aliased_columns_go_and_one_that_differs_in_one_person_stays():
    group, columns = overlapping(200, 130_000, seed=4)
    nearly = columns["age"].copy()
    nearly[201] += 40.0
    more = {**columns, "months": columns["age"] * 12 + 1, "nearly": nearly}
    built, dropped = build_design(read_columns(small_measures(group, more, categorical=("kind",))), np.arange(len(group)))
    assert [(item.column, item.reason.split()[0]) for item in dropped] == [("months", "determined")]
    assert built.terms[-1].name == "nearly"


def test_two_linear_algebra_threads_give_the_same_bytes_as_one():
    script = (
        "from small_measures import overlapping, small_measures\n"
        "from justice_data_lab.matching.matcher import match\n"
        "from justice_data_lab.study import Method\n"
        "group, columns = overlapping(300, 90_000, seed=5)\n"
        "print(match(small_measures(group, columns, categorical=('kind',)), Method()).design.weights_sha256)\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(found) == 1
