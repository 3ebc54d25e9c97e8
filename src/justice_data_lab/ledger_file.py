"""The ledger on disk: one SQLite file with the people behind every cleared figure, by token. Nothing else opens it.

A release is *asked for* when its run is taken in, and *cleared* when a second reviewer clears it; only cleared sets are held against
others. Both are one transaction each, so a kill leaves all of it or nothing, and two processes at once wait for each other.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.disclosure.ledger.sets import LedgerSet
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, new_file
from justice_data_lab.ledger_key import create_key, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from justice_data_lab.files import Json

    # says which of the sets asked for are printed, given those that are told already; raises when they may not be
    Judge: TypeAlias = "Callable[[Asked, Sequence[LedgerSet]], Sequence[LedgerSet]]"

KIND = "justice-data-lab/ledger/1"
_TOKEN = 32  # bytes
_VERSION = re.compile(r" v\d+$")
_PATIENCE = 30.0  # seconds to wait for another process
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE release (name TEXT PRIMARY KEY, cleared INTEGER NOT NULL, files TEXT NOT NULL, supersedes TEXT NOT NULL) STRICT;
CREATE TABLE people (
    release TEXT NOT NULL REFERENCES release (name) ON DELETE CASCADE, place INTEGER NOT NULL, analysis TEXT NOT NULL,
    whom TEXT NOT NULL, events TEXT NOT NULL, source TEXT NOT NULL, tokens BLOB NOT NULL, PRIMARY KEY (release, place)
) STRICT;
"""
_PUT = "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?)"
_READ = "SELECT people.* FROM people JOIN release ON name = release WHERE "


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a release asks to publish of people.

    Attributes:
        name: of the release and its version, e.g. `2026-014 v1`.
        files: hash of the manifest of its files, so that what is cleared is what was asked for.
        sets: of people, in the order of the report.
        scheme: of the register ids behind the tokens.
        supersedes: the release that it updates; empty when it is none.
    """

    name: str
    files: str
    sets: tuple[LedgerSet, ...]
    scheme: str
    supersedes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A ledger that is there.

    Attributes:
        path: of the file.
        mark: of the key that its tokens are made with.
    """

    path: Path
    mark: str

    def scheme(self) -> str:
        """Of the register ids that its people are known by; empty before the first release."""
        with _reading(self.path) as con:
            return _about(con, "scheme")

    def names(self) -> frozenset[str]:
        """Of the releases that were cleared."""
        with _reading(self.path) as con:
            return frozenset(name for (name,) in con.execute("SELECT name FROM release WHERE cleared"))

    def find(self, name: str) -> str:
        """The cleared release of a name such as `2026-014 v1`; of `2026-014`, its latest version.

        Raises:
            UsageError: there is none.
        """
        versions = {known: _VERSION.sub("", known) for known in self.names() if _VERSION.search(known)}
        found = [known for known, key in versions.items() if name in (known, key)]
        if not found:
            message = f"[study] supersedes = {name!r}: the ledger {self.path.name} knows no such release. `jdl ledger describe` lists them."
            raise UsageError(message)
        return max(found, key=lambda known: int(known.rpartition("v")[2]))

    def sets(self) -> tuple[LedgerSet, ...]:
        """The people behind every cleared figure, in the order of clearing."""
        with _reading(self.path) as con:
            return _sets(con, "cleared ORDER BY release.rowid, place")

    def ask(self, asked: Asked) -> None:
        """Note what a release asks for, in place of what it asked before; nothing is held against others yet.

        Raises:
            UsageError: it is cleared already, or its people are known by other register ids.
        """
        with _writing(self.path) as con:
            if _is_cleared(con, asked.name):
                message = (
                    f"{asked.name}: is in the ledger as cleared already. What was cleared is never exchanged; add a new version."
                )
                raise UsageError(message)
            _put(con, asked, cleared=False)

    def clear(self, name: str, files: str, judge: Judge) -> None:
        """Keep what is printed of what a release asked for, once it was judged by everything that was told by now.

        Args:
            name: of the release and its version.
            files: hash of the manifest of the files that are cleared.
            judge: chooses, or refuses.

        Raises:
            UsageError: the ledger does not know the release, or knows it with other files.

        Notes:
            Whoever takes in a run may not know yet what its release will be called. So what was asked for under another name and is
            not cleared yet is found by its files, and gets the release's name.
        """
        with _writing(self.path) as con:
            asked = _asked(con, name, files)
            if asked is None:
                message = (
                    f"{name}: the ledger {self.path.name} does not know what it wants to publish of whom. Take in its run again with "
                    "`jdl release change --run RUN --ledger FILE`."
                )
                raise UsageError(message)
            earlier = _sets(con, "cleared AND name <> ? ORDER BY release.rowid, place", name)
            _put(con, replace(asked, sets=tuple(judge(asked, earlier))), cleared=True)

    def tell(self, asked: Asked, judge: Judge) -> None:
        """Keep what is told at once, such as how many of a list were found, when everything that was told by now allows it.

        Args:
            asked: of whom, under a name of its own.
            judge: chooses, or refuses.
        """
        with _writing(self.path) as con:
            earlier = _sets(con, "cleared AND name <> ? ORDER BY release.rowid, place", asked.name)
            _put(con, replace(asked, sets=tuple(judge(asked, earlier))), cleared=True)

    def record(self, asked: Asked) -> None:
        """Enter sets of a release that is public already, unjudged: for a ledger that is made anew from its runs."""
        with _writing(self.path) as con:
            _put(con, asked, cleared=True)

    def reopen(self, name: str) -> None:
        """A cleared release that nobody saw is asked for again, and no longer held against others."""
        with _writing(self.path) as con:
            con.execute("UPDATE release SET cleared = 0 WHERE name = ?", (name,))

    def set_aside(self, name: str) -> None:
        """A cleared release that somebody saw, and that makes room for another, stays under a name of its own."""
        with _writing(self.path) as con:
            if _is_cleared(con, name):
                (number,) = con.execute("SELECT count(*) FROM release WHERE name LIKE ? || ', seen %'", (name,)).fetchone()
                _rename(con, name, f"{name}, seen {number + 1}")


