"""Pages of one library, drawn when they are first asked for and kept; what was asked most recently stays."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from justice_data_lab.library.address import address
from justice_data_lab.library_site.answers import answer
from justice_data_lab.library_site.by_path import drawn_as, drawn_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from justice_data_lab.library.address import Question
    from justice_data_lab.library_site.desk import Desk

# Drawings are kept up to so many; a result's is about 40 kB.
MOST_KEPT = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes with the hash that tells them from others."""

    data: bytes
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The library at a moment, and what of it was drawn so far.

    Attributes:
        desk: from which everything is drawn.
    """

    desk: Desk
    _files: OrderedDict[str, Mapping[str, File]] = field(default_factory=OrderedDict)
    _drawing: dict[str, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

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
            if len(self._files) > MOST_KEPT:
                self._files.popitem(last=False)
