"""Several analyses leave under the same rules: nothing exact, nothing that a sibling or a test would give away."""

from dataclasses import replace

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence, PlaceboEvidence
from justice_data_lab.disclosure.linked.protection import protect_request
from justice_data_lab.errors import UsageError
from justice_data_lab.study import DisclosureRules
from sample_analyses import ALL, COMPLETED, CUSTODY, GATE, placebo, several, steps, waiting
from sample_requests import national, side, trial

RULES = DisclosureRules()
PUBLIC = DisclosureRules(profile="none")


def figures(request, rules=RULES):
    return {each.place.key: each for each in disclose(request, rules).figures()}


def with_rows(change):
    """The request with estimates changed by a function of analysis and measure."""
    request = several()
    return replace(request, estimates=tuple(change(row) for row in request.estimates))


def test_each_analysis_has_its_people_balance_and_warnings():
    content = disclose(several(), RULES).content
    gate = next(each for each in content.analyses if each.name == "through the gate")
    assert (gate.kind, gate.where, gate.headline) == ("subgroup", (("setting", "through the gate"),), False)
    assert (gate.treated.text, gate.comparison.text, gate.n_eff.text) == ("55", "20,000", "2,000")
    assert (gate.balance, gate.colours.green.value, gate.colours.amber.value, gate.colours.red.value) == ("green", 51, 2, 0)
    assert gate.warnings == ("few_matched", "small_subgroup")
    assert [each.name for each in content.not_made] == ["in the community"]


def test_the_way_to_an_analysis_is_rounded_and_small_steps_merge():
    found = {each.name: each.attrition for each in disclose(several(), RULES).content.analyses}
    assert found["national"] == ()
    assert [(step.lost.text, step.left.text) for step in found["regional"]] == [("[z]", "955"), ("30", "925"), ("15", "915")]
    assert [(step.lost.text, step.left.text) for step in found["in custody"]] == [("[z]", "955"), ("405", "550")]
    assert found["in custody"][1].reasons == ("setting is not \u201ccustody\u201d", "nobody similar enough was found")
    places = {step.left.place.key for step in found["regional"]}
    assert places == {f"attrition/regional/{number}/left" for number in range(3)}


def test_the_way_to_an_analysis_is_not_told_where_its_beginning_tells_whom_nobody_was_like():
    """Of the 947 people with whom the way would begin 943 were matched, as page one tells: four were not."""
    region = steps(("region", "In a region", "in no region", 34), people=947)
    own = replace(several(), attrition=national().attrition)
    own = replace(own, analyses=(own.analyses[0], replace(own.analyses[1], attrition=region)), interactions=())
    own = replace(own, estimates=tuple(row for row in own.estimates if row.analysis in ("national", "regional")))
    assert {each.attrition for each in disclose(own, RULES).content.analyses} == {()}
    exact = {each.name: each.attrition for each in disclose(own, PUBLIC).content.analyses}
    assert [step.left.text for step in exact["regional"]] == ["947", "913"]


def with_custody_of(people):
    """The request with so many people in custody, of whom only the rate is asked for."""
    request = several()
    way = steps(("where setting", "In custody", "not there", ALL - people))
    few = replace(CUSTODY, treated=people, whole=ALL, attrition=way)
    rows = [row for row in request.estimates if row.analysis != "in custody"]
    own = next(row for row in request.estimates if (row.analysis, row.measure) == ("in custody", "reoffended"))
    own = replace(own, treated=side(people, 0.35, hits=round(0.35 * people)))
    analyses = tuple(few if each.name == "in custody" else each for each in request.analyses)
    return replace(request, analyses=analyses, estimates=(*rows, own), interactions=())


