"""What two people have before them when they clear a release: the machine's evidence, and what differs from the last release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.files import sha256
from justice_data_lab.publication.states import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justice_data_lab.publication.book import Book

NOT_THERE = "not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file that would be released."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure that is not what it was in the last release; `NOT_THERE` on the side that lacks it."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the machine knows of a release that nobody has cleared yet.

    Attributes:
        subject: which release and version.
        manifest: SHA-256 of the manifest of its files.
        files: each file.
        obstacles: reasons why it could not be frozen as it is.
        notices: what the report says of itself.
        rules: the rules of disclosure that held, in words.
        counts: how many figures there are, and how many are withheld and why, in words with numbers.
        withheld: the key of each figure that is withheld to protect people.
        checks: how far the result can be relied on and how alike the groups are, as the report says it.
        compared_with: the release whose figures stand beside; empty when there is none.
        same: how many figures are as they were there.
        differences: the others, in the order of the report.
    """

    subject: str
    manifest: str
    files: tuple[FileFacts, ...]
    obstacles: tuple[str, ...]
    notices: tuple[str, ...]
    rules: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    withheld: tuple[str, ...]
    checks: tuple[str, ...]
    compared_with: str
    same: int
    differences: tuple[Difference, ...]

    def summary(self) -> str:
        """The evidence in a few lines for a terminal: numbers of figures, never a figure."""
        counted = ", ".join(f"{number} {words}" for words, number in self.counts)
        beside = f"{len(self.differences)} differ from {self.compared_with}, {self.same} are the same" if self.compared_with else (
            "no earlier release of this organisation to compare with"
        )  # fmt: skip
        found = "; ".join(self.obstacles) or "no obstacle found"
        return f"{self.subject}: {counted}.\nFigures: {beside}.\nMachine: {found}.\nFiles: {self.manifest}"


def file_facts(files: Mapping[str, bytes]) -> tuple[FileFacts, ...]:
    """Name, size and hash of each file, by name."""
    return tuple(FileFacts(name=name, size=len(data), sha256=sha256(data)) for name, data in sorted(files.items()))


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Every figure, by its key, that is printed otherwise in one than in the other, or only in one."""
    keys = (*after, *(key for key in before if key not in after))
    both = ((key, before.get(key, NOT_THERE), after.get(key, NOT_THERE)) for key in keys)
    return tuple(Difference(key=key, before=was, after=now) for key, was, now in both if was != now)


def last_before(book: Book, books: Iterable[Book]) -> Book | None:
    """The release to compare with: the last public version of the same request, else the last of the same programme, else of the same organisation."""
    release = book.release
    others = [
        each
        for each in books
        if each.kind == book.kind and each.release.state in SHOWN and each.subject != book.subject and each.release.released_at
    ]
    others.sort(key=lambda each: (each.release.released_at, each.release.key, each.release.version), reverse=True)
    own = [each for each in others if each.release.key == release.key]
    organisation = [each for each in others if each.release.organisation == release.organisation]
    programme = [each for each in organisation if each.release.title == release.title]
    return next(iter((*own, *programme, *organisation)), None)
