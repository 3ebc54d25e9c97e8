"""The quality statement as values: one line a criterion, with its grade, what was found and the rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.reporting.quality_words import GRADES, criterion_sentence, overall_sentence
from justice_data_lab.reporting.wording import share_in_words

if TYPE_CHECKING:
    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_statement import CriterionFigures, StatementResult
    from justice_data_lab.estimation.quality import Criterion, QualityFigure

TITLE = "How far this analysis can be relied on"
INTRO = (
    "The lab judges each analysis by a published rule, fixed before any result is known. It looks at how the analysis was made, and never "
    "at what was found. Anybody can apply it to the figures below and come to the same grades."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLine:
    """One criterion.

    Attributes:
        criterion: its name, question and rule.
        grade: as a figure.
        words: the grade as printed.
        sentence: what was found.
        figures: name and figure of each; those that are not known are left out.
    """

    criterion: Criterion
    grade: Figure
    words: str
    sentence: str
    figures: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPages:
    """The statement.

    Attributes:
        overall: the grade as a figure.
        words: the grade as printed.
        sentence: what follows from it.
        rule: how the overall grade follows from the criteria.
        lines: one a criterion.
        front: half a sentence for page one.
        title: heading.
        intro: what the statement is.
    """

    overall: Figure
    words: str
    sentence: str
    rule: str
    lines: tuple[QualityLine, ...]
    front: str
    title: str = TITLE
    intro: str = INTRO


def quality_pages(content: Content) -> QualityPages | None:
    """The statement on the headline; None when nothing could be analysed."""
    found = content.statement
    if found is None:
        return None
    grade = found.statement.overall
    return QualityPages(
        overall=found.overall,
        words=GRADES[grade],
        sentence=overall_sentence(found.statement),
        rule=found.statement.overall_rule,
        lines=_lines(found),
        front=f"By a published rule, the quality of this analysis is {grade}."
        if grade != "not known"
        else "Too little is known to grade the quality of this analysis.",
    )


def _lines(found: StatementResult) -> tuple[QualityLine, ...]:
    return tuple(
        QualityLine(
            criterion=criterion,
            grade=shown.grade,
            words=GRADES[criterion.grade],
            sentence=criterion_sentence(_as_printed(criterion, shown)),
            figures=_named(criterion, shown),
        )
        for criterion, shown in zip(found.statement.criteria, found.criteria, strict=True)
    )


def _named(criterion: Criterion, shown: CriterionFigures) -> tuple[tuple[str, Figure], ...]:
    names = {figure.key: figure.name for figure in criterion.figures}
    return tuple((names[each.key], each.figure) for each in shown.figures)


def _as_printed(criterion: Criterion, shown: CriterionFigures) -> Criterion:
    """The criterion with its numbers as the report prints them."""
    texts = {each.key: each.figure for each in shown.figures}
    return replace(criterion, figures=tuple(_printed(figure, texts.get(figure.key)) for figure in criterion.figures))


def _printed(figure: QualityFigure, shown: Figure | None) -> QualityFigure:
    """Shares of methods stay numbers: their sentence depends on whether it is all of them."""
    if shown is None or figure.value is None or figure.kind in ("words", "methods"):
        return figure
    return replace(figure, value=share_in_words(shown))
