"""What happened to a request, in the words of whoever reads it: the lab has those of the table, an organisation its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.requests.states import transition

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.requests.models import Passage

# Reasons that are meant for the organisation; those of the other steps are the lab's own.
_TOLD = frozenset(("return", "refuse", "withdraw", "postpone", "cancel", "correct", "supersede", "expedite", "release_early"))
THE_LAB = "the lab"
# What is no step of the table of requests: a release was drafted.
_DRAFTED = "add"
_DRAFTED_INSIDE = "The report is drafted, and two people are asked to check it"

# What an organisation reads of each step; a step that lies within what is one state for it has the words of the whole.
WORDS: dict[str, str] = {
    "submit": "The request was sent",
    "return": "The lab gave the request back: something has to be put right first",
    "accept": "The lab took the request on",
    "refuse": "The lab did not take the request on",
    "link": "The lab began to look for the people in the register",
    "linked": "The lab told roughly how many were found, and asked for a choice",
    "go_on": "Chosen: go on",
    "add_people": "Chosen: add people",
    "resubmit": "The fuller file was sent",
    "park": "Chosen: wait until a date",
    "unpark": "Chosen: wait no longer",
    "wake": "The wait ended on its date",
    "withdraw": "The request was taken back",
    "match": "The analysis started",
    "redesign": "The lab does the analysis again",
    "rework": "The lab does the analysis again",
    "revise": "The lab began a later version of the result",
    "send": "The report was written, and two people were asked to check it",
    "add": "The report was written, and two people were asked to check it",
    "check": "A first person checked the report and found it sound",
    "clear": "A second person checked the report and found it sound",
    "freeze": "The report was made final: nothing in it changes any more",
    "schedule": "The day and hour of publication were announced",
    "expedite": "The day and hour of publication were announced: an urgent correction",
    "confirm": "The day and hour of publication became definite",
    "postpone": "Publication was put off",
    "cancel": "Publication was cancelled",
    "release": "The result was published",
    "release_early": "The result was published earlier than announced",
    "correct": "The result was found to be wrong: it is marked, and a later version will take its place",
    "supersede": "A later version took the place of this result, which stays at its address, marked",
    "withdraw_result": "The lab withdrew the result; it stays listed, with the reason",
    "change": "Something in the report was changed, so both checks begin again",
    "matched": "Being analysed", "override": "Being analysed", "unlock": "Being analysed", "analysed": "Being analysed", "give_up": "Being analysed",
}  # fmt: skip


def told(passage: Passage, user: User) -> tuple[str, str, datetime, str]:
    """One thing that happened. An organisation reads neither who of the lab did it nor what the lab noted for itself."""
    found = transition(passage.action, passage.before)
    inside = user.is_staff_of_lab
    by = passage.by
    who = str(by) if by and (inside or not by.is_staff_of_lab) else THE_LAB if by else ""
    own = found is not None and not found.of_release
    reason = passage.reason if inside or (passage.action in _TOLD and (own or passage.action != "return")) else ""
    return (_inside(passage) if inside else _outside(passage)), who, passage.at, reason


def _inside(passage: Passage) -> str:
    found = transition(passage.action, passage.before)
    meaning = found.meaning if found else _DRAFTED_INSIDE if passage.action == _DRAFTED else passage.action
    return meaning[:1].upper() + meaning[1:]


def _outside(passage: Passage) -> str:
    of_result = passage.action == "withdraw" and passage.after == "result_withdrawn"
    return WORDS.get("withdraw_result" if of_result else passage.action, passage.action)
