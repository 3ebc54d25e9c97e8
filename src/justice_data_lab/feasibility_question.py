"""What `jdl feasibility` was asked, and what of the lab's coverage file answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.losses import expected_losses
from justice_data_lab.estimation.power import Prospect, rates_of
from justice_data_lab.register.coverage import ALL, read_coverage

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.estimation.losses import Losses
    from justice_data_lab.register.coverage import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The options as they were given; None where one was not.

    Attributes:
        size: people expected to be analysed.
        submitted: people to be sent, in place of `size`.
        base_rate: reoffending rate without the programme.
        coverage: the lab's coverage file.
        fields: which identifiers the people sent come with.
        sentence: kind of sentence whose national rates are taken.
        effect: the fall whose chance to show is asked for.
    """

    size: int | None = None
    submitted: int | None = None
    base_rate: float | None = None
    coverage: Path | None = None
    fields: str | None = None
    sentence: str = ALL
    effect: float = 0.05


def answerable(question: Question) -> tuple[int, float, Prospect]:
    """The size, the base rate and what else is known.

    Raises:
        UsageError: options that contradict each other, that would do nothing, or that leave size or base rate open.
    """
    _check(question)
    known = read_coverage(question.coverage) if question.coverage else None
    losses = _losses(question, known)
    rates = known.rates if known else ()
    prospect = Prospect(effect=question.effect, losses=losses, sentence=question.sentence, rates=rates)
    size = losses.expected if losses else question.size or 0
    return size, _base_rate(question, prospect), prospect


def _check(question: Question) -> None:
    if (question.size is None) == (question.submitted is None):
        both = "got both" if question.size else "got neither"
        message = f"Expected one of --size (people analysed) and --submitted (people sent), {both}. Give one of them."
        raise UsageError(message)
    if question.fields is not None and question.submitted is None:
        message = "--fields: says what the people sent come with, so it goes with --submitted. Leave it out with --size."
        raise UsageError(message)


def _losses(question: Question, known: Coverage | None) -> Losses | None:
    if question.submitted is None:
        return None
    return expected_losses(question.submitted, known.analysed if known else (), fields=question.fields or ALL)


def _base_rate(question: Question, prospect: Prospect) -> float:
    """The rate given, else the national rate of the sentence."""
    if question.base_rate is not None:
        return question.base_rate
    if not prospect.rates:
        message = "Expected --base-rate, or a --coverage file with national rates, got neither. Give one of them, e.g. --base-rate 0.40."
        raise UsageError(message)
    return rates_of(prospect).reoffended
