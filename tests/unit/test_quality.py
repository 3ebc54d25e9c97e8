"""The quality statement: each threshold, each limit, the overall rule; and that it looks at nothing else."""

import json
from dataclasses import fields, replace

import pytest

from justice_data_lab.estimation.quality import QualityFacts, QualityStatement, judge_quality
from justice_data_lab.estimation.quality_rules import OVERALL_RULE, QUALITY_RULES, printed, rule_words
from justice_data_lab.files import canonical_json
from sample_quality import GOOD


def grades(**changes):
    statement = judge_quality(replace(GOOD, **changes))
    return {criterion.key: criterion.grade for criterion in statement.criteria} | {"overall": statement.overall}


def test_an_analysis_with_nothing_against_it_is_good():
    assert set(grades().values()) == {"good"}


@pytest.mark.parametrize(
    ("criterion", "changes", "grade"),
    [
        ("balance", {"worst_balance": 0.10}, "good"),
        ("balance", {"worst_balance": 0.11}, "fair"),
        ("balance", {"worst_balance": 0.15}, "fair"),
        ("balance", {"worst_balance": 0.16}, "poor"),
        ("balance", {"balance": "amber"}, "fair"),
        ("balance", {"balance": "red"}, "poor"),
        ("balance", {"worst_balance": None}, "not known"),
        ("balance", {"worst_balance": None, "balance": "red"}, "poor"),
        ("overlap", {"matched": 0.95}, "good"),
        ("overlap", {"matched": 0.94}, "fair"),
        ("overlap", {"matched": 0.79}, "poor"),
        ("overlap", {"caliper_widened": True}, "fair"),
        ("overlap", {"caliper_widened": True, "matched": 0.5}, "poor"),
        ("overlap", {"matched": None}, "not known"),
        ("attrition", {"analysed": 0.70}, "good"),
        ("attrition", {"analysed": 0.40}, "fair"),
        ("attrition", {"analysed": 0.39}, "poor"),
        ("effective_size", {"n_eff": 99}, "fair"),
        ("effective_size", {"n_eff_ratio": 3.9}, "fair"),
        ("effective_size", {"n_eff_ratio": 0.9}, "poor"),
        ("effective_size", {"n_eff": 29}, "poor"),
        ("effective_size", {"n_eff": None}, "good"),
        ("linkage", {"false_matches": 0.02}, "fair"),
        ("linkage", {"false_matches": 0.04}, "poor"),
        ("linkage", {"missed_matches": 0.06}, "fair"),
        ("linkage", {"missed_matches": 0.16}, "poor"),
        ("linkage", {"match_rate": 0.79}, "fair"),
        ("linkage", {"match_rate": 0.49}, "poor"),
        ("linkage", {"false_matches": None, "missed_matches": None}, "good"),
        ("linkage", {"false_matches": None, "missed_matches": None, "match_rate": None}, "not known"),
        ("robustness", {"agreement": 0.5}, "fair"),
        ("robustness", {"agreement": 0.0}, "poor"),
        ("robustness", {"negative_control": "flagged"}, "poor"),
        ("robustness", {"negative_control": None}, "fair"),
        ("robustness", {"agreement": None}, "not known"),
        ("robustness", {"agreement": None, "negative_control": None}, "not known"),
        ("robustness", {"agreement": None, "negative_control": "flagged"}, "poor"),
        ("contamination", {"contaminated": 0.05}, "good"),
        ("contamination", {"contaminated": 0.20}, "fair"),
        ("contamination", {"contaminated": 0.21}, "poor"),
        ("contamination", {"contaminated": None}, "not known"),
        ("clock", {"clock_warning": True}, "poor"),
        ("clock", {"clock_warning": None}, "not known"),
    ],
)
def test_each_threshold_and_limit_gives_its_grade_and_no_other_criterion_moves(criterion, changes, grade):
    found, usual = grades(**changes), grades()
    assert found[criterion] == grade
    assert {key for key in usual if found[key] != usual[key]} <= {criterion, "overall"}


@pytest.mark.parametrize("rule", QUALITY_RULES, ids=lambda rule: rule.key)
def test_the_overall_grade_is_no_better_than_an_essential_criterion(rule):
    worst = {
        "balance": {"worst_balance": 0.5},
        "overlap": {"matched": 0.1},
        "attrition": {"analysed": 0.1},
        "effective_size": {"n_eff": 5},
        "linkage": {"match_rate": 0.1},
        "robustness": {"agreement": 0.0},
        "contamination": {"contaminated": 0.9},
        "clock": {"clock_warning": True},
    }[rule.key]
    assert grades(**worst)["overall"] == ("poor" if rule.essential else "fair")


