"""The library at a moment: the embargo comes before everything derived, and every version has its place."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.evidence import MeasureFacts
from justice_data_lab.files import sha256
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.collection import CLAIM_WORDS, Library, Shelf, collect
from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.entry import Entry, Opened
from justice_data_lab.library.gaps import evidence_map
from justice_data_lab.library.identity import OURS, outcome_key
from justice_data_lab.library.search import Index
from justice_data_lab.publication.book import Response
from sample_library import FIRST, LAB, NOW, RULES, book, collected, disclosed
from sample_requests import trial

ONE = timedelta(seconds=1)
CANARY = "Zebrafinch programme"


def embargoed(**more):
    return book("secret", title=CANARY, **more)


@pytest.mark.parametrize(
    ("release", "now"),
    [
        (embargoed(state="scheduled"), FIRST - ONE),
        (embargoed(state="scheduled"), FIRST + ONE),
        (embargoed(state="released"), FIRST - ONE),
        (embargoed(state="draft"), NOW),
        (embargoed(state="postponed"), NOW),
        (embargoed(state="cancelled"), NOW),
        (embargoed(state="withdrawn"), FIRST - ONE),
    ],
)
def test_nothing_of_a_result_that_is_not_public_is_in_the_library_or_anything_made_of_it(release, now):
    opened = []

    def open_it(one):
        opened.append(one.release.key)
        raise AssertionError

    made = collect(Shelf(books=[release], opened=open_it, said={}), now, LAB)
    index = Index(made)
    assert made.entries == ()
    assert opened == []
    assert made.claim("secret", 1) == "unknown"
    assert index.suggest("zebra") == ()
    assert synthesise(made.entries, "reoffended").outcomes == ()
    assert all(cell.results == 0 for cell in evidence_map(made.entries, ("reoffended",)))
    assert "ebrafinch" not in json.dumps(made.to_dict())


def test_at_its_hour_a_result_is_there_with_all_that_was_published():
    made = collected(embargoed(), now=FIRST)
    entry = made.entry("secret")
    assert (entry.title, entry.organisation, entry.status, entry.verdict) == (CANARY, "Northgate Works", "result", "reduction")
    assert entry.first.measure == "reoffended"
    assert (entry.first.difference.text, entry.first.ci_low.text, entry.first.ci_high.text) == (
        "\u22127.8",
        "\u221211.1",
        "\u22124.6",
    )
    assert entry.people.text == "943"
    assert entry.answer.startswith("34.9% of people who took part committed a proven reoffence")
    assert entry.classified == Classified(types=("employment-and-training",), settings=("custody",), sectors=("charity",))
    assert entry.practice.what.startswith("Twelve weeks")
    assert entry.files == ("report.html",)
    assert made.claim("secret", 1) == "current"


def test_every_figure_of_an_entry_is_the_published_one():
    entry = collected(book("a")).entry("a")
    results = disclosed("found", "Programme a").content.results
    assert len(entry.outcomes) == len(results) == 11
    for ours, theirs in zip(entry.outcomes, results, strict=True):
        for name in ("n_treated", "n_comparison", "n_eff", "treated", "comparison", "difference", "ci_low", "ci_high", "p_value"):
            assert getattr(ours, name).text == getattr(theirs, name).text
            assert getattr(ours, name).value == getattr(theirs, name).value


def test_what_could_not_be_analysed_is_there_with_the_reason():
    entry = collected(book("a"), kind="refused").entry("a")
    assert (entry.status, entry.verdict, entry.first, entry.grading) == ("not_analysed", "not_analysed", None, None)
    assert entry.people.value is None
    assert len(entry.answer) > 40
    assert (entry.use.outcome, entry.use.measure) == ("not_analysed", "")


def test_a_withdrawn_result_stays_listed_without_a_figure():
    answered = (Response(at=NOW, organisation="Trust", text="Our rate fell by 8 points."),)
    made = collected(replace(book("a", state="withdrawn", reason="The file was of other people."), responses=answered))
    entry = made.entry("a")
    assert (entry.status, entry.verdict, entry.outcomes, entry.use) == ("withdrawn", "withdrawn", (), None)
    assert entry.answer == "Withdrawn: The file was of other people."
    assert entry.responses == ()
    assert made.claim("a", 1) == "withdrawn"


def test_a_corrected_result_is_marked_until_its_new_version_is_out():
    before = collected(book("a", state="corrected", reason="A date was read wrongly."))
    assert before.entry("a").corrected == "A date was read wrongly."
    assert before.claim("a", 1) == "corrected"
    later = book("a", 2, due=FIRST + timedelta(days=30))
    after = collected(later, book("a", state="corrected", reason="A date was read wrongly.", replaced_by=2))
    entry = after.entry("a")
    assert (entry.version, entry.corrected) == (2, "")
    assert [(each.number, each.state, each.reason) for each in entry.versions] == [
        (1, "corrected", "A date was read wrongly."),
        (2, "released", ""),
    ]
    assert (after.claim("a", 1), after.claim("a", 2), after.claim("a", 3)) == ("superseded", "current", "unknown")
    assert set(CLAIM_WORDS) == {"current", "superseded", "corrected", "withdrawn", "unknown"}


def test_a_bulletin_is_no_result():
    assert collected(replace(book("q"), kind="bulletin")).entries == ()


def test_a_version_whose_place_was_taken_by_one_that_is_not_there_has_no_entry():
    assert collected(book("a", state="revised", replaced_by=2)).entries == ()


def test_a_second_version_that_is_not_out_yet_does_not_show():
    made = collected(book("a"), book("a", 2, state="scheduled", due=FIRST + timedelta(days=30)))
    assert made.entry("a").version == 1
    assert len(made.entry("a").versions) == 1


def test_entries_stand_newest_first_whatever_order_the_books_come_in():
    books = [book("b"), book("a", due=FIRST + ONE), book("c")]
    assert [each.key for each in collected(*books).entries] == ["a", "b", "c"]
    assert collected(*books) == collected(*reversed(books))


def test_the_editors_words_go_before_the_studys_and_leave_the_rest():
    said = Classified(types=("mentoring", "peer-support"), sexes=("women",), region="North")
    entry = collected(book("a"), said={"a": said}).entry("a")
    assert entry.classified == replace(said, settings=("custody",), sectors=("charity",))
    assert entry.classified.primary == "mentoring"


def test_an_answer_of_the_organisation_stands_with_its_result():
    answered = replace(book("a"), responses=(Response(at=NOW, organisation="Trust", text="We disagree."),))
    assert collected(answered).entry("a").responses[0].text == "We disagree."


def test_a_library_comes_back_from_its_json():
    made = collected(book("a"), book("b", state="withdrawn", reason="Why."))
    assert Library.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert Entry.from_dict(made.entries[0].to_dict()) == made.entries[0]
    assert made.summary() == "2 entries: 1 with a result, 0 that could not be analysed, 1 withdrawn"
    assert made.table().column("verdict").to_pylist() == ["reduction", "withdrawn"]
    assert made.entry("nothing") is None


def facts(**more):
    given = {"key": "outcome", "name": "rearrested within a year", "kind": "proportion"}
    return MeasureFacts(**given | more)


@pytest.mark.parametrize(
    "other",
    [
        {"name": "in work after a year"},
        {"better": "higher"},
        {"kind": "mean"},
        {"kind": "mean", "unit": "days"},
        {"kind": "mean", "unit": "weeks"},
        {"of": "released"},
    ],
)
def test_two_different_outcomes_are_never_one_though_their_columns_have_one_name(other):
    assert outcome_key(facts(**other)) != outcome_key(facts())


def test_one_outcome_is_one_in_whatever_column_it_stands():
    assert outcome_key(facts()) == outcome_key(facts(key="arr", name="Rearrested  within a YEAR"))
    assert outcome_key(facts()).startswith("rearrested-within-a-year-")
    assert outcome_key(facts(key="y", name="one-year proven reoffending rate")) == "reoffended"
    assert outcome_key(facts(key="reoffended", name="reoffended in five years")) != "reoffended"
    assert outcome_key(facts(name="\u518d\u72af\u7387")) != outcome_key(facts(name="\u5c31\u696d\u7387"))


def test_the_catalogue_means_by_each_key_what_released_results_mean_by_it():
    assert all(outcome_key(each) == key for key, each in OURS.items())
    told = "\n".join(
        f"{key}: {each.name}, {each.kind}, {each.unit}, {each.better}, {each.of}" for key, each in sorted(OURS.items())
    )
    assert sha256(told.encode())[:16] == "f4f6a99e85fbfd41"


def test_results_in_a_column_of_one_name_are_pooled_only_where_they_are_of_one_outcome():
    names = ("in work", "in work", "in work", "rearrested")

    def opened(one):
        given, name = trial(), names[int(one.release.key)]
        renamed = tuple(replace(each, key="outcome", name=name) if each.key == "arrest" else each for each in given.measures)
        found = tuple(replace(each, measure="outcome") if each.measure == "arrest" else each for each in given.estimates)
        return Opened(disclosed=disclose(replace(given, measures=renamed, estimates=found), RULES), files=())

    made = collect(Shelf(books=[book(str(n)) for n in range(4)], opened=opened, said={}), NOW, LAB)
    work = made.entry("0").first.measure
    assert work.startswith("in-work-")
    assert [each.key for each in synthesise(made.entries, work).effects] == ["0", "1", "2"]
    assert len({each.first.measure for each in made.entries}) == 2
