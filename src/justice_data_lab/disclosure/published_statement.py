"""What may leave of the quality statement: types only; `publish_statement` fills them."""

from __future__ import annotations

from dataclasses import dataclass

# The imports are field types, which from_json reads at run time.
from justice_data_lab.disclosure.printed import Figure  # noqa: TC001
from justice_data_lab.estimation.quality import QualityStatement  # noqa: TC001


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFigure:
    """One figure of a criterion, by its name in the rule."""

    key: str
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFigures:
    """The grade of one criterion and the figures that it rests on."""

    key: str
    grade: Figure
    figures: tuple[StatementFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementResult:
    """How far the headline can be relied on, by the published rule.

    Attributes:
        statement: grades and rules, worked out from the figures as they are printed.
        overall: the overall grade as a figure.
        criteria: the same, one a criterion, with its figures.
    """

    statement: QualityStatement
    overall: Figure
    criteria: tuple[CriterionFigures, ...]
