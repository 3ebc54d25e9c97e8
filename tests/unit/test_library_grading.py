"""Grading by a published rule, and the taxonomy with its editor's file."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from justice_data_lab.disclosure.evidence import StudyFacts
from justice_data_lab.errors import UsageError
from justice_data_lab.library.classified import Classified, classify, not_placed, read_classified
from justice_data_lab.library.grading import LEVELS, NO_FIGURE, OVERALL, PARTS, Part, grade, overall
from justice_data_lab.library.taxonomy import FACETS, KEYS, SETTINGS, TYPES, close_to, facet, names, place, slug
from justice_data_lab.reporting.findings import findings, headline, primary
from sample_library import disclosed

STUDY = StudyFacts(
    name="A", organisation="B", programme="C", intervention_type="Housing", setting="prison", report_date="2026-11-22"
)


def parts(**grades):
    return [Part(key=key, name=key, grade=value, words="") for key, value in grades.items()]


def content(kind="found", **balance):
    made = disclosed(kind).content
    if not balance:
        return made
    return replace(made, analyses=tuple(replace(each, **balance) for each in made.analyses))


@pytest.mark.parametrize(
    ("made", "level"),
    [
        (content("trial"), 5),
        (content(balance="green"), 4),
        (content(balance="amber"), 3),
        (content(balance="red"), 2),
    ],
)
def test_the_level_follows_from_the_design_and_the_balance(made, level):
    assert grade(made, "reoffended", shown=True).level == level


@pytest.mark.parametrize(
    ("level", "grades", "key"),
    [
        (5, {"attrition": "good"}, "trial"),
        (5, {"attrition": "poor", "robustness": "good"}, "care"),
        (5, {"linkage": "poor"}, "weak"),
        (4, {"balance": "good", "overlap": "good", "robustness": "good"}, "close"),
        (4, {"balance": "good", "overlap": "good", "robustness": "good", "hidden_bias": "poor"}, "care"),
        (4, {"balance": "good", "overlap": "fair", "robustness": "good"}, "care"),
        (4, {"balance": "good", "overlap": "good", "robustness": "not known"}, "care"),
        (3, {"balance": "fair", "overlap": "good", "robustness": "good"}, "care"),
        (3, {"robustness": "poor"}, "weak"),
        (4, {"clock": "poor", "balance": "good", "overlap": "good", "robustness": "good"}, "weak"),
        (2, {}, "weak"),
    ],
)
def test_the_overall_statement_is_the_first_row_of_the_rule_that_holds(level, grades, key):
    assert overall(level, parts(**grades)).key == key


def test_the_rule_ends_with_a_row_that_always_holds():
    assert (OVERALL[-1].least, OVERALL[-1].not_poor, OVERALL[-1].good) == (1, (), ())
    assert [each.number for each in LEVELS] == [1, 2, 3, 4, 5]


def test_every_part_is_shown_with_its_own_words_and_no_sum():
    made = grade(content(), "reoffended", shown=True)
    assert {"balance", "overlap", "attrition", "effective_size", "hidden_bias", "robustness"} <= {each.key for each in made.parts}
    assert all(each.words for each in made.parts)
    assert made.grade("balance") == "good"
    assert made.grade("no such part") == "not known"
    assert made.statement == next(each.words for each in OVERALL if each.key == made.overall)


def test_a_report_without_a_quality_statement_has_parts_that_are_not_known():
    made = grade(replace(content(), statement=None), "reoffended", shown=True)
    assert [each.grade for each in made.parts] == ["not known"] * len(PARTS)
    assert made.overall == "care"


def test_without_a_figure_there_is_nothing_to_judge():
    made = grade(content(), "reoffended", shown=False)
    assert (made.overall, made.statement) == ("", NO_FIGURE)


@pytest.mark.parametrize(("gamma", "expected"), [(2.0, "good"), (1.9, "fair"), (1.3, "fair"), (1.2, "poor"), (None, "not known")])
def test_hidden_bias_is_graded_by_gamma(gamma, expected):
    made = content()
    ratio = _ratio(made, gamma)
    graded = grade(replace(made, robustness=ratio), "reoffended", shown=True)
    assert graded.grade("hidden_bias") == expected


def test_hidden_bias_does_not_apply_where_chance_decided_or_nothing_was_found():
    assert grade(content("trial"), "arrest", shown=True).grade("hidden_bias") == "does not apply"
    assert grade(content(), "first_reoffence_summary", shown=True).grade("hidden_bias") == "does not apply"


def _ratio(made, gamma):
    """The report's checks with one gamma; a stand-in for those that the sample does not make."""
    figure = SimpleNamespace(value=gamma, text=str(gamma))
    return SimpleNamespace(measures=(SimpleNamespace(measure="reoffended", ratio=SimpleNamespace(gamma=figure)),))


