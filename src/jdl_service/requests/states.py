"""The states of a request and the one table of what may be done to it, by whom.

From the checks on a request follows its release: those rows are drawn from the core's own table, so no rule stands twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from justice_data_lab.publication.states import TRANSITIONS as OF_RELEASES

if TYPE_CHECKING:
    from justice_data_lab.publication.states import State as ReleaseState

State: TypeAlias = Literal[
    "draft", "submitted", "refused", "accepted", "linking", "coverage", "adding", "parked", "withdrawn", "ready", "matching",
    "balance", "analysing", "analysed", "not_analysable", "checks", "checked", "cleared", "final", "scheduled", "postponed",
    "released", "corrected", "revised", "result_withdrawn", "cancelled",
]  # fmt: skip
Actor: TypeAlias = Literal["organisation", "manager", "analyst", "reviewer", "head_of_profession", "lab", "worker", "clock"]
STATES: tuple[State, ...] = get_args(State)

BEFORE_ANALYSIS: frozenset[State] = frozenset(
    ("draft", "submitted", "accepted", "linking", "coverage", "adding", "parked", "ready")
)
# The worker is at it; a failed job leaves the request here, to be tried again.
AT_WORK: frozenset[State] = frozenset(("linking", "matching", "analysing"))
ENDED: frozenset[State] = frozenset(("refused", "withdrawn", "released", "corrected", "revised", "result_withdrawn", "cancelled"))
OPEN_FOR_FILES: frozenset[State] = frozenset(("draft", "adding"))

# What the public register and the organisation read: where it is, and what happens next.
WORDS: dict[State, tuple[str, str]] = {
    "draft": ("Draft", "You finish the task list and submit it."),
    "submitted": ("Submitted", "The lab looks at it and accepts it, or says why not."),
    "refused": ("Refused", "Nothing more happens. You can send a new request."),
    "accepted": ("Accepted", "The lab looks for the people in the register."),
    "linking": ("Looking for people", "The lab tells you roughly how many were found."),
    "coverage": ("Coverage", "You choose: go on, add people, wait until a date, or withdraw."),
    "adding": ("Adding people", "You send a fuller file."),
    "parked": ("Waiting until a date", "On that date the lab looks again."),
    "withdrawn": ("Withdrawn", "Nothing more happens. The file is destroyed."),
    "ready": ("Ready for analysis", "The lab builds the comparison group."),
    "matching": ("Building the comparison group", "The lab looks at how alike the groups are."),
    "balance": ("Balance", "The lab decides whether the groups are alike enough to look at outcomes."),
    "analysing": ("Comparing outcomes", "The lab reads and checks the result."),
    "analysed": ("Analysed", "The lab sends it to be checked by two people."),
    "not_analysable": ("Could not be analysed", "The reason is checked and published."),
    "checks": ("Being checked", "Two people who did not run the analysis check it."),
    "checked": ("Checked once", "A second person checks it."),
    "cleared": ("Cleared", "Its bytes are frozen."),
    "final": ("Final", "The head of profession announces a date."),
    "scheduled": ("Scheduled", "It is published at the hour announced."),
    "postponed": ("Postponed", "A new date is announced."),
    "released": ("Released", "You can respond to it."),
    "corrected": ("Corrected", "A later version takes its place."),
    "revised": ("Revised", "A later version took its place."),
    "result_withdrawn": ("Result withdrawn", "It stays listed, with the reason."),
    "cancelled": ("Cancelled", "It stays listed, with the reason."),
}


# For an organisation these are one state, with the wait for the analysis once it has begun (`under_way`).
UNDER_WAY: frozenset[State] = frozenset(("matching", "balance", "analysing", "analysed", "not_analysable"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One thing that may be done.

    Attributes:
        action: its name.
        states: in which states.
        to: the state afterwards.
        actor: who may do it.
        reason: whether a reason has to be given.
        meaning: in words, for the documentation.
        of_release: whether it is done to the release, which the request follows.
    """

    action: str
    states: tuple[State, ...]
    to: State
    actor: Actor
    reason: bool = False
    meaning: str
    of_release: bool = False


