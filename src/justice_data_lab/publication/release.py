"""One release of a report: its state, what was decided about it and by whom, and what may be done next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 -- a field type, read at run time by from_json
from typing import TYPE_CHECKING, Literal, NoReturn

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.calendar import NOTICE, is_working_day
from justice_data_lab.publication.states import Action, State, possible, transition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from justice_data_lab.publication.states import Role

HEX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts: a name in the lab's books, and the role that the lab gave."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the public was told about the date of a release; it stays visible.

    Attributes:
        kind: announced, confirmed, postponed or cancelled.
        at: when it was told.
        due: the moment it was about.
        reason: why, in words; empty for an announcement.
    """

    kind: Literal["announced", "confirmed", "postponed", "cancelled"]
    at: datetime
    due: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A report on its way to the public.

    Attributes:
        key: stable name of the request; part of its address, and says nothing of a result.
        version: 1 for the first, one more for each correction.
        title: what is announced.
        organisation: whose programme it is about.
        analyst: who ran it.
        state: one of `STATES`.
        checked_by: the first reviewer.
        cleared_by: the second.
        manifest: SHA-256 of the manifest of the frozen files; empty before they are frozen.
        due: the moment of release in UTC; None before it is scheduled.
        provisional: whether the date may still move.
        notices: everything that was announced about the date.
        released_at: None before.
        ended_reason: public reason of a correction or withdrawal.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody wants to do.

    Attributes:
        action: one of `ACTIONS`.
        by: who.
        at: when, by the server's clock.
        reason: public reason, where the table asks for one.
        manifest: for `freeze`: SHA-256 of the manifest.
        due: for `schedule`: the moment of release.
        provisional: for `schedule`: whether the date may still move.
    """

    action: Action
    by: Person
    at: datetime
    reason: str = ""
    manifest: str = ""
    due: datetime | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a lab releases: its zone and the days on which it is closed."""

    zone: ZoneInfo
    holidays: Iterable[date] = ()


def act(release: Release, step: Step, hours: Hours) -> Release:
    """The release after a step.

    Args:
        release: as it is.
        step: what is to be done.
        hours: of the lab.

    Raises:
        UsageError: the table does not allow it: the state, the person, or what has to be given; nothing has changed.
    """
    found = transition(step.action, release.state)
    if found is None:
        can = ", ".join(possible(release.state)) or "nothing"
        _refuse(release, step, f"cannot be done while it is {release.state}; possible now: {can}")
    if step.by.role != found.role:
        _refuse(release, step, f"is for the {found.role.replace('_', ' ')}, not for the {step.by.role.replace('_', ' ')}")
    if found.reason and not step.reason.strip():
        _refuse(release, step, "needs a reason in words, which will be public")
    return replace(_DO[step.action](release, step, hours), state=found.to)


def _check(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if step.by.name == release.analyst:
        _refuse(release, step, "has to be done by somebody who did not run the analysis")
    return replace(release, checked_by=step.by.name)


def _clear(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if step.by.name in (release.analyst, release.checked_by):
        _refuse(release, step, "has to be done by a second person, who neither ran nor checked the analysis")
    return replace(release, cleared_by=step.by.name)


def _freeze(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if len(step.manifest) != HEX:
        _refuse(release, step, "needs the SHA-256 of the manifest of the files")
    return replace(release, manifest=step.manifest)


def _schedule(release: Release, step: Step, hours: Hours) -> Release:
    if step.due is None:
        _refuse(release, step, "needs the day and hour of release")
    local = step.due.astimezone(hours.zone)
    if not is_working_day(local.date(), hours.holidays):
        _refuse(release, step, f"needs a working day; {local.date()} is none")
    if step.due - step.at < NOTICE:
        _refuse(release, step, "needs to be announced at least four weeks ahead")
    notice = Notice(kind="announced", at=step.at, due=step.due)
    return replace(release, due=step.due, provisional=step.provisional, notices=(*release.notices, notice))


def _confirm(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if not release.provisional:
        _refuse(release, step, "is for a provisional date; this one is definite already")
    return _told(replace(release, provisional=False), step, "confirmed")


def _postpone(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(_told(release, step, "postponed"), due=None)


def _cancel(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(_told(release, step, "cancelled"), due=None)


def _told(release: Release, step: Step, kind: Literal["confirmed", "postponed", "cancelled"]) -> Release:
    due = release.due or release.notices[-1].due
    return replace(release, notices=(*release.notices, Notice(kind=kind, at=step.at, due=due, reason=step.reason)))


def _release(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if release.due is None or step.at < release.due:
        _refuse(release, step, "has to wait for its hour")
    if release.provisional:
        _refuse(release, step, "has a date that may still move; the head of profession has to confirm it first")
    return replace(release, released_at=step.at)


def _end(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, ended_reason=step.reason)


def _change(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    """Every check begins again; what was announced about the date stays visible."""
    notices = release.notices
    if release.due is not None:
        notices = (*notices, Notice(kind="postponed", at=step.at, due=release.due, reason=step.reason))
    return replace(release, checked_by="", cleared_by="", manifest="", due=None, provisional=False, notices=notices)


_DO = {
    "check": _check, "clear": _clear, "freeze": _freeze, "schedule": _schedule, "confirm": _confirm, "postpone": _postpone,
    "cancel": _cancel, "release": _release, "correct": _end, "withdraw": _end, "change": _change,
}  # fmt: skip


def _refuse(release: Release, step: Step, why: str) -> NoReturn:
    message = f"{step.action} of {release.key} (version {release.version}): {why}."
    raise UsageError(message)