def create_ledger(path: Path, key: Path) -> Ledger:
    """Make an empty ledger and its key.

    Raises:
        UsageError: there is a file of one of the names, or both are one.
    """
    if path.resolve() == key.resolve():
        message = f"{path.name}: the ledger and its key are two files, and are kept apart. Give two names."
        raise UsageError(message)
    new_file(path)
    mark = mark_of(create_key(key))
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        with _connected(path) as con:
            con.executescript(f"BEGIN;{_TABLES}")
            con.executemany("INSERT INTO about VALUES (?, ?)", [("kind", KIND), ("mark", mark), ("scheme", "")])
            con.execute("COMMIT")
    except BaseException:
        path.unlink(missing_ok=True)
        key.unlink()
        raise
    return Ledger(path=path, mark=mark)


def open_ledger(path: Path, key: bytes | None = None) -> Ledger:
    """The ledger in a file.

    Args:
        path: of the file.
        key: when tokens are to be made: it must be the one that the ledger's own were made with.

    Raises:
        UsageError: there is none, the file is another, or the key is.
    """
    if not path.is_file():
        message = (
            f"{path.name}: expected a ledger, found none. Check the path, or restore it; `jdl ledger create` makes the first one."
        )
        raise UsageError(message)
    with _reading(path) as con:
        kind, mark = _about(con, "kind"), _about(con, "mark")
    if kind != KIND:
        message = f"{path.name}: is a ledger of another version ({kind}); this program knows {KIND}."
        raise UsageError(message)
    if key is not None and mark_of(key) != mark:
        message = (
            f"{path.name}: its tokens were made with another key, so nobody in it would be known again. Give the key that "
            "`jdl ledger create` wrote with this ledger."
        )
        raise UsageError(message)
    return Ledger(path=path, mark=mark)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there; a file that is none of ours is said to be so."""
    try:
        uri = f"{path.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)) as con:
            con.execute("PRAGMA foreign_keys = ON")
            con.execute("PRAGMA secure_delete = ON")  # who is taken out leaves nothing on the disk
            yield con
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            message = f"{path.name}: another process is at work in the ledger. Wait until it has ended and try again."
            raise UsageError(message) from None
        message = f"{path.name}: cannot be used as a ledger ({error}). Check that it is one and can be written, or restore its newest backup."
        raise UsageError(message) from None


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with _connected(path) as con:
        con.execute("BEGIN")
        yield con
        con.execute("COMMIT")


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction, which begins when no other process writes."""
    with _connected(path) as con:
        con.execute("BEGIN IMMEDIATE")
        try:
            yield con
        except BaseException:
            con.execute("ROLLBACK")
            raise
        con.execute("COMMIT")


