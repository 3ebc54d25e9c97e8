"""What came to the lab's desk: requests, whatever became of them, and concerns with the answers that are published."""

from __future__ import annotations

from dataclasses import dataclass, replace

# The imports are field types, which from_json reads at run time.
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NoReturn

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.calendar import FURTHEST

if TYPE_CHECKING:
    from justice_data_lab.publication.release import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asked for a result; nothing here depends on what it says.

    Attributes:
        key: stable name, the same as that of its release.
        received: the day it came.
        sector: of the organisation, where given.
        first_time: whether the organisation never used the lab before; None when not given.
        ended: the day it was taken back by the organisation or refused by the lab; None while neither.
        ended_as: which of the two.
    """

    key: str
    received: date
    sector: str = ""
    first_time: bool | None = None
    ended: date | None = None
    ended_as: Literal["", "withdrawn", "refused"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Somebody thinks that something is wrong.

    Attributes:
        number: from 1, in the order they came.
        received: when it was written down.
        about: key of the release it is about; empty when it is about none.
        text: the concern, without names.
        answer: what the lab answered; empty while it is open.
        answered: when; None while it is open.
    """

    number: int
    received: datetime
    about: str
    text: str
    answer: str = ""
    answered: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All requests and concerns, in the order they came."""

    requests: tuple[Request, ...] = ()
    concerns: tuple[Concern, ...] = ()

    def request(self, key: str) -> Request | None:
        """The request of a key; None when none was written down."""
        return next((each for each in self.requests if each.key == key), None)


def check_has_come(what: str, day: date, at: datetime) -> None:
    """See that a day on which something is said to have come, or ended, has come and is not long gone.

    Args:
        what: came or ended, e.g. `request 2026-014`.
        day: by the lab's calendar, which may be a day ahead of that of UTC.
        at: now, by the server's clock.

    Raises:
        UsageError: it lies ahead, or years back.
    """
    today = at.astimezone(UTC).date()
    if not today - FURTHEST <= day <= today + timedelta(days=1):
        _refuse(
            what, f"expected a day of the last {FURTHEST.days // 365} years, today at the latest; {day} is none. Give another"
        )


def receive(desk: Desk, request: Request) -> Desk:
    """The desk with one more request.

    Raises:
        UsageError: there is one of that key.
    """
    if desk.request(request.key):
        _refuse(f"request {request.key}", "is written down already; give this one a key of its own")
    return replace(desk, requests=(*desk.requests, request))


def end(desk: Desk, key: str, on: date, how: Literal["withdrawn", "refused"]) -> Desk:
    """The desk with a request taken back by its organisation, or refused by the lab.

    Raises:
        UsageError: it is not there, has ended, or would end before it came.
    """
    found = desk.request(key)
    if found is None or found.ended is not None:
        _refuse(f"request {key}", "is not open; `jdl release request` writes one down")
    if on < found.received:
        _refuse(f"request {key}", f"came on {found.received}; it cannot end before")
    ended = replace(found, ended=on, ended_as=how)
    return replace(desk, requests=tuple(ended if each is found else each for each in desk.requests))


def raise_concern(desk: Desk, text: str, about: str, at: datetime) -> Desk:
    """The desk with one more concern.

    Raises:
        UsageError: it has no words.
    """
    if not text.strip():
        _refuse("concern", "has no words")
    concern = Concern(number=len(desk.concerns) + 1, received=at, about=about, text=text)
    return replace(desk, concerns=(*desk.concerns, concern))


def answer(desk: Desk, number: int, text: str, *, by: Person, at: datetime, public: bool) -> Desk:
    """The desk with a concern answered; from then on both are public.

    Args:
        desk: as it is.
        number: of the concern.
        text: the answer.
        by: the head of profession.
        at: when.
        public: whether the release it is about is public, or it is about none.

    Raises:
        UsageError: it is not open, the person may not, the answer is empty, or the words would speak of what is not public.
    """
    found = next((each for each in desk.concerns if each.number == number and each.answered is None), None)
    if found is None:
        _refuse(f"answer to concern {number}", "no such concern is open")
    if by.role != "head_of_profession":
        _refuse(f"answer to concern {number}", "is given by the head of profession")
    if not text.strip():
        _refuse(f"answer to concern {number}", "is empty")
    if not public:
        _refuse(f"answer to concern {number}", f"would be public before {found.about} is; it waits for the release")
    answered = replace(found, answer=text, answered=at)
    return replace(desk, concerns=tuple(answered if each is found else each for each in desk.concerns))


def _refuse(what: str, why: str) -> NoReturn:
    message = f"{what}: {why}."
    raise UsageError(message)
