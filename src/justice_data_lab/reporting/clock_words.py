"""Sentences about the day on which follow-up begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.disclosure.clock import Clock
    from justice_data_lab.disclosure.published import Content

_TITLE = "Follow-up began before some people joined"


def box(clock: Clock | None) -> tuple[str, str, str] | None:
    """The warning that the index clock ran although somebody started later: title, text and the reviewer's reason."""
    if clock is None or clock.run != "index" or clock.late is None:
        return None
    people = "Some" if clock.late.marker else clock.late.text
    text = (
        f"{people} people joined the programme after their follow-up had begun. Those who reoffended before they could join are missing "
        "from the group. This makes the programme look better than it is. A reviewer let the analysis go on, for this reason:"
    )
    return _TITLE, text, clock.reason


def when_it_began(content: Content) -> str:
    """How the intervention clock works, in one sentence; empty for the index clock."""
    if content.clock is None or content.clock.run != "intervention":
        return ""
    if content.method.design == "randomised":
        return (
            "Follow-up starts on the day a person was put in a group, if that was after their release or order, "
            "and nobody who had reoffended by then is counted."
        )
    return (
        "Follow-up starts on the day a person joined, if that was after their release or order; similar people are given such a day "
        "too, and nobody who had reoffended by then is counted."
    )
