"""The sentences of "use this result": what may be quoted, what may not, and what to do next. No arithmetic: the numbers come printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.reporting.wording import (
    VERDICTS,
    amount,
    as_many_as,
    between,
    capital,
    directions,
    levels,
    missing,
    subject,
)

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published_analyses import Result
    from justice_data_lab.reporting.findings import Finding

Outcome: TypeAlias = Literal[
    "better", "worse", "inconclusive", "small", "with_care", "not_reliable", "withheld", "not_available", "not_analysed"
]

DOUBTS = {
    "another_way": "Another way of comparing the same people gave another answer.",
    "close_call": "Other tests of the same outcome do not all say the same, so this is a close call.",
    "not_served": "The same comparison also showed a difference for people who were not served, which is a sign of a hidden difference.",
}
CARE = "The two groups had already offended at different rates before the programme."
_ANOTHER = "Send a larger group: add people from earlier or later years, or join with others who run the same programme."
_UNTESTED = (
    "Treat the programme as not tested: this speaks neither for it nor against it. Help to gather enough people for an analysis."
)
# What to do next for each outcome: the organisation, a funder.
_NEXT: dict[Outcome, tuple[str, str]] = {
    "better": (
        "Go on, and write down what you deliver and to whom, so that others can do the same. Send your next group, to see whether the result holds.",
        (
            "This is a reason to go on funding it for people like these. Ask for an analysis of later groups before paying for it "
            "elsewhere: one result can come from chance."
        ),
    ),
    "worse": (
        "Look with your staff at who joins, what they get and what may go wrong. Change that, then send the people who came after the change.",
        "Do not widen it yet. Ask what will change, and when people who come after can be analysed: one result can come from chance.",
    ),
    "inconclusive": (
        _ANOTHER,
        "This is no reason to stop, and no proof that it works. Help to gather more people, then decide.",
    ),
    "small": (
        "A larger effect on this measure is unlikely. Look at the other measures, and at what else the programme is for.",
        "Do not count on a larger effect on this measure. Judge the programme by its cost and by what else it is for.",
    ),
    "with_care": (
        "Tell the lab more about how people are chosen, so that the groups can be made more alike. Then ask for a new analysis.",
        "Do not decide by this result. Ask for a new analysis with groups that are more alike, or for a trial.",
    ),
    "not_reliable": (_ANOTHER, _UNTESTED),
    "withheld": (_ANOTHER, _UNTESTED),
    "not_available": ("Ask the lab what was missing, and whether another measure can answer the question.", _UNTESTED),
    "not_analysed": ("", _UNTESTED),
}  # fmt: skip


def short(finding: Finding, programme: str, *, care: bool) -> str:
    """The result with its range, in one sentence; with care, in two."""
    what = subject(finding.measure)
    if not finding.shown:
        return f"There is no result on {what} for {programme}."
    if finding.verdict == "inconclusive":
        text = f"There is not enough evidence to tell whether {programme} changes {what}: {_either(finding)}."
        return f"{text} {CARE}" if care else text
    way = f"{what} was {_way(finding)} among {_groups(finding, programme)}, probably by {_range(finding)}."
    return f"{capital(way)} {CARE}" if care else f"There is evidence that {way}"


def bid(finding: Finding, programme: str, lab: str, *, care: bool) -> str:
    """The result as it may stand in a bid: who compared whom, both figures, and the range."""
    if not finding.shown:
        return f"{lab} analysed {programme}. {missing(finding)}"
    ends = f"The true difference is unknown: {_either(finding)}. This shows neither that it works nor that it does not."
    if finding.significant:
        ends = f"The true difference is probably {_range(finding)} {_way(finding)}."
    return " ".join(filter(None, (_compared(finding, programme, lab), levels(finding), ends, CARE if care else "")))


def brief(finding: Finding, programme: str, beside: tuple[str, ...], *, care: bool) -> str:
    """The result as it may stand in a brief for a minister: verdict, range, and how far it can be relied on.

    Args:
        finding: what was found.
        programme: its name, in quotation marks.
        beside: what is known beside it: that an effect is smaller than a margin, the grade of the analysis; empty ones are left out.
        care: whether the groups differed before the programme.
    """
    what = subject(finding.measure)
    if not finding.shown:
        return f"The analysis of {programme} gives no answer on {what}. {missing(finding)}"
    trust = f"{CARE} Some or all of this may come from who the people are." if care else _cause(finding)
    return " ".join(filter(None, (_verdict(finding, programme, care=care), *beside, trust)))


def _verdict(finding: Finding, programme: str, *, care: bool) -> str:
    what = subject(finding.measure)
    if finding.verdict == "inconclusive":
        return f"It is not known whether {programme} changes {what}: {_either(finding)}."
    among = f"among {_people(finding, programme)}"
    size = f"probably {_range(finding)} {_way(finding)}"
    if care:
        return f"{capital(what)} was {_way(finding)} {among}: {size}."
    return f"{VERDICTS[finding.verdict]} in {what} {among}: {size}."


def do_not_say(finding: Finding, programme: str, *, care: bool) -> str:
    """The claim that this result is most often taken for, and does not bear."""
    what = subject(finding.measure)
    if not finding.shown or care:
        return f"That {programme} raised or lowered {what}, or that it made no difference."
    if finding.verdict == "inconclusive":
        return f"That {programme} does not work, or that it makes no difference: the result fits with a difference either way."
    difference = finding.result.difference
    exactly = f"by exactly {amount(difference, finding.measure)}, or " if difference.value else ""
    return (
        f"That {programme} makes {what} {_way(finding)} {exactly}by as much for other people, in other places or at other times."
    )


def none_short(programme: str) -> str:
    """That there is no result, in one sentence."""
    return f"{capital(programme)} could not be analysed, so there is no result."


def none_bid(programme: str, lab: str, why: str) -> str:
    """That there is no result, and why, as it may stand in a bid."""
    return f"{lab} was asked to analyse {programme}, and could not. {why}"


def none_brief(programme: str, why: str) -> str:
    """That there is no result, and why, as it may stand in a brief for a minister."""
    return f"Nothing is known yet of the difference that {programme} makes. {why}"


def none_do_not_say(programme: str) -> str:
    """What a request that could not be analysed does not show."""
    return f"That {programme} was tested, or that it was found to work or not to work."


def next_steps(outcome: Outcome, result: Result | None, needed: str) -> tuple[str, str]:
    """What to do next: the organisation, and a funder.

    Args:
        outcome: what was found.
        result: its figures; None when nothing could be analysed.
        needed: what a request that could not be analysed would need.
    """
    organisation, funder = _NEXT[outcome]
    if outcome == "inconclusive" and result is not None and result.people_to_send.value is not None:
        organisation += (
            f" To show a difference of 5 percentage points, about {result.people_to_send.text} people would have to be sent."
        )
    return organisation or needed, funder


def where(site: str) -> str:
    """Where one sees whether a sentence still holds."""
    at = f" on {site}" if site else " on the lab\u2019s public site"
    return (
        f"Give the address of this version of the result{at} with each sentence. "
        "The page there says whether the version is current, corrected or withdrawn."
    )


def _compared(finding: Finding, programme: str, lab: str) -> str:
    """Who was compared with whom, with their numbers where these may be shown."""
    result, groups = finding.result, finding.groups
    if result.n_treated.value is None or result.n_comparison.value is None:
        return f"{lab} compared {_groups(finding, programme, 'with')}."
    first = f"{result.n_treated.text} {_people(finding, programme)}"
    return f"{lab} compared {first} with {result.n_comparison.text} {groups.others}."


def _people(finding: Finding, programme: str) -> str:
    return f"people offered {programme}" if finding.design == "randomised" else f"people who took part in {programme}"


def _groups(finding: Finding, programme: str, joint: str = "than among") -> str:
    return f"{_people(finding, programme)} {joint} {finding.groups.others}"


def _way(finding: Finding) -> str:
    """Which way the figure lies: "lower", "longer"."""
    return directions(finding.measure)[finding.verdict == "increase"]


def _range(finding: Finding) -> str:
    low, high = finding.result.ci_low, finding.result.ci_high
    near, far = (high, low) if finding.verdict == "reduction" else (low, high)
    return between(near, far, finding.measure)


def _either(finding: Finding) -> str:
    """Both ends of a range that has zero in it."""
    less, more = directions(finding.measure)
    low, high = (as_many_as(each, finding.measure) for each in (finding.result.ci_low, finding.result.ci_high))
    return f"it could be {less} by {low}, or {more} by {high}"


def _cause(finding: Finding) -> str:
    """What the design lets one say of the cause."""
    if finding.design == "randomised":
        return "Chance decided who was offered it, so a difference comes from the offer or from chance."
    return "The groups are alike on what the records show. People who join may differ in other ways."
