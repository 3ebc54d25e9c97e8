"""The folder of releases: a book and the frozen files of each version, and the log. One hand at a time, whole or not at all.

An act is first written beside the book, then logged with the hash of the new book, and only then put in the book's place. So what
a kill leaves is either an act that was not logged, which is dropped, or one that was, which is finished at the next opening.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.publication.audit import append
from justice_data_lab.publication.book import read_book
from justice_data_lab.publication.desk import Desk
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.records import from_json, to_json
from justice_data_lab.release_log import append_line, read_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from justice_data_lab.publication.audit import Entry, Line
    from justice_data_lab.publication.book import Book

KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?")
_BOOK, _FILES, _NEXT, _DESK = "release.json", "files", ".next", "desk.json"
_HASH_OF_BOOK = re.compile(r"book ([0-9a-f]{64})$")
_DESK_SUBJECT = "desk"
# What a lab may put there before the first release: its own words, the library's editor's, and results from outside.
_BEFORE = ("lab.toml", "library.toml", "outside")


@dataclass(slots=True, kw_only=True)
class ReleaseFolder:
    """An open folder of releases; only `enter` and `enter_desk` change it.

    Attributes:
        path: of the folder.
        lines: of the log.
        books: by key and version.
        desk: requests and concerns.
    """

    path: Path
    lines: tuple[Line, ...]
    books: dict[tuple[str, int], Book]
    desk: Desk

    def book(self, key: str, version: int | None = None) -> Book:
        """A version of a release; without a number, the latest.

        Raises:
            UsageError: there is none.
        """
        versions = [number for found, number in self.books if found == key]
        wanted = version if version is not None else max(versions, default=0)
        if wanted not in versions:
            which = f" version {version}" if version is not None else ""
            message = f"{key}{which}: no such release in {self.path.name}. `jdl release list` shows what there is."
            raise UsageError(message)
        return self.books[key, wanted]

    def files(self, book: Book) -> dict[str, bytes]:
        """The files of a version, each byte as it was taken in.

        Raises:
            UsageError: a file was changed, added or removed since.
        """
        found = read_files(self.place(book) / _FILES)
        if manifest_hash(found) != book.files or book.release.manifest not in ("", book.files):
            message = (
                f"{book.subject}: its files are not the ones that were added. Put them back from a backup, or give the run again "
                "with `jdl release change --run`."
            )
            raise UsageError(message)
        return found

    def place(self, book: Book) -> Path:
        """Where a version stands."""
        return self.path / book.release.key / f"v{book.release.version}"

    def enter(self, book: Book, entry: Entry, files: Mapping[str, bytes] | None = None) -> Book:
        """Log an act and put the new book, and new files where the act brings them, in the place of the old."""
        place, data = self.place(book), canonical_json(to_json(book))
        place.mkdir(parents=True, exist_ok=True)
        if files is not None:
            _write_folder(place / f"{_FILES}{_NEXT}", files)
        _write_through(_waiting(place / _BOOK), data)
        self.log(replace(entry, subject=book.subject, detail=f"{entry.detail} book {sha256(data)}".strip()))
        _finish(place, sha256(data))
        self.books[book.release.key, book.release.version] = book
        return book

    def enter_desk(self, desk: Desk, entry: Entry) -> Desk:
        """Log what came to the desk and put the new desk in the place of the old."""
        target, data = self.path / _DESK, canonical_json(to_json(desk))
        _write_through(_waiting(target), data)
        self.log(replace(entry, subject=_DESK_SUBJECT, detail=f"{entry.detail} book {sha256(data)}".strip()))
        _settle(target, sha256(data))
        self.desk = desk
        return desk

    def log(self, entry: Entry) -> None:
        """Write down what happened, before it has any effect."""
        line = append(self.lines, entry)
        append_line(self.path, line)
        self.lines = (*self.lines, line)


@contextmanager
def opened(path: Path, *, patient: bool = False) -> Iterator[ReleaseFolder]:
    """The folder of releases, made when it is not there, for one hand at a time.

    Args:
        path: of the folder.
        patient: wait for somebody else to end, as what has to be done at the hour must not fail because a copy is being made.

    Raises:
        UsageError: somebody else has it open, its log was tampered with, or a book was changed by hand.
    """
    _check_place(path)
    path.mkdir(
        mode=0o700, parents=True, exist_ok=True
    )  # reports that are not public stand in it; one that is there keeps its mode
    with (path / ".lock").open("w") as lock:
        try:
            # the system lets go of it when the process ends, however it ends
            fcntl.flock(lock, fcntl.LOCK_EX if patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"{path.name}: another `jdl release` is at work in it. Wait until it has ended and try again."
            raise UsageError(message) from None
        lines = read_log(path)
        last = {line.entry.subject: found[1] for line in lines if (found := _HASH_OF_BOOK.search(line.entry.detail))}
        desk = _desk(path, last.pop(_DESK_SUBJECT, ""))
        yield ReleaseFolder(path=path, lines=lines, books=_books(path, last), desk=desk)


def existing(path: Path) -> Path:
    """The folder of releases where it has to be there: a mistyped name must not make a new one.

    Raises:
        UsageError: it is not.
    """
    if not path.is_dir():
        message = f"{path.name}: no such folder of releases. Check the name. `jdl release request` and `jdl release add` make a new one."
        raise UsageError(message)
    return path


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file of a flat folder by its name; none when it is not there."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()} if folder.is_dir() else {}


def _check_place(path: Path) -> None:
    if path.is_dir() and not (path / ".lock").is_file() and any(each.name not in _BEFORE for each in path.iterdir()):
        message = f"{path.name}: expected a folder of releases, or a new one; it holds something else. Give another folder."
        raise UsageError(message)
    if path.exists() and not path.is_dir():
        message = f"{path.name}: expected a folder of releases, found a file. Give another name."
        raise UsageError(message)


def _desk(path: Path, logged: str) -> Desk:
    """The desk that the log knows, finished where a kill came between; an empty one before anything came."""
    _settle(path / _DESK, logged)
    if not logged and not (path / _DESK).is_file():
        return Desk()
    return from_json(Desk, json.loads(_logged_bytes(path / _DESK, logged, _DESK_SUBJECT)))


def _books(path: Path, last: dict[str, str]) -> dict[tuple[str, int], Book]:
    """Every book that the log knows by its hash, finished where a kill came between, and just as it was logged."""
    books = {}
    for place in sorted(path.glob("*/v*")):
        subject = f"{place.parent.name} {place.name}"
        _finish(place, last.get(subject, ""))
        if (place / _BOOK).is_file() or subject in last:
            book = _read_book(place, last.pop(subject, ""))
            books[book.release.key, book.release.version] = book
    if last:
        _changed(next(iter(last)))
    return books


def _read_book(place: Path, expected: str) -> Book:
    return read_book(json.loads(_logged_bytes(place / _BOOK, expected, f"{place.parent.name} {place.name}")))


def _logged_bytes(target: Path, expected: str, subject: str) -> bytes:
    data = target.read_bytes() if target.is_file() else b""
    if sha256(data) != expected:
        _changed(subject, target.name)
    return data


def _changed(subject: str, name: str = _BOOK) -> NoReturn:
    message = f"{subject}: its {name} is not the one that the log speaks of. Restore the folder from a backup."
    raise UsageError(message)


def _finish(place: Path, logged: str) -> None:
    """Put a logged book and its files in place; drop what was never logged."""
    files = place / f"{_FILES}{_NEXT}"
    _settle(place / _BOOK, logged)
    if files.is_dir():
        book = json.loads((place / _BOOK).read_bytes()) if (place / _BOOK).is_file() else {"files": ""}
        if manifest_hash(read_files(files)) == book["files"]:
            shutil.rmtree(place / _FILES, ignore_errors=True)
            files.replace(place / _FILES)
            _sync(place)
        else:
            shutil.rmtree(files)


def _waiting(target: Path) -> Path:
    return target.with_name(f"{target.name}{_NEXT}")


def _settle(target: Path, logged: str) -> None:
    """Put what waits in the place of the old when the log speaks of it; else drop it."""
    waiting = _waiting(target)
    if waiting.is_file():
        if sha256(waiting.read_bytes()) == logged:
            waiting.replace(target)
            _sync(target.parent)
        else:
            waiting.unlink()


def _write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for name, data in files.items():
        _write_through(path / name, data)
    _sync(path)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
