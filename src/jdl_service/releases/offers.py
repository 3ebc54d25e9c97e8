"""What the core's table lets a person do to a release now, in words, and what each step asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jdl_service.releases import policies
from justice_data_lab.publication.states import SIGNS_OFF, TRANSITIONS

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from jdl_service.releases.models import Release
    from justice_data_lab.publication.states import Action

# What a button says. Steps that are not here are taken elsewhere: the two checks by `confirm`, the hour by the clock.
TITLES: dict[Action, str] = {
    "freeze": "Freeze the files",
    "schedule": "Announce a date",
    "expedite": "Announce an urgent correction",
    "confirm": "Confirm the date",
    "postpone": "Postpone",
    "cancel": "Cancel",
    "breach": "Report a breach",
    "contain": "Answer the breach: the hour stands",
    "release_early": "Answer the breach: release to everybody now",
    "correct": "Mark as wrong",
    "withdraw": "Withdraw the result",
    "change": "Send back to draft",
}
WITH_A_DATE: frozenset[Action] = frozenset(("schedule", "expedite"))
# What cannot be taken back by anybody.
GRAVE: frozenset[Action] = frozenset(("cancel", "release_early", "withdraw"))
_ANSWERS_A_BREACH: frozenset[Action] = frozenset(("contain", "release_early"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A step that somebody may take now.

    Attributes:
        action: of the core's table.
        title: on its button.
        meaning: of the step, in the table's words.
        reason: whether a public reason has to be given.
        dated: whether a day and an hour have to be given.
        grave: whether nobody can take it back.
    """

    action: Action
    title: str
    meaning: str
    reason: bool
    dated: bool
    grave: bool


def offers(release: Release, user: User) -> tuple[Offer, ...]:
    """The steps that this person may take now, in the order of the table."""
    core = release.as_book().release
    did_a_part = user.pk in policies.analysts_of(release)
    return tuple(
        Offer(
            action=each.action,
            title=TITLES[each.action],
            meaning=each.meaning,
            reason=each.reason,
            dated=each.action in WITH_A_DATE,
            grave=each.action in GRAVE,
        )
        for each in TRANSITIONS
        if each.action in TITLES
        and core.state in each.states
        and (each.role in user.roles or (each.role == "lab" and user.roles))
        and not (each.action in _ANSWERS_A_BREACH and not core.open_breaches())
        and not (each.action == "expedite" and core.follows != "correction")
        and not (each.action == "confirm" and not core.provisional)
        and not (each.action == "change" and core.state == "draft")
        and not (each.action in SIGNS_OFF and did_a_part)
    )


def offer(release: Release, user: User, action: str) -> Offer | None:
    """The step of that name; None when this person may not take it now."""
    return next((each for each in offers(release, user) if each.action == action), None)
