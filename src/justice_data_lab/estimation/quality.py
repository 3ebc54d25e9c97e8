"""The quality statement: how far an analysis can be relied on, by a published rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import pyarrow as pa

from justice_data_lab.estimation.quality_rules import (
    OVERALL_RULE,
    QUALITY_RULES,
    CriterionRule,
    Design,
    FigureRule,
    Grade,
    Kind,
    rule_words,
)
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.files import Json

_ORDER: tuple[Grade, ...] = ("good", "fair", "poor")
NOT_KNOWN: Grade = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFacts:
    """What the statement rests on; None where it is not known, or may not be shown.

    Attributes:
        design: of the analysis.
        worst_balance: largest absolute standardised difference after matching.
        balance: overall colour of the balance.
        matched: share of the treated who were matched.
        caliper_widened: whether the caliper is wider than the one asked for.
        off_support: people of the pool who left before the fit because no treated person is like them.
        analysed: share of the records submitted that were analysed.
        n_eff: effective size of the comparison group.
        n_eff_ratio: the same for each treated person matched.
        false_matches: estimated share of links that are wrong.
        missed_matches: estimated share of people in the register who were not found.
        match_rate: share of records linked.
        agreement: share of the alternative methods within one official standard error.
        negative_control: whether its interval lies beyond its margin.
        contaminated: share of the comparison group known to have had this kind of intervention.
        clock_warning: whether people began after their clock had started, and the clock was kept.

    Notes:
        The grade is of the figures as they are given. Give them rounded, as they will be printed: then the grade says nothing
        that the figures do not, and a reader who applies the rule comes to the same one.
    """

    design: Design = "matched"
    worst_balance: float | None = None
    balance: Literal["green", "amber", "red"] | None = None
    matched: float | None = None
    caliper_widened: bool | None = None
    off_support: int | None = None
    analysed: float | None = None
    n_eff: float | None = None
    n_eff_ratio: float | None = None
    false_matches: float | None = None
    missed_matches: float | None = None
    match_rate: float | None = None
    agreement: float | None = None
    negative_control: Literal["clear", "flagged"] | None = None
    contaminated: float | None = None
    clock_warning: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFigure:
    """One figure of a criterion.

    Attributes:
        key: its name in `QualityFacts`.
        name: as printed.
        kind: how it is rounded and printed.
        value: a number, a word or a yes or no; None when it is not known.
    """

    key: str
    name: str
    kind: Kind
    value: float | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the statement.

    Attributes:
        key: short and stable name.
        name: as printed.
        question: what it asks.
        essential: whether the overall grade can be no better.
        grade: good, fair, poor or not known.
        decided_by: keys of the figures that gave it that grade; empty when it is good or not known.
        figures: all its figures.
        rule: the rule that was applied, in words, with its thresholds.
    """

    key: str
    name: str
    question: str
    essential: bool
    grade: Grade
    decided_by: tuple[str, ...]
    figures: tuple[QualityFigure, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityStatement:
    """How far an analysis can be relied on.

    Attributes:
        design: of the analysis.
        overall: the grade of the whole.
        overall_rule: how it follows from the criteria, in words.
        criteria: one row a criterion that applies to the design.
    """

    design: Design
    overall: Grade
    overall_rule: str
    criteria: tuple[Criterion, ...]

    def summary(self) -> str:
        """The grades in one line a criterion."""
        lines = [f"Quality of the analysis: {self.overall}."]
        lines += [f"  {criterion.name}: {criterion.grade}" for criterion in self.criteria]
        return "\n".join(lines)

    def table(self) -> pa.Table:
        """One row a figure: criterion, grade, figure, value as text, rule."""
        rows = [
            {
                "criterion": criterion.key,
                "essential": criterion.essential,
                "grade": criterion.grade,
                "figure": figure.key,
                "kind": figure.kind,
                "value": None if figure.value is None else str(figure.value),
                "rule": criterion.rule,
            }
            for criterion in self.criteria
            for figure in criterion.figures
        ]
        names = ("criterion", "essential", "grade", "figure", "kind", "value", "rule")
        types = {"essential": pa.bool_()}
        return pa.Table.from_pylist(rows, schema=pa.schema([(name, types.get(name, pa.string())) for name in names]))

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> QualityStatement:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


def judge_quality(facts: QualityFacts, rules: Sequence[CriterionRule] = QUALITY_RULES) -> QualityStatement:
    """Apply the published rule to an analysis.

    Args:
        facts: its figures, rounded as they will be printed.
        rules: the criteria with their thresholds.

    Returns:
        One row a criterion that applies to the design. A criterion's grade is the worst of its known figures', and no better
        than its limits allow; not known when no figure is. The overall grade is no better than the essential criteria: one
        that is not known counts as fair.
    """
    criteria = tuple(_criterion(rule, facts) for rule in rules if facts.design in rule.designs)
    return QualityStatement(design=facts.design, overall=_overall(criteria), overall_rule=OVERALL_RULE, criteria=criteria)


def _criterion(rule: CriterionRule, facts: QualityFacts) -> Criterion:
    figures = tuple(
        QualityFigure(key=figure.figure, name=figure.name, kind=figure.kind, value=getattr(facts, figure.figure))
        for figure in rule.figures
    )
    grades = _grades(rule, facts)
    grade = _worst(grades.values()) if grades else NOT_KNOWN
    return Criterion(
        key=rule.key,
        name=rule.name,
        question=rule.question,
        essential=rule.essential,
        grade=grade,
        decided_by=tuple(key for key, own in grades.items() if own == grade and grade in ("fair", "poor")),
        figures=figures,
        rule=rule_words(rule),
    )


def _grades(rule: CriterionRule, facts: QualityFacts) -> dict[str, Grade]:
    """The grade that each figure allows; empty when the criterion cannot be judged.

    A criterion with graded figures needs one of them, or a limit that is known to hold; one with limits alone needs their facts.
    """
    values = {figure.figure: getattr(facts, figure.figure) for figure in rule.figures}
    scored = [figure for figure in rule.figures if figure.better]
    graded = {figure.figure: _grade(figure, values[figure.figure]) for figure in scored if values[figure.figure] is not None}
    limited: dict[str, Grade] = {limit.figure: limit.at_best for limit in rule.limits if values[limit.figure] == limit.value}
    if graded:
        return {**graded, **limited}
    if scored or limited:
        return {figure: grade for figure, grade in limited.items() if values[figure] is not None}
    return {limit.figure: "good" for limit in rule.limits if values[limit.figure] is not None}


def _grade(figure: FigureRule, value: float) -> Grade:
    sign = 1 if figure.better == "higher" else -1
    if sign * value >= sign * figure.good:
        return "good"
    return "fair" if sign * value >= sign * figure.fair else "poor"


def _worst(grades: Iterable[Grade]) -> Grade:
    return max(grades, key=_ORDER.index)


def _overall(criteria: Sequence[Criterion]) -> Grade:
    essential = [criterion.grade for criterion in criteria if criterion.essential]
    if all(grade == NOT_KNOWN for grade in essential):
        return NOT_KNOWN
    others_poor = any(criterion.grade == "poor" for criterion in criteria if not criterion.essential)
    counted: list[Grade] = ["fair" if grade == NOT_KNOWN else grade for grade in essential]
    return _worst([*counted, "fair" if others_poor else "good"])