def test_a_fair_criterion_makes_the_whole_fair_only_when_it_is_essential():
    assert grades(balance="amber")["overall"] == "fair"
    assert grades(analysed=0.5, n_eff_ratio=2.0, contaminated=0.1)["overall"] == "good"


def test_what_is_not_known_is_never_good():
    assert grades(clock_warning=None)["overall"] == "fair"
    assert grades(contaminated=None)["overall"] == "good", "not essential"
    assert judge_quality(QualityFacts()).overall == "not known"
    assert judge_quality(QualityFacts(analysed=0.9, contaminated=0.0)).overall == "not known"


def test_a_trial_is_judged_on_what_applies_to_it():
    statement = judge_quality(QualityFacts(design="randomised", analysed=0.9, match_rate=0.95))
    assert [criterion.key for criterion in statement.criteria] == ["attrition", "linkage", "contamination"]
    assert statement.overall == "good"


def test_the_figures_that_decided_are_named():
    statement = judge_quality(replace(GOOD, matched=0.9, caliper_widened=True, negative_control="flagged"))
    decided = {criterion.key: criterion.decided_by for criterion in statement.criteria}
    assert decided["overlap"] == ("matched", "caliper_widened")
    assert decided["robustness"] == ("negative_control",)
    assert decided["balance"] == ()


def test_every_fact_is_a_figure_of_one_criterion_and_typed_for_rounding():
    figures = [figure for rule in QUALITY_RULES for figure in rule.figures]
    assert sorted(figure.figure for figure in figures) == sorted(
        fact.name for fact in fields(QualityFacts) if fact.name != "design"
    )
    kinds = {figure.figure: figure.kind for figure in figures}
    assert (kinds["worst_balance"], kinds["matched"], kinds["off_support"], kinds["n_eff"]) == ("d", "share", "count", "size")


def test_every_limit_is_on_a_figure_of_its_criterion():
    for rule in QUALITY_RULES:
        assert {limit.figure for limit in rule.limits} <= {figure.figure for figure in rule.figures}


def test_the_rule_is_told_with_its_thresholds():
    by_key = {rule.key: rule_words(rule) for rule in QUALITY_RULES}
    assert by_key["overlap"] == (
        "Good when at least 95% of the group were matched. Fair when at least 80% of the group were matched. Poor otherwise. "
        "At best fair when the caliper was widened."
    )
    assert by_key["linkage"].startswith("Good when at most 1% of the links are likely to be wrong, at most 5% of the people")
    assert by_key["linkage"].endswith("A figure that is not known is left out.")
    assert by_key["clock"] == "Poor when people began after their clock had started. Good otherwise."
    assert "all of the other methods agree" in by_key["robustness"]
    assert [printed(0.1, "d"), printed(0.96, "share"), printed(1200, "size"), printed(7.1, "ratio")] == [
        "0.10",
        "96%",
        "1,200",
        "7.1",
    ]


def test_thresholds_are_arguments_and_are_printed_with_the_verdict():
    overlap = next(rule for rule in QUALITY_RULES if rule.key == "overlap")
    stricter = replace(overlap, figures=(replace(overlap.figures[0], good=1.0, fair=0.99), *overlap.figures[1:]))
    (criterion,) = judge_quality(replace(GOOD, matched=0.98), (stricter,)).criteria
    assert criterion.grade == "poor"
    assert "at least 100% of the group were matched" in criterion.rule


def test_the_statement_survives_json_and_has_a_row_a_figure():
    statement = judge_quality(replace(GOOD, contaminated=None))
    assert QualityStatement.from_dict(json.loads(canonical_json(statement.to_dict()))) == statement
    rows = {row["figure"]: row for row in statement.table().to_pylist()}
    assert rows["worst_balance"]["value"] == "0.04"
    assert rows["caliper_widened"]["value"] == "False"
    assert rows["contaminated"]["value"] is None
    assert rows["contaminated"]["grade"] == "not known"
    assert statement.overall_rule == OVERALL_RULE
    assert statement.summary().startswith("Quality of the analysis: good.\n  Balance: good\n")
