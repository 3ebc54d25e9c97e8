"""Which disposal belongs to a cohort member: dates decide."""

import random
from datetime import date, timedelta

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.intake.columns import BY_NAME, RESERVED
from justice_data_lab.linkage import index_choice
from justice_data_lab.linkage.index_choice import LinkedRow, choose_index
from justice_data_lab.linkage.linker import link
from justice_data_lab.measures.lives import Disposal, Life
from justice_data_lab.measures.reference import superseded
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
    "barred": [disposal("barred", "order", "community_order", date(2020, 1, 1)),
               disposal("barred", "open", "custody", date(2020, 2, 1))],
    "convicted": [disposal("convicted", "caution", "caution", date(2020, 1, 12)),
                  disposal("convicted", "open", "custody", date(2020, 2, 1))],
    "forgotten": [disposal("forgotten", "open", "custody", date(1995, 1, 1)),
                  disposal("forgotten", "order", "community_order", date(2020, 1, 1))],
    "again": [disposal("again", "open", "custody", date(2020, 1, 1)),
              disposal("again", "next", "custody", date(2020, 2, 1), date(2020, 4, 1))],
    "between": [disposal("between", "order", "community_order", date(2020, 1, 1)),
                disposal("between", "open", "custody", date(2020, 2, 1)),
                disposal("between", "caution", "caution", date(2020, 2, 20))],
    "sameday": [disposal("sameday", "open", "custody", date(2020, 1, 1)),
                disposal("sameday", "order", "community_order", date(2020, 2, 1))],
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
    # Where nothing lies near the conviction date, the index date decides.
    ("nearest", {"conviction_date": date(2019, 6, 1), "index_date": date(2020, 8, 31)}, "nearest-gaol"),
    ("nearest", {"conviction_date": date(2020, 1, 12), "index_date": date(2020, 8, 1)}, "nearest-fine-b"),
    ("nearest", {"conviction_date": date(2019, 6, 1), "index_date": date(2020, 9, 1)}, "none_near_date"),
    ("nearest", {}, "no_date"),
    # Without a release a sentence goes on, and a row that belongs to it has no other disposal.
    ("barred", {"intervention_start": date(2020, 1, 31)}, "barred-order"),
    ("barred", {"intervention_start": date(2020, 2, 1)}, "not_released"),
    ("barred", {"intervention_start": date(2020, 3, 1)}, "not_released"),
    ("convicted", {"conviction_date": date(2020, 2, 1)}, "not_released"),
    ("convicted", {"conviction_date": date(2020, 1, 20)}, "convicted-caution"),
    ("convicted", {"conviction_date": date(2020, 2, 1), "index_date": date(2020, 1, 12)}, "not_released"),
    # It ends with the next disposal or release, which may be decades later.
    ("forgotten", {"intervention_start": date(2020, 3, 1)}, "forgotten-order"),
    ("forgotten", {"intervention_start": date(2019, 12, 31)}, "not_released"),
    ("forgotten", {"index_date": date(2020, 1, 11)}, "forgotten-order"),
    ("again", {"intervention_start": date(2020, 1, 31)}, "not_released"),
    ("again", {"intervention_start": date(2020, 2, 1)}, "again-next"),
    ("again", {"intervention_start": date(2020, 5, 1)}, "again-next"),
    # It may have ended later than an order that is known.
    ("between", {"intervention_start": date(2020, 3, 1)}, "not_released"),
    ("sameday", {"intervention_start": date(2020, 2, 1)}, "sameday-order"),
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


def test_whatever_linkage_adds_to_a_row_no_file_can_have_brought(small):
    row = submitted("inside", {"intervention_start": date(2020, 2, 1)})
    links = link(cohort(row | {"site": "north"}, own=("site",)), small).links
    assert set(links.column_names) - set(BY_NAME) - {"site"} <= set(RESERVED)
    assert links["site"].to_pylist() == ["north"]


def random_person(rng, who):
    """Disposals on days that are all different, so that nothing but the rules decides."""
    days = iter([date(2015, 1, 1) + timedelta(days=day) for day in rng.sample(range(2_000), 14)])
    rows = []
    for at in range(rng.randrange(2, 8)):
        kind = rng.choice(["custody", "custody", "community_order", "suspended_sentence_order", "caution", "other"])
        first, last = sorted((next(days), next(days)))
        release = last if kind == "custody" and rng.random() < 0.6 else None
        rows.append(disposal(who, f"{who}-{at}", kind, first, release, event=kind != "custody" or release is not None))
    return rows


def test_whoever_would_be_linked_to_a_disposal_is_still_under_it_at_the_start_and_nobody_else(tmp_path):
    rng = random.Random(20261126)  # noqa: S311  (invented lives)
    people = {f"random{at}": random_person(rng, f"random{at}") for at in range(150)}
    small = register(tmp_path / "snapshot", [], [row for rows in people.values() for row in rows])
    asked = []
    for who, rows in people.items():
        fields = ("disposal_id", "kind", "disposal_date", "release_date")
        disposals = tuple(Disposal(**{name: row[name] for name in fields}) for row in rows)
        life = Life(person_id=who, date_of_birth=BORN, offences=(), disposals=disposals)
        for own, row in zip(disposals, rows, strict=True):
            if row["event"] and own.kind not in ("caution", "other"):
                start = (own.release_date or own.disposal_date) + timedelta(days=rng.randrange(1, 900))
                asked.append((life, own, start))
    rows = [
        LinkedRow(row=at, person_id=life.person_id, intervention_start=start, conviction_date=None, index_date=None)
        for at, (life, _, start) in enumerate(asked)
    ]
    with connect() as con:
        found = choose_index(con, rows, small, max_lag_days=1_000)
    still = [found[at].disposal_id == own.disposal_id for at, (_, own, _) in enumerate(asked)]
    assert still == [not superseded(life, own, start) for life, own, start in asked]
    assert 50 < sum(still) < len(still) - 50
    assert sum(each.reason == "not_released" for each in found.values()) > 10


def test_a_longer_lag_reaches_further_back(small):
    late = cohort(submitted("outside", {"intervention_start": date(2020, 8, 31)}))
    assert link(late, small, max_lag_days=183).links["disposal_id"].to_pylist() == ["outside-order"]
    for lag in (-1, 1.5, True):
        with pytest.raises(UsageError, match="max_lag_days: expected a whole number of days from 0"):
            link(late, small, max_lag_days=lag)
    steps = {step.key: step for step in link(late, small).attrition}
    assert steps["no_index_disposal_none_before_start"].lost == 1
    assert "182 days" in steps["no_index_disposal_none_before_start"].reason
