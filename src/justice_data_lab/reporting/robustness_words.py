"""What page one says of the checks on a result, and how a hidden difference changes what may be said. Numbers come printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.reporting.wording import amount, capital, difference, directions, missing, some_of, subject

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.disclosure.published_tests import AlternativeResult, ControlResult, EquivalenceResult, MeasureTests
    from justice_data_lab.reporting.findings import Finding, Groups

CARE = "Read it with care."
CAUTION = (
    "Read this with care. The two groups had already offended at different rates before the programme. "
    "So some or all of this may come from who the people are."
)


def second_way(finding: Finding, tests: MeasureTests) -> str:
    """Whether other ways of comparing the same people give the same answer; empty when none is shown."""
    judged = {each.check: each for each in tests.alternatives if each.beside in ("near", "far")}
    first, third = judged.get("doubly_robust"), judged.get("entropy_balancing")
    if first is None:
        return ""
    way = "Taking account of what else is known of people" if finding.design == "randomised" else "A second way of comparing"
    answer = "nearly the same answer" if first.beside == "near" else "another answer"
    told = f"{way} gave {answer}: {_size(first, finding.measure)}."
    if first.beside == "far":
        return f"{told} {CARE}"
    if third is not None and third.beside == "far":
        return f"{told} But a third way gave another: {_size(third, finding.measure)}. {CARE}"
    return told


def _size(found: AlternativeResult, measure: MeasureFacts) -> str:
    """A difference in words: "7 percentage points lower"."""
    value = found.difference.value
    if not value:
        return "hardly any difference"
    less, more = directions(measure)
    return f"{amount(found.difference, measure)} {more if value > 0 else less}"


def before(control: ControlResult | None, groups: Groups) -> str:
    """What the year before shows, which the programme cannot have changed; empty when nothing is known of it."""
    if control is None or control.status == "not_available":
        return ""
    if control.status == "withheld":
        return "A check on a year before the programme is not shown, to protect people."
    if control.status == "clear":
        return "A check on a year before the programme found no large difference between the two groups, as it should be."
    word = "more" if control.direction == "higher" else "less"
    return (
        f"In a year before the programme, {groups.people} had offended {word} often than {groups.others}. The programme cannot have "
        "caused that. It is a sign of a hidden difference, so read the result with care."
    )


def explain_away(finding: Finding, tests: MeasureTests) -> str:
    """How strong a hidden trait would have to be; only for a result that points one way, and not in a trial."""
    whole, bound = tests.ratio.e_value, tests.ratio.e_value_interval
    if not finding.significant or whole.value is None or bound.value is None:
        return ""
    return (
        "To explain this result away, something that no record shows, such as motivation, would have to make people "
        f"{_times(whole)} as likely to join, and change the outcome by as much. "
        f"To put the direction in doubt, {_times(bound)} would be enough."
    )


def _times(figure: Figure) -> str:
    return f"{figure.text} times"


def small(finding: Finding, equivalence: EquivalenceResult | None) -> str:
    """That an effect, if there is one, is smaller than a margin; empty when no margin passes."""
    if equivalence is None or equivalence.margin.value is None:
        return ""
    size = f"smaller than {equivalence.margin.text} percentage points"
    if finding.verdict == "inconclusive":
        return f"If there is an effect, it is {size}."
    word = "a reduction" if finding.verdict == "reduction" else "an increase"
    return f"This is {word}, but {size}."


def similar_help(share: Figure | None) -> str:
    """How much of the comparison group had the same kind of help; empty when it is not known or not shown."""
    if share is None or share.marker:
        return ""
    return f"{some_of(share)} of the comparison group are known to have had similar help elsewhere. This pulls the difference towards zero."


def can_say_with_care(finding: Finding, programme: str) -> tuple[str, ...]:
    """What a result allows one to say when the groups differed before; never that the programme made the difference."""
    what = subject(finding.measure)
    if not finding.shown:
        return (f"This report gives no answer about {what}. {missing(finding)}",)
    already = "The two groups had already offended at different rates before the programme."
    if not finding.significant:
        return (
            f"There is not enough evidence to tell whether {what} is higher or lower among people who took part in {programme}.",
            f"{difference(finding)} {already} So the true difference may lie outside these bounds.",
        )
    word = "lower" if finding.verdict == "reduction" else "higher"
    return (
        f"{capital(what)} was {word} among people who took part in {programme} than among {finding.groups.others}. {already}",
        f"{difference(finding)} How much of that is due to {programme}, if any, this report cannot tell.",
    )


def cannot_say_with_care(finding: Finding, programme: str) -> tuple[str, ...]:
    """What a result does not allow one to say when the groups differed before."""
    what = subject(finding.measure)
    claims = (
        f"That {programme} raised or lowered {what}.",
        f"That {programme} made no difference.",
    )
    if not finding.shown:
        return claims
    return (*claims, "That people in the two groups differ in nothing but the programme.")
