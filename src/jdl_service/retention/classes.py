"""How long each class of data is kept: the days at first, their bounds, and why. A row of `RetentionRule` sets another number of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jdl_service.files.jobs import PROBLEMS_KEPT
from jdl_service.retention.models import RetentionRule

if TYPE_CHECKING:
    from collections.abc import Mapping

DataClass = RetentionRule.DataClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The rule of a class of data.

    Attributes:
        data_class: what is kept.
        days: how long, at first.
        least: the fewest days that may be set.
        most: the most days that may be set.
        after: what the days are counted from, in words.
        why: why so long.
        bounds: why no fewer and no more.
    """

    data_class: RetentionRule.DataClass
    days: int
    least: int
    most: int
    after: str
    why: str
    bounds: str

    @property
    def label(self) -> str:
        """The class in words."""
        return str(self.data_class.label)


_PROMISED = "People were told that their data are kept no longer than the work needs."

CLASSES: tuple[Kept, ...] = (
    Kept(data_class=DataClass.COHORT, days=90, least=28, most=730, after="the result was published, or its release ended", why="A result can be corrected in that time; after it nobody needs the list.", bounds="Most faults are told within four weeks; two years is what the agreement allows."),
    Kept(data_class=DataClass.FAULTY, days=30, least=1, most=90, after="the file was sent", why="Time to mend the file and to ask about it.", bounds=_PROMISED),
    Kept(data_class=DataClass.SUPERSEDED, days=30, least=1, most=90, after="a later file was sent, if no run used the earlier one", why="Time to see that the later file is the right one.", bounds=_PROMISED),
    Kept(data_class=DataClass.PROBLEMS, days=PROBLEMS_KEPT.days, least=1, most=PROBLEMS_KEPT.days, after="the check", why="Faulty cells are needed only while they are put right.", bounds="The page promises no more; they can be found again from the file."),
    Kept(data_class=DataClass.ROOMS, days=365, least=28, most=730, after="the result was published, or its release ended", why="A result can be asked about and revised in that time.", bounds="Most faults are told within four weeks; two years is what the agreement allows."),
    Kept(data_class=DataClass.CLOSED, days=0, least=0, most=30, after="the refusal or the withdrawal", why="There is no purpose left.", bounds="A month is time to notice a mistake."),
    Kept(data_class=DataClass.PARKED, days=30, least=7, most=180, after="the date until which the request waits", why="The organisation can take it up again in that time.", bounds="A week is time to read the letter; half a year without an answer is an answer."),
    Kept(data_class=DataClass.DRAFT, days=180, least=28, most=365, after="the last step, or the last file that was sent", why="The organisation has the next step, and may have other things to do.", bounds="A month is time to finish a form; after a year the file is out of date."),
    Kept(data_class=DataClass.ADDING, days=730, least=400, most=1095, after="the last step, or the last file that was sent", why="People are added each year.", bounds="Fewer days than a year and a month would end every request of this kind."),
    Kept(data_class=DataClass.MESSAGES, days=365, least=90, most=1095, after="the request ended", why="A complaint can be answered in that time.", bounds="A complaint takes up to three months, and is out of time after three years."),
    Kept(data_class=DataClass.LOGINS, days=180, least=30, most=365, after="the attempt, or the last use of the session", why="An attack can be looked into; the number of a machine is personal data.", bounds="Many attacks are noticed only after weeks; none is looked into after a year."),
    Kept(data_class=DataClass.INVITATION, days=90, least=7, most=180, after="the invitation", why="Who has not answered by then will not.", bounds="The address belongs to somebody who has agreed to nothing."),
    Kept(data_class=DataClass.OBJECTION, days=730, least=400, most=730, after="it came in", why="A list that is sent today can wait as long for its clearance.", bounds="Fewer days than a year and a month would put somebody back into a request to which people are added; the page promises no more than two years."),
    Kept(data_class=DataClass.ACCOUNT, days=730, least=180, most=1095, after="the last log-in, or the making of the account", why="An account that nobody uses can only be misused.", bounds="Requests last for months without a step of their organisation."),
)  # fmt: skip


def kept_for(data_class: str) -> Kept:
    """The rule of a class as it is at first, with its bounds."""
    return next(kept for kept in CLASSES if kept.data_class == data_class)


def in_force() -> Mapping[str, RetentionRule]:
    """The rule of every class: the lab's own, or the first one, which has no row."""
    own = {row.data_class: row for row in RetentionRule.objects.all()}
    first = {kept.data_class.value: RetentionRule(data_class=kept.data_class, days=kept.days, why=kept.why) for kept in CLASSES}
    return first | own
