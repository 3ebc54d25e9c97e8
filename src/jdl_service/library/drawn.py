"""Pages of one library, drawn when they are first asked for and kept; what was asked most recently stays."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from justice_data_lab.library.address import Question, address
from justice_data_lab.library.taxonomy import TYPES
from justice_data_lab.library_site.answers import AT, answer
from justice_data_lab.library_site.by_path import drawn_as, drawn_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from justice_data_lab.library_site.desk import Desk

# Drawings are kept up to so many bytes: the pages of ten thousand results, of 10 kB each, and as much again for answers and kinds of help.
MOST_KEPT = 200_000_000
# What most visitors come to, which is drawn before they come; downloads are large, and few ask for them.
_FIRST = ("index.html", "style.css", "types/index.html", "all/index.html", "organisations/index.html", "map/index.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes with the hash that tells them from others."""

    data: bytes
    tag: str


@dataclass(slots=True, kw_only=True)
class Drawn:
    """The library at a moment, and what of it was drawn so far.

    Attributes:
        desk: from which everything is drawn.
        held: bytes of all drawings that are kept.
    """

    desk: Desk
    held: int = 0
    _files: OrderedDict[str, Mapping[str, File]] = field(default_factory=OrderedDict)
    _drawing: dict[str, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def prepare(self) -> None:
        """Draw what most visitors come to: the front page, lists, the map, and each kind of help."""
        for path in (*_FIRST, *(f"types/{each.key}/index.html" for each in TYPES.options)):
            if path == AT:
                self.answer(Question())
            else:
                self.file(path)

    def file(self, path: str) -> File | None:
        """A file of the site by its path; None when there is none."""
        return self.together(path).get(path)

    def together(self, path: str) -> Mapping[str, File]:
        """The files that are drawn together with one, by path."""
        return self.kept(drawn_as(path), lambda: drawn_with(self.desk, path))

    def answer(self, question: Question) -> File:
        """The page that answers a question."""
        return next(iter(self.kept(f"?{address(question)}", lambda: dict((answer(self.desk, question),))).values()))

    def kept(self, name: str, draw: Callable[[], Mapping[str, bytes]]) -> Mapping[str, File]:
        """What is drawn under a name: one draws, the others who ask for it wait. What is not there is not kept."""
        found = self._find(name)
        if found is not None:
            return found
        with self._lock:
            mine = self._drawing.setdefault(name, Lock())
        with mine:
            found = self._find(name)
            if found is None:
                found = {path: File(data=data, tag=sha256(data).hexdigest()) for path, data in draw().items()}
                self._keep(name, found)
        return found

    def _find(self, name: str) -> Mapping[str, File] | None:
        with self._lock:
            if name in self._files:
                self._files.move_to_end(name)
            return self._files.get(name)

    def _keep(self, name: str, made: Mapping[str, File]) -> None:
        with self._lock:
            self._drawing.pop(name, None)
            if made:
                self._files[name] = made
                self.held += _size(made)
            while self.held > MOST_KEPT and len(self._files) > 1:
                self.held -= _size(self._files.popitem(last=False)[1])


def _size(made: Mapping[str, File]) -> int:
    return sum(len(each.data) for each in made.values())
