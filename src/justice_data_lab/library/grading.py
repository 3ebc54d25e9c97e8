"""How far a result can be relied on: its design on the Maryland scale, its parts one by one, and a statement by a published rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.reporting.findings import headline
from justice_data_lab.reporting.quality_words import criterion_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_tests import MeasureTests

Grade: TypeAlias = Literal["good", "fair", "poor", "not known", "does not apply"]
Design: TypeAlias = Literal[1, 2, 3, 4, 5]
VERSION = "jdl-grading/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of the Maryland scale, and which of our results stand on it."""

    number: Design
    meaning: str
    ours: str


LEVELS: tuple[Level, ...] = (
    Level(number=1, meaning="A link between programme and reoffending at one moment, with nothing to compare.", ours="None: every result has a comparison group."),
    Level(number=2, meaning="Before and after, or a comparison group that was not shown to be alike.", ours="Matched, and the balance is red: a reviewer let it through with a reason."),
    Level(number=3, meaning="People with and without the programme who are comparable.", ours="Matched, and the balance is amber."),
    Level(number=4, meaning="People with and without it, with what else may matter controlled for, or with only small differences.", ours="Matched one person by one on the records, and the balance is green."),
    Level(number=5, meaning="People put into the two groups at random.", ours="A randomised trial."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRule:
    """One visible part: what it asks, and where its grade comes from.

    Attributes:
        key: of the criterion of the quality statement that is taken over, or `hidden_bias`.
        name: as printed.
        good: for `hidden_bias`, the least gamma that is good.
        fair: the least that is fair.
    """

    key: str
    name: str
    good: float = 0.0
    fair: float = 0.0


PARTS: tuple[PartRule, ...] = (
    PartRule(key="balance", name="Balance"),
    PartRule(key="overlap", name="Overlap"),
    PartRule(key="attrition", name="People lost on the way"),
    PartRule(key="effective_size", name="Effective size"),
    PartRule(key="hidden_bias", name="Sensitivity to hidden bias", good=2.0, fair=1.3),
    PartRule(key="robustness", name="Agreement of other methods"),
    PartRule(key="linkage", name="Linkage"),
    PartRule(key="clock", name="Clock"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverallRule:
    """One row of the rule for the overall statement; the first row whose conditions hold is taken.

    Attributes:
        key: short and stable name.
        least: level of the Maryland scale that is needed.
        not_poor: parts that may not be poor.
        good: parts that have to be good, or not to apply.
        words: the statement.
    """

    key: str
    least: Design
    not_poor: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    words: str


_ESSENTIAL = ("balance", "overlap", "robustness", "linkage", "clock")
OVERALL: tuple[OverallRule, ...] = (
    OverallRule(
        key="trial", least=5, not_poor=("linkage", "attrition"),
        words="People came into the two groups at random, so a difference between them is very probably due to the programme.",
    ),
    OverallRule(
        key="close", least=4, not_poor=(*_ESSENTIAL, "attrition", "effective_size", "hidden_bias"), good=("balance", "overlap", "robustness"),
        words=(
            "People were compared with others who are very like them on the records, and the checks agree. Something that is not in the "
            "records may still play a part."
        ),
    ),
    OverallRule(
        key="care", least=3, not_poor=_ESSENTIAL,
        words="People were compared with others who are like them on the records. Read the result with some care: see the parts below.",
    ),
    OverallRule(
        key="weak", least=1,
        words="How the comparison was made leaves room for other explanations. Take great care with this result: see the parts below.",
    ),
)  # fmt: skip
NO_FIGURE = "There is no figure to judge."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One visible part of a result: its grade, and what it rests on in words."""

    key: str
    name: str
    grade: Grade
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """How far a result can be relied on.

    Attributes:
        level: on the Maryland scale.
        parts: each on its own; there is no sum of them.
        overall: key of the row of the rule that held; empty when there is no figure to judge.
        statement: the overall statement in words.
    """

    level: Design
    parts: tuple[Part, ...]
    overall: str
    statement: str

    def grade(self, key: str) -> Grade:
        """The grade of one part; not known when it is not there."""
        return next((part.grade for part in self.parts if part.key == key), "not known")


def grade(content: Content, measure: str, *, shown: bool) -> Grading:
    """The grading of a request's headline, by the published rule.

    Args:
        content: what was disclosed.
        measure: key of the measure that the library speaks of.
        shown: whether it has a figure.
    """
    level, parts = _level(content), _parts(content, measure)
    if not shown:
        return Grading(level=level, parts=parts, overall="", statement=NO_FIGURE)
    rule = overall(level, parts)
    return Grading(level=level, parts=parts, overall=rule.key, statement=rule.words)


def overall(level: Design, parts: Sequence[Part]) -> OverallRule:
    """The first row of the rule whose conditions hold."""
    grades = {part.key: part.grade for part in parts}

    def holds(rule: OverallRule) -> bool:
        fine = all(grades.get(key) != "poor" for key in rule.not_poor)
        return level >= rule.least and fine and all(grades.get(key) in ("good", "does not apply") for key in rule.good)

    return next(rule for rule in OVERALL if holds(rule))


def _level(content: Content) -> Design:
    if content.method.design == "randomised":
        return 5
    balance = next((each.balance for each in content.analyses if each.headline), None)
    return 4 if balance == "green" else 3 if balance == "amber" else 2


def _parts(content: Content, measure: str) -> tuple[Part, ...]:
    criteria = {each.key: each for each in content.statement.statement.criteria} if content.statement else {}
    made = []
    for rule in PARTS:
        criterion = criteria.get(rule.key)
        if rule.key == "hidden_bias":
            made.append(_hidden_bias(rule, content, measure))
        elif criterion is not None:
            made.append(Part(key=rule.key, name=rule.name, grade=criterion.grade, words=criterion_sentence(criterion)))
        elif not criteria:
            made.append(Part(key=rule.key, name=rule.name, grade="not known", words="The report does not say."))
    return tuple(made)


def _hidden_bias(rule: PartRule, content: Content, measure: str) -> Part:
    """How far a hidden trait could change who joins before the result is no longer significant (Rosenbaum's gamma)."""

    def part(grade: Grade, words: str) -> Part:
        return Part(key=rule.key, name=rule.name, grade=grade, words=words)

    if content.method.design == "randomised":
        return part("does not apply", "Who took part was decided at random, so no hidden trait can have decided it.")
    tests = _tests(content, measure)
    verdict = next(
        (each.verdict for each in content.results if (each.analysis, each.measure) == (headline(content), measure)), ""
    )
    if verdict == "inconclusive":
        return part("does not apply", "The result points neither way, so there is nothing that a hidden trait could explain.")
    gamma = tests.ratio.gamma if tests else None
    if gamma is None or gamma.value is None:
        return part("not known", "It was not worked out how strong a hidden trait would have to be.")
    own: Grade = "good" if gamma.value >= rule.good else "fair" if gamma.value >= rule.fair else "poor"
    return part(
        own, f"A hidden trait that changed the odds of taking part {gamma.text} times could make it no longer significant."
    )


def _tests(content: Content, measure: str) -> MeasureTests | None:
    return next((each for each in content.robustness.measures if each.measure == measure), None) if content.robustness else None
