"""What may be done next to a release: `act` asks the table, then the rule of the action, and gives the release after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NoReturn

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.calendar import FURTHEST, has_notice, is_working_day, on_the_wall
from justice_data_lab.publication.release import Breach, Notice, plain_name, same_person
from justice_data_lab.publication.states import BY_OTHERS, SIGNS_OFF, possible, transition

if TYPE_CHECKING:
    from datetime import datetime

    from justice_data_lab.publication.release import Hours, NoticeKind, Release, Step
    from justice_data_lab.publication.states import Transition

HEX = 64


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
    if not _may(found, step):
        _refuse(release, step, f"is for {_the(found.who)}, not for the {step.by.role.replace('_', ' ')}")
    if not plain_name(step.by.name):
        _refuse(release, step, "needs the name of whoever does it")
    if found.reason and not step.reason.strip():
        _refuse(release, step, "needs a reason in words, which will be public")
    did_a_part = release.is_by if step.action in SIGNS_OFF else release.brought_by
    if step.action in BY_OTHERS and did_a_part(step.by.name):
        _refuse(release, step, f"has to be done by somebody who did not run the analysis; {step.by.name} did a part of it")
    return replace(_DO[step.action](release, step, hours), state=found.to or release.state)


def _may(found: Transition, step: Step) -> bool:
    return step.by.role != "clock" if found.role == "lab" else step.by.role == found.role


def _the(who: str) -> str:
    return who if who.startswith("anybody") else f"the {who}"


def _check(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, checked_by=step.by.name)


def _clear(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if same_person(step.by.name, release.checked_by):
        _refuse(release, step, "has to be done by a second person, who has not checked it already")
    return replace(release, cleared_by=step.by.name)


def _freeze(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if len(step.manifest) != HEX:
        _refuse(release, step, "needs the SHA-256 of the manifest of the files")
    return replace(release, manifest=step.manifest)


def _schedule(release: Release, step: Step, hours: Hours) -> Release:
    due = _working_hour(release, step, hours)
    if not has_notice(step.at, due, hours.zone):
        _refuse(release, step, "needs to be announced at least four weeks ahead")
    return replace(release, due=due, provisional=step.provisional, notices=_told(release, step, "announced", due))


def _expedite(release: Release, step: Step, hours: Hours) -> Release:
    """Waiting four weeks with a figure known to be wrong serves nobody; nothing but a correction may hurry."""
    if release.follows != "correction":
        _refuse(release, step, "is for a correction of a result that is public; `schedule` announces everything else")
    due = _working_hour(release, step, hours)
    if due <= step.at:
        _refuse(release, step, "needs an hour that is still to come")
    return replace(release, due=due, provisional=False, notices=_told(release, step, "urgent", due))


def _working_hour(release: Release, step: Step, hours: Hours) -> datetime:
    if step.due is None:
        _refuse(release, step, "needs the day and hour of release")
    if step.due > step.at + FURTHEST:
        _refuse(release, step, f"needs a day within {FURTHEST.days // 365} years; {step.due:%Y-%m-%d} lies beyond")
    local = on_the_wall(step.due, hours.zone)
    if not is_working_day(local.date(), hours.holidays):
        _refuse(release, step, f"needs a working day; {local.date()} is none")
    if local.time() != hours.hour:
        _refuse(release, step, f"needs the lab's hour, {hours.hour:%H:%M} in {hours.zone}; {local.time():%H:%M} is another")
    return step.due


def _confirm(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if not release.provisional:
        _refuse(release, step, "is for a provisional date; this one is definite already")
    if release.due is None or step.at >= release.due:
        _refuse(release, step, "comes after its hour, at which nothing was released; `postpone` it and announce another")
    return replace(release, provisional=False, notices=_told(release, step, "confirmed"))


def _postpone(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, due=None, provisional=False, notices=_told(release, step, "postponed"))


def _cancel(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, due=None, provisional=False, notices=_told(release, step, "cancelled"))


def _release(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if release.due is None or step.at < release.due:
        _refuse(release, step, "has to wait for its hour")
    if release.provisional:
        _refuse(release, step, "has a date that may still move; the head of profession has to confirm it first")
    return replace(release, released_at=step.at)


def _breach(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, breaches=(*release.breaches, Breach(at=step.at, by=step.by.name, what=step.reason)))


def _contain(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, breaches=_answered(release, step, "contained"))


def _release_early(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    """From this moment on it is public like any other: its hour is now."""
    breaches, notices = _answered(release, step, "released_early"), _told(release, step, "released_early", step.at)
    return replace(release, breaches=breaches, notices=notices, due=step.at, provisional=False, released_at=step.at)


def _answered(release: Release, step: Step, answer: Literal["contained", "released_early"]) -> tuple[Breach, ...]:
    if not release.open_breaches():
        _refuse(release, step, "answers a breach; none is open, and `breach` writes one down")
    return tuple(
        each if each.answer else replace(each, answer=answer, answered_at=step.at, reason=step.reason)
        for each in release.breaches
    )


def _correct(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, ended_reason=step.reason, notices=_told(release, step, "corrected"))


def _withdraw(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    return replace(release, ended_reason=step.reason, notices=_told(release, step, "withdrawn"))


def _supersede(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    if step.version is None or step.version <= release.version:
        _refuse(release, step, "needs the number of the later version")
    if release.state == "corrected":
        return replace(release, replaced_by=step.version)
    return replace(release, replaced_by=step.version, ended_reason=step.reason, notices=_told(release, step, "revised"))


def _change(release: Release, step: Step, hours: Hours) -> Release:  # noqa: ARG001
    """Every check begins again; what was announced about the date stays visible."""
    notices = _told(release, step, "postponed") if release.due is not None else release.notices
    again = replace(release, checked_by="", cleared_by="", manifest="", due=None, provisional=False, notices=notices)
    fresh = () if not step.handed_in or release.brought_by(step.by.name) else (step.by.name,)
    return replace(again, co_analysts=release.joined_by(step.analysts), handed_in_by=(*release.handed_in_by, *fresh))


def _told(release: Release, step: Step, kind: NoticeKind, due: datetime | None = None) -> tuple[Notice, ...]:
    """The notices with one more, about the hour given or the one that was announced last."""
    return (
        *release.notices,
        Notice(
            kind=kind,
            at=step.at,
            due=due or release.due or release.notices[-1].due,
            reason=step.reason,
            provisional=step.provisional and kind == "announced",
        ),
    )


_DO = {
    "check": _check, "clear": _clear, "freeze": _freeze, "schedule": _schedule, "expedite": _expedite, "confirm": _confirm,
    "postpone": _postpone, "cancel": _cancel, "release": _release, "breach": _breach, "contain": _contain,
    "release_early": _release_early, "correct": _correct, "supersede": _supersede, "withdraw": _withdraw, "change": _change,
}  # fmt: skip


def _refuse(release: Release, step: Step, why: str) -> NoReturn:
    message = f"{step.action.replace('_', '-')} of {release.key} (version {release.version}): {why}."
    raise UsageError(message)