@pytest.mark.parametrize(("people", "marker"), [(938, "[x]"), (ALL, "[x]"), (9, "[c]")])
def test_the_size_of_a_subgroup_that_leaves_few_outside_or_inside_is_hidden(people, marker):
    """With few inside it is confidential; with few outside they are nearly the same people as the headline's."""
    disclosed = disclose(with_custody_of(people), RULES)
    summary = next(each for each in disclosed.content.analyses if each.name == "in custody")
    assert (summary.treated.text, summary.attrition) == (marker, ())
    found = {each.place.key: each.text for each in disclosed.figures()}
    assert found["table 1/in custody/reoffended/people/treated"] == marker
    assert found["table 1/in custody/reoffended/rate/treated"] == marker
    assert found["table 1/national/reoffended/people/treated"] == "945"


def test_nothing_is_told_of_nearly_the_same_people_as_a_published_figure():
    disclosed = disclose(with_custody_of(938), RULES)
    own = [each for each in disclosed.figures() if each.place.analysis == "in custody" and each.kind != "rows"]
    assert {each.marker for each in own} == {"x"}
    summary = next(each for each in disclosed.content.analyses if each.name == "in custody")
    assert "nearly_the_same_people" in summary.warnings


def halves(measures, gate, custody):
    """Two subgroups who are everybody between them, 330 of whom reoffended, with so many of the reoffenders at each measure."""
    request = several()
    sizes = {"national": (943, 330), "in custody": (551, 190), "through the gate": (392, 140)}
    counts = {
        "in custody": custody,
        "through the gate": gate,
        "national": [one + other for one, other in zip(gate, custody, strict=True)],
    }
    analyses = (request.analyses[0], replace(CUSTODY, attrition=()), replace(GATE, treated=392, attrition=()))
    base = {(row.analysis, row.measure): row for row in request.estimates}

    def row(name, measure, people, hits):
        return replace(base[name, measure], treated=side(people, hits / people, hits=hits), reliable=True)

    estimates = [row(name, "reoffended", people, hits) for name, (people, hits) in sizes.items()]
    estimates += [
        row(name, measure, sizes[name][1], hits) for name in sizes for measure, hits in zip(measures, counts[name], strict=True)
    ]
    return replace(request, analyses=analyses, estimates=tuple(estimates), interactions=(), placebos=(), attrition=(), pool=())


def test_a_hidden_cell_of_a_subgroup_takes_its_sibling_with_it_and_not_the_headline():
    key = "custody_for_first_reoffence"
    found = figures(halves([key], [4], [70]))
    shown = {name: found[f"table 6/{name}/{key}/rate/treated"].text for name in ("through the gate", "in custody", "national")}
    assert shown == {"through the gate": "[c]", "in custody": "[c]", "national": "22%"}
    assert found[f"table 6/in custody/{key}/rate/comparison"].text != "[c]"


def test_a_sibling_stays_where_people_in_neither_subgroup_hide_what_it_would_tell():
    def few(row):
        hit = row.analysis == "through the gate" and row.measure == "custody_for_first_reoffence"
        return replace(row, treated=replace(row.treated, events=4)) if hit else row

    found = figures(with_rows(few))
    names = ("through the gate", "in custody", "completed", "national")
    shown = [found[f"table 6/{name}/custody_for_first_reoffence/rate/treated"].text for name in names]
    assert shown == ["[c]", "39%", "39%", "39%"]


def test_what_a_sibling_hides_in_a_total_takes_a_second_part_with_it():
    """Either way fails in one subgroup and takes a second outcome there; both go in the other subgroup too, and no third."""
    outcomes = ["first_reoffence_indictable", "first_reoffence_either_way", "first_reoffence_summary"]
    found = figures(halves(outcomes, [40, 4, 96], [60, 60, 70]))
    for name in ("through the gate", "in custody"):
        shown = [found[f"table 4/{name}/{key}/rate/treated"].marker for key in outcomes]
        assert shown == ["c", "c", ""]
    assert [found[f"table 4/national/{key}/rate/treated"].marker for key in outcomes] == ["", "", ""]


