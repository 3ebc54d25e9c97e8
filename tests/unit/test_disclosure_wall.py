"""Only disclose() makes a Disclosed, and nothing exact or failing is in it."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justice_data_lab.disclosure.disclosed import Disclosed, disclose
from justice_data_lab.disclosure.evidence import LevelEvidence, QualityEvidence, Refusal
from justice_data_lab.errors import NothingDisclosable, UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.release_run import read_disclosed
from justice_data_lab.study import DisclosureRules
from sample_requests import eleven_estimates, national, no_overlap, refused, side, trial

RULES = DisclosureRules()
PUBLIC = DisclosureRules(profile="none")


def figures(disclosed):
    return {figure.place.key: figure for figure in disclosed.figures()}


def numbers(value):
    """Every number in a JSON value."""
    if isinstance(value, dict):
        return [found for entry in value.values() for found in numbers(entry)]
    if isinstance(value, list):
        return [found for entry in value for found in numbers(entry)]
    return [value] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def test_nothing_but_disclose_makes_a_disclosed():
    made = disclose(national(), RULES)
    with pytest.raises(TypeError, match="Only disclose"):
        Disclosed(content=made.content, seal=object())
    with pytest.raises((TypeError, ValueError), match="seal"):
        replace(made, content=disclose(trial(), PUBLIC).content)
    with pytest.raises(FrozenInstanceError):
        made.content = None
    for make in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never as a pickle"):
            make(made)


@pytest.mark.parametrize(
    ("request_", "rules"), [(national(), RULES), (trial(), PUBLIC), (refused(), RULES), (no_overlap(), RULES)]
)
def test_it_reads_back_only_the_bytes_that_the_manifest_lists(request_, rules):
    made = disclose(request_, rules)
    data = canonical_json(made.to_dict())
    manifest = {"rooms": {"6-disclosure": {"files": {"disclosed.json": sha256(data)}}}}
    assert Disclosed.from_dict(json.loads(data), sha256(data), manifest) == made
    forged = json.loads(data)
    forged["content"]["study"]["name"] = "Another"
    for content, known, listed in (
        (forged, sha256(data), manifest),
        (forged, sha256(canonical_json(forged)), manifest),
        (json.loads(data), sha256(data), {}),
    ):
        with pytest.raises(UsageError, match="Run the request again"):
            Disclosed.from_dict(content, known, listed)


def test_a_failing_cell_takes_every_figure_made_from_it():
    found = figures(disclose(national(), RULES))
    row = {key: figure for key, figure in found.items() if "/first_reoffence_indictable/" in key}
    about_both = ("verdict", "difference", "interval low", "interval high", "p-value", "detectable difference", "people needed")
    assert {row[f"table 4/national/first_reoffence_indictable/{name}"].marker for name in about_both} == {"c"}
    assert all(figure.value is None for figure in row.values() if figure.marker)


def test_a_hidden_part_of_a_total_takes_a_second_one_with_it():
    found = figures(disclose(national(), RULES))
    shown = {
        name: found[f"table 4/national/first_reoffence_{name}/rate/treated"].marker
        for name in ("indictable", "either_way", "summary")
    }
    assert shown == {"indictable": "c", "either_way": "", "summary": "c"}


def test_unreliable_and_confidential_are_told_apart():
    rows = list(eleven_estimates())
    rows[9] = replace(rows[9], reliable=False)
    found = figures(disclose(replace(national(), estimates=tuple(rows)), RULES))
    assert found["table 6/national/custody_for_first_reoffence/rate/treated"].text == "[u]"
    assert found["table 6/national/custody_for_first_reoffence/people/treated"].text == "330"
    assert found["table 4/national/first_reoffence_indictable/rate/treated"].text == "[c]"


def test_public_data_keep_an_unreliable_figure_with_its_marker():
    rows = list(eleven_estimates())
    rows[9] = replace(rows[9], reliable=False)
    figure = figures(disclose(replace(national(), estimates=tuple(rows)), PUBLIC))[
        "table 6/national/custody_for_first_reoffence/rate/treated"
    ]
    assert (figure.text, figure.marker, figure.value) == ("38.9% [u]", "u", 38.9)


def test_the_number_who_reoffended_is_hidden_when_all_but_a_few_did():
    rows = list(eleven_estimates())
    rows[0] = replace(rows[0], treated=side(943, 938 / 943, hits=938))
    rows[2] = replace(rows[2], treated=side(938, 141.3, mean=True))
    found = figures(disclose(replace(national(), estimates=tuple(rows)), RULES))
    assert found["table 1/national/reoffended/rate/treated"].text == "[c]"
    assert found["table 3/national/days_to_first_reoffence/people/treated"].text == "[c]"


def test_an_estimate_without_numbers_is_not_available():
    rows = list(eleven_estimates())
    rows[9] = replace(rows[9], difference=None, ci_low=None, ci_high=None, p_value=None, detectable=None, people_needed=None)
    disclosed = disclose(replace(national(), estimates=tuple(rows)), RULES)
    result = next(each for each in disclosed.content.results if each.measure == "custody_for_first_reoffence")
    assert (result.verdict, result.difference.text, result.verdict_figure.text) == ("not_available", "[x]", "[x]")


def test_a_comparison_side_of_few_effective_people_is_hidden():
    rows = list(eleven_estimates())
    rows[0] = replace(rows[0], comparison=replace(rows[0].comparison, n_eff=12.0))
    analysis = replace(national().analyses[0], n_eff=12.0)
    disclosed = disclose(replace(national(), estimates=tuple(rows), analyses=(analysis,)), RULES)
    found = figures(disclosed)
    assert found["table 1/national/reoffended/rate/comparison"].text == "[c]"
    assert found["table 1/national/reoffended/rate/treated"].text == "35%"
    assert {row.comparison.text for variable in disclosed.content.profile[:-1] for row in variable.rows} == {"[c]"}


def test_nothing_disclosable_is_an_error_of_its_own():
    few = tuple(replace(row, treated=side(40, 0.1, hits=4)) for row in eleven_estimates())
    with pytest.raises(NothingDisclosable, match="Send a larger group"):
        disclose(replace(national(), estimates=few), RULES)


def test_the_reason_why_nothing_may_be_told_is_no_single_rule():
    few = tuple(replace(row, treated=replace(row.treated, n_eff=12.0)) for row in eleven_estimates())
    with pytest.raises(NothingDisclosable, match="or on fewer people than another disclosure rule asks for"):
        disclose(replace(national(), estimates=few), RULES)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(national(), warnings=("943 people were matched",)), "fixed|must be one of"),
        (replace(national(), analyses=tuple(replace(each, headline=False) for each in national().analyses)), "headline"),
        (replace(refused(), refusal=None), "needs its refusal"),
        (replace(national(), levels=(*national().levels, national().levels[0])), "one name"),
    ],
)
def test_a_request_that_says_too_little_or_too_much_is_refused(wrong, words):
    with pytest.raises(UsageError, match=words):
        disclose(wrong, RULES)


def test_what_could_not_be_analysed_holds_bands_and_no_count_of_people():
    disclosed = disclose(refused(), RULES)
    counted = [figure for figure in disclosed.figures() if figure.kind == "count" and figure.place.table != "programme"]
    assert {figure.text for figure in counted} == {"fewer than 30", "[z]"}
    assert disclosed.content.results == ()
    assert disclosed.content.quality == ()


def test_a_handful_of_people_gets_no_balance_table_and_a_full_group_does():
    small = replace(no_overlap(), balance_people=20, refusal=Refusal(code="no_overlap", needed=30, submitted=60, usable=20))
    assert disclose(small, RULES).content.balance == ()
    assert disclose(no_overlap(), RULES).content.balance != ()


def test_a_level_with_few_people_shows_only_its_colour_in_the_annex():
    rows = [row for row in disclose(national(), RULES).content.balance if row.level == "60 or over"]
    assert [(row.before.text, row.after.text, row.colour) for row in rows] == [("[c]", "[c]", "green")]


def test_summary_and_table_tell_what_was_withheld():
    disclosed = disclose(national(), RULES)
    table = disclosed.table()
    assert table.num_rows == len(disclosed.figures())
    assert table.column("marker").to_pylist().count("c") == int(disclosed.summary().split(", ")[1].split()[0])


def test_the_organisations_own_counts_are_rounded_and_not_kept():
    disclosed = disclose(replace(national(), study=replace(national().study, eligible=1603, started=8)), RULES)
    assert disclosed.content.programme.eligible.text == "1,605"
    assert disclosed.content.programme.started.text == "[c]"
    assert disclosed.content.study.eligible is None


def odd(draw, low, high):
    """A count that is no multiple of five, so that finding it in the output is a leak."""
    return draw(st.integers(low, high).filter(lambda number: number % 5))


@st.composite
def requests(draw):
    people = odd(draw, 203, 1999)
    reoffenders = odd(draw, 1, people - 1)
    rows = []
    for row in eleven_estimates(people=people, reoffenders=reoffenders, pool=odd(draw, 2001, 90001)):
        hits = draw(st.integers(0, row.treated.people))
        if row.treated.events is not None:
            share = hits / row.treated.people
            treated = replace(row.treated, events=hits, value=share, low=max(0.0, share - 0.05), high=min(1.0, share + 0.05))
        else:
            treated = replace(row.treated, nonzero=hits, largest_share=draw(st.floats(0.001, 0.5)))
        rows.append(replace(row, treated=treated, reliable=draw(st.booleans())))
    cuts = sorted(draw(st.lists(st.integers(0, people), min_size=3, max_size=3)))
    sizes = [right - left for left, right in zip([0, *cuts], [*cuts, people], strict=True)]
    levels = tuple(
        LevelEvidence(
            variable="v", label="V", level=f"level {name}", treated=size, comparison=100 + size, comparison_share=size / people
        )
        for name, size in zip("abcd", sizes, strict=True)
    )
    base = national()
    analysis = replace(base.analyses[0], treated=people)
    quality = (QualityEvidence(group="All", label="All", people=people + 1, linked=draw(st.integers(0, people))),)
    return replace(base, analyses=(analysis,), estimates=tuple(rows), levels=levels, quality=quality, means=(), balance=())


@settings(max_examples=150)
@given(requests())
def test_no_exact_count_and_no_failing_cell_is_in_what_leaves(request_):
    try:
        disclosed = disclose(request_, RULES)
    except NothingDisclosable:
        return
    counts = [figure.value for figure in disclosed.figures() if figure.kind == "count" and figure.value is not None]
    assert all(count % 5 == 0 for count in counts)
    percents = [
        figure.value for figure in disclosed.figures() if figure.kind in ("percent", "points") and figure.value is not None
    ]
    assert all(value == int(value) for value in percents)
    found = figures(disclosed)
    for estimate in request_.estimates:
        treated = estimate.treated
        rate = next(each for each in disclosed.content.results if each.measure == estimate.measure)
        unsafe = treated.people < 10 or (treated.events is not None and not 10 <= treated.events <= treated.people - 10)
        unsafe |= treated.events is None and (treated.nonzero < 10 or treated.largest_share > 0.2)
        if unsafe:
            hidden = (
                rate.treated,
                rate.difference,
                rate.ci_low,
                rate.ci_high,
                rate.p_value,
                rate.hundred_treated,
            )
            assert {figure.marker for figure in hidden} == {"c"}
            assert {figure.value for figure in (*hidden, rate.treated_low)} == {None}
            assert rate.verdict == "withheld"
    people = request_.analyses[0].treated
    for level in request_.levels:
        share = found[f"profile/v/{level.level}/share/treated"]
        assert share.marker == "c" or 10 <= level.treated <= people - 10
    exact = {
        people,
        request_.analyses[0].comparison,
        request_.attrition[0].left,
        *(row.treated.people for row in request_.estimates),
    }
    # an average of so many days may happen to be the number of somebody's fellows
    days = {figure.value for figure in disclosed.figures() if figure.kind == "days"}
    told = {number for number in exact if number % 5 and number > 100} - days
    assert not told & set(numbers(disclosed.to_dict()["content"]))


@settings(max_examples=40)
@given(requests())
def test_the_same_request_gives_the_same_bytes(request_):
    try:
        first = canonical_json(disclose(request_, RULES).to_dict())
    except NothingDisclosable:
        return
    assert first == canonical_json(disclose(copy.deepcopy(request_), RULES).to_dict())


def test_a_sub_group_of_few_on_the_comparison_side_hides_its_effective_size_too():
    rows = list(eleven_estimates())
    rows[2] = replace(rows[2], comparison=replace(rows[2].comparison, people=8))
    found = figures(disclose(replace(national(), estimates=tuple(rows)), RULES))
    assert found["table 3/national/days_to_first_reoffence/people/comparison"].text == "[c]"
    assert found["table 3/national/days_to_first_reoffence/effective size/comparison"].text == "[c]"


def test_bytes_that_were_disclosed_are_read_back_and_others_are_not():
    made = disclose(national(), DisclosureRules())
    data = canonical_json(made.to_dict())
    files = {"disclosed.json": data}
    assert read_disclosed(files, manifest_hash(files)) == made
    forged = {"disclosed.json": data.replace(b"national", b"regional")}
    for frozen in (manifest_hash(files), sha256(forged["disclosed.json"]), ""):
        with pytest.raises(UsageError, match="expected the bytes that disclose"):
            read_disclosed(forged, frozen)
    with pytest.raises(UsageError, match="expected the bytes that disclose"):
        Disclosed.from_bytes(data, {})
