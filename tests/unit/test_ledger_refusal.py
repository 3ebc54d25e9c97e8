"""What is left to say when the ledger lets no figure out: why, the ways out, and of a correction what would be the same anyhow."""

from dataclasses import replace

import pytest

from invented_people import request_of, world
from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence import Holds
from justice_data_lab.disclosure.ledger.correction import in_words, moved
from justice_data_lab.disclosure.ledger.sets import LedgerSet, cleared_sets
from justice_data_lab.disclosure.nothing_told import NearlyTheSame, NothingTold, let_nothing_out, refuse_what_was_not_told
from justice_data_lab.errors import UsageError
from justice_data_lab.ledger_file import Asked, create_ledger, open_ledger
from justice_data_lab.ledger_people import People, Tokeniser, source_of
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.rooms.told import Told, disclose_alone, told_before
from justice_data_lab.site.result import outcome
from sample_ledgers import KEY, RULES, SCHEME, asked_of, cleared, finished_run_of
from sample_releases import LAB
from sample_requests import few_outcomes, national, refused

MAKE = Tokeniser(key=KEY, scheme=SCHEME, own=SCHEME)


def people(request, first=0, source="list"):
    return People(sets=asked_of(request, first, source), scheme=SCHEME)


def told(*released, supersedes="", complete=True):
    """What was told by releases, each a name, the request and the first of its people."""
    sets = []
    for name, request, first in released:
        own = people(request, first).tokenised(MAKE)
        sets += cleared_sets(own, cleared(request).content, name)
    return Told(make=MAKE, sets=tuple(sets), complete=complete, supersedes=supersedes)


def page(content_of, request, first, source="another list"):
    disclosed = content_of.disclose(request, people(request, first, source), RULES)
    return disclosed, render_html(lay_out(disclosed, LAB))


BEFORE = ("A v1", national(), 0)


@pytest.mark.parametrize("request_", [national(), refused()], ids=["a result", "a refusal"])
def test_a_neighbour_gets_a_report_that_says_only_that_nothing_may_be_told(request_):
    disclosed, html = page(told(("A v1", request_, 0)), request_, 1)
    content = disclosed.content
    assert (content.status, content.refused.code, content.refused.usable.text) == ("not_analysable", "nearly_the_same", "[x]")
    assert (content.attrition, content.balance, content.results, content.method.covariates) == ((), (), (), ())
    assert {each.place.statistic for each in disclosed.figures() if each.text} == {"submitted", "usable", "eligible", "started"}
    assert "could not be published" in html
    assert all(way in html for way in ("Wait until", "merge groups", "send an update"))
    assert outcome(content) == "Could not be published"


def test_whoever_is_told_nothing_learns_nothing_of_who_was_found():
    """The same bytes, whether the person who was added, or took another's place, was found or not."""
    found, html = page(told(BEFORE), national(), 1)
    not_found, same = page(told(BEFORE), national(), 0)
    assert found.to_dict() == not_found.to_dict()
    assert html == same


def test_the_run_ends_with_the_reason_and_keeps_nobody():
    disclosed, _ = page(told(BEFORE), national(), 1)
    with pytest.raises(NearlyTheSame, match=r"but for fewer than 20\. Ways out: wait"):
        refuse_what_was_not_told(disclosed.content)
    assert cleared_sets(people(national(), 1).sets, disclosed.content, "B v1") == ()
    refuse_what_was_not_told(cleared(national()).content)


def test_the_notice_stays_where_no_ledger_was_asked():
    notices = [page(told(BEFORE, complete=whole), national(), 1)[0].content.notices for whole in (True, False)]
    assert notices == [(), ("no_ledger",)]


@pytest.mark.parametrize("reason", ["", "The two groups are alike enough."], ids=["", "with a reviewer's reason"])
def test_where_rule_1_hides_every_estimate_a_report_says_so_and_nothing_else(reason):
    """Whether the outcome was too rare or too common, for whom, and how many were found, it does not say."""
    few = few_outcomes()
    few = replace(few, method=replace(few.method, override=reason))
    disclosed, html = page(told(), few, 0)
    content = disclosed.content
    assert (content.status, content.refused.code, content.refused.usable.text) == ("not_analysable", "too_few_outcomes", "[x]")
    assert {each.place.statistic for each in disclosed.figures() if each.text} == {"submitted", "usable", "eligible", "started"}
    assert content.notices == ()
    assert "could not be published" in html
    assert "at least 10 people had the outcome, and at least 10 did not" in html
    assert "must be new" not in html
    assert outcome(content) == "Could not be published"
    shares = [row for row in few.estimates if row.treated.events]
    most = [replace(row, treated=replace(row.treated, events=row.treated.people - 4)) for row in shares]
    assert disclosed.to_dict() == page(told(), replace(few, estimates=tuple(most)), 0)[0].to_dict()


