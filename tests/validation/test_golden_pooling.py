"""Pooled effects equal R's metafor, PyMARE, and the definitions in 50 digits, study by study and figure by figure."""

import csv
import math
from datetime import date
from pathlib import Path

import pytest

from justice_data_lab.library.effects import Effect
from justice_data_lab.library.synthesis import pool

HERE = Path(__file__).parents[2] / "validation" / "pooling"
PRINTED = "metafor, printed"


def read(name):
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def studies():
    found = {}
    for row in read("effects.csv"):
        effect = Effect(
            key=row["study"], value=float(row["effect"]), se=math.sqrt(float(row["variance"])), released=date(2026, 1, 1)
        )
        found.setdefault(row["data"], []).append(effect)
    return found


def references():
    found = {}
    for row in read("reference.csv"):
        case = (row["data"], row["source"], row["method"], row["test"])
        found.setdefault(case, {})[row["quantity"]] = float(row["value"])
    return found


STUDIES, REFERENCES = studies(), references()
FLOOR = {"knha": 0.0, "adhoc": 1.0}
EXACT = [case for case in REFERENCES if case[1] != PRINTED]
DEFINED = [case for case in REFERENCES if case[1] == "definition"]
# metafor whose own search went on until nothing changed any more
TIGHT = [case for case in REFERENCES if case[1].endswith(", tight")]
SEARCHED = [case for case in REFERENCES if case[2] == "reml" and case[1] not in ("definition", PRINTED) and case not in TIGHT]


def test_there_are_enough_cases_to_speak_of():
    assert len(STUDIES) == 6
    assert len([case for case in EXACT if case[1].startswith("metafor") and case not in TIGHT]) == 40
    assert len([case for case in EXACT if case[1].startswith("PyMARE")]) == 12
    assert len(DEFINED) == 24
    assert len(TIGHT) == 24
    assert {quantity for case in TIGHT for quantity in REFERENCES[case]} >= {
        "tau2",
        "i2",
        "effect",
        "se",
        "ci_low",
        "ci_high",
        "pi_low",
        "pi_high",
    }


@pytest.mark.parametrize("case", EXACT, ids="/".join)
def test_with_the_references_tau_squared_every_figure_is_the_references(case):
    expected = REFERENCES[case]
    ours = pool(STUDIES[case[0]], tau2=expected["tau2"], least_scale=FLOOR[case[3]])
    for quantity, value in expected.items():
        # metafor's I squared under fixed effects and DerSimonian-Laird is made from Q: it is not pinned here
        assert getattr(ours, quantity) == pytest.approx(value, rel=1e-8, abs=1e-12), quantity


@pytest.mark.parametrize("case", DEFINED, ids="/".join)
def test_tau_squared_and_all_that_follows_is_what_the_definition_gives(case):
    ours = pool(STUDIES[case[0]], method=case[2], least_scale=FLOOR[case[3]])
    for quantity, value in REFERENCES[case].items():
        assert getattr(ours, quantity) == pytest.approx(value, rel=1e-8, abs=1e-12), quantity


@pytest.mark.parametrize("case", TIGHT, ids="/".join)
def test_metafor_finds_the_same_tau_squared_and_all_that_follows_when_it_searches_long_enough(case):
    ours = pool(STUDIES[case[0]], method=case[2], least_scale=FLOOR[case[3]])
    for quantity, value in REFERENCES[case].items():
        assert getattr(ours, quantity) == pytest.approx(value, rel=1e-8, abs=1e-300), quantity


@pytest.mark.parametrize("case", SEARCHED, ids="/".join)
def test_reml_is_where_the_references_search_stopped(case):
    # both stop their search at a change of 1e-5 and 1e-6 in tau squared
    assert pool(STUDIES[case[0]]).tau2 == pytest.approx(REFERENCES[case]["tau2"], rel=1e-5)


def test_the_published_analysis_of_the_bcg_trials_comes_out_as_printed():
    printed = REFERENCES["bcg", PRINTED, "reml", "z"]
    ours = pool(STUDIES["bcg"])
    assert round(ours.tau2, 4) == printed["tau2"]
    assert round(ours.effect, 4) == printed["effect"]
    assert round(ours.q, 3) == printed["q"]
    assert round(ours.i2, 4) == printed["i2"]
