"""Which measures could be published: exact chances, against simulated cohorts put through the real gates."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, multinomial

from justice_data_lab.disclosure.checks import check_side
from justice_data_lab.disclosure.evidence import Side
from justice_data_lab.estimation.promises import DEFAULT_RATES, promises
from justice_data_lab.measures.catalogue import MEASURES
from justice_data_lab.register.coverage import PublicRates
from justice_data_lab.study import DisclosureRules, Lab

PUBLISHED = Path(__file__).parents[2] / "validation" / "calibration.csv"
LAB = Lab()
RATES = PublicRates(
    sentence="all",
    reoffended=0.4,
    first_indictable=0.1,
    first_either_way=0.5,
    first_summary=0.4,
    first_custody=0.2,
    any_indictable=0.15,
    any_either_way=0.7,
    any_indictable_or_either_way=0.75,
    any_summary=0.6,
    any_custody=0.3,
)


def chances(size, base_rate, rates=RATES, **options):
    return {promise.measures: promise.probability for promise in promises(size, base_rate, rates, LAB, **options)}


def test_measures_of_everybody_need_enough_who_reoffend_and_enough_who_do_not():
    found = chances(45, 0.4)
    assert found[1,] == pytest.approx(binom.cdf(35, 45, 0.4) - binom.cdf(9, 45, 0.4))
    assert found[2,] == pytest.approx(binom.sf(9, 45, 0.4))
    assert chances(60, 0.9)[1,] == pytest.approx(binom.cdf(50, 60, 0.9), abs=1e-9)


def test_a_mean_of_all_who_reoffend_needs_thirty_of_them():
    assert chances(80, 0.4)[3,] == pytest.approx(binom.sf(29, 80, 0.4))


def test_a_proportion_of_those_who_reoffend_is_trinomial():
    size, base, share = 90, 0.4, 0.2
    exact = sum(
        multinomial.pmf([a, b, size - a - b], size, [base * share, base * (1 - share), 1 - base])
        for a in range(10, size + 1)
        for b in range(10, size + 1 - a)
        if a + b >= 30
    )
    assert chances(size, base)[10,] == pytest.approx(exact, abs=1e-10)


def test_thresholds_of_a_stricter_lab_hold():
    strict = Lab(min_np=15.0, min_reoffenders=40, disclosure=DisclosureRules(min_events=12, min_people=50))
    found = {promise.measures: promise.probability for promise in promises(90, 0.4, RATES, strict)}
    assert found[1,] == pytest.approx(binom.cdf(78, 90, 0.4) - binom.cdf(14, 90, 0.4))
    assert found[2,] == pytest.approx(binom.sf(11, 90, 0.4))
    assert found[3,] == pytest.approx(binom.sf(49, 90, 0.4)), "rule 1's least number of people is the larger one here"


# How each measure of reoffenders is decided: the shares of its two parts, or of a mean's people with a value other than zero.
_OF = {
    3: 1.0, 4: 0.1, 5: 0.5, 6: 0.4, 7: 0.15, 8: 0.7, 9: 0.6, 10: 0.2, 11: 0.3,
}  # fmt: skip


@pytest.mark.parametrize(("size", "base"), [(90, 0.4), (110, 0.35), (260, 0.4)])
def test_simulated_cohorts_pass_the_real_gates_as_often_as_said(size, base):
    rng = np.random.default_rng(7)
    draws = 4_000
    said = chances(size, base, everybody=1.0)
    reoffended = rng.binomial(size, base, draws)
    for number, share in _OF.items():
        events = rng.binomial(reoffended, share)
        passed = np.mean([_passes(number, int(r), int(e)) for r, e in zip(reoffended, events, strict=True)])
        assert said[number,] == pytest.approx(passed, abs=0.03), number
    proportion = np.mean([check_side(Side(people=size, value=0.5, events=int(r)), LAB.disclosure).safe for r in reoffended])
    assert said[1,] == pytest.approx(proportion, abs=0.03)


def _passes(number, people, events):
    """Rule 7's gates of reliability, then rule 1 of disclosure control as `disclose()` asks it."""
    if people < LAB.min_reoffenders:
        return False
    if MEASURES[number - 1].kind == "proportion":
        return events >= LAB.min_np and check_side(Side(people=people, value=0.5, events=events), LAB.disclosure).safe
    return check_side(Side(people=people, value=1.0, nonzero=events, largest_share=0.05), LAB.disclosure).safe


