"""Sentences of the quality statement: a test a branch."""

from dataclasses import replace
from itertools import product

import pytest

from justice_data_lab.estimation.quality import QualityFacts, QualityFigure, judge_quality
from justice_data_lab.reporting.quality_words import GRADES, criterion_sentence, figure_text, overall_sentence
from justice_data_lab.reporting.readability import reading_age
from sample_quality import GOOD


def said(**changes):
    return {criterion.key: criterion_sentence(criterion) for criterion in judge_quality(replace(GOOD, **changes)).criteria}


def test_balance_in_words():
    assert (
        said()["balance"]
        == "The two groups were alike on what is known of them. The largest difference was 0.04 standard deviations."
    )
    assert "differed a little on some things. The largest difference was 0.12" in said(worst_balance=0.12)["balance"]
    poor = said(worst_balance=0.21, balance="red")["balance"]
    assert "differed clearly on some things, so part of the result may come from who they are. The largest" in poor
    assert said(worst_balance=None, balance="amber")["balance"] == "The two groups differed a little on some things."
    assert said(worst_balance=None)["balance"] == "It is not known how alike the two groups were."


def test_overlap_in_words():
    assert said()["overlap"] == "Nearly everybody in the group had somebody like them to be compared with: 99% were matched."
    assert said(caliper_widened=True)["overlap"].endswith(
        "99% were matched. People a little less alike had to be accepted as matches."
    )
    assert "Most people in the group had somebody like them" in said(matched=0.9)["overlap"]
    assert "only 60% were matched. The results speak of those alone." in said(matched=0.6)["overlap"]
    assert said(matched=None)["overlap"] == "It is not known how many people had somebody like them to be compared with."


def test_people_lost_in_words():
    assert said()["attrition"] == "Most of the records sent are in the results: 80%."
    assert "not in the results: 55% are. The people lost may have done better or worse." in said(analysed=0.55)["attrition"]
    assert "only 20% are" in said(analysed=0.2)["attrition"]
    assert said(analysed=None)["attrition"].startswith("It is not known how many")


def test_effective_size_in_words():
    assert said()["effective_size"].endswith("little doubt: it was worth 2,400 people, or 8 for each person matched.")
    assert "some doubt" in said(n_eff_ratio=2.0)["effective_size"]
    assert said(n_eff=20, n_eff_ratio=None)["effective_size"].endswith("much doubt: it was worth 20 people.")
    assert said(n_eff=None, n_eff_ratio=None)["effective_size"] == "It is not known how large the comparison group was."


def test_linkage_in_words():
    assert said()["linkage"] == (
        "People were found in the records with little error: less than 1% of the links are likely to be wrong; "
        "2% of the people were likely to be missed; 93% of the records were found."
    )
    assert "with some error: 2% of the links" in said(false_matches=0.02)["linkage"]
    poor = said(match_rate=0.3, false_matches=None, missed_matches=None)["linkage"]
    assert poor.endswith("or the wrong ones were: 30% of the records were found. The result may be pulled towards zero.")
    nothing = said(match_rate=None, false_matches=None, missed_matches=None)["linkage"]
    assert nothing == "It is not known how well people were found in the records."


def test_robustness_in_words():
    assert said()["robustness"] == "Other methods gave the same answer. A check for large hidden differences found none."
    assert said(agreement=0.5)["robustness"].startswith("Other methods did not all give the same answer: 50% of them agree.")
    assert said(negative_control=None)["robustness"].endswith("There was no check for hidden differences.")
    flagged = said(negative_control="flagged")["robustness"]
    assert "found a large one: before the programme the groups had already offended at different rates." in flagged
    assert said(agreement=None, negative_control="flagged")["robustness"].startswith(
        "The result was not checked by other methods. A"
    )
    assert said(agreement=None)["robustness"] == "The result was not checked by other methods."


def test_contamination_in_words():
    assert said()["contamination"] == "Few people in the comparison group are known to have had this kind of help: 1%."
    assert said(contaminated=0.1)["contamination"].endswith("this kind of help: 10%. This pulls the result towards zero.")
    assert said(contaminated=0.5)["contamination"].startswith("Many people in the comparison group")
    assert said(contaminated=None)["contamination"].endswith("If many had, the result is pulled towards zero.")


def test_the_clock_in_words():
    assert said()["clock"] == "Nobody's follow-up began before their help did."
    assert said(clock_warning=True)["clock"].endswith("could not join, so the result looks better than it is.")
    assert said(clock_warning=None)["clock"].startswith("It is not known")


def test_the_whole_in_words():
    assert overall_sentence(judge_quality(GOOD)) == (
        "The analysis was made well. Nothing in how it was made stands in the way of relying on it."
    )
    fair = judge_quality(replace(GOOD, matched=0.9, clock_warning=None, analysed=0.1, contaminated=0.1))
    assert overall_sentence(fair) == (
        "The analysis can be relied on with some care. What to look at: overlap, clock and people lost on the way."
    )
    poor = judge_quality(replace(GOOD, negative_control="flagged", matched=0.9))
    assert overall_sentence(poor) == "Take great care with these results. What to look at: robustness."
    assert overall_sentence(judge_quality(QualityFacts())).startswith("Too little is known")


def test_figures_are_printed_by_their_kind():
    def text(kind, value):
        return figure_text(QualityFigure(key="x", name="x", kind=kind, value=value))

    assert [text("d", 0.123), text("share", 0.96), text("share", 0.001), text("count", 1205), text("methods", 0.0)] == [
        "0.12", "96%", "less than 1%", "1,205", "0%",
    ]  # fmt: skip
    assert [text("words", value) for value in ("amber", True, False, None)] == [
        "amber",
        "yes",
        "no",
        "not known",
    ]


CASES = [
    dict(zip(("worst_balance", "matched", "analysed", "agreement", "clock_warning"), case, strict=True))
    for case in product((0.0, 0.12, 0.3, None), (0.99, 0.85, 0.1, None), (0.9, 0.5, 0.1), (1.0, None), (True, None))
]


@pytest.mark.parametrize("place", range(0, len(CASES), 12))
def test_whatever_is_known_every_sentence_is_whole_and_plain(place):
    for changes in CASES[place : place + 12]:
        statement = judge_quality(replace(GOOD, **changes))
        sentences = [overall_sentence(statement), *(criterion_sentence(criterion) for criterion in statement.criteria)]
        assert all(sentence.endswith(".") and "{" not in sentence and "None" not in sentence for sentence in sentences)
        assert reading_age(" ".join(sentences)) < 16
        assert {criterion.grade for criterion in statement.criteria} <= set(GRADES)
