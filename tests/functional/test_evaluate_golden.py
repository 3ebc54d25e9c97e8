"""Radius matching as R gave it, through `evaluate` and the files it writes: what an outsider would check."""

import csv
import gzip
import json
import math
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import NothingDisclosable
from justice_data_lab.pipeline import evaluate
from justice_data_lab.release_run import take_run
from justice_data_lab.request import Linked

pytestmark = pytest.mark.usefixtures("no_pdf")
GOLDEN = Path(__file__).parents[2] / "validation" / "golden"
STUDIES = {
    "lalonde_matchit": ("treat", ["age", "educ", "race", "married", "nodegree", "re74", "re75"], [("re78", "mean")]),
    "rossi": ("fin", ["age", "race", "wexp", "mar", "paro", "prio"], [("arrest", "proportion"), ("week", "mean")]),
}
CALIPERS = {
    "radius_ps_0.001": 'scale = "probability", width = 0.001',
    "radius_ps_0.01": 'scale = "probability", width = 0.01',
    "radius_ps_0.05": 'scale = "probability", width = 0.05',
    "radius_logit_0.2sd": 'scale = "logit", sd = 0.2',
    "radius_ps_0.2sd": 'scale = "probability", sd = 0.2',
}
CASES = [(name, block) for name in STUDIES for block in CALIPERS]


def silent(room, *, resumed):
    del room, resumed


def study_text(name, block, se):
    treatment, covariates, measures = STUDIES[name]
    listed = "".join(f'[[measure]]\nname = "{column}"\ncolumn = "{column}"\nkind = "{kind}"\n' for column, kind in measures)
    return f"""
[study]
name = "{name}"
organisation = "R"
programme = "{block}"
intervention_type = "employment and training"
setting = "community"
seed = 1
[data]
treatment = "{treatment}"
covariates = {json.dumps(covariates)}
{listed}
[method]
caliper = {{ {CALIPERS[block]} }}
widen = []
se = "{se}"
smd_denominator = "treated"
override_balance = "Test: the golden blocks are reproduced whatever their balance"
[disclosure]
profile = "none"
"""


def run(name, block, folder, se="kish"):
    data = folder / "data.csv"
    data.write_bytes(gzip.decompress((GOLDEN / f"{name}_data.csv.gz").read_bytes()))
    study = folder / "study.toml"
    study.write_text(study_text(name, block, se))
    evaluate(study, Linked(data=data, today=date(2026, 11, 22), command="test"), folder / se, progress=silent)
    return folder / se


def golden_scores(name):
    with gzip.open(GOLDEN / f"{name}_scores_weights.csv.gz", "rt") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "block"), CASES)
def test_evaluate_reproduces_the_radius_blocks_of_r(name, block, tmp_path):
    out = run(name, block, tmp_path)
    golden = json.loads((GOLDEN / f"{name}.json").read_text())[block]
    rows = golden_scores(name)
    weights = pq.read_table(out / "4-matching" / "weights.parquet").to_pydict()
    assert weights["row"] == list(range(len(rows)))
    score = "lp" if "logit" in block else "ps"
    assert weights["score"] == pytest.approx([float(row[score]) for row in rows], rel=1e-6)
    assert weights["weight"] == pytest.approx([float(row[f"w_{block}"]) for row in rows], abs=1e-9)
    estimates = json.loads((out / "5-estimation" / "estimates.json").read_text())["estimates"]
    for estimate in estimates:
        theirs = golden["effects"][estimate["measure"]]
        assert estimate["difference"] == pytest.approx(theirs["att"], rel=1e-8)
        assert estimate["se"] == pytest.approx(theirs["se_kish_welch"], rel=1e-8)
        assert estimate["df"] == pytest.approx(theirs["df_kish_welch"], rel=1e-8)
        assert estimate["p_value"] == pytest.approx(theirs["p_kish_welch"], rel=1e-6)
        assert estimate["n_eff"] == pytest.approx(theirs["n_eff_controls"], rel=1e-8)


@pytest.mark.parametrize("name", STUDIES)
def test_the_other_standard_error_is_that_of_psmatch2(name, tmp_path):
    out = run(name, "radius_ps_0.05", tmp_path, se="lechner")
    golden = json.loads((GOLDEN / f"{name}.json").read_text())["radius_ps_0.05"]
    for estimate in json.loads((out / "5-estimation" / "estimates.json").read_text())["estimates"]:
        assert estimate["se"] == pytest.approx(golden["effects"][estimate["measure"]]["se_lechner_psmatch2"], rel=1e-8)


def test_standardised_differences_are_those_of_cobalt(tmp_path):
    out = run("lalonde_matchit", "radius_ps_0.05", tmp_path)
    golden = json.loads((GOLDEN / "lalonde_matchit.json").read_text())["radius_ps_0.05"]["balance"]
    theirs = {row["term"]: row["Diff.Adj"] for row in golden} if isinstance(golden, list) else None
    assert theirs is not None
    with (out / "4-matching" / "balance.csv").open() as stream:
        ours = {f"{row['covariate']}_{row['level']}".rstrip("_"): float(row["after"]) for row in csv.DictReader(stream)}
    shared = [term for term in theirs if term in ours]
    assert len(shared) == 9
    for term in shared:
        assert math.isclose(ours[term], theirs[term], rel_tol=1e-8, abs_tol=1e-10), term


FEW = """
[study]
name = "Few"
organisation = "R"
programme = "Few"
intervention_type = "employment and training"
setting = "community"
seed = 1
[data]
treatment = "treated"
covariates = ["age"]
[[measure]]
name = "arrested"
column = "arrest"
kind = "proportion"
[method]
design = "randomised"
"""


def test_a_run_of_which_rule_1_hides_every_estimate_ends_with_a_report_that_says_so(tmp_path):
    study, data, out = tmp_path / "study.toml", tmp_path / "data.csv", tmp_path / "run"
    study.write_text(FEW)
    rows = [f"{number % 2},{20 + number % 30},{int(number < 14)}\n" for number in range(240)]
    data.write_text("treated,age,arrest\n" + "".join(rows))
    asked = Linked(data=data, today=date(2026, 11, 22), command="test")
    for _ in range(2):  # and again, from its finished rooms
        with pytest.raises(NothingDisclosable, match="fewer than 10 people with, or without, the outcome"):
            evaluate(study, asked, out, progress=silent)
    refused = json.loads((out / "6-disclosure" / "disclosed.json").read_bytes())["content"]["refused"]
    assert (refused["code"], refused["needed"]) == ("too_few_outcomes", 10)
    assert "could not be published" in (out / "7-report" / "report.html").read_text()
    with (out / "7-report" / "tables.csv").open() as stream:
        assert {row["value"] for row in csv.DictReader(stream)} == {""}
    assert "disclosed.json" in take_run(out).files
