"""The states of a release and the one table of what may be done to it, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

State: TypeAlias = Literal[
    "draft", "checked", "cleared", "final", "scheduled", "postponed", "released", "corrected", "withdrawn", "cancelled"
]
Action: TypeAlias = Literal[
    "check", "clear", "freeze", "schedule", "confirm", "postpone", "cancel", "release", "correct", "withdraw", "change"
]
Role: TypeAlias = Literal["analyst", "reviewer", "head_of_profession", "clock"]

STATES: tuple[State, ...] = get_args(State)
ACTIONS: tuple[Action, ...] = get_args(Action)
# Named groups, so that no caller lists states by hand.
SHOWN: frozenset[State] = frozenset(("released", "corrected"))
ENDED: frozenset[State] = frozenset(("released", "corrected", "withdrawn", "cancelled"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One thing that may be done.

    Attributes:
        action: its name.
        states: in which states.
        to: the state afterwards.
        role: who may do it.
        reason: whether a reason has to be given, which is public.
        meaning: in words, for the documentation.
    """

    action: Action
    states: tuple[State, ...]
    to: State
    role: Role
    reason: bool = False
    meaning: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition(action="check", states=("draft",), to="checked", role="reviewer", meaning="a first reviewer, who is not the analyst, finds it sound"),
    Transition(action="clear", states=("checked",), to="cleared", role="reviewer", meaning="a second reviewer, neither analyst nor first, clears it"),
    Transition(action="freeze", states=("cleared",), to="final", role="analyst", meaning="the bytes are frozen under the hash of their manifest"),
    Transition(action="schedule", states=("final", "postponed"), to="scheduled", role="head_of_profession", meaning="day and hour are announced, at least four weeks ahead"),
    Transition(action="confirm", states=("scheduled",), to="scheduled", role="head_of_profession", meaning="a provisional date becomes definite"),
    Transition(action="postpone", states=("scheduled",), to="postponed", role="head_of_profession", reason=True, meaning="it will not come on the day announced; the reason is public"),
    Transition(action="cancel", states=("scheduled", "postponed"), to="cancelled", role="head_of_profession", reason=True, meaning="it will not come at all; the reason is public"),
    Transition(action="release", states=("scheduled",), to="released", role="clock", meaning="the hour has come: everybody sees the frozen bytes"),
    Transition(action="correct", states=("released",), to="corrected", role="head_of_profession", reason=True, meaning="a later version takes its place; this one stays at its address, marked"),
    Transition(action="withdraw", states=("released", "corrected"), to="withdrawn", role="head_of_profession", reason=True, meaning="it is no longer a statistic of the lab; it stays listed as withdrawn"),
    Transition(action="change", states=("draft", "checked", "cleared", "final", "scheduled", "postponed"), to="draft", role="analyst", reason=True, meaning="anything that changes its bytes: every check begins again"),
)  # fmt: skip


def transition(action: Action, state: State) -> Transition | None:
    """What the action does in a state; None when it may not be done there."""
    return next((each for each in TRANSITIONS if each.action == action and state in each.states), None)


def possible(state: State) -> tuple[Action, ...]:
    """What may be done in a state, in the order of the table."""
    return tuple(each.action for each in TRANSITIONS if state in each.states)
