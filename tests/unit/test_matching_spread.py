"""A match among some rows, spread over all of them: the same people with the same weights, everybody else with none."""

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.result import weights_hash
from justice_data_lab.matching.spread import narrow, spread
from justice_data_lab.study import Method
from small_measures import overlapping, small_measures


@pytest.fixture(scope="module")
def part():
    group, columns = overlapping(60, 300, seed=3)
    everybody = small_measures(group, columns, categorical=("kind",))
    rows = np.flatnonzero(np.arange(360) % 3 > 0)
    subset = small_measures(
        group[rows], {name: np.asarray(values)[rows] for name, values in columns.items()}, categorical=("kind",)
    )
    return group, rows, match(subset, Method()), everybody


def test_weights_stand_at_their_rows_and_nowhere_else(part):
    group, rows, small, _ = part
    wide = spread(small, rows, group)
    assert wide.weights.num_rows == len(group)
    assert wide.weights["row"].to_pylist() == list(range(len(group)))
    assert wide.weights["treated"].to_pylist() == group.tolist()
    weight, k = (wide.weights[name].to_numpy() for name in ("weight", "k"))
    assert weight[rows].tolist() == small.weights["weight"].to_pylist()
    assert k[rows].tolist() == small.weights["k"].to_pylist()
    outside = np.setdiff1d(np.arange(len(group)), rows)
    assert not weight[outside].any()
    assert not k[outside].any()
    assert wide.weights["score"].take(pa.array(outside)).null_count == len(outside)
    assert wide.design.weights_sha256 == weights_hash(wide.weights) != small.design.weights_sha256


def test_narrowing_gives_the_match_back(part):
    group, rows, small, _ = part
    assert narrow(spread(small, rows, group), rows).weights.equals(small.weights)


def test_a_match_among_everybody_stays_as_it_is(part):
    group, _, _, everybody = part
    whole = match(everybody, Method())
    assert spread(whole, np.arange(len(group)), group) is whole
