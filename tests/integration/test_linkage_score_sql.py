"""The query written from the frozen model and Splink give every pair the same levels and the same weight."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from justice_data_lab.linkage.candidates import linkage_attached, load_cohort, score_candidates, scratch_dropped
from justice_data_lab.linkage.key_index import open_key_index
from justice_data_lab.linkage.model import read_model
from justice_data_lab.linkage.score import score
from justice_data_lab.register.connect import connect
from small_linkage import FORENAMES, SURNAMES, cohort, fillers, name, register

BORN = date(1982, 6, 6)
# Whoever reaches each level of names and dates, beside people who share a key with them by chance.
PEOPLE = [
    name("p", "Yardley-Cole", "William", BORN, pnc_id="2004/0123456Z", prison_number="A1234BC"),
    name("p", "Yardley", "Wm", BORN, is_primary=False, middle_names="James Una"),
    name("q", "Yardley", "Una", BORN, sex="F"),
    name("r", "Yardly", "William", BORN + timedelta(days=1), prison_number="A1234BD"),
    name("s", "William", "Yardley", BORN),
    name("t", None, "Yardley", BORN, sex="U"),
    name("u", "Yardley-Cole", "William", date(1982, 6, 7)),
]
ROWS = [
    *(
        {"surname": surname, "forename": forename, "date_of_birth": born, "pnc_id": pnc, "prison_number": prison, "sex": sex}
        for surname in ("Yardley", "Yardley Cole", "Cole-Brown", "Yardleigh", "William", "Yar", None)
        for forename in ("William", "Bill", "Wiliam", "Wi", "Una", "Yardley")
        for born, pnc, prison, sex in (
            (BORN, "2004/0123456Z", None, "M"),
            (date(1982, 6, 16), "2004/0123465Z", "A1234BC", "F"),
            (BORN + timedelta(days=1), None, "A1234BX", None),
            (date(1982, 7, 6), None, "Z9876ZZ", "M"),
        )
    ),
    *(
        {
            "surname": SURNAMES[at % 11],
            "forename": FORENAMES[at % 13][:4],
            "date_of_birth": date(1960, 1, 1) + timedelta(days=37 * at),
        }
        for at in range(0, 400, 8)
    ),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return register(tmp_path_factory.mktemp("parity") / "snapshot", PEOPLE)


def both(small, model):
    con = connect()
    with linkage_attached(con, small.linkage_file), scratch_dropped(con):
        load_cohort(con, cohort(*ROWS).rows, open_key_index(small.key_index))
        # every row beside everybody, whether they share a key or not: so nearly every level is reached
        con.execute(
            "CREATE OR REPLACE TABLE candidate_identity AS FROM linkage.identity WHERE identity % 4 = 0 OR length(person_id) = 1"
        )
        con.execute("CREATE OR REPLACE TABLE candidate AS SELECT row, identity FROM cohort_cleaned, candidate_identity")
        score_candidates(con, model, people=len(fillers()) + 6)
        ours = con.sql("FROM scored ORDER BY unique_id_l, unique_id_r").to_arrow_table()
        frequencies = {column: f"share_of_{column}" for column in ("full_name", "surname", "forename")}
        score(con, model, records="records", pairs="candidate_pairs", frequencies=frequencies, into="by_splink")
        query = "FROM by_splink WHERE NOT starts_with(unique_id_r, 's') ORDER BY unique_id_l, unique_id_r"
        theirs = con.sql(query).to_arrow_table()
        con.execute("DROP TABLE by_splink")
    con.close()
    return ours, theirs


@pytest.fixture(scope="module")
def frozen(small):
    return both(small, read_model(small.model_file))


def test_every_pair_has_splinks_levels_and_weights(frozen):
    ours, theirs = frozen
    assert ours.num_rows > 20_000
    assert ours.column_names == theirs.column_names
    for column in ours.column_names:
        if column == "match_probability":
            assert ours[column].to_pylist() == pytest.approx(theirs[column].to_pylist(), abs=1e-12)
        else:
            assert ours[column].to_pylist() == theirs[column].to_pylist(), column


def test_the_pairs_reach_every_level(small, frozen):
    model = read_model(small.model_file)
    ours, _ = frozen
    reached = {
        f"{comparison.name}/{comparison.level_name(number)}"
        for comparison in model.comparisons
        for number in ours[f"gamma_{comparison.name}"].to_pylist()
        if number >= 0
    }
    levels = {f"{comparison.name}/{level.name}" for comparison in model.comparisons for level in comparison.levels}
    assert levels == reached


def test_a_comparison_held_at_its_least_weight_is_held_there_by_both(small):
    model = read_model(small.model_file)
    worse = tuple(
        replace(one, levels=(*one.levels[:-1], replace(one.levels[-1], m=1e-12)), least_weight=-3.0) for one in model.comparisons
    )
    ours, theirs = both(small, replace(model, comparisons=worse, prior=0.25))
    assert ours["match_weight"].to_pylist() == theirs["match_weight"].to_pylist()
    assert min(ours["mw_pnc_id"].to_pylist()) == pytest.approx(-3.0)