def test_every_measure_has_one_row_and_the_rare_ones_are_taken_together():
    apart, together = promises(1000, 0.4, RATES, LAB), promises(200, 0.4, RATES, LAB)
    assert [promise.measures for promise in apart] == [(number,) for number in range(1, 12)]
    assert [promise.measures for promise in together] == [(1,), (2,), (3,), (4, 5), (6,), (7, 8), (9,), (10,), (11,)]
    assert together[3].name == "first proven reoffence was indictable only or either way"
    assert together[5].name == "indictable only or either way reoffences per reoffender"
    assert [promise.of for promise in apart[:3]] == ["all", "all", "reoffended"]


def test_they_are_taken_together_by_the_same_rule_as_the_estimation_uses():
    assert (4, 5) in chances(249, 0.4)
    assert (4,) in chances(250, 0.4), "250 people times 4% are ten"
    assert (4, 5) in chances(250, 0.4, everybody=0.03)
    assert (4,) in chances(100, 0.4, everybody=0.1)


def test_two_taken_together_have_their_shares_together():
    found = chances(120, 0.4)
    assert found[4, 5] == pytest.approx(
        chances(
            120, 0.4, PublicRates(sentence="x", reoffended=0.4, first_indictable=0.0, first_either_way=0.6, first_summary=0.4)
        )[4, 5]
    )
    apart = {promise.measures: promise for promise in promises(120, 0.4, RATES, LAB)}
    assert not apart[7, 8].at_least


def test_without_shares_of_the_whole_year_the_chance_is_a_lower_bound():
    first_only = PublicRates(
        sentence="all", reoffended=0.4, first_indictable=0.1, first_either_way=0.5, first_summary=0.4, first_custody=0.2
    )
    bounds = {promise.measures: promise for promise in promises(110, 0.4, first_only, LAB)}
    full = {promise.measures: promise for promise in promises(110, 0.4, RATES, LAB)}
    for measures in ((7, 8), (9,), (11,)):
        assert bounds[measures].at_least
        assert bounds[measures].probability < full[measures].probability
    assert not bounds[10,].at_least


def test_shares_that_the_lab_hides_are_the_defaults():
    bare = PublicRates(sentence="all", reoffended=0.4)
    assert chances(200, 0.4, bare) == chances(200, 0.4, DEFAULT_RATES)
    with_custody = PublicRates(sentence="all", reoffended=0.4, first_custody=0.5)
    assert chances(200, 0.4, with_custody)[10,] > chances(200, 0.4, DEFAULT_RATES)[10,]


def test_millions_of_people_are_no_trouble():
    assert min(chances(50_000_000, 0.4).values()) > 0.999999


def test_nobody_is_promised_a_measure_below_the_floor_of_the_lab():
    below = promises(29, 0.5, RATES, LAB)
    assert not any(promise.promised for promise in below)
    assert [promise.measures for promise in promises(40, 0.5, RATES, LAB) if promise.promised] == [(1,), (2,)]


def test_the_defaults_are_the_published_figures():
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["period"] in {"2024", "Apr-Jun 2023"}]
    share = {row["group"]: float(row["value"]) for row in rows if row["measure"] == "share of adults cautioned or sentenced (%)"}
    custody = {
        row["group"].rsplit("; ", 1)[0]: float(row["value"]) for row in rows if row["group"].endswith("; Immediate custody")
    }
    groups = {name.split()[2]: value for name, value in share.items() if name.startswith("offence group")}
    rate = next(
        float(row["value"]) for row in rows if row["measure"] == "proven reoffending rate (%)" and row["group"] == "Adult"
    )
    weighted = sum(share[band] * value for band, value in custody.items()) / sum(share[band] for band in custody)
    assert len(custody) == 6
    assert round(rate) == 100 * DEFAULT_RATES.reoffended
    assert round(groups["11"] + groups["12"]) == 100 * DEFAULT_RATES.first_summary
    assert round(groups["02"] + groups["03"]) == 100 * DEFAULT_RATES.first_indictable
    assert round(weighted) == 100 * DEFAULT_RATES.first_custody
    parts = (DEFAULT_RATES.first_indictable, DEFAULT_RATES.first_either_way, DEFAULT_RATES.first_summary)
    assert sum(parts) == pytest.approx(1.0)
