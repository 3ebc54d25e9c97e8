"""What may be said of a result, ready to copy, what may not, and what to do next. Every number comes printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.reporting.wording import can_say, cannot_say, short_result

if TYPE_CHECKING:
    from justice_data_lab.reporting.findings import Finding

# What to do next, by verdict: for the organisation, then for a funder.
NEXT: dict[str, tuple[str, str]] = {
    "reduction": (
        "Write down what you did, so that it can be done again, and send the next group of people: a second result says more than one.",
        "Ask for the same programme, delivered the same way, and for a second result. One result is of one group at one time.",
    ),
    "increase": (
        "Look with your staff at who did worse and what may have gone wrong before you carry on. Ask the lab which checks agree.",
        "Do not cut the programme on one result alone. Ask what will be changed, and pay for a second look.",
    ),
    "inconclusive": (
        "You have not failed: this group was too small to tell. Keep good records and send more people together with these.",
        "Do not read this as no effect. If the programme matters to you, pay for a larger group to be followed.",
    ),
    "none": (
        "Ask the lab what would be needed, and keep the names, dates of birth and start dates of everybody from today.",
        "There is no answer yet. Judge the programme on other grounds, and help it to keep the records that an answer needs.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Approved sentences.

    Attributes:
        short: one sentence.
        bid: for a funding bid.
        brief: for a minister's brief, with what it does not tell.
        do_not_say: what the result does not allow.
        next_organisation: what to do next.
        next_funder: the same for who pays.
    """

    short: str
    bid: str
    brief: str
    do_not_say: str
    next_organisation: str
    next_funder: str


def use_of(finding: Finding, programme: str) -> Use:
    """What may be said of the first primary measure of a result."""
    name = f"\u201c{programme}\u201d"
    can, cannot = can_say(finding, name), cannot_say(finding, name)
    result = short_result(finding)
    following = NEXT[finding.verdict if finding.shown else "none"]
    return Use(
        short=can[0],
        bid=f"{can[0]} {can[1]}" if finding.shown else can[0],
        brief=f"{can[0]} {result} It cannot be said: {cannot[-1][:1].lower()}{cannot[-1][1:]}" if finding.shown else can[0],
        do_not_say=cannot[0],
        next_organisation=following[0],
        next_funder=following[1],
    )


def use_of_nothing(programme: str) -> Use:
    """What may be said where nothing could be analysed."""
    following = NEXT["none"]
    sentence = f"Whether \u201c{programme}\u201d changes reoffending could not be analysed."
    return Use(
        short=sentence,
        bid=sentence,
        brief=f"{sentence} This says nothing for or against it.",
        do_not_say=f"That \u201c{programme}\u201d works, or that it does not.",
        next_organisation=following[0],
        next_funder=following[1],
    )
