"""Sentences about whether the effects in two subgroups differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.reporting.wording import amount, as_many_as, between, directions, p_in_words, step, subject, unit

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.published_analyses import InteractionResult

WHAT_IT_IS = (
    (
        "To compare two verdicts does not tell whether two effects differ: one group may have a significant result and the other not, although "
        "the effects are much the same. The test below puts the two effects side by side."
    ),
    "A lower effect means that the figure fell more, or rose less. Each gap is worked out before rounding.",
)

_MISSING = {
    "withheld": "The gap between the two is not shown, because so few people are behind one of them that it could tell about one person.",
    "not_reliable": "Too few people are behind one of the two effects for the gap between them to be relied on.",
}  # fmt: skip


def gap_in_words(test: InteractionResult, measure: MeasureFacts) -> str:
    """How far the two effects are apart, between which bounds, and whether that shows that they differ."""
    if test.verdict in _MISSING:
        return _MISSING[test.verdict]
    less, more = directions(measure)
    what, p = f"The effect on {subject(measure)}", p_in_words(test.p_value)
    if test.verdict == "inconclusive":
        return (
            f"{what} was {_apart(test, measure)}. The true gap could be {less} by {as_many_as(test.ci_low, measure)}, or {more} by "
            f"{as_many_as(test.ci_high, measure)}. So it cannot be told whether the programme did more for one of them ({p})."
        )
    near, far = (test.ci_high, test.ci_low) if test.verdict == "lower" else (test.ci_low, test.ci_high)
    word = less if test.verdict == "lower" else more
    return (
        f"{what} was {_apart(test, measure)}. The true gap was probably {word} by {between(near, far, measure)}. "
        f"So the two effects differ ({p})."
    )


def _apart(test: InteractionResult, measure: MeasureFacts) -> str:
    """The gap with its direction: "5 percentage points lower for A than for B"."""
    first, second = f"\u201c{test.first}\u201d", f"\u201c{test.second}\u201d"
    if not test.difference.value:
        return f"about the same for {first} and for {second}: less than {step(test.difference)}{unit(test.difference, measure)} apart"
    less, more = directions(measure)
    word = less if test.difference.value < 0 else more
    return f"{amount(test.difference, measure)} {word} for {first} than for {second}"
