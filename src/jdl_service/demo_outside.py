"""Evidence from elsewhere in the demonstration: invented, as every line of it says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from jdl_service.accounts.models import User
from jdl_service.library.outside_actions import add, agree
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.outside import POINTS, Outside, OutsideEffect

if TYPE_CHECKING:
    from datetime import datetime

# of which the lab of the demonstration has a result of its own: three together are what an average is taken of
KIND = "family-contact-and-relationships"
_NOTE = "Invented for the demonstration: there is no such study."


def _invented(title: str, source: str, year: int, effect: OutsideEffect) -> Outside:
    return Outside(
        key="", title=f"{title} (invented)", source=f"{source} (invented)", address="", year=year, design="randomised trial",
        # whoever agrees sets the day
        added=date.min, classified=Classified(types=(KIND,)), effects=(effect,), note=_NOTE,
    )  # fmt: skip


INVENTED = (
    _invented(
        "Family visits before release in another country", "Journal of Made-up Trials 4, page 12", 2023,
        OutsideEffect(measure="reoffended", unit=POINTS, difference=-4.1, ci_low=-9.6, ci_high=1.4, people=310),
    ),
    _invented(
        "A family worker for young men", "Report 17 of a place that is not there", 2019,
        OutsideEffect(measure="reoffended", unit=POINTS, difference=0.8, ci_low=-5.5, ci_high=7.1),
    ),
)  # fmt: skip


def add_outside(at: datetime) -> None:
    """An analyst adds each, and a reviewer agrees."""
    analyst, reviewer = (User.objects.get(email=f"{name}@lab.example") for name in ("analyst", "reviewer"))
    for said in INVENTED:
        agree(add(said, by=analyst, at=at), by=reviewer, at=at)
