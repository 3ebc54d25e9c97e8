"""The effect with stricter links: the same scores and caliper, fewer treated people, their comparison people shared anew."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.linkage_threshold import STRICTER, threshold_effect
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.radius import read_strata
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method

SPEC = MeasureSpec(name="rate", column="y", kind="proportion", of="all", role="primary", better="lower", unit="points")


@dataclass(frozen=True)
class Rows:
    rows: pa.Table
    covariates: tuple = ()
    exact: tuple = ()


@dataclass(frozen=True)
class Outcomes:
    rows: pa.Table
    specs: tuple = (SPEC,)


def small():
    """Three treated people and five of the pool, by hand: scores, sexes, outcomes, and the bits of each link."""
    scores = [0.0, 1.0, 5.0, 0.1, 0.9, 1.1, 5.1, 5.2]
    treated = [1, 1, 1, 0, 0, 0, 0, 0]
    table = pa.table({"row": range(8), "treated": treated, "sex": ["F", "F", "M", "F", "F", "F", "M", "M"]})
    outcomes = Outcomes(rows=pa.table({"row": range(8), "y": [1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0]}))
    bits = [9.0, 7.0, 20.0, None, None, None, None, None]
    return table, scores, outcomes, bits


def made(table, scores, *, exact=("sex",), width=1.05):
    method = Method(caliper=Caliper(scale="logit", sd=None, width=width), widen=())
    return match(Rows(rows=table, exact=exact), method, scores=scores), method


def test_dropping_a_person_shares_the_others_comparison_people_anew():
    table, scores, outcomes, bits = small()
    matched, _ = made(table, scores)
    all_links, strict = threshold_effect(matched, outcomes, bits, (6.0, 8.0), strata=read_strata(table, ("sex",)))
    # Person 0 has pool rows 3, 4; person 1 has 3, 4, 5; person 2 has 6, 7: w = 5/6, 5/6, 1/3, 1/2, 1/2.
    assert (all_links.n_treated, all_links.n_comparison) == (3, 5)
    assert all_links.difference == pytest.approx(2 / 3 - (5 / 6 + 1 / 3) / 3)
    # Without person 1: w = 1/2, 1/2, 0, 1/2, 1/2.
    assert (strict.n_treated, strict.n_comparison, strict.n_eff) == (2, 4, pytest.approx(4.0))
    assert strict.difference == pytest.approx(1 - 0.5 / 2)
    assert strict.evidence.events_treated == 2


def test_a_dropped_person_does_not_turn_into_a_comparison_person():
    table, scores, outcomes, bits = small()
    matched, _ = made(table, scores)
    (row,) = threshold_effect(matched, outcomes, bits, (8.0,), strata=read_strata(table, ("sex",)))
    assert row.evidence.events_comparison + row.evidence.non_events_comparison == 4


def invented(size=400, seed=3):
    rng = np.random.default_rng(seed)
    treated = (rng.random(size) < 0.3).astype(int)
    table = pa.table({"row": range(size), "treated": treated, "sex": np.where(rng.random(size) < 0.2, "F", "M")})
    scores = rng.normal(size=size) + 0.4 * treated
    outcomes = Outcomes(rows=pa.table({"row": range(size), "y": (rng.random(size) < 0.4).astype(float)}))
    bits = [float(weight) if one else None for one, weight in zip(treated, rng.uniform(6, 20, size), strict=True)]
    return table, scores, outcomes, bits


@pytest.mark.parametrize("se", ["kish", "lechner"])
def test_at_the_linkages_own_threshold_it_is_the_result_itself(se):
    table, scores, outcomes, bits = invented()
    matched, _ = made(table, scores, width=0.05)
    (row,) = threshold_effect(matched, outcomes, bits, (6.0,), strata=read_strata(table, ("sex",)), se=se)
    official = estimate(matched, outcomes, Method(se=se), Lab()).rows[0]
    assert (row.n_treated, row.n_comparison) == (official.n_treated, official.n_comparison)
    for name in ("n_eff", "difference", "ci_low", "ci_high"):
        assert getattr(row, name) == pytest.approx(getattr(official, name), rel=1e-12)
    assert row.evidence == official.evidence


def test_at_a_stricter_one_it_is_a_match_of_those_who_are_left():
    table, scores, outcomes, bits = invented()
    matched, _ = made(table, scores, width=0.05)
    (row,) = threshold_effect(matched, outcomes, bits, (10.0,), strata=read_strata(table, ("sex",)))
    left = np.array([weight is None or weight >= 10 for weight in bits])
    again, method = made(table.filter(pa.array(left)), np.array(scores)[left], width=0.05)
    expected = estimate(again, Outcomes(rows=outcomes.rows.filter(pa.array(left))), method, Lab()).rows[0]
    assert row.n_treated == expected.n_treated < matched.design.n_matched
    assert row.difference == pytest.approx(expected.difference, rel=1e-9)
    assert (row.ci_low, row.ci_high) == (pytest.approx(expected.ci_low), pytest.approx(expected.ci_high))


def test_the_thresholds_come_back_in_their_order_and_with_nobody_left_there_is_no_difference():
    table, scores, outcomes, bits = small()
    matched, _ = made(table, scores)
    rows = threshold_effect(
        matched, outcomes, bits, tuple(6.0 + more for more in (*STRICTER, 40.0)), strata=read_strata(table, ("sex",))
    )
    assert [row.threshold for row in rows] == [6.0, 8.0, 10.0, 12.0, 46.0]
    assert [row.n_treated for row in rows] == [3, 2, 1, 1, 0]
    assert (rows[-1].difference, rows[-1].ci_low) == (None, None)


def test_somebody_without_the_outcome_is_left_out():
    table, scores, _, bits = small()
    matched, _ = made(table, scores)
    gap = Outcomes(rows=pa.table({"row": range(8), "y": [1.0, None, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0]}))
    (row,) = threshold_effect(matched, gap, bits, (6.0,), strata=read_strata(table, ("sex",)))
    assert row.n_treated == 2


def test_in_a_trial_both_arms_keep_only_links_that_stand():
    table, _, outcomes, _ = small()
    matched = match(Rows(rows=table), Method(design="randomised"))
    bits = [9.0, 7.0, 20.0, 9.0, 7.0, 20.0, 20.0, 20.0]
    first, strict = threshold_effect(matched, outcomes, bits, (6.0, 8.0))
    assert (first.n_treated, first.n_comparison) == (3, 5)
    assert (strict.n_treated, strict.n_comparison) == (2, 4)
    assert strict.difference == pytest.approx(1 - 2 / 4)


def test_strata_must_be_given_where_the_design_matches_exactly_and_weights_one_a_row():
    table, scores, outcomes, bits = small()
    matched, _ = made(table, scores)
    with pytest.raises(UsageError, match="strata for sex"):
        threshold_effect(matched, outcomes, bits, (6.0,))
    with pytest.raises(UsageError, match="8 linkage weights"):
        threshold_effect(matched, outcomes, bits[:3], (6.0,), strata=read_strata(table, ("sex",)))
    free, _ = made(table, scores, exact=())
    assert threshold_effect(free, outcomes, bits, (6.0,))[0].n_treated == 3