def _about(con: sqlite3.Connection, name: str) -> str:
    found = con.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else ""


def _asked(con: sqlite3.Connection, name: str, files: str) -> Asked | None:
    """What a release asked for with these files, under its own name from now on."""
    known = con.execute("SELECT name FROM release WHERE files = ? AND (name = ? OR NOT cleared)", (files, name)).fetchall()
    if not known:
        return None
    if (name,) not in known:
        con.execute("DELETE FROM release WHERE name = ?", (name,))
        _rename(con, known[0][0], name)
    (supersedes,) = con.execute("SELECT supersedes FROM release WHERE name = ?", (name,)).fetchone()
    sets = _sets(con, "name = ? ORDER BY place", name)
    return Asked(name=name, files=files, sets=sets, scheme=_about(con, "scheme"), supersedes=supersedes)


def _is_cleared(con: sqlite3.Connection, name: str) -> bool:
    return con.execute("SELECT 1 FROM release WHERE name = ? AND cleared", (name,)).fetchone() is not None


def _rename(con: sqlite3.Connection, old: str, new: str) -> None:
    con.execute("INSERT INTO release SELECT ?, cleared, files, supersedes FROM release WHERE name = ?", (new, old))
    con.execute("UPDATE people SET release = ? WHERE release = ?", (new, old))
    con.execute("DELETE FROM release WHERE name = ?", (old,))


def _put(con: sqlite3.Connection, asked: Asked, *, cleared: bool) -> None:
    known = _about(con, "scheme")
    if known and asked.scheme != known:
        message = (
            f"{asked.name}: its people are known by other register ids ({asked.scheme}) than those in the ledger ({known}), so nobody "
            "would be known again. Run it with `--id-map FILE`."
        )
        raise UsageError(message)
    con.execute("UPDATE about SET value = ? WHERE name = 'scheme'", (asked.scheme,))
    con.execute("DELETE FROM release WHERE name = ?", (asked.name,))
    con.execute("INSERT INTO release VALUES (?, ?, ?, ?)", (asked.name, int(cleared), asked.files, asked.supersedes))
    con.executemany(_PUT, [_row(asked.name, place, each) for place, each in enumerate(asked.sets)])


def _row(name: str, place: int, each: LedgerSet) -> tuple[str | int | bytes, ...]:
    tokens = b"".join(bytes.fromhex(token) for token in sorted(each.tokens))
    events: dict[str, Json] = dict(each.events)
    return (name, place, each.analysis, each.of, canonical_json(events).decode(), each.source, tokens)


def _sets(con: sqlite3.Connection, which: str, *values: str) -> tuple[LedgerSet, ...]:
    known: dict[str, str] = {}  # one text for a token in however many sets
    found = []
    for name, _, analysis, whom, events, source, tokens in con.execute(f"{_READ}{which}", values):
        texts = (tokens[at : at + _TOKEN].hex() for at in range(0, len(tokens), _TOKEN))
        found.append(
            LedgerSet(
                analysis=analysis,
                of=whom,
                tokens=frozenset(known.setdefault(text, text) for text in texts),
                events=tuple(sorted(json.loads(events).items())),
                source=source,
                released_as=name,
            )
        )
    return tuple(found)
