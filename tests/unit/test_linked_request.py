"""A request as one linked system: which counts there are, how they add up, and what is hidden for the sake of what fails."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence import StepEvidence
from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
from justice_data_lab.disclosure.linked.builder import Builder
from justice_data_lab.disclosure.linked.protection import Limits, protect_request
from justice_data_lab.disclosure.linked.related import Related, nearly_the_same
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.errors import NothingDisclosable, UsageError
from justice_data_lab.files import canonical_json
from justice_data_lab.study import DisclosureRules
from sample_requests import ELEVEN, estimate, fact, levels, national, refused, side, trial

RULES = DisclosureRules()
LATER = fact("reoffended_two_years", "two-year proven reoffending rate", 1)


def analysis(name, people, **more):
    kind = more.pop("kind", "national" if name == "national" else "subgroup")
    return AnalysisEvidence(
        name=name, kind=kind, headline=name == "national", treated=people, comparison=5000, n_eff=600.0, max_weight_share=0.01,
        balance="green", **more,
    )  # fmt: skip


def request(*estimates, analyses=(), measures=ELEVEN, **more):
    """A request of these estimates and nothing else."""
    return replace(
        national(), estimates=estimates, analyses=analyses or (analysis("national", 943),), measures=measures, attrition=(), pool=(),
        levels=(), balance=(), means=(), quality=(), linkage=None, overlap=None, warnings=(), **more,
    )  # fmt: skip


def rate(people, hits, measure="reoffended", name="national", **more):
    """An estimate of a share with so many people with the event; the comparison group is large."""
    row = estimate(measure, side(people, hits / people, hits=hits), side(5000, 0.4, n_eff=600.0), 0.1)
    return replace(row, analysis=name, **more)


def system_of(*estimates, **more):
    return linked_system(request(*estimates, **more), RULES)


def hidden(*estimates, limits=None, **more):
    return protect_request(request(*estimates, **more), RULES, limits)


CUSTODY, COMMUNITY, GATE = ((("setting", each),) for each in ("custody", "community", "gate"))


# What adds up


def test_with_and_without_the_event_are_everybody():
    values = system_of(rate(943, 300)).system.values()
    assert (values["with/treated/national/reoffended"], values["without/treated/national/reoffended"]) == (300, 643)


def test_a_rate_of_people_whose_outcome_is_known_has_a_base_of_its_own():
    """Of 943 people 900 are known; nothing says who of the others had it."""
    system = system_of(rate(900, 300)).system
    assert system.values()["base/treated/national/all/900"] == 900


def test_reoffenders_that_are_no_measure_of_their_own_are_a_count_that_its_figures_tell():
    linked = system_of(rate(8, 4, "custody_for_first_reoffence"))
    assert linked.system.values()["base/treated/national/reoffended/8/others"] == 935
    assert {"base/treated/national/reoffended/8", "with/treated/national/custody_for_first_reoffence"} <= linked.failing
    assert "base/treated/national/reoffended" in linked.forced


def test_more_reoffenders_than_people_are_no_part_of_them():
    assert (
        system_of(rate(1200, 300, "custody_for_first_reoffence")).system.values()["base/treated/national/reoffended/1200"] == 1200
    )


def test_whoever_had_it_in_the_second_year_only_is_a_count():
    """308 within two years, 300 within one: eight in the second, and so the later rate is hidden."""
    measures = (*ELEVEN, LATER)
    first, second = rate(943, 300), rate(943, 308, "reoffended_two_years")
    assert "later/treated/national/national/reoffended" in system_of(first, second, measures=measures).failing
    assert "result/treated/national/reoffended_two_years" in hidden(first, second, measures=measures).units
    later = hidden(first, rate(943, 340, "reoffended_two_years"), measures=measures).units
    assert "result/treated/national/reoffended_two_years" not in later


def test_counts_that_only_weights_hide_are_no_secrets():
    """One person of the comparison group holds a fifth of the weight: the rate is hidden, and how many had it need not be protected."""
    row = rate(943, 300)
    heavy = replace(row, comparison=replace(row.comparison, max_weight_share=0.2))
    linked = system_of(heavy)
    assert linked.failing == set()
    assert linked.forced == {"result/comparison/national/reoffended"}
    cells = {cell.key: cell.unit for cell in linked.system.cells}
    assert cells["with/comparison/national/reoffended"] == ""
    of_them = system_of(heavy, rate(300, 100, "custody_for_first_reoffence"))
    assert {cell.key: cell.unit for cell in of_them.system.cells}[
        "with/comparison/national/reoffended"
    ] == "base/comparison/national/reoffended"


def test_numbers_of_things_add_up_to_their_frequency():
    linked = linked_system(national(), RULES)
    terms = [dict(each.terms) for each in linked.system.equations]
    kinds = [f"total/treated/national/{kind}_reoffences" for kind in ("indictable", "either_way", "summary")]
    assert {**dict.fromkeys(kinds, 1), "total/treated/national/reoffences": -1} in terms


def test_two_figures_of_one_name_are_refused():
    builder = Builder(10)
    builder.unit("rate", 1)
    with pytest.raises(UsageError, match="Two published figures have one name: rate"):
        builder.unit("rate", 1)


def test_a_cell_takes_itself_and_the_same_twice_for_nothing():
    builder = Builder(10)
    for unit in ("a", "b"):
        builder.unit(unit, 1)
    for taken in ("a", "b", "b"):
        builder.takes("a", taken)
    assert builder.system().units[0].takes == ("b",)


# Subgroups beside the whole


def three(custody, community, gate, *, hits):
    """Everybody in one of three settings, with so many who had it in each."""
    sizes = {"custody": custody, "community": community, "gate": gate}
    analyses = (
        analysis("national", sum(sizes.values())),
        *(analysis(name, size, where=(("setting", name),), whole=sum(sizes.values())) for name, size in sizes.items()),
    )
    rows = [rate(size, had, name=name) for (name, size), had in zip(sizes.items(), hits, strict=True)]
    return rate(sum(sizes.values()), sum(hits)), *rows, {"analyses": analyses}


def test_whoever_is_not_in_one_of_several_subgroups_is_a_group_too():
    """The community and the gate together had it eight times, which national less custody tells, although neither is told."""
    *rows, more = three(400, 80, 60, hits=(150, 4, 4))
    linked = system_of(*rows, **more)
    assert linked.system.values()["rest/treated/national/custody/with/reoffended"] == 8
    assert "rest/treated/national/custody/with/reoffended" in linked.failing
    assert "result/treated/custody/reoffended" in hidden(*rows, **more).units


def test_that_everybody_has_a_trait_is_not_told_and_stops_nothing():
    analyses = (analysis("national", 47), analysis("completed", 47, kind="after_start", where=(("completed", "yes"),), whole=47))
    found = hidden(rate(47, 22), rate(47, 22, name="completed"), analyses=analyses).units
    assert {"people/completed", "result/treated/completed/reoffended"} <= found
    assert "result/treated/national/reoffended" not in found


def test_of_many_subgroups_those_whose_rest_is_small_are_counts_beside_the_rest_of_all():
    """Four of six people outside the first five sites had it; whoever is outside three of them alone is many."""
    sizes = {f"site {number}": 80 for number in range(1, 6)}
    analyses = (
        analysis("national", 460),
        *(analysis(name, size, where=(("site", name),), whole=460) for name, size in sizes.items()),
    )
    rows = [rate(460, 164), *(rate(size, 32, name=name) for name, size in sizes.items())]
    found = system_of(*rows, analyses=analyses)
    every = "+".join(sizes)
    assert found.system.values()[f"rest/treated/national/{every}/with/reoffended"] == 4
    assert f"rest/treated/national/{every}/with/reoffended" in found.failing
    assert not any("national/site 1+site 2/" in key for key in found.system.values())


def least(analyses, **more):
    """Groups that follow from some analyses and are none of them."""
    related = Related(request(analyses=analyses, **more), "treated")
    return {each.terms for each in related.sums(frozenset(one.name for one in analyses)).least}


def test_what_is_left_of_each_analysis_is_a_group():
    assert least(
        (
            analysis("national", 900),
            analysis("regional", 800, kind="regional"),
            analysis("custody", 400, where=CUSTODY),
            analysis("community", 300, where=COMMUNITY),
            analysis("custody with needs", 200, where=CUSTODY, assessment="with"),
            analysis("two years", 500, kind="national", years=2),
        )
    ) == {
        (("national", 1), ("regional", -1)),
        (("national", 1), ("custody", -1), ("community", -1)),
        (("custody", 1), ("custody with needs", -1)),
        (("national", 1), ("two years", -1)),
    }


def test_whoever_is_in_neither_of_two_overlapping_groups_follows_from_both_and_from_those_in_both():
    north, served = (("region", "north"),), (("served", "yes"),)
    analyses = (
        analysis("national", 900),
        analysis("north", 400, where=north),
        analysis("served", 300, where=served),
        analysis("served in the north", 150, where=north + served),
    )
    assert (("national", 1), ("north", -1), ("served", -1), ("served in the north", 1)) in least(analyses)
    assert not any(len(terms) > 2 for terms in least(analyses[:3]))


def test_groups_picked_by_two_columns_are_set_beside_those_picked_by_one():
    """Of 102 people in the south who were not served three had it: nobody names them, and the rest of the three figures would tell."""
    analyses = (
        analysis("national", 400),
        analysis("north", 190, where=(("region", "North"),)),
        analysis("served in the south", 108, where=(("region", "south"), ("served", "yes"))),
    )
    rows = [rate(400, 168), rate(190, 101, name="north"), rate(108, 64, name="served in the south")]
    key = "rest/treated/national/north+served in the south/with/reoffended"
    assert key in system_of(*rows, analyses=analyses).failing
    assert {"result/treated/north/reoffended", "result/treated/served in the south/reoffended"} & hidden(
        *rows, analyses=analyses
    ).units


def test_controls_of_a_trial_stand_beside_each_other_as_the_treated_do():
    analyses = (
        analysis("national", 400),
        analysis("north", 190, where=(("region", "north"),)),
        analysis("served in the south", 108, where=(("region", "south"), ("served", "yes"))),
    )
    sizes = {"national": 5000, "north": 2000, "served in the south": 2900}
    rows = [rate(each.treated, each.treated // 2, name=each.name) for each in analyses]
    rows = [replace(row, comparison=replace(row.comparison, people=size, events=size // 2 - (5 if size == 5000 else 0) + (40 if size < 5000 else 0), n_eff=float(size))) for row, size in zip(rows, sizes.values(), strict=True)]  # fmt: skip
    analyses = tuple(replace(each, comparison=sizes[each.name]) for each in analyses)
    asked = request(*rows, analyses=analyses)
    key = "rest/comparison/national/north+served in the south"
    drawn, trial_ = (linked_system(replace(asked, method=replace(asked.method, design=way)), RULES) for way in ("matched", "randomised"))  # fmt: skip
    assert not any(key in cell.key for cell in drawn.system.cells)
    assert trial_.system.values()[f"{key}/people"] == 100


def test_where_everybody_has_one_of_the_values_that_analyses_name_nobody_else_is_possible():
    """Whoever is served and not in the north are the served of the south, once there are two regions."""
    north, south, served = (("region", "north"),), (("region", "south"),), (("served", "yes"),)
    analyses = (
        analysis("national", 900),
        analysis("north", 400, where=north),
        analysis("served", 300, where=served),
        analysis("served in the south", 150, where=south + served),
    )
    served_in_the_north = (("served", 1), ("served in the south", -1))
    neither = (("national", 1), ("north", -1), ("served in the south", -1))
    assert served_in_the_north in least(analyses)
    assert neither in least(analyses, complete=("region",))
    assert (("north", 1), ("served", -1), ("served in the south", 1)) in least(analyses, complete=("region",))
    assert (("north", 1), ("served", -1), ("served in the south", 1)) not in least(analyses)


@pytest.mark.parametrize(("size", "near"), [(924, True), (923, False), (943, False), (950, True)])
def test_sizes_tell_who_are_nearly_the_same_people(size, near):
    found = nearly_the_same(request(analyses=(analysis("national", 943), analysis("regional", size, kind="regional"))), 20)
    assert found == ({"regional"} if near else set())


def test_the_last_of_three_subgroups_may_be_nearly_what_the_others_leave():
    """943 less 500 less 300 are 143; the gate has 150 people in all, seven of whom would be told."""
    analyses = (
        analysis("national", 943),
        analysis("custody", 500, where=CUSTODY),
        analysis("community", 300, where=COMMUNITY),
        analysis("gate", 150, where=GATE),
    )
    assert nearly_the_same(request(analyses=analyses), 20) == {"gate"}


def test_nearly_everybody_in_two_groups_picked_by_two_columns_is_nearly_the_same():
    """400 less 200 less 193 leave seven people, who are in neither."""
    analyses = (
        analysis("national", 400),
        analysis("served in the north", 200, where=(("region", "north"), ("served", "yes"))),
        analysis("others in the south", 193, where=(("region", "south"), ("served", "no"))),
    )
    assert nearly_the_same(request(analyses=analyses), 20) == {"others in the south"}


# What the ledger makes a secret


def test_a_figure_that_earlier_releases_make_a_secret_is_hidden_and_cannot_be_worked_out():
    rows = [rate(943, 330), *(rate(330, 110, f"first_reoffence_{kind}") for kind in ("indictable", "either_way", "summary"))]
    unit = "result/treated/national/first_reoffence_summary"
    found = hidden(*rows, limits=Limits(units=frozenset({unit})))
    assert unit in found.units
    assert len({each for each in found.units if "first_reoffence" in each and "/treated/" in each}) == 2


def test_nothing_is_told_of_analyses_that_the_ledger_refuses():
    analyses = (analysis("national", 943), analysis("regional", 700, kind="regional"))
    found = hidden(
        rate(943, 330), rate(700, 250, name="regional"), analyses=analyses, limits=Limits(near=frozenset({"regional"}))
    )
    assert found.near == {"regional"}
    assert {"people/regional", "result/treated/regional/reoffended"} <= found.units
    assert "result/treated/national/reoffended" not in found.units


# Ways and records


def test_records_found_are_those_left_before_the_same_person_is_looked_for():
    """Nobody was ambiguous: that the records found are those left after the first step would say so."""
    steps = (("submitted", 0, 500), ("not_found", 60, 440), ("ambiguous", 0, 440), ("duplicate", 20, 420), ("matched", 20, 400))
    way = tuple(StepEvidence(key=key, label=key, reason="", lost=lost, left=left) for key, lost, left in steps)
    whole = replace(national().quality[0], people=500, linked=440)
    asked = replace(request(rate(400, 150), analyses=(analysis("national", 400),)), attrition=way, quality=(whole,))
    terms = [dict(each.terms) for each in linked_system(asked, RULES).system.equations]
    assert {"found/records/All/All records": 1, "lost by/request/2": 1, "sent": -1} in terms
    found = protect_request(asked, RULES).units
    assert {"left/request/1", "records/All/All records"} & found


@pytest.mark.parametrize(("linked", "tied"), [(980, True), (981, False)])
def test_records_found_are_tied_to_the_way_only_where_the_number_is_the_same(linked, tied):
    asked = replace(national(), quality=(replace(national().quality[0], linked=linked),), linkage=None)
    terms = [set(dict(each.terms)) for each in linked_system(asked, RULES).system.equations]
    assert any({"found/records/All/All records", "sent"} <= each for each in terms) == tied


def test_records_of_a_request_that_lost_fewer_than_ten_are_all_hidden():
    asked = national()
    way = (asked.attrition[0], replace(asked.attrition[-1], lost=5, left=1027))
    found = linked_system(
        replace(asked, attrition=way, levels=(), balance=(), analyses=(replace(asked.analyses[0], treated=1027),)), RULES
    )
    assert {f"records/{row.group}/{row.label}" for row in asked.quality} <= found.forced
    assert not any(cell.key.startswith("found/records/All/") for cell in found.system.cells)


def test_the_programmes_own_numbers_protect_each_other_in_a_refusal_as_well():
    asked = replace(refused(), study=replace(refused().study, eligible=114, started=110))
    assert "programme/eligible" in protect_request(asked, RULES).units
    content = disclose(asked, RULES).content
    assert content.programme.eligible.text == "[c]"
    assert content.programme.started.text == "110"


def test_a_level_of_nearly_everybody_hides_a_neighbour():
    request_ = replace(national(), levels=levels("sex", "Sex", (("Male", 938), ("Female", 5))))
    found = protect_request(replace(request_, balance=()), RULES).units
    assert {"level/treated/sex/Male", "level/treated/sex/Female"} <= found


# Failing closed


def test_where_hiding_is_not_enough_nothing_is_published(monkeypatch):
    monkeypatch.setattr("justice_data_lab.disclosure.linked.protection.protect", lambda *_, **__: frozenset())
    with pytest.raises(NothingDisclosable, match="tell each other too closely") as stopped:
        disclose(request(rate(943, 300), rate(300, 4, "custody_for_first_reoffence")), RULES)
    assert "fewer analyses" in str(stopped.value)


def test_data_that_are_already_public_hide_nothing():
    assert protect_request(trial(), DisclosureRules(profile="none")).units == set()


def test_the_audit_is_told_in_numbers_to_those_who_clear_it_and_leaves_with_nothing():
    """Every hidden count was tried, and none comes nearer than the rules want."""
    disclosed = disclose(national(), RULES)
    found = disclosed.audited
    assert found.counts > found.failing + found.others > 0
    assert found.checked >= found.failing
    assert found.narrowest >= found.wanted == RULES.min_events
    assert "audited" not in canonical_json(disclosed.to_dict()).decode()
    assert disclose(national(), DisclosureRules(profile="none")).audited is None
    assert disclose(refused(), RULES).audited is not None
