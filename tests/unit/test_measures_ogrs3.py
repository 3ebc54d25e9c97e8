"""The OGRS3 score is the published one: five vectors of the Ministry of Justice's own tests."""

from datetime import date
from itertools import pairwise

import pytest

from justice_data_lab.measures.ogrs3 import AGE, CONSTANT_TWO_YEARS, OFFENCE, Offender, age_coefficient, ogrs3_probability
from justice_data_lab.measures.reference import completed_years
from justice_data_lab.register.codes import OGRS3_GROUPS

# Cases fixture-1, fixture-5, fixture-6, unit-scenario-1 and unit-scenario-2: sex, born, convicted, start of follow-up, sanctions,
# age at the first, offence group, one- and two-year percentages.
VECTORS = [
    ("M", "1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "Other offence", 9, 17),
    ("M", "1965-12-07", "2025-05-13", "2026-12-12", 2, 47, "Soliciting or prostitution", 8, 16),
    ("M", "1975-04-29", "2009-02-19", "2020-01-14", 22, 17, "Drug import/export/production", 35, 52),
    ("M", "1965-12-07", "2025-05-13", "2026-12-06", 2, 47, "Soliciting or prostitution", 8, 16),
    ("M", "1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "Fraud and forgery", 11, 20),
]


@pytest.mark.parametrize("vector", VECTORS)
def test_the_score_is_that_of_the_published_vector(vector):
    sex, *days, sanctions, first, group, one_year, two_years = vector
    born, convicted, started = (date.fromisoformat(day) for day in days)
    offender = Offender(
        sex=sex,
        age_at_follow_up=completed_years(born, started),
        age_at_disposal=completed_years(born, convicted),
        age_at_first_disposal=first,
        sanctions=sanctions,
        offence_group=group,
    )
    assert round(100 * ogrs3_probability(offender)) == one_year
    assert round(100 * ogrs3_probability(offender, CONSTANT_TWO_YEARS)) == two_years


def test_every_group_of_the_code_list_has_a_coefficient():
    assert tuple(OFFENCE) == OGRS3_GROUPS


def test_age_bands_join_without_gap_or_overlap():
    assert all(upper == lower for (_, upper, _, _), (lower, _, _, _) in pairwise(AGE))


@pytest.mark.parametrize(("sex", "age", "expected"), [("M", 10, 0.0), ("F", 11, 0.785), ("F", 50, -2.4498), ("M", 20, -0.6251)])
def test_an_age_on_the_edge_of_a_band_is_in_the_band_that_it_opens(sex, age, expected):
    assert age_coefficient(sex, age) == expected


@pytest.mark.parametrize(("sex", "age", "group"), [("U", 30, "Violence"), ("M", 9, "Violence"), ("M", 30, None)])
def test_there_is_no_score_where_no_coefficient_was_published(sex, age, group):
    offender = Offender(
        sex=sex, age_at_follow_up=age, age_at_disposal=age, age_at_first_disposal=age, sanctions=1, offence_group=group
    )
    assert ogrs3_probability(offender) is None


def test_a_first_offender_has_a_coefficient_of_their_own():
    def score(sanctions):
        return ogrs3_probability(
            Offender(
                sex="F",
                age_at_follow_up=25,
                age_at_disposal=25,
                age_at_first_disposal=25,
                sanctions=sanctions,
                offence_group="Violence",
            )
        )

    assert score(1) == pytest.approx(0.0827990, abs=1e-7)
    assert score(2) > score(1)
