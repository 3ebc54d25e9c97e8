"""The published rule of the quality statement: which figures are looked at, and where good and fair end. Data, not code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Grade: TypeAlias = Literal["good", "fair", "poor", "not known"]
Design: TypeAlias = Literal["matched", "randomised"]
# How a figure is rounded and printed: standardised difference, share of people, count of people, effective size, ratio,
# share of methods, and words.
Kind: TypeAlias = Literal["d", "share", "count", "size", "ratio", "methods", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRule:
    """A figure of a criterion, and where good and fair end.

    Attributes:
        figure: its name in `QualityFacts`.
        name: as printed.
        kind: how it is rounded and printed.
        bound: what the rule asks of it, as printed after "when", with the bound in place of the braces.
        better: which direction is good; empty for a figure that is shown and not graded.
        good: the last value that is good.
        fair: the last value that is fair; beyond it is poor.
    """

    figure: str
    name: str
    kind: Kind
    bound: str = ""
    better: Literal["higher", "lower", ""] = ""
    good: float = 0.0
    fair: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """A fact that keeps a criterion from a better grade.

    Attributes:
        figure: its name in `QualityFacts`.
        value: what it has to be; None: not known.
        at_best: the best grade then.
        words: the condition, as printed after "when".
    """

    figure: str
    value: str | bool | None
    at_best: Literal["good", "fair", "poor"]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRule:
    """One criterion of the statement.

    Attributes:
        key: short and stable name.
        name: as printed.
        question: what it asks.
        essential: whether the overall grade can be no better than its own.
        designs: to which designs it applies.
        figures: graded or shown; the worst of those that are known is the criterion's grade.
        limits: what keeps it from a better one.
    """

    key: str
    name: str
    question: str
    essential: bool
    designs: tuple[Design, ...] = ("matched",)
    figures: tuple[FigureRule, ...]
    limits: tuple[LimitRule, ...] = ()


_BOTH: tuple[Design, ...] = ("matched", "randomised")

QUALITY_RULES: tuple[CriterionRule, ...] = (
    CriterionRule(
        key="balance",
        name="Balance",
        question="Are the two groups alike on what is known of them?",
        essential=True,
        figures=(
            FigureRule(figure="worst_balance", name="largest standardised difference", kind="d", bound="the largest standardised difference is {}", better="lower", good=0.10, fair=0.15),
            FigureRule(figure="balance", name="colour of the balance", kind="words"),
        ),
        limits=(
            LimitRule(figure="balance", value="amber", at_best="fair", words="the balance is amber overall"),
            LimitRule(figure="balance", value="red", at_best="poor", words="the balance is red overall"),
        ),
    ),
    CriterionRule(
        key="overlap",
        name="Overlap",
        question="Did everybody have somebody like them to be compared with?",
        essential=True,
        figures=(
            FigureRule(figure="matched", name="share of the group matched", kind="share", bound="{} of the group were matched", better="higher", good=0.95, fair=0.80),
            FigureRule(figure="caliper_widened", name="caliper widened", kind="words"),
            FigureRule(figure="off_support", name="people of the pool unlike anybody in the group", kind="count"),
        ),
        limits=(LimitRule(figure="caliper_widened", value=True, at_best="fair", words="the caliper was widened"),),
    ),
    CriterionRule(
        key="attrition",
        name="People lost on the way",
        question="How many of the people sent are in the results?",
        essential=False,
        designs=_BOTH,
        figures=(
            FigureRule(figure="analysed", name="share of the records sent analysed", kind="share", bound="{} of the records sent were analysed", better="higher", good=0.70, fair=0.40),
        ),
    ),
    CriterionRule(
        key="effective_size",
        name="Effective size",
        question="Is the comparison group large enough not to blur the result?",
        essential=False,
        figures=(
            FigureRule(figure="n_eff", name="effective size of the comparison group", kind="size", bound="the comparison group is worth {} people", better="higher", good=100, fair=30),
            FigureRule(figure="n_eff_ratio", name="effective people for each person matched", kind="ratio", bound="it is worth {} for each person matched", better="higher", good=4, fair=1),
        ),
    ),
    CriterionRule(
        key="linkage",
        name="Linkage",
        question="Were the right people found in the register?",
        essential=True,
        designs=_BOTH,
        figures=(
            FigureRule(figure="false_matches", name="estimated share of links that are wrong", kind="share", bound="{} of the links are likely to be wrong", better="lower", good=0.01, fair=0.03),
            FigureRule(figure="missed_matches", name="estimated share of people missed", kind="share", bound="{} of the people were likely to be missed", better="lower", good=0.05, fair=0.15),
            FigureRule(figure="match_rate", name="share of records found", kind="share", bound="{} of the records were found", better="higher", good=0.80, fair=0.50),
        ),
    ),
    CriterionRule(
        key="robustness",
        name="Robustness",
        question="Do other methods agree, and is there a sign of hidden differences?",
        essential=True,
        figures=(
            FigureRule(figure="agreement", name="share of other methods that agree", kind="methods", bound="{} of the other methods agree", better="higher", good=1.0, fair=0.5),
            FigureRule(figure="negative_control", name="negative control", kind="words"),
        ),
        limits=(
            LimitRule(figure="negative_control", value="flagged", at_best="poor", words="the negative control shows a hidden difference between the groups"),
            LimitRule(figure="negative_control", value=None, at_best="fair", words="there is no negative control"),
        ),
    ),
    CriterionRule(
        key="contamination",
        name="Help in the comparison group",
        question="Had people in the comparison group had this kind of help too?",
        essential=False,
        designs=_BOTH,
        figures=(
            FigureRule(
                figure="contaminated", name="share of the comparison group known to have had it", kind="share", bound="{} of the comparison group are known to have had it", better="lower",
                good=0.05, fair=0.20,
            ),
        ),
    ),
    CriterionRule(
        key="clock",
        name="Clock",
        question="Did follow-up start for everybody when they could have been helped?",
        essential=True,
        figures=(FigureRule(figure="clock_warning", name="people who began after their clock had started", kind="words"),),
        limits=(
            LimitRule(figure="clock_warning", value=True, at_best="poor", words="people began after their clock had started"),
        ),
    ),
)  # fmt: skip

OVERALL_RULE = (
    "Good when every essential criterion is good and no other is poor. Fair when an essential criterion is fair or not known, or "
    "another one is poor. Poor when an essential criterion is poor. Not known when no essential criterion is known."
)


def rule_words(rule: CriterionRule) -> str:
    """A criterion's rule as one or more sentences, with its thresholds."""
    graded = [figure for figure in rule.figures if figure.better]
    limits = [_limit(limit) for limit in rule.limits]
    if not graded:
        return " ".join([*limits, "Good otherwise."])
    good, fair = (_list([_bound(figure, value) for figure, value in bounds]) for bounds in _bounds(graded))
    several = ["A figure that is not known is left out."] if len(graded) > 1 else []
    return " ".join([f"Good when {good}. Fair when {fair}. Poor otherwise.", *limits, *several])


def _bounds(graded: list[FigureRule]) -> tuple[list[tuple[FigureRule, float]], list[tuple[FigureRule, float]]]:
    """Each figure with where good ends, and with where fair ends."""
    return [(figure, figure.good) for figure in graded], [(figure, figure.fair) for figure in graded]


def _bound(figure: FigureRule, value: float) -> str:
    if figure.kind == "methods" and value == 1:
        return figure.bound.format("all")
    word = "at least" if figure.better == "higher" else "at most"
    return figure.bound.format(f"{word} {printed(value, figure.kind)}")


def _list(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _limit(limit: LimitRule) -> str:
    return f"{'Poor' if limit.at_best == 'poor' else f'At best {limit.at_best}'} when {limit.words}."


def printed(value: float, kind: Kind) -> str:
    """A number as the statement prints it."""
    if kind == "d":
        return f"{value:.2f}"
    if kind in ("share", "methods"):
        return f"{value:.0%}"
    return f"{value:,g}"
