"""The weighting, doubly robust and sensitivity blocks of the reference outputs of R are reproduced by the robustness tier."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.csv as pv
import pytest

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.robustness.equivalence import equivalence
from justice_data_lab.estimation.robustness.sample import draw_sample, read_scored
from justice_data_lab.estimation.robustness.tier import robustness
from justice_data_lab.estimation.robustness.weighting import weighted_contrast
from justice_data_lab.matching.balance import Groups, compare
from justice_data_lab.matching.inputs import read_columns
from justice_data_lab.matching.matcher import match
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

GOLDEN = Path(__file__).parents[2] / "validation" / "golden"
DATA = {
    "lalonde_matchit": ("treat", ("race",), ("re78",)),
    "rossi": ("fin", ("race", "wexp", "mar", "paro"), ("arrest", "week")),
}
CASES = [(name, column) for name, (_, _, columns) in DATA.items() for column in columns]
# A caliper that leaves nobody out: the references are about all treated people.
EVERYBODY = Method(caliper=Caliper(sd=None, width=50.0), widen=(), smd_denominator="treated")
TRIAL = Method(design="randomised")


@cache
def reference(name):
    return json.loads((GOLDEN / f"{name}.json").read_text())


def read(name):
    return pv.read_csv(GOLDEN / f"{name}_data.csv.gz")


def design(name):
    treatment, categorical, _ = DATA[name]
    table = read(name)
    terms = reference(name)["formula"].split("~")[1].replace(" ", "").split("+")
    return small_measures(
        table.column(treatment).to_numpy(), {term: table.column(term) for term in terms}, categorical=categorical
    )


def specs(name):
    return tuple(
        MeasureSpec(name=column, column=column, kind="proportion" if column == "arrest" else "mean", role="primary")
        for column in DATA[name][2]
    )


@cache
def checked(name, method=EVERYBODY):
    measures = design(name)
    matched = match(measures, method)
    outcomes = SmallOutcomes(rows=read(name), specs=specs(name))
    estimates = estimate(matched, outcomes, method, Lab())
    return estimates, robustness(measures, matched, outcomes, estimates, method)


def alternative(name, column, check):
    _, found = checked(name)
    item = next(item for item in found.measures if item.column == column)
    return next(row for row in item.alternatives if row.check == check)


@pytest.mark.parametrize(("name", "column"), CASES)
def test_doubly_robust_effect_and_standard_error_agree(name, column):
    found, expected = alternative(name, column, "doubly_robust"), reference(name)["aipw_att"][column]
    assert found.difference == pytest.approx(expected["estimate"], rel=1e-8)
    assert found.se == pytest.approx(expected["se_if"], rel=1e-8)
    assert found.n_eff == pytest.approx(reference(name)["ipw_att"]["ess_control"], rel=1e-7)


@pytest.mark.parametrize(("name", "column"), CASES)
def test_overlap_weights_agree(name, column):
    found, expected = alternative(name, column, "overlap_weights"), reference(name)["overlap_ato"]
    assert found.difference == pytest.approx(expected["effects"][column]["estimate"], rel=1e-8)
    assert found.se == pytest.approx(expected["effects"][column]["se_hc0"], rel=1e-8)
    assert found.n_eff == pytest.approx(expected["ess_control"], rel=1e-8)
    assert (found.population, found.flagged) == ("different", None)


@pytest.mark.parametrize(("name", "column"), CASES)
def test_entropy_balancing_agrees_as_far_as_the_reference_converged(name, column):
    """WeightIt stopped with standardised differences of up to 1e-4; ours leaves less than 1e-9."""
    found, expected = alternative(name, column, "entropy_balancing"), reference(name)["ebal_att"]
    assert found.largest_imbalance < 1e-8
    assert found.difference == pytest.approx(expected["effects"][column]["estimate"], rel=1e-4)
    assert found.se == pytest.approx(expected["effects"][column]["se_hc0"], rel=2e-5)
    assert found.n_eff == pytest.approx(expected["ess_control"], rel=1e-4)


@pytest.mark.parametrize(("name", "column"), CASES)
@pytest.mark.parametrize("block", ["ipw_att", "overlap_ato", "ebal_att"])
def test_given_the_reference_weights_effect_and_hc0_agree(name, column, block):
    weights = pv.read_csv(GOLDEN / f"{name}_scores_weights.csv.gz").column(f"w_{block}").to_numpy()
    treated, values = read(name).column(DATA[name][0]).to_numpy() == 1, read(name).column(column).to_numpy()
    found = weighted_contrast((values[treated], weights[treated]), (values[~treated], weights[~treated]))
    expected = reference(name)[block]["effects"][column]
    assert found.difference == pytest.approx(expected["estimate"], rel=1e-8)
    assert found.se == pytest.approx(expected["se_hc0"], rel=1e-8)


@pytest.mark.parametrize(("name", "column"), CASES)
def test_odds_weights_give_the_weighting_estimate_for_the_treated(name, column):
    measures = design(name)
    matched = match(measures, EVERYBODY)
    sample = draw_sample(measures, matched, read_scored(measures, matched))
    values = read(name).column(column).to_numpy()
    found = weighted_contrast((values[sample.treated], np.ones(len(sample.treated))), (values[sample.pool], sample.odds))
    expected = reference(name)["ipw_att"]["effects"][column]
    assert found.difference == pytest.approx(expected["estimate"], rel=1e-8)
    assert found.se == pytest.approx(expected["se_hc0"], rel=1e-8)


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("block", ["ipw_att", "overlap_ato", "ebal_att"])
def test_the_balance_that_the_reference_weights_leave_is_that_of_cobalt(name, block):
    table = pv.read_csv(GOLDEN / f"{name}_scores_weights.csv.gz")
    groups = Groups(treated=table.column("treat").to_numpy() == 1, weights=table.column(f"w_{block}").to_numpy())
    rows = compare(read_columns(design(name)), groups, EVERYBODY).rows
    ours = {row.covariate if row.level is None else f"{row.covariate}_{row.level}": row for row in rows}
    for expected in reference(name)[block]["balance"]:
        row = ours[expected["term"]]
        assert row.after == pytest.approx(expected["Diff.Adj"], abs=1e-8)
        assert row.ks == pytest.approx(expected["KS.Adj"], abs=1e-8)
        if expected["V.Ratio.Adj"] is not None:
            assert row.variance_ratio == pytest.approx(expected["V.Ratio.Adj"], rel=1e-8)


@pytest.mark.parametrize("name", DATA)
def test_the_imbalance_told_of_the_odds_weights_is_the_largest_that_cobalt_finds(name):
    found = alternative(name, DATA[name][2][0], "doubly_robust")
    largest = max(abs(row["Diff.Adj"]) for row in reference(name)["ipw_att"]["balance"])
    assert found.largest_imbalance == pytest.approx(largest, abs=1e-8)
    assert found.imbalanced == (name == "lalonde_matchit")


@pytest.mark.parametrize(("name", "column"), CASES)
def test_the_plain_comparison_agrees(name, column):
    method = TRIAL if name == "rossi" else EVERYBODY
    row = next(row for row in checked(name, method)[0].rows if row.column == column)
    expected = reference(name)["naive"][column]
    pairs = {
        "mean_treated": row.mean_treated, "mean_control": row.mean_comparison, "diff": row.difference, "welch_se": row.se,
        "welch_df": row.df, "welch_p": row.p_value,
    }  # fmt: skip
    for key, value in pairs.items():
        assert value == pytest.approx(expected[key], rel=1e-8), key
    assert [row.ci_low, row.ci_high] == pytest.approx(expected["ci95"], rel=1e-8)


def test_risk_ratio_e_value_and_equivalence_of_the_trial_agree():
    expected = json.loads((GOLDEN / "rossi_sensitivity.json").read_text())["rossi"]
    estimates, found = checked("rossi", TRIAL)
    arrest = found.measures[0]
    assert arrest.rate_ratio.ratio == pytest.approx(expected["risk_ratio"], rel=1e-8)
    assert arrest.rate_ratio.ci_high == pytest.approx(expected["rr_ci_upper"], rel=1e-8)
    assert arrest.e_value.point == pytest.approx(expected["e_value"], rel=1e-8)
    assert arrest.e_value.interval == expected["e_value_ci"]
    assert found.equivalence[0].tests[1].p_value == pytest.approx(expected["tost_p_5pp"], rel=1e-8)
    ten = equivalence(estimates.rows[0], margins=(0.10,)).tests[0]
    assert ten.p_value == pytest.approx(expected["tost_p_10pp"], rel=1e-8)
