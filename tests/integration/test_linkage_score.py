"""Splink scores with the frozen model as it stands: weights add up as the model says."""

import math
from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.linkage.candidates import linkage_attached, load_cohort, score_candidates, scratch_dropped
from justice_data_lab.linkage.key_index import open_key_index
from justice_data_lab.linkage.model import level_weight, read_model
from justice_data_lab.register.connect import connect
from small_linkage import cohort, name, register


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    people = [
        name("p", "Yardley", "William", date(1982, 6, 6), pnc_id="2004/0123456Z"),
        name("q", "Yardley", "Una", date(1970, 1, 1)),
    ]
    return register(tmp_path_factory.mktemp("score") / "snapshot", people)


def scored(small, model, surname, forename, pnc_id):
    con = connect()
    row = {"surname": surname, "forename": forename, "date_of_birth": date(1982, 6, 6), "pnc_id": pnc_id}
    with linkage_attached(con, small.linkage_file), scratch_dropped(con):
        load_cohort(con, cohort(row).rows, open_key_index(small.key_index))
        score_candidates(con, model, people=431)
        columns = "match_weight, mw_names, mw_tf_adj_names, mw_pnc_id"
        found = con.execute(f"SELECT {columns} FROM scored").fetchall()  # noqa: S608
    con.close()
    return found


def weight(model, comparison, level):
    part = next(part for part in model.comparisons if part.name == comparison)
    return level_weight(part, next(one for one in part.levels if one.name == level))


def test_a_full_name_counts_by_its_own_frequency(small):
    model = read_model(small.model_file)
    m = model.comparisons[0].levels[0].m
    ((total, names, adjusted, number),) = scored(small, model, "Yardley", "William", "2004/0123456Z")
    # Two of 431 people are called Yardley, one William; nobody else bears both names.
    assert names + adjusted == pytest.approx(math.log2(m / (2 / 431 * 1 / 431)), abs=1e-9)
    assert number == pytest.approx(weight(model, "pnc_id", "same"), abs=1e-9)
    others = weight(model, "date_of_birth", "same") + weight(model, "sex", "same")
    prior = math.log2(model.prior / (1 - model.prior))
    assert total == pytest.approx(prior + names + adjusted + number + others, abs=1e-9)


def test_a_short_form_counts_by_the_surnames_frequency(small):
    model = read_model(small.model_file)
    ((_, names, adjusted, number),) = scored(small, model, "Yardley", "Bill", None)
    alone = next(level for level in model.comparisons[0].levels if level.name == "surname_same")
    assert names == pytest.approx(weight(model, "names", "nickname"), abs=1e-9)
    assert adjusted == pytest.approx(math.log2(alone.u / (2 / 431)), abs=1e-9)
    assert number == 0


def test_a_wrong_police_number_costs_no_more_than_its_least_weight(small):
    model = read_model(small.model_file)
    number = next(part for part in model.comparisons if part.name == "pnc_id")
    worse = replace(number, levels=(*number.levels[:-1], replace(number.levels[-1], m=1e-12)))
    changed = replace(model, comparisons=tuple(worse if part is number else part for part in model.comparisons))
    ((_, _, _, cost),) = scored(small, changed, "Yardley", "William", "1999/7654321A")
    assert cost == pytest.approx(number.least_weight)