_OWN: tuple[Transition, ...] = (
    Transition(action="submit", states=("draft",), to="submitted", actor="organisation", meaning="every task is done and the file has no errors"),
    Transition(action="return", states=("submitted", "accepted"), to="draft", actor="analyst", reason=True, meaning="something has to be put right first"),
    Transition(action="accept", states=("submitted",), to="accepted", actor="analyst", meaning="the lab takes it on, and somebody owns it"),
    Transition(action="refuse", states=("submitted", "accepted"), to="refused", actor="analyst", reason=True, meaning="the lab does not take it on"),
    Transition(action="link", states=("accepted",), to="linking", actor="analyst", meaning="the worker looks for the people in the register"),
    Transition(action="linked", states=("linking",), to="coverage", actor="worker", meaning="rounded bands of how many were found and usable go to the organisation"),
    Transition(action="go_on", states=("coverage",), to="ready", actor="organisation", meaning="the organisation wants the analysis"),
    Transition(action="add_people", states=("coverage",), to="adding", actor="organisation", meaning="the organisation sends a fuller file"),
    Transition(action="resubmit", states=("adding",), to="accepted", actor="organisation", meaning="the fuller file is in and has no errors"),
    Transition(action="park", states=("coverage",), to="parked", actor="organisation", meaning="the organisation waits until a date, with a retention clock of its own"),
    Transition(action="unpark", states=("parked",), to="accepted", actor="organisation", meaning="the wait is over"),
    Transition(action="wake", states=("parked",), to="accepted", actor="clock", meaning="the date has come"),
    Transition(action="withdraw", states=("draft", "submitted", "accepted", "linking", "coverage", "adding", "parked", "ready"), to="withdrawn", actor="manager", reason=True, meaning="the organisation takes it back before the analysis first starts, and not while the worker is at it"),
    Transition(action="match", states=("ready",), to="matching", actor="analyst", meaning="the study is set; the worker builds the comparison group"),
    Transition(action="matched", states=("matching",), to="balance", actor="worker", meaning="how alike the groups are can be seen; outcomes cannot"),
    Transition(action="redesign", states=("matching", "balance"), to="ready", actor="analyst", reason=True, meaning="the study is changed before anybody saw an outcome"),
    Transition(action="override", states=("balance",), to="matching", actor="reviewer", reason=True, meaning="the groups are not alike, and a reviewer says why to go on; the worker matches again, as before"),
    Transition(action="unlock", states=("balance",), to="analysing", actor="analyst", meaning="the design is hashed; the worker reads outcomes"),
    Transition(action="analysed", states=("analysing",), to="analysed", actor="worker", meaning="there is a report"),
    Transition(action="give_up", states=("linking", "matching", "analysing"), to="not_analysable", actor="worker", meaning="too few people, no balance, or no figure that may be shown; a report says so"),
    Transition(action="rework", states=("analysed", "not_analysable", "checks"), to="ready", actor="analyst", reason=True, meaning="the analysis is done anew; every check begins again"),
    Transition(action="revise", states=("released", "corrected", "revised", "cancelled"), to="ready", actor="analyst", reason=True, meaning="a later version is made of what was public once, as a correction or a planned revision"),
    Transition(action="send", states=("analysed", "not_analysable"), to="checks", actor="analyst", meaning="a release is drafted and two people are asked to check it"),
)  # fmt: skip

# From a state of a release to that of its request.
_FOLLOWS: dict[ReleaseState, State] = {"draft": "checks", "withdrawn": "result_withdrawn"}


def follows(state: ReleaseState) -> State:
    """The state of a request whose release is in that state."""
    return _FOLLOWS.get(state, state)


_OF_RELEASES = tuple(
    Transition(
        action=each.action,
        states=tuple(follows(state) for state in each.states),
        to=follows(each.to),
        actor=each.role,
        reason=each.reason,
        meaning=each.meaning,
        of_release=True,
    )
    for each in OF_RELEASES
    if each.to is not None  # what does not change the state of the release does not change that of its request
)
TRANSITIONS: tuple[Transition, ...] = _OWN + _OF_RELEASES


def transition(action: str, state: str) -> Transition | None:
    """What the action does in a state; None when it may not be done there."""
    return next((each for each in TRANSITIONS if each.action == action and state in each.states), None)


def possible(state: str, actor: Actor | None = None) -> tuple[Transition, ...]:
    """What may be done in a state, by somebody or by anybody, in the order of the table."""
    return tuple(each for each in TRANSITIONS if state in each.states and actor in (None, each.actor))
