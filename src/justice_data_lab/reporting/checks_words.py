"""The annex of checks in words: what each is, what it cannot show, and why one is not there. No number stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.published_tests import MeasureTests, NotDoneCheck, RobustnessResult, WhyNot
    from justice_data_lab.estimation.robustness.result import Check

INTRO = (
    "The result of this report comes from one method, chosen before any outcome was read. These checks ask what other methods would "
    "have said, and what could still be wrong. None of them changes the result."
)
ALTERNATIVES: dict[Check, str] = {
    "doubly_robust": "Doubly robust",
    "entropy_balancing": "Entropy balancing",
    "overlap_weights": "Overlap weights, a different population",
}
MAIN = "Main result"
CAPPED = "Largest counts capped"
_NAMES: dict[NotDoneCheck, str] = {
    "doubly_robust": "Doubly robust",
    "entropy_balancing": "Entropy balancing",
    "overlap_weights": "Overlap weights",
    "rate_ratio": "Rate ratio",
    "e_value": "E-value",
    "hidden_bias": "Rosenbaum\u2019s bound",
    "left_out": "Leaving characteristics out",
    "counts": "Count model",
}
_WHY: dict[WhyNot, str] = {
    "trial": "not needed, because chance decided who was offered the programme",
    "shares_only": "not made, because it is for shares of people only",
    "not_significant": "not needed, because the result does not point one way",
    "no_answer": "tried, and it gave no answer for these people",
}
_MEANINGS = {
    "alternatives": (
        ("Doubly robust", "Weighs the comparison group by the score and also models the outcome. It is right if either of the two is."),
        ("Entropy balancing", "Weighs the comparison group so that its averages are just those of the programme group."),
    ),
    "overlap": (
        (
            "Overlap weights",
            "Looks at people who could as well have been in either group. They are other people, so the answer may differ for a good reason.",
        ),
    ),
    "trial": (
        ("Doubly robust", "Takes account of what else was known of people when they were put into a group. It should change little."),
    ),
    "ratio": (("Rate ratio", "One group\u2019s figure over the other\u2019s. At one they are the same."),),
    "hidden": (
        (
            "E-value",
            ("How strongly a trait that nobody recorded would have to go with both joining and the outcome, to explain the difference away, "
            "or to bring its range to zero. It does not say whether there is such a trait."),
        ),
        (
            "Rosenbaum\u2019s gamma",
            "By how much such a trait could change the odds of joining before the result was no longer significant.",
        ),
    ),
    "left_out": (
        (
            "Leaving characteristics out",
            ("The comparison made again without one group of characteristics at a time. A wide range shows which of them matter; "
            "it says nothing of those that nobody recorded."),
        ),
    ),
    "counts": (
        ("Count model", "A model made for counts (quasi-Poisson), for which very large counts weigh less."),
        ("Largest counts capped", "Counts above the highest hundredth are set to it, to see whether a few people make the result."),
    ),
    "equivalence": (
        ("Equivalence", "Two tests that the effect is smaller than a margin. It passes when the 90% range lies within the margin."),
    ),
    "discoveries": (
        (
            "q-value",
            ("The p-value, adjusted for how many measures were tested (Benjamini and Hochberg). Of the results with a q-value of at most "
            "0.05, about 1 in 20 is expected to be due to chance alone."),
        ),
    ),
    "control": (
        (
            "Negative control",
            ("The same comparison on offending in a year before the last one, which the programme cannot have changed. A large difference, one "
            "whose whole 95% range is beyond 4 percentage points either way, is a sign of one that the records do not show. "
            "A smaller one can come from choosing people by their record. That there is none does not prove the groups alike: a hidden "
            "trait that never showed before cannot be found this way."),
        ),
    ),
}  # fmt: skip


def meanings(found: RobustnessResult, *, randomised: bool) -> tuple[tuple[str, str], ...]:
    """Each check that stands in the annex: its name, and what it is and cannot show."""
    present = {
        "alternatives": not randomised and any(each.alternatives for each in found.measures),
        "overlap": not randomised and any(each.alternatives for each in found.measures),
        "trial": randomised,
        "ratio": bool(found.measures),
        "hidden": bool(found.measures) and not randomised,
        "left_out": not randomised and bool(found.measures),
        "counts": any(each.counts for each in found.measures),
        "equivalence": bool(found.equivalence),
        "discoveries": bool(found.discoveries),
        "control": found.control is not None,
    }
    return tuple(pair for name, there in present.items() if there for pair in _MEANINGS[name])


def not_done(measures: Sequence[MeasureTests]) -> tuple[str, ...]:
    """What there is none of, once a check and reason."""
    found = dict.fromkeys((each.check, each.why) for tests in measures for each in tests.not_done)
    return tuple(f"{_NAMES[check]}: {_WHY[why]}." for check, why in found)


def unlike(measures: Sequence[MeasureTests]) -> tuple[str, ...]:
    """Ways of comparing whose weights leave the groups unlike, once each."""
    found = dict.fromkeys(each.check for tests in measures for each in tests.alternatives if each.beside == "unlike")
    return tuple(
        f"{_NAMES[check]}: its weights leave the two groups unlike on something that is known of them. Do not rely on it."
        for check in found
    )
