"""Rule 7, and attacks on it: what an outsider can work out from curves, restricted means and rates taken together."""

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest

from justice_data_lab.disclosure.checks import check_side
from justice_data_lab.disclosure.curve import merge_periods
from justice_data_lab.disclosure.figures import figure
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.published_survival import SurvivalResult
from justice_data_lab.disclosure.request_estimates import estimate_evidence
from justice_data_lab.disclosure.rounding import precision
from justice_data_lab.estimation.survival.result import Period, PeriodSide
from justice_data_lab.records import from_json, to_json
from justice_data_lab.study import DisclosureRules
from sample_survival import PUBLIC, RULES, analysed, days_of, published, usual

OPEN = DisclosureRules(min_events=0, dominance=1.0)  # the walls of rule 7 taken down


def side(events, left, at_risk=None, weight=1.0, heaviest=1.0):
    return PeriodSide(
        at_risk=events + left if at_risk is None else at_risk,
        events=events,
        left=left,
        free=0.5,
        event_weight=weight * events,
        largest_weight=heaviest if events else 0.0,
    )


def periods(treated, comparison, people=500):
    """Periods with these events; nobody is lost."""
    found, free = [], [people, people]
    for end, events in enumerate(zip(treated, comparison, strict=True), start=1):
        free = [before - came for before, came in zip(free, events, strict=True)]
        found.append(Period(end=float(end), treated=side(events[0], free[0]), comparison=side(events[1], free[1])))
    return found


def merged(treated, comparison, rules=RULES, **more):
    return [
        (int(each.end), each.treated.events, each.comparison.events)
        for each in merge_periods(periods(treated, comparison, **more), rules)
    ]


# Which points


def test_periods_merge_until_each_group_has_ten_events_since_the_last_point():
    assert merged([10, 4, 6, 12], [30, 30, 30, 30]) == [(1, 10, 30), (3, 10, 60), (4, 12, 30)]
    assert merged([30, 30, 30, 30], [10, 4, 6, 12]) == [(1, 30, 10), (3, 60, 10), (4, 30, 12)]
    assert merged([9, 1, 10, 10], [10, 10, 9, 10]) == [(2, 10, 20), (4, 20, 19)]


def test_what_is_left_at_the_end_joins_the_period_before_so_that_the_last_point_is_at_the_horizon():
    assert merged([10, 10, 10, 3], [30, 30, 30, 30]) == [(1, 10, 30), (2, 10, 30), (4, 13, 60)]
    assert merged([10, 10, 10, 0], [30, 30, 30, 0]) == [(1, 10, 30), (2, 10, 30), (4, 10, 30)]


def test_without_ten_events_in_each_group_there_is_no_point():
    assert merged([3, 3, 3], [30, 30, 30]) == []


def test_ten_people_must_be_left_free_at_every_point():
    assert merged([10, 10, 10], [10, 10, 10], people=40) == [(1, 10, 10), (2, 10, 10), (3, 10, 10)]
    assert merged([10, 10, 10], [10, 10, 10], people=39) == []


def test_people_lost_before_the_end_leave_too_few_to_draw():
    early, late = periods([20, 20], [20, 20])
    late = replace(late, treated=replace(late.treated, left=9))
    assert merge_periods([early, late], RULES) == ()


def test_a_person_whose_weight_makes_most_of_a_step_joins_it_with_another():
    early, middle, late = periods([20, 20, 20], [20, 20, 20])
    heavy = replace(middle, comparison=replace(middle.comparison, largest_weight=4.01))
    assert [each.end for each in merge_periods([early, middle, late], RULES)] == [1, 2, 3]
    assert [each.end for each in merge_periods([early, heavy, late], RULES)] == [1, 3]
    last = replace(late, comparison=replace(late.comparison, largest_weight=9.0))
    assert [each.end for each in merge_periods([early, middle, last], RULES)] == [3]
    hopeless = replace(late, comparison=replace(late.comparison, largest_weight=13.0))
    assert merge_periods([early, middle, hopeless], RULES) == ()


def test_data_that_are_already_public_keep_every_period():
    assert len(merged([1, 0, 2], [0, 0, 1], PUBLIC)) == 3