def test_a_test_of_two_effects_is_in_points_rounded_once():
    (test,) = disclose(several(), RULES).content.interactions
    assert (test.first, test.second, test.kind, test.verdict) == ("in custody", "through the gate", "subgroup", "inconclusive")
    assert (test.difference.text, test.ci_low.text, test.ci_high.text, test.p_value.text) == (
        "\u22125",
        "\u221219",
        "10",
        "0.52",
    )
    assert test.difference.unit == "percentage points"
    assert test.verdict_figure.text == "not enough evidence to tell whether the effects differ"
    key = "interactions/in custody/reoffended/through the gate/difference of effects"
    assert test.difference.place.key == key


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(-0.2, -0.001, "lower"), (0.001, 0.2, "higher"), (-0.0001, 0.2, "inconclusive")]
)
def test_the_verdict_of_a_test_comes_from_the_exact_interval(low, high, verdict):
    request = several()
    each = replace(request.interactions[0], ci_low=low, ci_high=high)
    (test,) = disclose(replace(request, interactions=(each,)), RULES).content.interactions
    assert test.verdict == verdict


@pytest.mark.parametrize("side_", ["in custody", "through the gate"])
def test_a_test_made_of_a_hidden_effect_is_hidden(side_):
    def few(row):
        hit = row.analysis == side_ and row.measure == "reoffended"
        return replace(row, treated=replace(row.treated, events=4)) if hit else row

    (test,) = disclose(with_rows(few), RULES).content.interactions
    assert test.verdict == "withheld"
    assert {each.text for each in (test.verdict_figure, test.difference, test.ci_low, test.ci_high, test.p_value)} == {"[c]"}


def test_a_test_made_of_an_unreliable_effect_is_unreliable_and_confidential_comes_first():
    def unsure(row):
        return replace(row, reliable=False) if row.analysis == "in custody" and row.measure == "reoffended" else row

    request = with_rows(unsure)
    (test,) = disclose(request, RULES).content.interactions
    assert (test.verdict, test.difference.text) == ("not_reliable", "[u]")
    (public,) = disclose(request, PUBLIC).content.interactions
    assert (public.difference.text, public.difference.value) == ("\u22124.7 [u]", -4.7)
    both = tuple(
        replace(row, treated=replace(row.treated, events=4))
        if row.analysis == "through the gate" and row.measure == "reoffended"
        else row
        for row in request.estimates
    )
    (hidden,) = disclose(replace(request, estimates=both), RULES).content.interactions
    assert hidden.verdict == "withheld"


def test_a_placebo_group_passes_the_same_rules_in_a_table_of_its_own():
    found = figures(several())
    assert found["placebo/placebo waiting/reoffended/rate/treated"].text == "34%"
    assert found["placebo/placebo waiting/reoffended/difference"].text == "\u22126"
    assert found["analyses/placebo waiting/people/treated"].text == "110"
    few = PlaceboEvidence(
        arm="waiting",
        analysis=waiting().analysis,
        estimates=tuple(replace(row, treated=side(112, 0.05, hits=6)) for row in waiting().estimates),
    )
    hidden = figures(replace(several(), placebos=(few,)))
    assert hidden["placebo/placebo waiting/reoffended/difference"].text == "[c]"


def test_the_data_file_marks_what_must_not_be_pooled():
    table = disclose(several(), RULES).table().to_pylist()
    kinds = {row["analysis"]: row["analysis_kind"] for row in table}
    assert kinds == {
        "": "",
        "national": "national",
        "regional": "regional",
        "with needs": "national",
        "in custody": "subgroup",
        "through the gate": "subgroup",
        "completed": "after_start",
        "placebo waiting": "placebo",
    }
    keys = [row["key"] for row in table]
    assert len(keys) == len(set(keys))


def test_no_exact_count_of_an_analysis_leaves():
    request = replace(several(), placebos=(waiting(), placebo("refused", 91)))
    counts = [each for each in disclose(request, RULES).figures() if each.kind == "count" and each.value is not None]
    assert all(each.value % 5 == 0 for each in counts)
    exact = {str(each.treated) for each in request.analyses} | {"112", "91", str(ALL)}
    assert exact & {each.text for each in counts} == set()


