"""Rosenbaum's bound against an enumeration of every assignment and every hidden trait."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy.stats import fisher_exact, nchypergeom_fisher
from statsmodels.stats.contingency_tables import StratifiedTable

from justice_data_lab.estimation.robustness.hidden_bias import LEVEL, hidden_bias, stratify, upper_tail


def brute_force(strata, gamma):
    """The largest P(treated with the event ≥ seen) over every hidden 0/1 trait u, assignment odds exp(u·log Γ) within a stratum."""
    choices = []
    for _, first, events, everybody in strata:
        outcome = np.r_[np.ones(events), np.zeros(everybody - events)].astype(int)
        of_stratum = set()
        for trait in product((0, 1), repeat=everybody):
            distribution = np.zeros(everybody + 1)
            for chosen in combinations(range(everybody), first):
                distribution[outcome[list(chosen)].sum()] += gamma ** sum(trait[person] for person in chosen)
            of_stratum.add(tuple(np.round(distribution / distribution.sum(), 14)))
        choices.append(of_stratum)
    seen = sum(row[0] for row in strata)
    largest = 0.0
    for parts in product(*choices):
        whole = np.ones(1)
        for part in parts:
            whole = np.convolve(whole, part)
        largest = max(largest, whole[seen:].sum())
    return largest


@pytest.mark.parametrize("gamma", [1.0, 1.3, 2.0, 5.0])
@pytest.mark.parametrize(
    "strata", [[(2, 2, 3, 6)], [(2, 3, 2, 5), (1, 1, 2, 4)], [(1, 2, 2, 5), (2, 2, 2, 4)], [(0, 1, 1, 3), (3, 3, 4, 6)]]
)
def test_the_tail_is_the_worst_over_every_hidden_trait(strata, gamma):
    assert upper_tail(np.array(strata), np.log(gamma)) == pytest.approx(brute_force(strata, gamma), abs=1e-9)


def test_without_hidden_bias_one_stratum_is_fishers_exact_test():
    expected = fisher_exact([[12, 8], [5, 15]], alternative="greater").pvalue
    assert upper_tail(np.array([(12, 20, 17, 40)]), 0.0) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("gamma", [0.4, 1.0, 3.0])
def test_one_large_stratum_agrees_with_scipys_noncentral_hypergeometric(gamma):
    expected = nchypergeom_fisher.sf(159, 2000, 600, 500, gamma)
    assert upper_tail(np.array([(160, 500, 600, 2000)]), np.log(gamma)) == pytest.approx(expected, rel=1e-6)


SOLID = np.array([(20, 25, 200, 500), (22, 25, 230, 500), (19, 25, 190, 500), (18, 25, 210, 500)])


def test_gamma_is_where_the_result_stops_being_significant():
    found = hidden_bias(SOLID, fewer=False)
    assert found.p_value == pytest.approx(upper_tail(SOLID, 0.0))
    assert found.gamma > 1
    assert upper_tail(SOLID, np.log(found.gamma * 0.999)) < LEVEL < upper_tail(SOLID, np.log(found.gamma * 1.001))
    assert (found.strata, found.n_treated, found.n_comparison) == (4, 100, 1900)


def test_fewer_events_are_judged_like_more_of_the_opposite():
    opposite = np.column_stack([SOLID[:, 1] - SOLID[:, 0], SOLID[:, 1], SOLID[:, 3] - SOLID[:, 2], SOLID[:, 3]])
    assert hidden_bias(opposite, fewer=True) == hidden_bias(SOLID, fewer=False)


def test_without_significance_there_is_no_gamma_and_without_strata_no_bound():
    found = hidden_bias(np.array([(10, 25, 200, 500)]), fewer=False)
    assert found.gamma is None
    assert found.p_value > LEVEL
    assert hidden_bias(np.empty((0, 4), dtype=np.int64), fewer=True) is None


def test_the_plain_p_value_is_near_that_of_mantel_and_haenszel():
    tables = [
        np.array([[a, m - a], [c - a, n - m - c + a]]) for a, m, c, n in [(9, 25, 80, 200), (12, 25, 60, 150), (11, 25, 70, 180)]
    ]
    strata = np.array([(table[0, 0], table[0].sum(), table[:, 0].sum(), table.sum()) for table in tables])
    expected = StratifiedTable(tables).test_null_odds(correction=True).pvalue / 2
    assert hidden_bias(strata, fewer=False).p_value == pytest.approx(expected, rel=0.05)


def test_strata_are_twentieths_of_the_treated_within_what_is_exact():
    rng = np.random.default_rng(1)
    first = (rng.normal(size=200), rng.integers(0, 2, 200), rng.integers(0, 2, 200).astype(float))
    second = (rng.normal(size=3000), rng.integers(0, 2, 3000), rng.integers(0, 2, 3000).astype(float))
    strata = stratify(first, second)
    assert len(strata) == 40
    assert strata[:, 1].sum() == 200
    assert strata[:, 3].sum() == 3200
    assert strata[:, 2].sum() == first[2].sum() + second[2].sum()
    edges = np.quantile(first[0], np.arange(1, 20) / 20)
    lowest = (second[0] <= edges[0]) & (second[1] == 0)
    assert strata[0, 3] - strata[0, 1] == lowest.sum()


def test_codes_of_what_is_exact_may_have_wide_gaps():
    scores, outcomes = np.linspace(0, 1, 40), np.tile([1.0, 0], 20)
    near, far = np.repeat([0, 1], 20), np.repeat([0, 10**12], 20)
    one = stratify((scores, near, outcomes), (scores, near, 1 - outcomes))
    assert len(one) == len(np.unique(np.searchsorted(np.quantile(scores, np.arange(1, 20) / 20), scores)))
    assert stratify((scores, far, outcomes), (scores, far, 1 - outcomes)).tolist() == one.tolist()


def test_strata_that_say_nothing_are_left_out():
    only_treated = stratify(
        (np.array([5.0, 5.0]), np.zeros(2, dtype=int), np.ones(2)), (np.zeros(3), np.zeros(3, dtype=int), np.ones(3))
    )
    assert len(only_treated) == 0