def test_the_run_ends_with_the_reason_of_rule_1_and_keeps_the_people_of_whom_that_is_told():
    """One person more, and the difference could be told: whoever was added had the outcome."""
    disclosed, _ = page(told(), few_outcomes(), 0)
    with pytest.raises(NothingTold, match="fewer than 10 people with, or without, the outcome") as ended:
        refuse_what_was_not_told(disclosed.content)
    assert not isinstance(ended.value, NearlyTheSame)
    kept = cleared_sets(people(few_outcomes()).sets, disclosed.content, "A v1")
    assert [(each.analysis, each.of) for each in kept] == [("", "usable"), ("national", "all")]
    after, _ = page(told(("A v1", few_outcomes(), 0)), national(), 1)
    assert after.content.refused.code == "nearly_the_same"


def test_a_report_without_a_figure_is_made_where_no_ledger_was_asked_and_where_hiding_is_not_enough(monkeypatch):
    content = disclose_alone(few_outcomes(), RULES).content
    assert (content.refused.code, content.notices) == ("too_few_outcomes", ("no_ledger",))
    monkeypatch.setattr("justice_data_lab.disclosure.linked.protection.protect", lambda *_, **__: frozenset())
    close = [
        replace(row, treated=replace(row.treated, events=4)) if row.measure != "reoffended" else row
        for row in national().estimates
    ]
    disclosed = disclose_alone(replace(national(), estimates=tuple(close)), RULES)
    assert disclosed.content.refused.code == "figures_tell_each_other"
    assert "Ask for fewer analyses" in render_html(lay_out(disclosed, LAB))
    with pytest.raises(NothingTold, match="tell each other too closely"):
        refuse_what_was_not_told(disclosed.content)


def sure(**changes):
    """The national request with a first measure that has these ends and this verdict."""
    request = national()
    rows = [replace(row, **changes) if row.measure == "reoffended" else row for row in request.estimates]
    return replace(request, estimates=tuple(rows))


@pytest.mark.parametrize(
    ("verdict", "low", "high", "said"),
    [
        ("reduction", -0.12, -0.0303, True),
        ("reduction", -0.12, -0.0301, False),
        ("increase", 0.0303, 0.12, True),
        ("increase", 0.0301, 0.12, False),
        ("inconclusive", -0.04, 0.0303, True),
        ("inconclusive", -0.04, 0.0301, False),
        ("inconclusive", -0.0301, 0.04, False),
        ("reduction", None, None, False),
    ],
)
def test_a_verdict_is_said_only_where_nineteen_people_could_not_change_it(verdict, low, high, said):
    """Of 943 people 19 move the share by 2.01 points, and an end of the interval by at most 3.02."""
    request = sure(verdict=verdict, ci_low=low, ci_high=high)
    content = cleared(national()).content
    content = replace(content, results=tuple(replace(each, verdict=verdict) for each in content.results))
    found = in_words(request, content, 19)
    assert found == ((Holds(measure="one-year proven reoffending rate", verdict=verdict),) if said else ())


def test_a_verdict_that_is_hidden_is_not_said():
    request, content = sure(verdict="reduction", ci_low=-0.12, ci_high=-0.04), cleared(national()).content
    hidden = tuple(replace(each, verdict="withheld") for each in content.results)
    assert in_words(request, replace(content, results=hidden), 19) == ()


def test_a_correction_of_a_few_people_is_told_in_words_alone():
    request = sure(verdict="reduction", ci_low=-0.12, ci_high=-0.04)
    disclosed, html = page(told(BEFORE, supersedes="A v1"), request, 3)
    content = disclosed.content
    assert content.refused.code == "corrected"
    assert "One-year proven reoffending rate: evidence of a reduction" in html
    assert "could not be told in figures" in html
    assert (content.results, content.attrition, content.refused.usable.marker) == ((), (), "x")
    assert not let_nothing_out(content)
    assert outcome(content) == "Corrected, in words"
    assert cleared_sets(people(request, 3).sets, content, "A v2") == ()


def test_a_correction_of_which_nothing_holds_says_so():
    request = sure(verdict="inconclusive", ci_low=-0.01, ci_high=0.01)
    _, html = page(told(BEFORE, supersedes="A v1"), request, 3)
    assert "nothing can be said of the corrected result" in html


def test_a_correction_near_another_release_as_well_is_told_nothing():
    two = told(BEFORE, ("B v1", national(), 5000), supersedes="A v1")
    beside = replace(
        two, sets=(*two.sets, *(replace(each, released_as="C v1") for each in people(national(), 6).tokenised(MAKE)))
    )
    disclosed, _ = page(two, national(), 3)
    assert disclosed.content.refused.code == "corrected"
    disclosed, _ = page(beside, national(), 3)
    assert disclosed.content.refused.code in ("nearly_the_same", "not_carried_forward")


def test_an_update_that_leaves_many_people_out_is_no_correction():
    disclosed, html = page(told(BEFORE, supersedes="A v1"), national(), 500)
    assert disclosed.content.refused.code == "not_carried_forward"
    assert "some of the people of that result are not in it" in html