def test_a_warning_of_an_analysis_must_have_a_fixed_wording():
    request = several()
    told = replace(COMPLETED, warnings=("642 people completed",))
    with pytest.raises(UsageError, match="must be one of"):
        disclose(replace(request, analyses=(request.analyses[0], told), estimates=request.estimates[:11], interactions=()), RULES)
    loud = replace(waiting(), analysis=replace(waiting().analysis, warnings=("112 people",)))
    with pytest.raises(UsageError, match="must be one of"):
        disclose(replace(request, placebos=(loud,)), RULES)


def test_an_analysis_without_matching_has_no_colours():
    request = several()
    plain = replace(GATE, balance=None, colours=None)
    analyses = tuple(plain if each.name == "through the gate" else each for each in request.analyses)
    summary = next(
        each for each in disclose(replace(request, analyses=analyses), RULES).content.analyses if each.name == GATE.name
    )
    assert (summary.balance, summary.colours) == (None, None)


# Trials: everybody weighs the same, so an effective size is a count


def by_site(*sites):
    """The trial with a subgroup a site: its name, the people offered the programme, and its controls."""
    whole = trial()
    first = whole.estimates[0]
    summaries, rows = [], []
    for name, offered, controls in sites:
        summaries.append(
            AnalysisEvidence(
                name=name,
                kind="subgroup",
                where=(("site", name),),
                headline=False,
                treated=offered,
                comparison=controls,
                n_eff=float(controls),
                max_weight_share=1 / controls,
                balance=None,
                whole=216,
            )
        )
        treated, comparison = side(offered, 0.25), side(controls, 0.25, n_eff=float(controls))
        rows.append(replace(first, analysis=name, treated=treated, comparison=comparison, verdict="inconclusive"))
    return replace(whole, analyses=(*whole.analyses, *summaries), estimates=(*whole.estimates, *rows))


def test_the_effective_size_of_a_trial_is_its_number_of_controls_as_printed():
    """216 controls print as 215, of whom 66 rearrested as 65; two digits of them would be 220, and 66 itself."""
    found = figures(trial())
    assert found["analyses/national/effective size/comparison"].text == "215"
    assert found["table 1/national/arrest/effective size/comparison"].text == "215"
    assert found["table 2/national/week/people/comparison"].text == "65"
    assert found["table 2/national/week/effective size/comparison"].text == "65"


def test_weights_that_are_all_the_same_make_the_effective_size_a_count_in_a_matched_design_too():
    request = national()
    third = request.estimates[2].comparison
    alike = replace(request.estimates[2], comparison=replace(third, people=73, n_eff=73.00000000001))
    found = figures(replace(request, estimates=(*request.estimates[:2], alike, *request.estimates[3:])))
    assert found["table 3/national/days_to_first_reoffence/effective size/comparison"].text == "75"


def test_a_subgroup_of_a_trial_with_few_controls_hides_their_effective_number_too():
    found = figures(by_site(("north", 60, 8)))
    for size in ("people", "effective size"):
        assert found[f"analyses/north/{size}/comparison"].text == "[c]"
        assert found[f"table 1/north/arrest/{size}/comparison"].text == "[c]"
    assert found["analyses/north/people/treated"].text == "60"


def test_two_subgroups_of_a_trial_do_not_give_each_others_controls_away():
    """216 controls less the 208 of the south are the 8 of the north."""
    request = by_site(("north", 60, 8), ("south", 156, 208))
    assert {"controls/north", "controls/south"} <= protect_request(request, RULES).units
    found = figures(request)
    for size in ("people", "effective size"):
        assert found[f"analyses/south/{size}/comparison"].text == "[c]"
        assert found[f"table 1/south/arrest/{size}/comparison"].text == "[c]"
    assert found["table 1/south/arrest/rate/comparison"].text == "[c]"


def test_subgroups_of_a_trial_with_enough_controls_are_told():
    found = figures(by_site(("north", 100, 96), ("south", 116, 120)))
    assert [found[f"analyses/{site}/effective size/comparison"].text for site in ("north", "south")] == ["95", "120"]
