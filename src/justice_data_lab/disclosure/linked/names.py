"""What can be hidden in a request, by name: the protector hides these, and the figures are printed or not by them."""

from __future__ import annotations

from typing import Literal, TypeAlias

Group: TypeAlias = Literal["treated", "comparison"]

# The level that a column of 0 and 1 counts, in the annex of balance.
COUNTED_LEVEL = "1"


def people_of(analysis: str) -> str:
    """How many people an analysis is of; hidden, everything of it is."""
    return f"people/{analysis}"


def controls_of(analysis: str) -> str:
    """How many controls an analysis of a trial is of; hidden, everything of them is. A matched comparison group has no such name."""
    return f"controls/{analysis}"


def result_of(analysis: str, measure: str, group: Group) -> str:
    """One group's figure on one measure."""
    return f"result/{group}/{analysis}/{measure}"


def base_of(analysis: str, of: str, group: Group) -> str:
    """How many people a sub-group such as those who reoffended has, where that is no measure of its own."""
    return f"base/{group}/{analysis}/{of}"


def way_to(analysis: str) -> str:
    """The steps from the people of the request to those of one analysis."""
    return f"way/{analysis}"


def left_after(way: str, step: int) -> str:
    """How many people are left after one step of a way."""
    return f"left/{way}/{step}"


def level_of(variable: str, level: str, group: Group) -> str:
    """One level of a characteristic in the profile."""
    return f"level/{group}/{variable}/{level}"


def balance_of(variable: str, level: str) -> str:
    """One level's row in the annex of balance."""
    return f"balance/{variable}/{level}"


def records_of(group: str, label: str) -> str:
    """How many records of a kind were sent, and found."""
    return f"records/{group}/{label}"


def missed_at_most() -> str:
    """The share of people who were missed, if everybody not linked could have been found."""
    return "rate/missed at most"


STRICTER = "stricter/"


def stricter(times: int) -> str:
    """The result with links so many times as strict."""
    return f"{STRICTER}{times}"


def programme(count: Literal["eligible", "started"]) -> str:
    """A number that the organisation gives of its programme."""
    return f"programme/{count}"
