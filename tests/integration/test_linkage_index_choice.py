"""Which disposal belongs to a cohort member: dates decide."""

from datetime import date

import pytest

from justice_data_lab.linkage import index_choice
from justice_data_lab.linkage.index_choice import LinkedRow, choose_index
from justice_data_lab.linkage.linker import link
from justice_data_lab.register.connect import connect
from small_linkage import cohort, disposal, name, register

BORN = date(1985, 3, 14)
PEOPLE = {
    "inside": [disposal("inside", "long", "custody", date(2020, 1, 10), date(2021, 1, 10)),
               disposal("inside", "inner", "custody", date(2020, 6, 1), date(2020, 9, 1)),
               disposal("inside", "order", "community_order", date(2020, 7, 1))],
    "outside": [disposal("outside", "earlier", "custody", date(2019, 1, 1), date(2020, 1, 1)),
                disposal("outside", "order", "suspended_sentence_order", date(2020, 3, 1)),
                disposal("outside", "caution", "caution", date(2020, 4, 1))],
    "unreleased": [disposal("unreleased", "open", "custody", date(2020, 1, 1))],
    "dead": [disposal("dead", "never", "custody", date(2020, 1, 1), date(2020, 6, 1), event=False)],
    "nearest": [disposal("nearest", "fine-a", "other", date(2020, 1, 1)), disposal("nearest", "fine-b", "other", date(2020, 1, 21)),
                disposal("nearest", "gaol", "custody", date(2020, 5, 1), date(2020, 8, 1))],
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    names = [name(who, f"{who.title()}son", "Barnabas", BORN) for who in PEOPLE]
    disposals = [row | {"disposal_id": f"{who}-{row['disposal_id']}"} for who, rows in PEOPLE.items() for row in rows]
    return register(tmp_path_factory.mktemp("index") / "snapshot", names, disposals)


CASES = [
    ("inside", {"intervention_start": date(2020, 2, 1)}, "inside-long"),
    ("inside", {"intervention_start": date(2020, 1, 10)}, "inside-long"),
    ("inside", {"intervention_start": date(2020, 7, 15)}, "inside-inner"),
    ("inside", {"intervention_start": date(2020, 10, 1)}, "inside-long"),
    ("inside", {"intervention_start": date(2021, 1, 10)}, "inside-long"),
    ("outside", {"intervention_start": date(2020, 1, 1)}, "outside-earlier"),
    ("outside", {"intervention_start": date(2020, 2, 29)}, "outside-earlier"),
    ("outside", {"intervention_start": date(2020, 5, 1)}, "outside-order"),
    ("outside", {"intervention_start": date(2020, 8, 30)}, "outside-order"),
    ("outside", {"intervention_start": date(2020, 8, 31)}, "none_before_start"),
    ("outside", {"intervention_start": date(2018, 12, 31)}, "none_before_start"),
    ("unreleased", {"intervention_start": date(2020, 5, 1)}, "not_released"),
    ("dead", {"intervention_start": date(2020, 5, 1)}, "not_an_index_event"),
    ("nearest", {"conviction_date": date(2020, 1, 10)}, "nearest-fine-a"),
    ("nearest", {"conviction_date": date(2020, 1, 12)}, "nearest-fine-b"),
    ("nearest", {"conviction_date": date(2020, 2, 21)}, "none_near_date"),
    ("nearest", {"conviction_date": date(2020, 4, 25), "index_date": date(2020, 1, 1)}, "nearest-gaol"),
    ("nearest", {"index_date": date(2020, 8, 31)}, "nearest-gaol"),
    ("nearest", {"index_date": date(2020, 9, 1)}, "none_near_date"),
    ("nearest", {}, "no_date"),
]


def submitted(who, dates):
    return {"surname": f"{who}son", "forename": "Barnabas", "date_of_birth": BORN} | dates


@pytest.fixture(scope="module", params=["a few people", "many people"])
def chosen(small, request):
    """All cases in one call, as if linkage had found each person; with few people the disposals are read in another way than with many."""
    none = {"intervention_start": None, "conviction_date": None, "index_date": None}
    rows = [LinkedRow(row=at, person_id=who, **(none | dates)) for at, (who, dates, _) in enumerate(CASES)]
    con = connect()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_choice, "FEW_PEOPLE", index_choice.FEW_PEOPLE if request.param == "a few people" else 0)
        found = choose_index(con, rows, small, max_lag_days=182)
    con.close()
    return found


@pytest.mark.parametrize("at", range(len(CASES)))
def test_the_index_disposal_is_chosen_by_dates(chosen, at):
    _, _, expected = CASES[at]
    assert (chosen[at].disposal_id or chosen[at].reason) == expected
    assert bool(chosen[at].reason) == (chosen[at].index_date is None)


def test_the_clock_starts_at_release_or_at_the_order(small):
    rows = [
        submitted("inside", {"intervention_start": date(2020, 2, 1)}),
        submitted("outside", {"intervention_start": date(2020, 5, 1)}),
    ]
    linkage = link(cohort(*rows), small)
    assert linkage.links["index_date"].to_pylist() == [date(2021, 1, 10), date(2020, 3, 1)]
    assert linkage.links["kind"].to_pylist() == ["custody", "suspended_sentence_order"]
    assert linkage.late_starts == 1


def test_a_longer_lag_reaches_further_back(small):
    late = cohort(submitted("outside", {"intervention_start": date(2020, 8, 31)}))
    assert link(late, small, max_lag_days=183).links["disposal_id"].to_pylist() == ["outside-order"]
    steps = {step.key: step for step in link(late, small).attrition}
    assert steps["no_index_disposal_none_before_start"].lost == 1
    assert "182 days" in steps["no_index_disposal_none_before_start"].reason
