"""From the rooms to a request: whom each analysis is about, how it came about, and what tests it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence import Refusal
from justice_data_lab.disclosure.protocol import ProtocolFacts
from justice_data_lab.disclosure.request import attrition_evidence
from justice_data_lab.disclosure.request_analyses import in_report_order
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.estimates import Estimates
from justice_data_lab.estimation.interactions import interactions
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.matching.matcher import match
from justice_data_lab.matching.spread import spread
from justice_data_lab.measures.analyses import restrict
from justice_data_lab.measures.catalogue import MEASURES, merge_indictable
from justice_data_lab.measures.outcomes import Outcomes
from justice_data_lab.rooms.designs import Designed, Designs
from justice_data_lab.rooms.evidence import request_from
from justice_data_lab.rooms.measured import Measured, Side
from justice_data_lab.rooms.results import Results
from justice_data_lab.rooms.scrutiny import Scrutiny
from justice_data_lab.rooms.stops import Stop
from justice_data_lab.study import Analysis, Lab, Method
from sample_rooms import made_linkage, made_measures, made_outcomes, study

LAB, METHOD = Lab(), Method(override_balance="A. Reviewer: made up")
SUBMITTED = 470
ANALYSES = (
    Analysis(name="completed", headline=False, where=(("completed", "yes"),)),
    Analysis(name="north", headline=False, where=(("site", "north"),)),
    Analysis(name="south", headline=False, where=(("site", "south"),)),
    Analysis(name="nowhere", headline=False, where=(("site", "west"),)),
    Analysis(name="without needs", headline=False, assessment="without"),
    Analysis(name="national"),
    Analysis(name="by kind", headline=False, exact=("region",)),
)
STUDY = study(
    method=METHOD, analyses=ANALYSES, columns=(("site", "before_start"), ("completed", "after_start")),
)  # fmt: skip
STOPPED = Stop(refusal=Refusal(code="too_few", needed=30, submitted=SUBMITTED, usable=3), words="")


def traits(measures):
    """Site and completion of the treated; nothing is known of the pool."""
    known = measures.rows.column("treated").to_pylist()
    site = ["south" if place < 50 else "west" if place < 53 else "north" for place in range(len(known))]
    done = ["yes" if place % 3 else "no" for place in range(len(known))]
    return {
        name: pa.chunked_array(
            [pa.array([value if flag else None for value, flag in zip(values, known, strict=True)], pa.string())]
        )
        for name, values in (("site", site), ("completed", done))
    }


@pytest.fixture(scope="module")
def rooms():
    """Rooms 3 to 5 of a study with an analysis of each kind and a placebo group."""
    main = made_measures()
    main = replace(main, rows=main.rows.append_column("region", [["N"] * main.rows.num_rows]))
    everybody = np.asarray(main.rows.column("treated").to_numpy())
    seen = {"merged": made_outcomes(merge_indictable(MEASURES)), "whole": made_outcomes()}
    all_designed, rows = [], []
    for analysis in ANALYSES:
        among = restrict(main, analysis, traits(main))
        role = "headline" if analysis.headline else "further"
        if analysis.name == "nowhere":
            all_designed.append(Designed(name="nowhere", role=role, attrition=among.attrition, match=None, stop=STOPPED))
            continue
        own = match(among, METHOD, analysis=analysis.name)
        whole = spread(own, np.asarray(among.rows.column("row").to_numpy()), everybody)
        all_designed.append(Designed(name=analysis.name, role=role, attrition=among.attrition, match=whole, stop=None))
        outcomes = seen["merged" if analysis.name == "south" else "whole"]
        rows += estimate(whole, outcomes, METHOD, LAB, submitted=SUBMITTED).rows
    side = made_measures()
    placebo = match(side, METHOD, analysis="placebo refused")
    all_designed.append(Designed(name="placebo refused", role="side", attrition=side.attrition, match=placebo, stop=None))
    primary = Outcomes(rows=made_outcomes().rows, specs=MEASURES[:1])
    estimates = Estimates(rows=tuple(rows))
    scrutiny = Scrutiny(
        interactions=interactions(estimates, ANALYSES), placebos=estimate(placebo, primary, METHOD, LAB, submitted=SUBMITTED)
    )
    measured = Measured(main=main, sides=(Side(name="placebo refused", measures=side),))
    return measured, Designs(all=tuple(all_designed)), Results(estimates=estimates, scrutiny=scrutiny)


def linkage_with(arms):
    """The linkage with the arm of each row."""
    rows = pa.table({"row": pa.array(range(len(arms)), pa.int32()), "arm": pa.array(arms)})
    return replace(made_linkage(), links=rows)


@pytest.fixture(scope="module")
def request_(rooms):
    measured, designs, results = rooms
    linkage = linkage_with(["served", "waiting", "refused"])
    return request_from(STUDY, LAB, measured, designs, linkage=linkage, results=results)


def test_the_report_has_the_headline_first_then_regional_then_everybody_then_subgroups_then_what_came_later(request_):
    names = ["national", "by kind", "without needs", "north", "south", "completed"]
    assert [each.name for each in in_report_order(STUDY) if each.name != "nowhere"] == names
    assert [each.name for each in request_.analyses] == names
    assert list(dict.fromkeys(row.analysis for row in request_.estimates)) == names
    assert [each.kind for each in request_.analyses] == [
        "national", "regional", "national", "subgroup", "subgroup", "after_start",
    ]  # fmt: skip


def test_an_analysis_that_stopped_is_named_with_its_reason_and_nothing_else(request_):
    first = request_.not_made[0]
    assert (first.name, first.kind, first.where, first.code) == ("nowhere", "subgroup", (("site", "west"),), "too_few")


def test_the_way_to_an_analysis_goes_on_from_the_people_of_the_request(request_):
    found = {each.name: each for each in request_.analyses}
    assert found["national"].attrition == ()
    assert [(step.key, step.lost, step.left) for step in found["south"].attrition][:2] == [
        ("all", 0, 400), ("where site", 350, 50),
    ]  # fmt: skip
    assert found["south"].attrition[-1].key == "matched"
    assert found["south"].attrition[-1].left == found["south"].treated
    assert found["without needs"].attrition[0].left == 400
    assert [step.key for step in found["by kind"].attrition] == ["all", "region", "matched"]
    assert {name: each.whole for name, each in found.items()} == {
        "national": None, "by kind": None, "without needs": None, "north": 400, "south": 400, "completed": 400,
    }  # fmt: skip


def test_each_analysis_has_warnings_of_its_own(request_):
    found = {each.name: each.warnings for each in request_.analyses}
    assert "small_subgroup" in found["south"]
    assert "merged_court_outcomes" in found["south"]
    for name in ("national", "by kind", "north", "completed"):
        assert not {"small_subgroup", "merged_court_outcomes"} & set(found[name])
    assert "merged_court_outcomes" not in request_.warnings


def test_balance_rows_by_colour_are_those_of_the_analysis_own_table(rooms, request_):
    designs = {each.name: each for each in rooms[1].all}
    for each in request_.analyses:
        balance = designs[each.name].match.balance
        colours = each.colours
        skipped = len(balance.rows) - colours.green - colours.amber - colours.red
        alone = [
            row for row in balance.rows if row.level is not None and sum(r.covariate == row.covariate for r in balance.rows) == 1
        ]
        assert skipped == len(alone)
        assert each.balance == balance.overall
    first = request_.analyses[0]
    assert (first.colours.green, first.colours.amber, first.colours.red) == tuple(
        sum(row.colour == colour for row in request_.balance) for colour in ("green", "amber", "red")
    )


def test_the_test_of_two_sites_is_carried_by_the_key_of_its_measure(request_):
    (each,) = request_.interactions
    rows = {(row.analysis, row.measure): row for row in request_.estimates}
    assert (each.first, each.second, each.measure) == ("north", "south", "reoffended")
    assert each.difference == pytest.approx(rows["north", "reoffended"].difference - rows["south", "reoffended"].difference)


def test_placebo_groups_stand_apart_and_one_of_too_few_people_is_named(request_):
    (placebo,) = request_.placebos
    assert (placebo.arm, placebo.analysis.kind, placebo.analysis.whole) == ("refused", "placebo", None)
    assert [row.measure for row in placebo.estimates] == ["reoffended"]
    assert "placebo refused" not in {each.name for each in request_.analyses}
    assert [(each.name, each.code) for each in request_.not_made if each.kind == "placebo"] == [("placebo waiting", "too_few")]


def test_a_placebo_group_that_stopped_gives_its_own_reason(rooms):
    measured, designs, results = rooms
    odd = Stop(refusal=Refusal(code="no_balance", needed=30, submitted=SUBMITTED, usable=40), words="")
    stopped = tuple(replace(each, stop=odd) if each.role == "side" else each for each in designs.all)
    linkage = linkage_with(["served", "refused"])
    request = request_from(STUDY, LAB, measured, Designs(all=stopped), linkage=linkage, results=results)
    assert request.placebos == ()
    assert [(each.name, each.code) for each in request.not_made if each.kind == "placebo"] == [("placebo refused", "no_balance")]


def test_without_the_tests_of_robustness_no_placebo_group_is_missed(rooms):
    measured, designs, results = rooms
    plain = replace(STUDY, method=replace(METHOD, robustness=False))
    request = request_from(plain, LAB, measured, designs, linkage=linkage_with(["served", "waiting"]), results=results)
    assert [each.name for each in request.not_made] == ["nowhere"]


def test_the_plan_is_handed_on_as_it_is(rooms):
    facts = ProtocolFacts(sha256="ab" * 32, frozen_on="2026-03-01")
    measured, designs, results = rooms
    request = request_from(STUDY, LAB, measured, designs, results=results, protocol=facts)
    assert disclose(request, STUDY.rules(LAB)).content.protocol == facts


def test_several_analyses_can_be_disclosed_together(request_):
    content = disclose(request_, STUDY.rules(LAB)).content
    assert [each.name for each in content.analyses] == [each.name for each in request_.analyses]
    assert len(content.results) == len(request_.estimates)


def test_the_control_group_of_a_trial_is_not_lost_on_the_way():
    found = Step(key="adult", label="Adult", reason="under 18", lost=12, left=800)
    offered = Step(key="offered", label="Offered the programme", reason="put in the control group", lost=390, left=410)
    inside = Step(
        key="where site", label="With site \u201cnorth\u201d", reason="site is not \u201cnorth\u201d", lost=210, left=200
    )
    whole = attrition_evidence(None, (found, offered), None)
    assert [(step.label, step.lost, step.left) for step in whole] == [("Adult", 12, 800), ("In one of the two groups", 0, 800)]
    some = attrition_evidence(None, (found, offered, inside), None)
    assert [(step.key, step.lost, step.left) for step in some[1:]] == [("offered", 390, 410), ("where site", 210, 200)]


def test_people_of_a_year_with_nobody_to_compare_them_with_are_a_step_of_their_own():
    measures = made_measures()
    years = ["2010"] * 12 + ["2011"] * (measures.rows.num_rows - 12)
    year = replace(measures.covariates[0], name="index_year", label="Year", ordered=("2010", "2011"))
    rows = measures.rows.append_column("index_year", pa.array(years))
    matched = match(replace(measures, rows=rows, covariates=(*measures.covariates, year)), Method())
    found = attrition_evidence(None, measures.attrition, matched)
    assert [(step.key, step.lost) for step in found[-2:]] == [
        ("support", 12),
        ("matched", matched.design.n_treated - 12 - matched.design.n_matched),
    ]
    assert found[-2].left == found[-1].lost + found[-1].left == matched.design.n_treated - 12
    assert [step.key for step in attrition_evidence(None, measures.attrition, match(measures, Method()))] == [
        "follow_up",
        "matched",
    ]
