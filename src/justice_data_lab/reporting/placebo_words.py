"""Sentences about people who were sent along and not served: what the check is, and what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.reporting.wording import amount, difference, levels, missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence_analyses import AnalysisFacts, Arm
    from justice_data_lab.reporting.findings import Finding

TITLE = "A check on people who were not served"
WHAT_IT_IS = (
    "The organisation also sent people whom the programme did not serve. They are compared with similar people in just the same way. "
    "The programme cannot have changed their results. So if the comparison is fair, no difference should show, except by chance: "
    "that happens in about 1 of 20 such checks."
)

NAMES: dict[Arm, str] = {"waiting": "People on the waiting list", "refused": "People who refused the programme"}
_LIMITS: dict[Arm, str] = {
    "waiting": "Some people on a waiting list get the help later, within the time that is counted. Then a true effect can show here.",
    "refused": "People who refuse differ from people who accept, so this check says less than one on a waiting list would.",
}


_AS_PEOPLE: dict[Arm, str] = {"waiting": "people on the waiting list", "refused": "people who refused it"}


def on_page_one(differing: Sequence[Arm]) -> str:
    """That the same comparison shows a difference where the programme cannot have made one; empty when it shows none.

    Args:
        differing: the groups that were not served and for whom a primary measure shows a difference.
    """
    if not differing:
        return ""
    people = " and for ".join(_AS_PEOPLE[arm] for arm in differing)
    return (
        f"The same comparison also showed a difference for {people}, whom the programme did not serve. It cannot have caused that. "
        "It is a sign of a hidden difference, so read the result with care."
    )


def verdict(finding: Finding) -> str:
    """What the check found, as a heading."""
    if not finding.shown:
        return "No answer"
    return "A difference shows" if finding.significant else "No difference shows"


def shows(finding: Finding, arm: Arm) -> str:
    """What the check found and what that means, in words."""
    if not finding.shown:
        return f"{missing(finding)} So this check gives no answer."
    found = f"{levels(finding)} {difference(finding)}"
    if finding.significant:
        return (
            f"{found} The programme cannot have made this difference. It may come from who the people are, in ways that the records do not "
            f"show, and the headline result may come from that in part. {_LIMITS[arm]}"
        )
    return f"{found} This is what a fair comparison would give, but it does not prove one. {_could_miss(finding)}{_LIMITS[arm]}"


def _could_miss(finding: Finding) -> str:
    detectable = finding.result.detectable
    if detectable.value is None:
        return ""
    return f"With so few people, a difference of less than about {amount(detectable, finding.measure)} would probably not have shown. "


def name_of(facts: AnalysisFacts) -> str:
    """A group that could not be compared, by the name of its side study."""
    return next(name for arm, name in NAMES.items() if facts.name.endswith(arm))
