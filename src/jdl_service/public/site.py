"""The core's public pages as they are now: drawn anew whenever something public was done, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service.audit.models import AuditEvent
from jdl_service.releases.models import Release
from jdl_service.releases.shelf import read_shelf
from justice_data_lab.publication.states import SHOWN
from justice_data_lab.release_ledger import beside
from justice_data_lab.release_outlook import outlook_of
from justice_data_lab.release_watch import HELD, WHOLE
from justice_data_lab.site.pages import site_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from justice_data_lab.site.outlook import Outlook

# What the public learns of at once; the hash of the last such line of the log is the one that is published.
TOLD = frozenset(
    ("schedule", "expedite", "confirm", "postpone", "cancel", "release", "release_early", "correct", "supersede", "withdraw", "respond", "answer")
)  # fmt: skip
# A change of what was announced is told as well, and a result that is held back is shown no more; their line is never the one published.
_REDRAWN = TOLD | {"change", HELD, WHOLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The public pages at a moment.

    Attributes:
        outlook: what they are drawn from.
        files: bytes by path.
        told: when the public was last told something; None before the first time.
    """

    outlook: Outlook
    files: Mapping[str, bytes]
    told: datetime | None


@dataclass(slots=True)
class _Kept:
    """The pages of this process, with the hash of the line after which they were drawn."""

    mark: str | None = None
    site: Site | None = None


_lock, _kept = Lock(), _Kept()


def site_at(now: datetime) -> Site:
    """The public pages at a moment, by the server's clock.

    Notes:
        They are kept in the process until the log has a later line of something public. A row that is ahead of the clock, as after
        a clock was put back, is never kept.
    """
    if Release.objects.filter(state__in=SHOWN, due__gt=now).exists():
        return _draw(now)
    mark = AuditEvent.objects.filter(action__in=_REDRAWN).order_by("-number").values_list("sha256", flat=True).first()
    with _lock:
        # one draws, the others wait: the first visitors after the hour come all at once
        if _kept.site is None or _kept.mark != mark:
            _kept.site, _kept.mark = _draw(now), mark
        return _kept.site


def _draw(now: datetime) -> Site:
    shelf = read_shelf()
    last = AuditEvent.objects.filter(action__in=TOLD).order_by("-number").first()
    # A hash that moved with every private act would tell of private acts.
    public = replace(shelf, lines=(last.line(),) if last else ())
    outlook = outlook_of(public, now, beside(shelf.books.values()))
    return Site(outlook=outlook, files=site_files(outlook, settings.LAB), told=last.at if last else None)
