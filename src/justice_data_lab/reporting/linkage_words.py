"""Sentences about the trust in links: how many are likely to be wrong or missed, and what stricter ones would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.reporting.wording import share_in_words, some_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_linkage import RateResult, ThresholdResult

# What the rate is of, and the word for it.
_WHAT = {
    "wrong": ("of the links made are", "likely to be to a wrong person"),
    "missed": ("of the people who could have been found were", "probably missed"),
}
LINKABLE_INTRO = (
    "Some records say so little that nobody could be sure of them, however good the register is: a common name and a date of birth, say. "
    "Asking for a number, such as one from the police or the prison, helps most."
)
THRESHOLDS_INTRO = "The same comparison, had only links been accepted that are stronger by far."


def error_rates(content: Content) -> tuple[str, ...]:
    """Wrong and missed links, each with its range; empty when the data came linked."""
    rates = content.linkage.rates if content.linkage else ()
    return tuple(_rate(each) for each in rates if not each.share.marker)


def _rate(rate: RateResult) -> str:
    if rate.key == "missed at most":
        return f"If everybody who was not found is in the register, {share_in_words(rate.share)} were missed."
    kind, word = _WHAT[rate.key]
    told = f"{some_of(rate.share)} {kind} {word}"
    if rate.high.text.startswith("<") or rate.low.text.startswith(">"):
        return f"{told}."
    if rate.low.text.startswith("<"):
        return f"{told} (at most {share_in_words(rate.high)})."
    return f"{told} (between {share_in_words(rate.low)} and {share_in_words(rate.high)})."


def stricter(thresholds: Sequence[ThresholdResult], least: int) -> str:
    """What the table of stricter links shows, or why it shows little.

    Args:
        thresholds: the table.
        least: people by whom two sets must differ so as not to be nearly the same.
    """
    if all(each.status == "nearly_the_same" for each in thresholds):
        return (
            f"Even with links {thresholds[-1].times} times as strict, fewer than {least} people would leave the analysis. "
            "That is too few to show a result without them, so the result does not hang on weak links."
        )
    if any(each.status == "nearly_the_same" for each in thresholds):
        return f"A row without figures is of nearly the same people as another one: fewer than {least} would leave."
    return ""