# What is published


def test_a_curve_has_at_least_four_points_or_only_the_restricted_mean_is_given():
    _, survival = usual(people=300)
    assert published(survival).curve_status == "shown"
    assert len(published(survival).curve) >= 4
    _, small = usual(people=110)
    few = published(small)
    assert (few.status, few.curve, few.curve_status) == ("shown", (), "few_points")
    assert few.difference.value is not None
    assert (few.hazards, few.tests, few.sides) == ((), (), None)
    assert small.hazards
    assert few.shape != "none"


def test_without_a_curve_a_trial_has_no_log_rank_test():
    _, survival = usual(design="randomised", pool=300)
    few = published(replace(survival, periods=survival.periods[-2:]))
    assert (few.status, few.log_rank.text) == ("shown", "[c]")


def test_data_that_are_already_public_have_a_curve_of_any_length():
    _, survival = usual()
    short = replace(survival, periods=survival.periods[-2:])
    assert published(short).curve_status == "few_points"
    assert len(published(short, PUBLIC).curve) == 2


def test_the_curve_of_an_analysis_that_is_not_the_headline_is_not_drawn():
    _, survival = usual()
    part = published(survival, headline=False)
    assert (part.status, part.curve, part.curve_status) == ("shown", (), "headline_only")
    assert published(survival, PUBLIC, headline=False).curve_status == "shown"


def test_the_last_point_and_the_printed_rate_make_a_hundred():
    for reoffenders in range(40, 160, 7):
        days = np.full(200, np.nan)
        days[:reoffenders] = np.linspace(0, 364, reoffenders)
        estimates, survival = analysed(days, np.tile(days, 10))
        for rules in (RULES, PUBLIC):
            last = published(survival, rules).curve[-1]
            rate = figure(Place(table="t", statistic="rate"), "percent", "%", estimates.rows[0].mean_treated, precision(rules))
            assert last.end == 365
            assert last.treated.value + rate.value == pytest.approx(100, abs=1e-9)
            assert last.comparison.value == last.treated.value


def test_nearly_everybody_is_never_printed_as_everybody():
    days = np.full(6000, np.nan)
    days[:48] = np.repeat([20, 80, 160, 360], 12)
    _, survival = analysed(days, days)
    curve = published(survival).curve
    assert [point.treated.text for point in curve[:2]] == [">99%", ">99%"]
    assert curve[0].treated.value is None
    _, most = analysed(
        np.r_[np.full(20, np.nan), np.repeat([1.0, 40, 100, 200], 1500)], np.repeat([1.0, 40, 100, 200, np.nan], 50)
    )
    assert published(most).curve[-1].treated.text == "<1%"
    assert published(survival, PUBLIC).curve[0].treated.text == "99.8%"


@pytest.mark.parametrize(("p_value", "over_time"), [(0.05, "changes"), (0.0501, "steady"), (None, "unknown")])
def test_whether_a_ratio_changes_is_judged_by_the_exact_p_value_and_printed_rounded(p_value, over_time):
    _, survival = usual()
    hazards = tuple(replace(each, change_p_value=p_value) for each in survival.hazards)
    (shown,) = published(replace(survival, hazards=hazards)).hazards
    assert (shown.over_time, shown.over_time_p.text) == (over_time, "[x]" if p_value is None else "0.05")
    assert (shown.over_time_p.place.statistic, shown.over_time_p.place.level) == ("hazard ratio over time p-value", "unadjusted")


def test_where_the_ratio_is_not_sound_nothing_is_told_of_its_change():
    _, survival = usual()
    for hidden in (replace(survival, reliable=False), replace(survival, periods=survival.periods[-2:])):
        for each in published(hidden).hazards:
            assert (each.over_time, each.over_time_p.value) == ("unknown", None)