def test_the_taxonomy_has_the_seventeen_kinds_of_help_each_with_a_key_of_its_own():
    assert len(TYPES.options) == 17
    for each in FACETS:
        keys = [option.key for option in each.options]
        assert len(set(keys)) == len(keys)
        assert all(slug(option.name) == option.key for option in each.options)
    assert {each.key for each in FACETS} == set(KEYS)


def test_no_word_means_two_options_of_one_facet():
    for each in FACETS:
        words = [slug(word) for option in each.options for word in {option.name, *option.also}]
        meant = {word: place(word, each) for word in words}
        for option in each.options:
            assert all(meant[slug(word)] == option.key for word in (option.name, *option.also)), option.key


@pytest.mark.parametrize(
    ("words", "key"),
    [("Mentoring", "mentoring"), ("finance and debt", "finance-and-debt"), ("women's centre", "womens-centres"), ("employment", "employment-and-training"), ("juggling", "")],
)  # fmt: skip
def test_free_words_find_their_place_or_none(words, key):
    assert place(words, TYPES) == key


def test_what_has_no_place_is_told_with_what_may_have_been_meant():
    assert close_to("mentorring", TYPES) == ("Mentoring", "Peer support")
    assert not_placed(STUDY) == ()
    odd = replace(STUDY, intervention_type="mentorring", setting="moon")
    first, second = not_placed(odd)
    assert first == "intervention_type \u201cmentorring\u201d is not in the taxonomy (perhaps Mentoring or Peer support)"
    assert "known: Custody, Community, Through the gate" in second
    assert names(("not-stated", "custody"), SETTINGS) == ("Not stated", "Custody")
    with pytest.raises(KeyError):
        facet("shoe size")


def test_a_study_is_placed_by_its_own_words():
    assert classify(STUDY, "Voluntary sector", None) == Classified(
        types=("accommodation",), settings=("custody",), sectors=("charity",)
    )
    assert classify(replace(STUDY, intervention_type="juggling"), "", None).of("type") == ("not-stated",)


def test_the_editors_file_is_read_strictly():
    read = read_classified(
        {"entry": {"2026-014": {"types": ["Mentoring", "peer support"], "sexes": ["female"], "region": "North"}}}
    )
    assert read == {"2026-014": Classified(types=("mentoring", "peer-support"), sexes=("women",), region="North")}
    assert read_classified({}) == {}
    for bad, words in (
        (
            {"entry": {"a": {"types": ["Mentorring"]}}},
            r"\[entry.a\] types: expected a value of the taxonomy.*Did you mean `Mentoring`",
        ),
        ({"entry": {"a": {"kinds": []}}}, "unknown key `kinds`"),
        ({"entries": {}}, "Did you mean `entry`"),
        ({"entry": 1}, "tables named"),
        ({"entry": {"a": 1}}, "a table"),
    ):
        with pytest.raises(UsageError, match=words):
            read_classified(bad)


def test_the_library_speaks_of_the_first_primary_measure():
    made = content()
    assert primary(findings(made, headline(made)))[0].measure.key == "reoffended"
