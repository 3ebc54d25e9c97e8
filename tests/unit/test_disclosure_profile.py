"""Who the people are is the same whether it is counted by codes, as a large pool must be, or person by person."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.disclosure.request_profile import profile
from justice_data_lab.measures.catalogue import Covariate

PEOPLE = 400
KIND = Covariate(name="sentence_kind", kind="categorical", group="sentence", label="Sentence", ordered=("short", "long"))
FLAG = Covariate(name="flag", kind="numeric", group="flag", label="Flag")
AGE = Covariate(name="age_at_index", kind="numeric", group="age", label="Age")
SAME = Covariate(name="same", kind="categorical", group="same", label="Same")
AGES = {"18 to 20": (18, 20), "21 to 24": (21, 24), "60 or over": (60, 200)}


@pytest.fixture(params=["plain", "under a dictionary"])
def people(request):
    random = np.random.default_rng(4)
    kinds = random.choice(["long", "short", "other", "not_known_here", None], PEOPLE)
    # somebody whom nobody is compared with is alone at a level: it is not said
    kinds[0] = "alone"
    weights = np.where(np.arange(PEOPLE) < 100, 1.0, random.random(PEOPLE) * (random.random(PEOPLE) < 0.8))
    weights[0] = 0.0
    columns = {
        "sentence_kind": pa.chunked_array([pa.array(kinds[:150], pa.string()), pa.array(kinds[150:], pa.string())]),
        "flag": pa.array([None if value == 2 else int(value) for value in random.integers(0, 3, PEOPLE)], pa.int32()),
        "age_at_index": pa.array([None if value == 90 else int(value) for value in random.integers(18, 91, PEOPLE)], pa.int32()),
        "same": pa.array(["one"] * PEOPLE),
    }
    rows = pa.table(columns)
    if request.param != "plain":
        rows = rows.set_column(0, "sentence_kind", rows.column("sentence_kind").dictionary_encode())
    treated = (np.arange(PEOPLE) < 100).astype(np.int8)
    match = SimpleNamespace(weights=pa.table({"weight": weights, "treated": treated}))
    return SimpleNamespace(rows=rows, covariates=(KIND, FLAG, AGE, SAME)), match


def by_hand(measures, match, name, has):
    """Treated, comparison and weighted share of those whose value the question is true of."""
    weights, treated = (match.weights.column(each).to_pylist() for each in ("weight", "treated"))
    values = measures.rows.column(name).to_pylist()
    everybody = [(w, t, has(value)) for w, t, value in zip(weights, treated, values, strict=True) if w > 0]
    compared = sum(w for w, t, _ in everybody if not t)
    return (
        sum(1 for _, t, yes in everybody if t and yes),
        sum(1 for _, t, yes in everybody if not t and yes),
        sum(w for w, t, yes in everybody if not t and yes) / compared,
    )


def found(levels, variable):
    return {
        each.level: (each.treated, each.comparison, pytest.approx(each.comparison_share))
        for each in levels
        if each.variable == variable
    }


def test_levels_stand_in_their_order_with_the_people_counted_one_by_one(people):
    levels, _ = profile(*people)
    kinds = found(levels, "sentence_kind")
    assert list(kinds) == ["Short", "Long", "Not known here", "Other", "Unknown"]
    for level, value in (
        ("Short", "short"),
        ("Long", "long"),
        ("Not known here", "not_known_here"),
        ("Other", "other"),
        ("Unknown", None),
    ):
        assert by_hand(*people, "sentence_kind", lambda seen, value=value: seen == value) == kinds[level]


def test_a_column_of_nought_and_one_stands_by_level_and_so_does_who_is_not_known(people):
    levels, means = profile(*people)
    flags = found(levels, "flag")
    assert list(flags) == ["0", "1", "Unknown"]
    for level, value in (("0", 0), ("1", 1), ("Unknown", None)):
        assert by_hand(*people, "flag", lambda seen, value=value: seen == value) == flags[level]
    assert [each.variable for each in means] == ["age_at_index"]


def test_ages_stand_in_bands_beside_their_mean(people):
    ages = found(profile(*people)[0], "age_at_index")
    for band, (low, high) in AGES.items():
        assert (
            by_hand(*people, "age_at_index", lambda age, low=low, high=high: age is not None and low <= age <= high) == ages[band]
        )
    assert list(ages)[-1] == "Unknown"


def test_nothing_is_said_of_what_everybody_shares(people):
    assert "same" not in {each.variable for each in profile(*people)[0]}
