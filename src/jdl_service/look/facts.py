"""The figures that the pages of words quote, worked out by the core or read from the settings, so that no text can be out of date."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TypedDict

from django.conf import settings

from justice_data_lab.estimation.power import detectable_effect, people_for_effect
from justice_data_lab.study import Lab

# The example of the page on feasibility: 40 in 100 would offend again.
BASE_RATE = 0.40
GROUP_SIZES = (60, 100, 200, 500, 1000, 2000)
FALL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectable:
    """The smallest fall that a group would probably show.

    Attributes:
        people: how many are analysed.
        fall: the fall in whole points, rounded up: no less would probably show.
    """

    people: int
    fall: int

    @property
    def left(self) -> int:
        """People in 100 who would still offend again."""
        return round(BASE_RATE * 100) - self.fall


class Facts(TypedDict):
    """What the templates of the pages of words may use."""

    detectable: list[Detectable]
    people_for_five: int
    least_people: int
    idle_minutes: int


def facts() -> Facts:
    """Every figure, as it is now."""
    lab: Lab = getattr(settings, "LAB", None) or Lab()
    return Facts(
        detectable=[found for people in GROUP_SIZES if (found := _detectable(people)) is not None],
        people_for_five=round(people_for_effect(FALL, BASE_RATE), -1),
        least_people=lab.min_submitted,
        idle_minutes=settings.SESSION_COOKIE_AGE // 60,
    )


def _detectable(people: int) -> Detectable | None:
    effect = detectable_effect(people, BASE_RATE)
    return None if effect is None else Detectable(people=people, fall=ceil(effect * 100))
