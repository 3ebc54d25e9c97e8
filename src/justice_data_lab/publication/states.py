"""The states of a release and the one table of what may be done to it, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

State: TypeAlias = Literal[
    "draft", "checked", "cleared", "final", "scheduled", "postponed", "released", "corrected", "revised", "withdrawn", "cancelled"
]
Action: TypeAlias = Literal[
    "check", "clear", "freeze", "schedule", "expedite", "confirm", "postpone", "cancel", "release", "breach", "contain",
    "release_early", "correct", "supersede", "withdraw", "change",
]  # fmt: skip
Role: TypeAlias = Literal["analyst", "reviewer", "head_of_profession", "clock"]

STATES: tuple[State, ...] = get_args(State)
ACTIONS: tuple[Action, ...] = get_args(Action)
# Named groups, so that no caller lists states by hand.
SHOWN: frozenset[State] = frozenset(("released", "corrected", "revised"))
ENDED: frozenset[State] = frozenset((*SHOWN, "withdrawn", "cancelled"))
WRONG: frozenset[State] = frozenset(("corrected", "withdrawn"))
# By these a report is signed off for the public; nobody does them, nor checks or clears, who did a part of the analysis.
SIGNS_OFF: frozenset[Action] = frozenset(("schedule", "expedite", "release_early"))
BY_OTHERS: frozenset[Action] = frozenset(("check", "clear", *SIGNS_OFF))
UNSEEN: tuple[State, ...] = ("draft", "checked", "cleared", "final", "scheduled", "postponed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One thing that may be done.

    Attributes:
        action: its name.
        states: in which states.
        to: the state afterwards; None when it stays.
        role: who may do it; `lab` is whoever works in it.
        reason: whether a reason has to be given, which is public.
        meaning: in words, for the documentation.
    """

    action: Action
    states: tuple[State, ...]
    to: State | None
    role: Role | Literal["lab"]
    reason: bool = False
    meaning: str

    @property
    def command(self) -> str:
        """How it is called on the command line."""
        return self.action.replace("_", "-")

    @property
    def who(self) -> str:
        """Who may do it, in words."""
        return "anybody of the lab" if self.role == "lab" else self.role.replace("_", " ")


TRANSITIONS: tuple[Transition, ...] = (
    Transition(action="check", states=("draft",), to="checked", role="reviewer", meaning="a first reviewer, who did no part of the analysis, finds it sound with the evidence before them"),
    Transition(action="clear", states=("checked",), to="cleared", role="reviewer", meaning="a second reviewer, who is neither the first nor did any part of the analysis, clears it with the evidence before them"),
    Transition(action="freeze", states=("cleared",), to="final", role="analyst", meaning="the bytes are frozen under the hash of their manifest"),
    Transition(action="schedule", states=("final", "postponed"), to="scheduled", role="head_of_profession", meaning="day and hour are announced, at least four weeks ahead, by somebody who did no part of the analysis"),
    Transition(action="expedite", states=("final", "postponed"), to="scheduled", role="head_of_profession", reason=True, meaning="an urgent correction is announced for a working day less than four weeks ahead, by somebody who did no part of the analysis; the reason is public"),
    Transition(action="confirm", states=("scheduled",), to="scheduled", role="head_of_profession", meaning="a provisional date becomes definite, before its hour"),
    Transition(action="postpone", states=("scheduled",), to="postponed", role="head_of_profession", reason=True, meaning="it will not come on the day announced; the reason is public, and leave to see it early ends"),
    Transition(action="cancel", states=("scheduled", "postponed"), to="cancelled", role="head_of_profession", reason=True, meaning="it will not come at all; the reason is public"),
    Transition(action="release", states=("scheduled",), to="released", role="clock", meaning="the hour has come: everybody sees the frozen bytes"),
    Transition(action="breach", states=UNSEEN, to=None, role="lab", reason=True, meaning="somebody may have seen figures who should not: what happened is written down, and the head of profession is told"),
    Transition(action="contain", states=UNSEEN, to=None, role="head_of_profession", reason=True, meaning="the head of profession was told of the breach and the hour stands; the reason is public with the result"),
    Transition(action="release_early", states=("final", "scheduled", "postponed"), to="released", role="head_of_profession", reason=True, meaning="the head of profession, who did no part of the analysis, was told of the breach: everybody sees the frozen bytes at once; the reason is public"),
    Transition(action="correct", states=("released", "revised"), to="corrected", role="head_of_profession", reason=True, meaning="it is wrong: it is marked, with the reason, and a later version will take its place"),
    Transition(action="supersede", states=("released",), to="revised", role="clock", reason=True, meaning="the hour of a planned revision has come: this one stays at its address, marked"),
    Transition(action="supersede", states=("corrected",), to="corrected", role="clock", reason=True, meaning="the hour of its correction has come: this one stays at its address, marked"),
    Transition(action="withdraw", states=("released", "corrected", "revised"), to="withdrawn", role="head_of_profession", reason=True, meaning="it is no longer a statistic of the lab; it stays listed as withdrawn"),
    Transition(action="change", states=("draft", "checked", "cleared", "final", "postponed"), to="draft", role="analyst", reason=True, meaning="anything that changes its bytes: every check begins again"),
    Transition(action="change", states=("scheduled",), to="draft", role="head_of_profession", reason=True, meaning="the same once a date is announced, which is thereby put off: every check begins again"),
)  # fmt: skip


def transition(action: Action, state: State) -> Transition | None:
    """What the action does in a state; None when it may not be done there."""
    return next((each for each in TRANSITIONS if each.action == action and state in each.states), None)


def possible(state: State) -> tuple[Action, ...]:
    """What may be done in a state, in the order of the table."""
    return tuple(each.action for each in TRANSITIONS if state in each.states)
