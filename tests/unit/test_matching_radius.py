"""Radius weights: the fast algorithm is the definition."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justice_data_lab.matching.radius import radius_weights, read_strata


def by_definition(scores, treated, width, strata):
    weights, k = np.zeros(len(scores)), np.zeros(len(scores), dtype=int)
    for person in np.flatnonzero(treated):
        near = ~treated & (strata == strata[person]) & (np.abs(scores - scores[person]) <= width + 1e-12)
        k[person] = near.sum()
        if k[person]:
            weights[person] = 1
            weights[near] += 1 / k[person]
            k[near] += 1
    return weights, k


people = st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 2)), min_size=2, max_size=60)


@settings(max_examples=150)
@given(people=people, width=st.integers(0, 10))
def test_weights_are_those_of_the_definition_whatever_the_ties(people, width):
    scores = np.array([person[0] / 10 for person in people])
    treated = np.array([person[1] for person in people])
    strata = np.array([person[2] for person in people])
    found = radius_weights(scores, treated, width / 10, strata)
    weights, k = by_definition(scores, treated, width / 10, strata)
    np.testing.assert_allclose(found.weights, weights, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(found.k, k)
    assert ((found.weights > 0) == (k > 0)).all()
    assert found.weights[~treated].sum() == pytest.approx(found.weights[treated].sum(), abs=1e-9)


@settings(max_examples=50)
@given(people=people, seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(people, seed):
    scores = np.array([person[0] / 10 for person in people])
    treated = np.array([person[1] for person in people])
    order = np.random.default_rng(seed).permutation(len(people))
    shuffled = radius_weights(scores[order], treated[order], 0.3)
    np.testing.assert_allclose(shuffled.weights, radius_weights(scores, treated, 0.3).weights[order], atol=1e-12)


def test_the_caliper_is_closed_although_decimal_fractions_are_not_exact():
    scores, treated = np.array([0.4, 0.3, 0.5]), np.array([True, False, False])
    assert abs(0.4 - 0.3) != 0.1
    assert radius_weights(scores, treated, 0.1).weights.tolist() == [1.0, 0.5, 0.5]
    assert radius_weights(scores, treated, 0.1 - 1e-9).weights.tolist() == [0.0, 0.0, 0.0]


def test_controls_of_another_stratum_never_match():
    scores, treated = np.zeros(4), np.array([True, True, False, False])
    found = radius_weights(scores, treated, 1.0, np.array([0, 1, 0, 2]))
    assert found.weights.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert found.crowded.tolist() == [1.0, 0.0]


def test_strata_are_the_combinations_of_values_and_null_is_one():
    rows = pa.table({"sex": ["F", "M", None, "F"], "year": [2020, 2020, 2020, 2021]})
    codes = read_strata(rows, ("sex", "year"))
    assert len(set(codes.tolist())) == 4
    assert read_strata(rows, ()).tolist() == [0, 0, 0, 0]
