"""Who may see what of a release, and when: one pure function, default deny."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.publication.release import ANNOUNCED, plain_name, same_person
from justice_data_lab.publication.states import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from justice_data_lab.publication.release import Release

# nothing: not even that it exists. announcement: title, organisation, dates. record: that it was public once, its reason and the
# hash of its files. figures: everything of the frozen bytes.
Sight: TypeAlias = Literal["nothing", "announcement", "record", "figures"]
Purpose: TypeAlias = Literal["public", "production", "pre_release", "quality_assurance"]
PRE_RELEASE = timedelta(hours=24)
# Whether a version that another took the place of may keep its figures in public; the ledger against differencing can say yes.
Keeps: TypeAlias = "Callable[[Release], bool]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Somebody who looks.

    Attributes:
        name: empty for the public.
        roles: in the lab; none for everybody else.
    """

    name: str = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Leave to see one release before its hour.

    Attributes:
        key: of the release.
        version: of the release.
        name: one person.
        role: what that person is, which is printed on the release.
        purpose: pre-release briefing, or quality assurance by a named reader.
        opens: when it begins; pre-release access no earlier than 24 hours before the hour, and not while that is provisional.
        until: the hour it was given for, or the moment at which that was put off; then it has to be given anew.
        accepted: when the conditions were accepted; None: not yet, and nothing is shown.
    """

    key: str
    version: int
    name: str
    role: str
    purpose: Literal["pre_release", "quality_assurance"]
    opens: datetime
    until: datetime
    accepted: datetime | None = None


EVERYBODY = Viewer()


def keeps_none(release: Release) -> bool:  # noqa: ARG001 -- the answer while nobody has looked
    """No old version keeps its figures: two results of nearly the same people can give one person away."""
    return False


def sight(
    now: datetime, release: Release, viewer: Viewer, purpose: Purpose, given: Iterable[Access] = (), *, keeps: Keeps = keeps_none
) -> Sight:
    """What a viewer may see of a release at a moment.

    Args:
        now: by the server's clock, in UTC.
        release: as it stands in the books.
        viewer: who looks.
        purpose: what for.
        given: leave that was given to see releases early.
        keeps: whether a version that was replaced may still show its figures.

    Notes:
        A release is public when its state says so, which one row decides at the hour; `now` is looked at as well, so that a row
        that was changed too early shows nothing. A withdrawn release stays listed, with its reason and without its figures.
        What was announced stays announced, even when the report goes back to draft: a date that disappears would say something.
        A version whose place was taken by a public one keeps its record, and its figures only where `keeps` says so.
    """
    public = release.state in SHOWN and release.released_at is not None and release.due is not None and now >= release.due
    if public and (release.replaced_by is None or keeps(release)):
        return "figures"
    if purpose == "production" and _produces(release, viewer):
        return "figures"
    if purpose in ("pre_release", "quality_assurance") and any(_open(now, release, viewer, purpose, each) for each in given):
        return "figures"
    if public:
        return "record"
    return "announcement" if release.notices and now >= release.notices[0].at else "nothing"


def _produces(release: Release, viewer: Viewer) -> bool:
    """The people who make it: its analysts, the lab's reviewers, the head of profession."""
    made = release.is_by(viewer.name) or bool(viewer.roles & {"reviewer", "head_of_profession"})
    return bool(plain_name(viewer.name)) and made


def _open(now: datetime, release: Release, viewer: Viewer, purpose: Purpose, access: Access) -> bool:
    if (access.key, access.version, access.purpose) != (release.key, release.version, purpose):
        return False
    if not plain_name(viewer.name) or not same_person(access.name, viewer.name):
        return False
    if access.accepted is None or access.accepted > now or now < access.opens:
        return False
    if not stands(release, access) or now >= access.until:
        return False
    # 24 hours before an hour that may still move could be weeks before the figures come out
    return purpose == "quality_assurance" or (not release.provisional and now >= access.until - PRE_RELEASE)


def stands(release: Release, access: Access) -> bool:
    """Whether leave is for the hour that stands, as it was announced last: the same hour announced anew does not bring it back."""
    told = [notice.at for notice in release.notices if notice.kind in ANNOUNCED]
    if release.state != "scheduled" or access.until != release.due or not told:
        return False
    return access.opens >= told[-1] and (access.accepted is None or access.accepted >= told[-1])
