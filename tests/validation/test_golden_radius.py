"""Every radius block of the reference outputs of R (base R, MatchIt's data, cobalt, sandwich) is reproduced."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest

from justice_data_lab.estimation.effects import estimate
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.radius import radius_weights
from justice_data_lab.study import Caliper, Lab, MeasureSpec, Method
from small_measures import SmallOutcomes, small_measures

GOLDEN = Path(__file__).parents[2] / "validation" / "golden"
DATA = {
    "lalonde_matchit": ("treat", ("race",), ("re78",)),
    "rossi": ("fin", ("race", "wexp", "mar", "paro"), ("arrest", "week")),
}
BLOCKS = ("radius_ps_0.001", "radius_ps_0.01", "radius_ps_0.05", "radius_logit_0.2sd", "radius_ps_0.2sd")
CASES = [(name, block) for name in DATA for block in BLOCKS]


def reference(name):
    return json.loads((GOLDEN / f"{name}.json").read_text())


def read(name):
    return pv.read_csv(GOLDEN / f"{name}_data.csv.gz")


def design(name):
    treatment, categorical, _ = DATA[name]
    table = read(name)
    terms = reference(name)["formula"].split("~")[1].replace(" ", "").split("+")
    columns = {term: table.column(term) for term in terms}
    return small_measures(table.column(treatment).to_numpy(), columns, categorical=categorical)


def method(block, *, se="kish"):
    _, score, width = block.split("_")
    relative = width == "0.2sd"
    caliper = Caliper(
        scale="logit" if score == "logit" else "probability",
        sd=0.2 if relative else None,
        width=None if relative else float(width),
    )
    return Method(caliper=caliper, widen=(), smd_denominator="treated", se=se)


@pytest.mark.parametrize(("name", "block"), CASES)
def test_scores_agree_with_glm_and_weights_with_the_definition(name, block):
    found = match(design(name), method(block))
    expected = pv.read_csv(GOLDEN / f"{name}_scores_weights.csv.gz")
    score = expected.column("lp" if "logit" in block else "ps").to_numpy()
    np.testing.assert_allclose(found.weights.column("score").to_numpy(), score, rtol=1e-6, atol=0)
    weights = found.weights.column("weight").to_numpy()
    np.testing.assert_allclose(weights, expected.column(f"w_{block}").to_numpy(), rtol=0, atol=1e-9)
    facts = reference(name)[block]
    assert found.design.n_matched == facts["n_treated_matched"]
    assert found.design.n_comparison == facts["n_controls_used"]
    assert found.design.caliper_width == pytest.approx(facts["caliper"], rel=1e-8)


@pytest.mark.parametrize(("name", "block"), CASES)
def test_effect_and_both_standard_errors_agree(name, block):
    measures, table = design(name), read(name)
    for column in DATA[name][2]:
        outcomes = SmallOutcomes(rows=table, specs=(MeasureSpec(name=column, column=column, kind="mean"),))
        expected = reference(name)[block]["effects"][column]
        found = estimate(match(measures, method(block)), outcomes, method(block), Lab()).rows[0]
        lechner = estimate(match(measures, method(block)), outcomes, method(block, se="lechner"), Lab()).rows[0]
        assert found.n_treated == expected["n_treated"]
        assert found.n_comparison == expected["n_controls"]
        pairs = {
            "att": found.difference,
            "mean_treated": found.mean_treated,
            "mean_control": found.mean_comparison,
            "n_eff_controls": found.n_eff,
            "se_kish_welch": found.se,
            "df_kish_welch": found.df,
            "p_kish_welch": found.p_value,
            "se_lechner_psmatch2": lechner.se,
        }
        for key, value in pairs.items():
            assert value == pytest.approx(expected[key], rel=1e-8), key
        assert [found.ci_low, found.ci_high] == pytest.approx(expected["ci95_kish_welch"], rel=1e-8)


@pytest.mark.parametrize(("name", "block"), CASES)
def test_balance_agrees_with_cobalt_before_and_after(name, block):
    found = {
        row.covariate if row.level is None else f"{row.covariate}_{row.level}": row
        for row in match(design(name), method(block)).balance.rows
    }
    for row in reference(name)[block]["balance"]:
        ours = found[row["term"]]
        assert ours.before == pytest.approx(row["Diff.Un"], abs=1e-8)
        assert ours.after == pytest.approx(row["Diff.Adj"], abs=1e-8)
        assert ours.variance_ratio_before == (None if row["V.Ratio.Un"] is None else pytest.approx(row["V.Ratio.Un"], rel=1e-8))
        assert ours.variance_ratio == (None if row["V.Ratio.Adj"] is None else pytest.approx(row["V.Ratio.Adj"], rel=1e-8))
        assert ours.ks_before == pytest.approx(row["KS.Un"], abs=1e-8)
        assert ours.ks == pytest.approx(row["KS.Adj"], abs=1e-8)
        assert ours.mean_comparison == pytest.approx(row["M.0.Adj"], rel=1e-8)


@pytest.mark.parametrize("name", DATA)
def test_balance_before_matching_agrees_with_the_pooled_denominator(name):
    found = match(design(name), Method(widen=())).balance.rows
    by_term = {row.covariate if row.level is None else f"{row.covariate}_{row.level}": row.before for row in found}
    for row in reference(name)["balance_unadjusted"]["pooled"]:
        assert by_term[row["term"]] == pytest.approx(row["Diff.Un"], abs=1e-8)


@pytest.mark.parametrize("name", DATA)
def test_coefficients_agree_with_glm(name):
    expected = reference(name)["glm"]["coef"]
    found = {item.column.replace("=", ""): item.value for item in match(design(name), Method()).design.coefficients}
    found["(Intercept)"] = found.pop("(intercept)")
    assert found == pytest.approx(expected, rel=1e-6)


def test_naive_welch_on_the_randomised_trial_agrees():
    table = read("rossi")
    found = match(design("rossi"), Method(design="randomised"))
    for column in ("arrest", "week"):
        outcomes = SmallOutcomes(rows=table, specs=(MeasureSpec(name=column, column=column, kind="mean"),))
        ours = estimate(found, outcomes, Method(design="randomised"), Lab()).rows[0]
        expected = reference("rossi")["naive"][column]
        assert ours.difference == pytest.approx(expected["diff"], rel=1e-8)
        assert ours.se == pytest.approx(expected["welch_se"], rel=1e-8)
        assert ours.df == pytest.approx(expected["welch_df"], rel=1e-8)
        assert ours.p_value == pytest.approx(expected["welch_p"], rel=1e-8)


def test_time_among_the_rearrested_agrees_with_the_survival_reference():
    table = read("rossi")
    rows = table.append_column("days", table.column("week"))
    outcomes = SmallOutcomes(rows=rows, specs=(MeasureSpec(name="time", column="days", kind="mean", of="arrest"),))
    ours = estimate(match(design("rossi"), Method(design="randomised")), outcomes, Method(design="randomised"), Lab()).rows[0]
    expected = json.loads((GOLDEN / "rossi_survival.json").read_text())["t_time_reoffenders"]
    assert (ours.n_treated, ours.n_comparison) == (expected["n_t"], expected["n_c"])
    assert ours.p_value == pytest.approx(expected["p"], rel=1e-8)
    assert ours.df == pytest.approx(expected["df"], rel=1e-8)


def tiny():
    data = json.loads((GOLDEN / "tiny_radius.json").read_text())
    scores = [hundredths / 100 for hundredths in data["score_x100"]]
    options = Method(caliper=Caliper(scale="probability", sd=None, width=data["caliper_x100"] / 100), widen=())
    return data, scores, options


def test_tiny_case_through_match_with_given_scores():
    data, scores, options = tiny()
    measures = small_measures(data["treat"], {"age": [30 + row for row in range(12)]})
    found = match(measures, options, scores=scores)
    assert found.weights.column("weight").to_numpy() == pytest.approx(data["weights"], abs=1e-12)
    assert found.weights.column("k").to_pylist()[:4] == data["k"]
    assert found.design.n_matched == data["n_treated_matched"]
    assert found.design.n_eff == pytest.approx(data["n_eff_controls"])
    rows = pa.table({"y": data["y"]})
    ours = estimate(
        found, SmallOutcomes(rows=rows, specs=(MeasureSpec(name="y", column="y", kind="proportion"),)), options, Lab()
    ).rows[0]
    assert ours.difference == pytest.approx(data["att"])


def test_tiny_case_from_plain_arrays_on_whole_numbers():
    data, _, _ = tiny()
    found = radius_weights(np.array(data["score_x100"], dtype=float), np.array(data["treat"]) == 1, data["caliper_x100"])
    assert found.weights.tolist() == pytest.approx(data["weights"], abs=1e-12)
