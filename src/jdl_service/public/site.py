"""The core's public pages as they are now: anew whenever something public was done, and by nothing else; each drawn when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

from jdl_service.audit.models import AuditEvent
from jdl_service.base.address import lab_at_address
from jdl_service.releases.models import Release
from jdl_service.releases.shelf import read_shelf
from justice_data_lab.files import sha256
from justice_data_lab.publication.states import SHOWN
from justice_data_lab.release_ledger import beside
from justice_data_lab.release_outlook import outlook_of
from justice_data_lab.release_run import DISCLOSED, read_content
from justice_data_lab.release_watch import HELD, WHOLE
from justice_data_lab.site.pages import site_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.site.outlook import Outlook

# What the public learns of at once; the hash of the last such line of the log is the one that is published.
TOLD = frozenset(
    ("schedule", "expedite", "confirm", "postpone", "cancel", "release", "release_early", "correct", "supersede", "withdraw", "respond", "answer")
)  # fmt: skip
# A change of what was announced is told as well, and a result that is held back is shown no more; their line is never the one published.
_REDRAWN = TOLD | {"change", HELD, WHOLE}

_drawing = Lock()


class Pages(Mapping[str, bytes]):
    """Bytes by path; a page is drawn when it is first asked for, one at a time, from the outlook that was taken at the act.

    Args:
        drawn_by: what draws each.
    """

    def __init__(self, drawn_by: Mapping[str, Callable[[], bytes]]) -> None:
        self._drawn_by, self._drawn = drawn_by, dict[str, bytes]()

    def __getitem__(self, path: str) -> bytes:
        """The bytes of a page."""
        draw = self._drawn_by[path]
        if path not in self._drawn:
            with _drawing:
                self._drawn[path] = self._drawn.get(path) or draw()
        return self._drawn[path]

    def __iter__(self) -> Iterator[str]:
        """Every path."""
        return iter(self._drawn_by)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._drawn_by)

    def __contains__(self, path: object) -> bool:
        """Whether there is such a page; it is not drawn for that."""
        return path in self._drawn_by


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
    """The pages of this process, with the hash of the line after which they were drawn.

    Attributes:
        mark: that hash.
        site: the pages.
        contents: what was disclosed in each public result, by the hash of its file, which never changes.
    """

    mark: str | None = None
    site: Site | None = None
    contents: dict[str, Content] = field(default_factory=dict)


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
        # one takes the outlook, the others wait: the first visitors after the hour come all at once
        if _kept.site is None or _kept.mark != mark:
            _kept.site, _kept.mark = _draw(now), mark
        return _kept.site


def _draw(now: datetime) -> Site:
    shelf = read_shelf()
    last = AuditEvent.objects.filter(action__in=TOLD).order_by("-number").first()
    # A hash that moved with every private act would tell of private acts.
    public = replace(shelf, lines=(last.line(),) if last else ())
    used: dict[str, Content] = {}

    def content(files: Mapping[str, bytes]) -> Content:
        name = sha256(files[DISCLOSED])
        used[name] = _kept.contents.get(name) or read_content(files)
        return used[name]

    outlook = outlook_of(public, now, beside(shelf.books.values()), content)
    _kept.contents = used
    return Site(outlook=outlook, files=Pages(site_pages(outlook, lab_at_address())), told=last.at if last else None)
