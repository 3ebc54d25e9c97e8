"""The library as it stands at a moment: what everybody may see then, and nothing else. Everything derived starts here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import pyarrow as pa

from justice_data_lab.library.entry import Entry, Version, make_entry, withdrawn_entry
from justice_data_lab.publication.visibility import EVERYBODY, sight
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.classified import Classified
    from justice_data_lab.library.entry import Opened
    from justice_data_lab.publication.book import Book
    from justice_data_lab.study import Lab

    # Of the version that stands: its book, every version that was ever public, what the lab's editor says.
    Parts: TypeAlias = tuple[Book, tuple[Version, ...], Classified | None]

Standing: TypeAlias = Literal["current", "superseded", "corrected", "withdrawn", "unknown"]

CLAIM_WORDS: dict[Standing, str] = {
    "current": "This claim is current: it is of the version that stands.",
    "superseded": "This claim is not current: a later version has taken its place.",
    "corrected": "This claim is not current: the result was corrected, and its new version is not out yet.",
    "withdrawn": "This claim is not current: the result was withdrawn.",
    "unknown": "No result with this address was ever released.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every released result, found or not, good or bad, as at one moment.

    Attributes:
        at: the moment.
        entries: one a request, the latest release first.
    """

    at: datetime
    entries: tuple[Entry, ...]

    def entry(self, key: str) -> Entry | None:
        """The entry of that key; None when there is none that everybody may see."""
        return next((each for each in self.entries if each.key == key), None)

    def claim(self, key: str, version: int) -> Standing:
        """Whether what was said of a version of a result still stands."""
        return standing(self.entry(key), version)

    def summary(self) -> str:
        """How many entries there are, by status."""
        counts = {
            status: sum(each.status == status for each in self.entries) for status in ("result", "not_analysed", "withdrawn")
        }
        return (
            f"{len(self.entries)} entries: {counts['result']} with a result, {counts['not_analysed']} that could not be analysed, "
            f"{counts['withdrawn']} withdrawn"
        )

    def table(self) -> pa.Table:
        """One row an entry: key, version, status, title, organisation, hour of release, primary kind of help, verdict."""
        names = ("key", "version", "status", "title", "organisation", "released", "verdict")
        columns = {name: [getattr(each, name) for each in self.entries] for name in names}
        columns["type"] = [each.classified.primary for each in self.entries]
        types = {"version": pa.int64(), "released": pa.timestamp("s", tz="UTC")}
        return pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name; moments in UTC."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Library:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


def standing(entry: Entry | None, version: int) -> Standing:
    """Whether what was said of a version of an entry still stands; nothing ever stood of none."""
    seen = next((each for each in entry.versions if each.number == version), None) if entry else None
    if entry is None or seen is None:
        return "unknown"
    if seen.state == "withdrawn" or entry.status == "withdrawn":
        return "withdrawn"
    if version < entry.version:
        return "superseded"
    return "corrected" if entry.corrected else "current"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the library gets what it is drawn from.

    Attributes:
        books: of every release, public or not.
        opened: gives what was disclosed in a release; called for none that is not public.
        said: what the lab's editor says of places in the taxonomy, by key.
        made: entries by what each is made of; one that stands here already is not made again, which a server needs at each release.
    """

    books: Iterable[Book]
    opened: Callable[[Book], Opened]
    said: Mapping[str, Classified]
    made: dict[Parts, Entry] = field(default_factory=dict)


def collect(shelf: Shelf, now: datetime, lab: Lab) -> Library:
    """The library at a moment, by the server's clock, in UTC.

    Args:
        shelf: what it is drawn from.
        now: the moment.
        lab: who says the sentences that may be quoted.

    Notes:
        The standing version of a request is the latest that is or was public. A version that is scheduled, or was released by a row changed
        too early, is not there: not its title, not its number. Bulletins are no results.
    """
    seen = sorted(
        (each for each in shelf.books if _was_public(each, now)), key=lambda book: (book.release.key, book.release.version)
    )
    entries = []
    for key, group in groupby(seen, key=lambda book: book.release.key):
        versions = list(group)
        history, last, own = tuple(map(_version, versions)), versions[-1], shelf.said.get(key)
        if last.release.state == "withdrawn":
            entries.append(withdrawn_entry(last, history, own))
        elif sight(now, last.release, EVERYBODY, "public") == "figures":
            entries.append(_entry(shelf, (last, history, own), lab))
    return Library(at=now, entries=_latest_first(entries))


def together(parts: Iterable[Library], now: datetime) -> Library:
    """One library of several that were collected at one moment, each of other requests."""
    return Library(at=now, entries=_latest_first([each for part in parts for each in part.entries]))


def _entry(shelf: Shelf, parts: Parts, lab: Lab) -> Entry:
    """The entry of a public result, made unless it is there."""
    found = shelf.made.get(parts)
    if found is None:
        last, history, own = parts
        shelf.made[parts] = found = make_entry(last, shelf.opened(last), history, own, lab)
    return found


def _was_public(book: Book, now: datetime) -> bool:
    """Whether it is a result whose figures everybody may see, or once could."""
    seen = sight(now, book.release, EVERYBODY, "public")
    if book.release.state == "withdrawn":
        return book.kind == "result" and seen == "announcement" and now >= _hour(book)
    return book.kind == "result" and seen in ("figures", "record")


def _hour(book: Book) -> datetime:
    """When it became public; of what never did, later than any moment."""
    return book.release.due or book.release.released_at or datetime.max.replace(tzinfo=UTC)


def _version(book: Book) -> Version:
    state = cast('Literal["released", "corrected", "revised", "withdrawn"]', book.release.state)
    ended = (each.at for each in reversed(book.release.notices) if each.kind == state)
    return Version(
        number=book.release.version, released=_hour(book), state=state, reason=book.release.ended_reason, ended=next(ended, None)
    )


def _latest_first(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    by_key = sorted(entries, key=lambda each: each.key)
    return tuple(sorted(by_key, key=lambda each: each.released, reverse=True))
