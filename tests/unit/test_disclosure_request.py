"""From what the rooms hand on to a request for disclosure."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence import Refusal
from justice_data_lab.disclosure.request_estimates import interval, measure_facts
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.linkage.quality import QualityRow
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.result import TOO_WIDE
from justice_data_lab.measures.catalogue import MEASURES, OPTIONAL_MEASURES
from justice_data_lab.measures.outcomes import Outcomes
from justice_data_lab.rooms.designs import Designed, Designs
from justice_data_lab.rooms.evidence import request_from as request_from_rooms
from justice_data_lab.rooms.measured import Measured
from justice_data_lab.rooms.results import Results
from justice_data_lab.rooms.scrutiny import Discoveries, Helped, Scrutiny
from justice_data_lab.rooms.stops import Stop
from justice_data_lab.study import Lab, MeasureSpec, Method, Programme, UnitCost
from sample_checks import SURVIVAL, tier
from sample_rooms import POOL, TREATED, made_linkage, made_measures, made_outcomes, study

LAB = Lab()


def request_from(asked, lab, measures, *, linkage=None, match=None, estimates=None, refusal=None):  # noqa: PLR0913
    """The request of a study with a headline alone."""
    stop = Stop(refusal=refusal, words="") if refusal else None
    headline = Designed(name="national", role="headline", attrition=measures.attrition, match=match, stop=stop)
    results = Results(estimates=estimates, scrutiny=Scrutiny()) if estimates else None
    designs = Designs(all=(headline,))
    return request_from_rooms(asked, lab, Measured(main=measures), designs, linkage=linkage, results=results)


@pytest.fixture(scope="module")
def rooms():
    measures, method = made_measures(), Method()
    matched = match(measures, method)
    return measures, matched, estimate(matched, made_outcomes(), method, LAB, submitted=470)


def test_a_whole_run_becomes_a_request_that_can_be_disclosed(rooms):
    measures, matched, estimates = rooms
    request = request_from(study(), LAB, measures, linkage=made_linkage(), match=matched, estimates=estimates)
    assert [step.key for step in request.attrition] == ["submitted", "not_found", "follow_up", "matched"]
    assert request.attrition[-1].left == matched.design.n_matched == request.balance_people
    assert [step.key for step in request.pool] == ["candidates", "alike"]
    assert request.pool[-1].left == matched.design.n_comparison
    assert {measure.table for measure in request.measures} == {1, 2, 3, 4, 5, 6, 7}
    assert {measure.parts for measure in request.measures} == {
        "", "Court outcome of the first proven reoffence", "Reoffending frequency by court outcome",
    }  # fmt: skip
    assert [measure.key for measure in request.measures if measure.counts][:2] == ["reoffences", "indictable_reoffences"]
    assert [(rate.key, rate.share, rate.low) for rate in request.linkage.rates] == [
        ("wrong", 0.005, 0.001),
        ("missed", 0.03, 0.01),
        ("missed at most", pytest.approx(50 / 470), None),
    ]
    assert [(row.group, row.label, row.linked) for row in request.linkage.linkable] == [
        ("Could be found", "All rows", 451),
        ("Could be found, by fields given", "No number", 183),
    ]
    assert (request.linkage.thresholds, request.linkage.measure) == ((), "")
    assert [(row.group, row.label) for row in request.quality] == [("All", "All rows"), ("Sex", "Female"), ("Sex", "Male")]
    assert request.study.source == "register"
    assert request.warnings == ()
    content = disclose(request, study().rules(LAB)).content
    assert len(content.results) == len(MEASURES)
    assert all(
        result.treated.place.table == f"table {measure.table}"
        for result, measure in zip(content.results, content.measures, strict=True)
    )


def test_optional_measures_have_tables_of_their_own_after_the_seven(rooms):
    estimates = estimate(rooms[1], made_outcomes(OPTIONAL_MEASURES), Method(), LAB, submitted=470)
    facts = measure_facts(estimates.rows)
    assert [(fact.key, fact.table, fact.counts, fact.parts) for fact in facts] == [
        ("reoffended_two_years", 8, False, ""),
        ("reoffences_two_years", 9, True, ""),
        ("employed_year_after", 10, False, ""),
        ("benefit_days_year_after", 11, False, ""),
    ]


def test_the_profile_has_bands_of_age_levels_in_words_and_means(rooms):
    measures, matched, estimates = rooms
    request = request_from(study(), LAB, measures, match=matched, estimates=estimates)
    levels = {
        variable: [row.level for row in request.levels if row.variable == variable]
        for variable in ("sex", "age_at_index", "kind", "wexp")
    }
    assert levels["sex"] == ["Female", "Male"]
    assert levels["age_at_index"][0] == "18 to 20"
    assert levels["age_at_index"][-1] == "60 or over"
    assert levels["kind"] == ["Community order", "Custody"]
    assert sum(row.treated for row in request.levels if row.variable == "sex") == matched.design.n_matched
    assert sum(row.comparison_share for row in request.levels if row.variable == "kind") == pytest.approx(1.0)
    assert [(mean.variable, mean.unit) for mean in request.means] == [("age_at_index", "years")]
    assert levels["wexp"] == ["0", "1"]
    assert request.means[0].comparison.n_eff == pytest.approx(matched.design.n_eff)
    assert request.means[0].comparison.max_weight_share == pytest.approx(matched.design.max_weight_share)


def test_a_column_of_two_values_counts_as_a_level_in_the_balance_table(rooms):
    measures, matched, estimates = rooms
    rows = {
        (row.variable, row.level): row for row in request_from(study(), LAB, measures, match=matched, estimates=estimates).balance
    }
    weights, wexp = matched.weights.column("weight").to_numpy()[:TREATED], measures.rows.column("wexp").to_numpy()[:TREATED]
    assert rows["wexp", None].treated_in == int(((weights > 0) & (wexp == 1)).sum())
    assert rows["age_at_index", None].treated_in is None
    assert rows["sex", "Male"].treated_in > 100
    assert rows["age_at_index", None].ks is not None
    assert rows["sex", "Male"].ks is None


def with_prison_visits(measures, values):
    """The measures with a further number, which is the first of the values for everybody but so many of the treated."""
    (low, high), few, unknown = values
    visits = np.full(measures.rows.num_rows, float(low))
    visits[:few] = visits[TREATED : TREATED + POOL // 2] = high
    visits[few : few + unknown] = np.nan
    further = replace(next(each for each in measures.covariates if each.name == "wexp"), name="visits", label="Prison visits")
    table = measures.rows.append_column("visits", pa.array(visits, from_pandas=True))
    return replace(measures, rows=table, covariates=(*measures.covariates, further))


@pytest.mark.parametrize("pair", [(0, 5), (1, 2), (-3, 0), (0, 1), (0.25, 0.5)])
def test_of_two_values_whatever_they_are_the_people_at_the_larger_are_counted(rooms, pair):
    """Six of 400 are at the larger value: neither their average nor a difference made of it may be printed."""
    measures = with_prison_visits(rooms[0], (pair, 6, 0))
    matched = match(measures, Method(design="randomised"))
    request = request_from(
        study(), LAB, measures, match=matched, refusal=Refusal(code="no_overlap", needed=30, submitted=470, usable=9)
    )
    (row,) = [each for each in request.balance if each.variable == "visits"]
    assert (row.treated_in, row.treated_other) == (6, TREATED - 6)
    (shown,) = [each for each in disclose(request, study().rules(LAB)).content.balance if each.variable == "visits"]
    assert (shown.before.text, shown.colour) == ("[c]", row.colour)


def test_the_smaller_of_two_values_needs_as_many_people_whoever_is_not_known(rooms):
    measures = with_prison_visits(rooms[0], ((0, 5), 200, TREATED - 206))
    matched = match(measures, Method(design="randomised"))
    request = request_from(
        study(), LAB, measures, match=matched, refusal=Refusal(code="no_overlap", needed=30, submitted=470, usable=9)
    )
    row = next(each for each in request.balance if each.variable == "visits")
    assert (row.treated_in, row.treated_other) == (200, 6)
    shown = next(each for each in disclose(request, study().rules(LAB)).content.balance if each.variable == "visits")
    assert shown.before.text == "[c]"


@pytest.mark.parametrize(("pair", "few"), [((0, 5), 6), ((1, 2), 6), ((1, 2), TREATED - 6)])
def test_the_average_of_two_values_is_a_share_in_the_profile_too(rooms, pair, few):
    """Six people at one of two values, and none of the averages may be printed, though everybody has one other than zero."""
    measures = with_prison_visits(rooms[0], (pair, few, 0))
    method = Method(design="randomised")
    matched = match(measures, method)
    estimates = estimate(matched, made_outcomes(), method, LAB)
    request = request_from(study(method=method), LAB, measures, match=matched, estimates=estimates)
    (mean,) = [each for each in request.means if each.variable == "visits"]
    assert (mean.treated.events, mean.comparison.events) == (few, POOL // 2)
    (shown,) = [each for each in disclose(request, study().rules(LAB)).content.profile if each.variable == "visits"]
    assert (shown.rows[0].treated.text, shown.rows[0].comparison.marker) == ("[c]", "")


@pytest.mark.parametrize(("everybody", "counts"), [(0, (TREATED, 0)), (5, (0, TREATED))])
def test_a_value_that_all_of_the_treated_share_is_a_level_of_everybody_or_nobody(rooms, everybody, counts):
    measures = with_prison_visits(rooms[0], ((everybody, 9), 0, 0))
    matched = match(measures, Method(design="randomised"))
    request = request_from(
        study(), LAB, measures, match=matched, refusal=Refusal(code="no_overlap", needed=30, submitted=470, usable=9)
    )
    row = next(each for each in request.balance if each.variable == "visits")
    assert (row.treated_other, row.treated_in) == counts


def test_a_missing_category_is_unknown_and_a_missing_number_is_left_out(rooms):
    measures, matched, estimates = rooms
    table = measures.rows
    kinds = [None if row < 30 else value for row, value in enumerate(table.column("kind").to_pylist())]
    ages = [None if row < 30 else value for row, value in enumerate(table.column("age_at_index").to_pylist())]
    table = table.set_column(4, "kind", pa.array(kinds)).set_column(3, "age_at_index", pa.array(ages))
    request = request_from(study(), LAB, replace(measures, rows=table), match=matched, estimates=estimates)
    assert [row.level for row in request.levels if row.variable == "kind"] == ["Community order", "Custody", "Unknown"]
    assert [row.level for row in request.levels if row.variable == "age_at_index"][-1] == "Unknown"
    assert request.means[0].treated.people < matched.design.n_matched


def test_data_that_came_linked_have_a_table_for_each_measure():
    measures = replace(
        made_measures(), pool=(), attrition=(Step(key="submitted", label="People", reason="", lost=0, left=TREATED),)
    )
    method = Method(design="randomised")
    specs = (
        MeasureSpec(name="rearrested", column="arrest", kind="proportion", role="primary"),
        MeasureSpec(name="weeks to rearrest", column="week", kind="mean", of="arrest", unit="weeks"),
        MeasureSpec(name="weeks overall", column="week", kind="mean", unit="weeks"),
    )
    random = np.random.default_rng(3)
    rows = pa.table(
        {"arrest": random.integers(0, 2, TREATED + POOL).tolist(), "week": random.integers(1, 53, TREATED + POOL).tolist()}
    )
    matched = match(measures, method)
    estimates = estimate(matched, Outcomes(rows=rows, specs=specs), method, LAB)
    request = request_from(study(method=method), LAB, measures, match=matched, estimates=estimates)
    assert [(measure.key, measure.table, measure.table_title) for measure in request.measures] == [
        ("arrest", 1, "Rearrested"), ("week (weeks to rearrest)", 2, "Weeks to rearrest"), ("week (weeks overall)", 3, "Weeks overall"),
    ]  # fmt: skip
    assert request.study.source == "own data"
    assert request.analyses[0].balance is None
    assert [step.key for step in request.attrition] == ["submitted"]
    assert all(row.after is None for row in request.balance)
    assert request.balance_people == TREATED
    assert len(disclose(request, study().rules(LAB)).content.results) == 3


def test_what_the_organisation_says_is_carried_over(rooms):
    cost = UnitCost(amount=1450.0, currency="GBP", year=2021, source="our accounts")
    programme = Programme(what="Training", eligible=500, started=470, own_words="We train.", unit_cost=cost)
    facts = request_from(study(programme=programme), LAB, rooms[0], match=rooms[1], estimates=rooms[2]).study
    assert (facts.what, facts.eligible, facts.started, facts.own_words) == ("Training", 500, 470, "We train.")
    assert facts.unit_cost == "GBP 1,450 (2021; our accounts)"


def test_a_refusal_before_matching_has_neither_profile_nor_balance(rooms):
    refusal = Refusal(code="too_few", needed=30, submitted=470, usable=9)
    request = request_from(study(), LAB, rooms[0], linkage=made_linkage(), refusal=refusal)
    assert (request.status, request.balance, request.levels, request.analyses) == ("not_analysable", (), (), ())
    assert disclose(request, study().rules(LAB)).content.refused.usable.text == "fewer than 30"


def test_without_overlap_only_the_differences_before_matching_are_given(rooms):
    refusal = Refusal(code="no_overlap", needed=30, submitted=470, usable=9)
    request = request_from(study(), LAB, rooms[0], linkage=made_linkage(), match=rooms[1], refusal=refusal)
    assert request.balance_people == TREATED
    assert {row.after for row in request.balance} == {None}
    assert {row.colour for row in request.balance} <= {"green", "amber", "red"}
    male = next(row for row in request.balance if row.level == "Male")
    assert male.treated_in == rooms[0].rows.column("sex").to_pylist()[:TREATED].count("M")
    assert disclose(request, study().rules(LAB)).content.balance != ()


def test_warnings_are_codes_and_hold_no_figure(rooms):
    measures, matched, estimates = rooms
    design = replace(matched.design, widened=True, n_treated=1000, warnings=(TOO_WIDE,))
    red = replace(matched, design=design, balance=replace(matched.balance, overall="red"))
    small = replace(made_linkage(), attrition=(Step(key="submitted", label="Rows", reason="", lost=0, left=59),))
    overridden = study(method=Method(override_balance="B. Reviewer: accepted."))
    request = request_from(overridden, LAB, measures, linkage=small, match=red, estimates=estimates)
    assert request.warnings == (
        "small_cohort",
        "caliper_widened",
        "few_matched",
        "pool_matched_too_widely",
        "balance_red_overridden",
    )
    amber = replace(matched, balance=replace(matched.balance, overall="amber"))
    assert "balance_amber" in request_from(study(), LAB, measures, match=amber, estimates=estimates).warnings


def test_a_groups_own_interval_is_students_and_stays_within_zero_and_one():
    low, high = interval(0.4, 101)
    assert low == pytest.approx(0.4 - 1.98397 * (0.24 / 100) ** 0.5, abs=1e-6)
    assert high == pytest.approx(0.4 + 1.98397 * (0.24 / 100) ** 0.5, abs=1e-6)
    assert interval(0.01, 20)[0] == 0.0
    assert interval(None, 20) == (None, None)
    assert interval(0.5, 1) == (None, None)


def test_a_characteristic_that_everybody_shares_is_in_neither_table():
    measures = made_measures()
    rows = measures.rows.set_column(4, "kind", pa.array(["custody"] * (TREATED + POOL)))
    same = replace(measures, rows=rows)
    matched = match(same, Method())
    request = request_from(study(), LAB, same, match=matched, estimates=estimate(matched, made_outcomes(), Method(), LAB))
    assert "kind" not in {row.variable for row in (*request.levels, *request.balance)}


def test_the_youngest_stand_first_among_the_records_found(rooms):
    ages = tuple(QualityRow(section="age", group=name, rows=100, found=50) for name in ("21 to 29", "30 to 39", "under 21"))
    linkage = replace(made_linkage(), quality=ages)
    request = request_from(study(), LAB, rooms[0], linkage=linkage, match=rooms[1], estimates=rooms[2])
    assert [row.label for row in request.quality] == ["Under 21", "21 to 29", "30 to 39"]
    assert request.linkage.rates == request.linkage.linkable == ()


def test_the_pool_begins_after_the_cohorts_own_people_were_taken_out(rooms):
    pool = (
        Step(key="candidates", label="Candidates", reason="", lost=0, left=3407),
        Step(key="not_in_cohort", label="Not in the cohort", reason="in the cohort", lost=404, left=3003),
        Step(key="not_in_earlier", label="Not in an earlier cohort", reason="in an earlier one", lost=3, left=POOL),
        Step(key="pool", label="With an index disposal", reason="none", lost=0, left=POOL),
    )
    request = request_from(study(), LAB, replace(rooms[0], pool=pool), match=rooms[1], estimates=rooms[2])
    assert [(step.key, step.lost) for step in request.pool[:2]] == [("not_in_earlier", 0), ("pool", 0)]
    assert request.pool[0].label == "Candidates, not in a cohort of the programme"
    assert not {3407, 404} & {number for step in request.pool for number in (step.lost, step.left)}


def test_what_scrutiny_found_becomes_evidence_without_a_change(rooms):
    measures, matched, estimates = rooms
    own = tier()
    scrutiny = Scrutiny(
        robustness=own,
        survival=SURVIVAL,
        discoveries=(Discoveries(analysis="regional", rows=own.discoveries[:1]),),
        helped=Helped(people=40, others=900, share=0.05),
    )
    headline = Designed(name="national", role="headline", attrition=measures.attrition, match=matched, stop=None)
    request = request_from_rooms(
        study(),
        LAB,
        Measured(main=measures),
        Designs(all=(headline,)),
        linkage=made_linkage(),
        results=Results(estimates=estimates, scrutiny=scrutiny),
    )
    assert request.robustness.robustness == own
    assert [(each.analysis, each.rows) for each in request.robustness.further] == [("regional", own.discoveries[:1])]
    assert (request.survival.survival, request.survival.headline) == (SURVIVAL, True)
    assert (request.helped.people, request.helped.others, request.helped.share) == (40, 900, 0.05)
    design = matched.design
    assert (request.overlap.treated, request.overlap.matched, request.overlap.off_support) == (
        design.n_treated,
        design.n_matched,
        design.n_off_support,
    )


def test_without_scrutiny_and_in_a_trial_there_is_nothing_to_hand_on(rooms):
    measures, matched, estimates = rooms
    bare = request_from(study(), LAB, measures, linkage=made_linkage(), match=matched, estimates=estimates)
    assert (bare.robustness, bare.survival, bare.helped, bare.linkage.thresholds) == (None, None, None, ())
    trial = replace(matched, design=replace(matched.design, design="randomised"))
    assert request_from(study(), LAB, measures, match=trial, estimates=estimates).overlap is None
    stopped = request_from(study(), LAB, measures)
    assert (stopped.robustness, stopped.overlap) == (None, None)