def test_figures_are_rounded_by_their_kind():
    _, survival = usual(design="randomised", pool=300)
    shown, public = published(survival), published(survival, PUBLIC)
    assert shown.treated.text == f"{survival.restricted.mean_treated:.0f}"
    assert public.treated.text == f"{survival.restricted.mean_treated:.1f}"
    assert (shown.treated.kind, shown.treated.unit) == ("days", "days")
    assert shown.hazards[0].ratio.text == f"{survival.hazards[0].ratio:.2f}"
    assert public.hazards[0].ratio.text == f"{survival.hazards[0].ratio:.3f}"
    assert shown.log_rank.text == f"{survival.log_rank.p_value:.2f}"
    weeks = replace(survival, columns=replace(survival.columns, unit="weeks"))
    assert published(weeks).treated.kind == "mean"


@pytest.mark.parametrize(("ratio", "text"), [(0.6961, "0.70"), (1.004, "1.0"), (12.4, "12"), (0.0931, "0.093"), (0.997, "1.0")])
def test_a_hazard_ratio_has_two_significant_digits(ratio, text):
    place = Place(table="survival", statistic="hazard ratio")
    assert figure(place, "hazard", "", ratio, precision(RULES)).text == text


def test_the_log_rank_test_does_not_apply_to_weighted_people():
    _, survival = usual()
    assert published(survival).log_rank.marker == "z"


def test_every_figure_has_a_name_of_its_own_and_survives_json():
    _, survival = usual(design="randomised", pool=300)
    result = published(survival)
    keys = [each.place.key for each in all_figures(result)]
    assert len(keys) == len(set(keys)) > 20
    assert from_json(SurvivalResult, to_json(result)) == result


def test_tests_and_bounds_are_told_only_where_their_figures_are():
    _, survival = usual()
    shown = published(survival)
    assert shown.sides == survival.agreement.sides
    assert [test.name for test in shown.tests] == ["official", "restricted mean", "Cox"]
    assert shown.shape == {True: "above", False: "straddles"}[survival.restricted.ci_low > 0]
    below = replace(survival, restricted=replace(survival.restricted, ci_low=-9.0, ci_high=-0.01))
    assert published(below).shape == "below"
    for gone in (replace(survival, reliable=False), few_events()):
        hidden = published(gone)
        assert (hidden.tests, hidden.sides, hidden.shape, hidden.curve) == ((), None, "none", ())


def few_events(design="matched"):
    rng = np.random.default_rng(4)
    days = days_of(rng, 60, 0)
    days[:9] = [5, 40, 80, 120, 160, 200, 240, 280, 320]
    return analysed(days, days_of(rng, 600, 0.4), design=design)[1]


def all_figures(result):
    found = []
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, Figure):
            found.append(value)
        elif isinstance(value, tuple):
            found += [figure for entry in value if hasattr(entry, "__slots__") for figure in all_figures(entry)]
    return found


def test_nothing_is_shown_of_a_group_with_fewer_than_ten_events():
    for design, ranks in (("matched", "z"), ("randomised", "c")):
        result = published(few_events(design))
        assert (result.status, result.curve_status) == ("withheld", "withheld")
        assert {each.marker for each in all_figures(result)} <= {"c", "z"}
        assert result.log_rank.marker == ranks
        assert result.hazards == ()


def test_whether_a_withheld_group_had_any_event_at_all_cannot_be_told():
    nobody = analysed(np.full(60, np.nan), days_of(np.random.default_rng(4), 600, 0.4))[1]
    assert nobody.hazards == ()
    assert published(nobody) == published(few_events())


def test_nobody_to_compare_is_withheld_by_default_and_not_available_in_public_data():
    rng = np.random.default_rng(4)
    _, survival = usual()
    empty = replace(survival, restricted=replace(survival.restricted, difference=None, p_value=None))
    assert published(empty, PUBLIC).status == "not_available"
    assert published(empty, PUBLIC).difference.text == "[x]"
    _, unsound = analysed(days_of(rng, 40, 0.2), days_of(rng, 400, 0.4))
    sound = replace(unsound, reliable=False)
    assert published(sound, PUBLIC).status == "not_reliable"
    assert published(sound, PUBLIC).treated.text.endswith("[u]")
    assert published(sound, PUBLIC).curve_status == "shown"


# Attacks