def test_what_could_not_be_analysed_is_no_correction():
    disclosed, _ = page(told(("A v1", refused(), 0), supersedes="A v1"), refused(), 3)
    assert disclosed.content.refused.code == "nearly_the_same"


def test_people_are_counted_who_differ_in_either():
    old, new = asked_of(national(), 0), asked_of(national(), 3)
    assert moved(new, old, "national") == 6
    assert moved(new, (), "national") is None


def test_an_update_names_a_release_that_the_ledger_knows(tmp_path):
    files = (tmp_path / "ledger.sqlite", tmp_path / "ledger.key", None)
    create_ledger(*files[:2])
    with pytest.raises(UsageError, match="knows no such release"):
        told_before(files, scheme=SCHEME, earlier=(), supersedes="A")
    with pytest.raises(UsageError, match="Give --ledger FILE"):
        told_before((None, None, None), scheme=SCHEME, earlier=(), supersedes="A")
    ledger = open_ledger(files[0])
    for name in ("A v9", "A v10", "AB v11"):
        ledger.record(Asked(name=name, files="f", sets=(), scheme=SCHEME))
    found = [told_before(files, scheme=SCHEME, earlier=(), supersedes=name).supersedes for name in ("A", "A v9", "AB")]
    assert found == ["A v10", "A v9", "AB v11"]


def test_an_earlier_run_counts_what_it_printed(tmp_path):
    run = finished_run_of(tmp_path / "run")
    found = told_before((None, None, None), scheme=SCHEME, earlier=(run,))
    assert {(each.analysis, each.of, each.released_as) for each in found.sets} == {
        ("", "usable", "earlier run 1"),
        ("national", "all", "earlier run 1"),
        ("national", "reoffended", "earlier run 1"),
    }
    assert found.disclose(national(), people(national(), 1, "other"), RULES).content.refused.code == "nearly_the_same"
    (run / "6-disclosure" / "disclosed.json").unlink()
    assert told_before((None, None, None), scheme=SCHEME, earlier=(run,)).sets == ()
    with pytest.raises(UsageError, match="nobody would be known again"):
        told_before((None, None, None), scheme="new ids", earlier=(finished_run_of(tmp_path / "other"),))


def test_a_list_is_its_file_and_the_map_with_which_it_is_read():
    """One file may hold two lists, of which a map chooses one."""
    assert source_of({"cohort": "a", "register": "r"}) == "a"
    assert source_of({"cohort": "a", "column map": "one", "register": "r"}) != source_of({"cohort": "a", "column map": "other"})


MADE = world(3, size=600)
ASKED = request_of(MADE, 3)


def beside_earlier(*earlier):
    return disclose(ASKED, RULES, tokens=MADE.tokens(), earlier_sets=earlier).content


def some(tokens, left_out):
    return frozenset(sorted(tokens)[left_out:])


def test_an_analysis_of_all_but_five_of_an_earlier_ones_people_is_not_available():
    """The national figure wins; nothing is shown of the subgroup, and its row says why."""
    name = next(each.name for each in ASKED.analyses if each.kind == "subgroup")
    tokens = MADE.tokens()[name, "all"]
    earlier = LedgerSet(analysis="elsewhere", tokens=some(tokens, 5), events=(("custodial", 1),), released_as="A v1")
    before, after = beside_earlier(), beside_earlier(earlier)
    results = {each.measure: each.treated.marker for each in after.results if each.analysis == name}
    assert set(results.values()) == {"x"}
    assert {each.treated.marker for each in before.results if each.analysis == name} != {"x"}
    summary = next(each for each in after.analyses if each.name == name)
    assert (summary.treated.text, summary.attrition) == ("[x]", ())
    assert "nearly_the_same_people" in summary.warnings
    headline = [each.treated.text for each in after.results if each.analysis == "national" and each.measure == "reoffended"]
    assert headline != ["[x]"]


def test_measures_of_those_who_reoffended_are_hidden_where_nearly_the_same_were_told_of():
    tokens = MADE.tokens()["national", "reoffended"]
    earlier = LedgerSet(analysis="national", of="reoffended", tokens=some(tokens, 3), released_as="A v1")
    of = {measure.key: measure.of for measure in ASKED.measures}
    hidden = {
        each.measure for each in beside_earlier(earlier).results if each.analysis == "national" and each.treated.marker == "c"
    }
    assert {measure for measure in of if of[measure] == "reoffended"} <= hidden


def test_a_measure_whose_difference_would_be_told_is_hidden_alone():
    """Thirty people fewer, all of whom reoffended: the difference would tell of each of them."""
    everybody, reoffended = MADE.tokens()["national", "all"], MADE.tokens()["national", "reoffended"]
    left = everybody - frozenset(sorted(reoffended)[:30])
    earlier = LedgerSet(analysis="national", tokens=left, events=(("reoffended", len(reoffended) - 30),), released_as="A v1")
    shown = {each.measure: each.treated.marker for each in beside_earlier(earlier).results if each.analysis == "national"}
    assert shown["reoffended"] == "c"
    assert shown["reoffences"] != "x"
