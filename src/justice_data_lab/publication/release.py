"""One release of a report: its state, what was decided about it and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 -- a field type, read at run time by from_json
from typing import TYPE_CHECKING, Literal, TypeAlias, cast
from unicodedata import category, normalize

import pyarrow as pa

from justice_data_lab.publication.calendar import ENGLAND_AND_WALES
from justice_data_lab.publication.states import Action, State  # noqa: TC001 -- field types
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import date, time
    from zoneinfo import ZoneInfo

    from justice_data_lab.files import Json
    from justice_data_lab.publication.states import Role

NoticeKind: TypeAlias = Literal[
    "announced", "urgent", "confirmed", "postponed", "cancelled", "released_early", "corrected", "revised", "withdrawn"
]
# The notices that give an hour, each of which begins anew.
ANNOUNCED: frozenset[NoticeKind] = frozenset(("announced", "urgent"))

RELEASE_COLUMNS = pa.schema(
    [
        ("key", pa.string()),
        ("version", pa.int64()),
        ("state", pa.string()),
        ("title", pa.string()),
        ("organisation", pa.string()),
        ("due", pa.timestamp("us", tz="UTC")),
        ("provisional", pa.bool_()),
        ("released_at", pa.timestamp("us", tz="UTC")),
        ("manifest", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts: a name in the lab's books, and the role that the lab gave."""

    name: str
    role: Role


def plain_name(name: str) -> str:
    """A name by which its person is known from others: without what a reader of it does not see, such as case and spaces."""
    seen = "".join(letter for letter in name if category(letter) != "Cf")
    # small letters may come apart into a letter and its accent, so what belongs together is put together once more
    return " ".join(normalize("NFKC", normalize("NFKC", seen).casefold()).split())


def same_person(one: str, other: str) -> bool:
    """Whether two names are those of one person; the one way in which people are compared."""
    return plain_name(one) == plain_name(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the public was told about a release; it stays visible.

    Attributes:
        kind: what was told; `urgent` announces a correction less than four weeks ahead.
        at: when it was told.
        due: the hour that it was about.
        reason: why, in words; empty for an announcement.
        provisional: of an announcement: whether the hour could still move when it was told.
    """

    kind: NoticeKind
    at: datetime
    due: datetime
    reason: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Figures may have been seen by somebody who should not have seen them.

    Attributes:
        at: when it was written down.
        by: who wrote it down.
        what: what happened, without a figure; public with the result.
        answer: what the head of profession decided; empty while that is open.
        answered_at: when, which is also when the head of profession had been told; None while it is open.
        reason: why, which is public.
    """

    at: datetime
    by: str
    what: str
    answer: Literal["", "contained", "released_early"] = ""
    answered_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A report on its way to the public.

    Attributes:
        key: stable name of the request; part of its address, and says nothing of a result.
        version: 1 for the first, one more for each correction or revision.
        title: what is announced.
        organisation: whose programme it is about.
        analyst: who ran it.
        state: one of `STATES`.
        checked_by: the first reviewer.
        cleared_by: the second.
        manifest: SHA-256 of the manifest of the frozen files; empty before they are frozen.
        due: the moment of release in UTC; None before it is scheduled.
        provisional: whether the date may still move.
        notices: everything that was announced about it.
        released_at: None before.
        ended_reason: public reason of a correction, revision or withdrawal.
        follows: what it is to the version before: a correction of an error, or a planned revision; empty for a first version.
        explained: why there is a later version, in words that are public.
        replaced_by: the number of the public version that took its place; None while it stands.
        breaches: in the order they were written down.
        co_analysts: everybody else who did a part of the analysis, e.g. brought another run.
        handed_in_by: heads of profession who brought a run when they sent a report back; they check and clear nothing of it.
    """

    key: str
    version: int
    title: str
    organisation: str
    analyst: str
    state: State = "draft"
    checked_by: str = ""
    cleared_by: str = ""
    manifest: str = ""
    due: datetime | None = None
    provisional: bool = False
    notices: tuple[Notice, ...] = ()
    released_at: datetime | None = None
    ended_reason: str = ""
    follows: Literal["", "correction", "revision"] = ""
    explained: str = ""
    replaced_by: int | None = None
    breaches: tuple[Breach, ...] = ()
    co_analysts: tuple[str, ...] = ()
    handed_in_by: tuple[str, ...] = ()

    @property
    def analysts(self) -> tuple[str, ...]:
        """Everybody who did a part of the analysis, none of whom checks it, clears it or signs it off."""
        return (self.analyst, *self.co_analysts)

    def is_by(self, name: str) -> bool:
        """Whether that person did a part of the analysis."""
        return any(same_person(name, each) for each in self.analysts)

    def brought_by(self, name: str) -> bool:
        """Whether that person did a part of the analysis, or brought a run of it."""
        return self.is_by(name) or any(same_person(name, each) for each in self.handed_in_by)

    def joined_by(self, names: Iterable[str]) -> tuple[str, ...]:
        """Its co-analysts with more of them, each person once, under the first name and in the order they came."""
        known = {plain_name(self.analyst): self.analyst}
        for name in (*self.co_analysts, *names):
            known.setdefault(plain_name(name), name)
        return tuple(known.values())[1:]

    def open_breaches(self) -> tuple[Breach, ...]:
        """Breaches on which the head of profession has not decided."""
        return tuple(each for each in self.breaches if not each.answer)

    def is_overdue(self, now: datetime) -> bool:
        """Whether its hour passed without it, because nobody confirmed the date."""
        return self.state == "scheduled" and self.provisional and self.due is not None and now >= self.due

    def summary(self) -> str:
        """What it is, whose, and its state, with its moment in UTC where it has one."""
        when = self.released_at or self.due
        at = f" {'since' if self.released_at else 'for'} {when:%Y-%m-%d %H:%M} UTC" if when else ""
        maybe = ", provisional" if self.provisional else ""
        return f"{self.key} v{self.version}: {self.title} ({self.organisation}), {self.state}{at}{maybe}"

    def table(self) -> pa.Table:
        """One row: key, version, state, title, organisation, moment of release and whether it may move, when released, manifest."""
        return pa.table({name: [getattr(self, name)] for name in RELEASE_COLUMNS.names}, schema=RELEASE_COLUMNS)

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name; moments as ISO text."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Release:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody wants to do.

    Attributes:
        action: one of `ACTIONS`.
        by: who.
        at: when, by the server's clock.
        reason: public reason, where the table asks for one.
        manifest: for `freeze`: SHA-256 of the manifest.
        due: for `schedule` and `expedite`: the moment of release.
        provisional: for `schedule`: whether the date may still move.
        version: for `supersede`: the version that takes its place.
        analysts: for `change`: who did a part of the analysis that takes the place of the old.
        handed_in: for `change`: whether the head of profession who does it brings the run.
    """

    action: Action
    by: Person
    at: datetime
    reason: str = ""
    manifest: str = ""
    due: datetime | None = None
    provisional: bool = False
    version: int | None = None
    analysts: tuple[str, ...] = ()
    handed_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a lab releases: its hour by the clock of its zone, and the days on which it is closed."""

    zone: ZoneInfo
    hour: time
    holidays: Container[date] = ENGLAND_AND_WALES