def counts_between_points(result, people):
    """An attacker who knows how many people there are: every number of events between points that the figures allow."""
    marks = [(0, 0), *(consistent(point.treated, people) for point in result.curve)]
    return [(after[0] - before[1], after[1] - before[0]) for before, after in pairwise(marks)]


def consistent(free, people):
    """Fewest and most people with the event by then, given the printed share free of it."""
    middle = free.value if free.value is not None else {">99%": 99.5, "<1%": 0.5}[free.text]
    low, high = middle - free.step / 2, middle + free.step / 2
    with_event = [came for came in range(people + 1) if low <= 100 * (people - came) / people <= high]
    return with_event[0], with_event[-1]


def random_cohorts(count):
    for seed in range(count):
        rng = np.random.default_rng([7, seed])
        people = int(rng.integers(60, 400))
        treated = days_of(rng, people, rng.uniform(0.15, 0.8), early=rng.uniform(0.4, 1.5))
        yield people, treated, days_of(rng, 800, rng.uniform(0.2, 0.8))


def small_counts(rules):
    """How many cohorts have a curve from which an attacker learns that fewer than ten people reoffended between two points."""
    curves = caught = 0
    for people, treated, pool in random_cohorts(60):
        _, survival = analysed(treated, pool)
        result = published(survival, rules)
        curves += bool(result.curve)
        caught += any(high < 10 for _, high in counts_between_points(result, people))
    return curves, caught


def test_no_two_points_tell_that_fewer_than_ten_people_reoffended_between_them():
    curves, caught = small_counts(RULES)
    assert curves > 20
    assert caught == 0


def test_the_same_attack_succeeds_when_the_walls_are_down():
    curves, caught = small_counts(OPEN)
    assert caught > 0.6 * curves > 20


def test_the_true_counts_behind_every_curve_pass_rule_one_on_both_sides_and_add_up_to_the_rate():
    drawn = 0
    for people, treated, pool in random_cohorts(60):
        estimates, survival = analysed(treated, pool)
        result = published(survival)
        if not result.curve:
            continue
        drawn += 1
        assert len(result.curve) >= 4
        for values, size in ((treated, people), (pool, 800)):
            ends = [-1, *(point.end for point in result.curve)]
            events = [int(((values > start) & (values <= end)).sum()) for start, end in pairwise(ends)]
            assert min(events) >= 10
            assert size - sum(events) >= 10
            assert sum(events) == np.isfinite(values).sum()  # nothing is left after the last point
        assert estimates.rows[0].n_treated == people
    assert drawn > 20


def test_a_restricted_mean_never_tells_a_mean_time_that_rule_one_hides():
    """N·mean = Σ time of those with the event + the horizon for each of the others, so the published rate would give the second away."""
    hidden = 0
    for seed in range(120):
        rng = np.random.default_rng([11, seed])
        people, rate = int(rng.integers(30, 80)), rng.uniform(0.15, 0.6)
        treated, pool = days_of(rng, people, rate, early=rng.uniform(0.05, 0.6)), days_of(rng, 300, rate, early=0.3)
        estimates, survival = analysed(treated, pool)
        evidence = estimate_evidence(estimates.rows[1], estimates.rows)
        if not (check_side(evidence.treated, RULES).safe and check_side(evidence.comparison, RULES).safe):
            hidden += 1
            assert published(survival).status == "withheld"
    assert hidden > 20


def test_a_restricted_mean_made_by_one_person_is_withheld():
    crowd = np.r_[np.full(11, 364.0), 1.0, np.full(60, np.nan)]  # the others lost a day each, one person a year
    _, survival = analysed(crowd, days_of(np.random.default_rng(1), 600, 0.4))
    assert survival.evidence.lost.largest_share_treated > 0.9
    assert published(survival).status == "withheld"


def test_a_comparison_group_of_few_or_of_one_heavy_person_is_withheld():
    _, survival = usual()
    assert published(survival).status == "shown"
    few = replace(survival, evidence=replace(survival.evidence, n_eff=29.0))
    heavy = replace(survival, evidence=replace(survival.evidence, lost=replace(survival.evidence.lost, max_weight_share=0.2)))
    assert published(few).status == published(heavy).status == "withheld"
