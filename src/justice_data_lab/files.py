"""Files that appear whole or not at all, and hashes that are the same on every machine."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from contextlib import contextmanager, suppress
from glob import escape
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# What a public function takes for a path; it works on with `Path(path)`.
FilePath: TypeAlias = "str | os.PathLike[str]"
# What a spreadsheet begins a formula with, beside a hyphen.
_FORMULA = ("=", "+", "@", "\t", "\r")
Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"

# A limit on the size of a file looks the same to whoever writes.
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
# The last is DuckDB's, which spills no further than the disk has room.
_FULL_IN_WORDS = (
    "no space left",
    "disk is full",
    "disk full",
    "disk quota exceeded",
    "file too large",
    "max_temp_directory_size",
)


# What DuckDB, PyArrow and the unpackers say of a file that holds other bytes than were written.
_DAMAGED_IN_WORDS = (
    "failed to read file",
    "could not read",
    "corrupt",
    "decompress",
    "thrift",
    "tprotocolexception",
    "out of buffer",
    "end of stream",
)


def canonical_json(value: Json) -> bytes:
    """The one way this project writes JSON: UTF-8, sorted keys, two spaces, a last newline, no NaN."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    # half a character, as a file name may hold that is no UTF-8, is written as JSON itself writes it
    return (text + "\n").encode(errors="backslashreplace")


def sha256(data: bytes) -> str:
    """SHA-256 of the bytes, as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file under a temporary name, then rename it, so that a reader never meets half of it; a private one is its owner's alone."""
    temporary = path.with_name(f".{path.name}.part")
    if private:
        temporary.touch(mode=0o600)
        temporary.chmod(0o600)
    temporary.write_bytes(data)
    temporary.replace(path)


def write_json(path: Path, value: Json, *, private: bool = False) -> bytes:
    """Write canonical JSON in one piece and return the bytes."""
    data = canonical_json(value)
    write_bytes(path, data, private=private)
    return data


def no_room(error: BaseException) -> bool:
    """Whether something went wrong because a disk is full: that is no fault of what was asked, and mends itself once there is room.

    Example:
        >>> no_room(OSError(errno.ENOSPC, "")), no_room(RuntimeError("IO Error: No space left on device")), no_room(ValueError())
        (True, True, False)
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    # polars, DuckDB, SQLite and Java say it in words alone
    return any(words in str(error).casefold() for words in _FULL_IN_WORDS)


def damaged(error: BaseException) -> bool:
    """Whether an engine met a file that does not hold what was once written there.

    Example:
        >>> damaged(OSError("Corrupt snappy compressed data.")), damaged(ValueError("corrupt"))
        (True, False)
    """
    from_an_engine = type(error).__module__.partition(".")[0] in {"duckdb", "_duckdb", "pyarrow"} or type(error) is OSError
    return from_an_engine and any(words in str(error).casefold() for words in _DAMAGED_IN_WORDS)


def out_of_reach(error: BaseException) -> str:
    """Which file the system would not let anybody read or write, and why; empty where that is not what went wrong.

    Example:
        >>> out_of_reach(PermissionError(errno.EACCES, "Permission denied", "/srv/lab/.cohort.csv.part")), out_of_reach(ValueError())
        ('cohort.csv cannot be read or written (Permission denied)', '')
    """
    if isinstance(error, UnicodeEncodeError) and sys.getfilesystemencoding() != "utf-8":
        return "a file or folder cannot be read or written (Python was told here that names are not in UTF-8: set PYTHONUTF8=1)"
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        return "a file or folder cannot be read or written (its name is no text in UTF-8: rename it)"
    if type(error) is RuntimeError and str(error).startswith("Symlink loop"):
        return "a file or folder cannot be read or written (its links lead round in a ring)"
    if not isinstance(error, OSError) or not isinstance(error.filename, str) or not error.strerror:
        return ""
    name = error.filename.rsplit("/", maxsplit=1)[-1]
    # what is being written is known by the name that it will have
    name = name[1:-5] if name.startswith(".") and name.endswith(".part") else name
    return f"{name} cannot be read or written ({error.strerror})"


def files_in(place: Path) -> list[Path]:
    """Every file of a folder and of those in it, in order; of a file that one alone; none where nothing is."""
    if place.is_dir():
        return sorted(path for path in place.rglob("*") if path.is_file())
    return [place] if place.is_file() else []


def parquet_glob(folder: Path) -> str:
    """The pattern of every Parquet file of a folder, in whose own name `[`, `*` and `?` stand for themselves.

    Example:
        >>> from pathlib import Path
        >>> parquet_glob(Path("extracts [2026]/offence"))
        'extracts [[]2026]/offence/*.parquet'
    """
    return f"{escape(str(folder))}/*.parquet"


def take_away(path: Path) -> None:
    """Remove a file, a folder with all that is in it, or a link; never what a link leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def new_folder(path: Path) -> None:
    """See that a folder can be written without losing anything: it is not there yet, or is empty.

    Raises:
        UsageError: it holds files, is a file, stands in no folder, or is the one that the program was started in.
    """
    if path.exists() and path.samefile("."):
        message = "Expected a new folder to write, got the one you are in. Give its name from the folder above, so that it appears whole."
        raise UsageError(message)
    if path.exists() and not path.is_dir():
        message = f"{path.name}: expected a folder to write, found a file. Choose another name."
        raise UsageError(message)
    if path.is_dir() and any(path.iterdir()):
        message = f"{path.name}: expected a new folder, found one with files. Choose another name, so that nothing is lost."
        raise UsageError(message)
    writable_place(path)


def new_file(path: Path, ending: str = "") -> None:
    """See that a file can be written without losing one of that name.

    Args:
        path: of the file.
        ending: that its name has to have, where the file is of one kind only.

    Raises:
        UsageError: it is there already, its folder is not, or its name ends otherwise.
    """
    if path.suffix.lower() != ending and ending:
        message = f"{path.name}: expected a name that ends in {ending}."
        raise UsageError(message)
    if path.exists():
        message = f"{path.name}: is there already. Choose another name, so that nothing is lost."
        raise UsageError(message)
    writable_place(path)


def keep_apart(out: Path, *read: Path | None) -> None:
    """See that a file to be written is none of those that are read.

    Raises:
        UsageError: it is one of them.
    """
    if out.exists() and any(path is not None and path.exists() and out.samefile(path) for path in read):
        message = f"{out.name}: is a file that is read here. Give another name, so that nothing is lost."
        raise UsageError(message)


def writable_place(path: Path) -> None:
    """Make the folder that a file or folder is to stand in, before any work is done for it.

    Raises:
        UsageError: it cannot be made, or nothing may be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{path.name}: its folder {path.parent.name} cannot be made ({error.strerror}). Choose another place."
        raise UsageError(message) from None
    place = path if path.is_dir() else path.parent
    if not os.access(place, os.W_OK | os.X_OK):
        message = f"{path.name}: you may not write in the folder {place.name}. Choose another place, or ask whoever keeps it."
        raise UsageError(message)


@contextmanager
def alone_in(folder: Path, name: str = "") -> Iterator[None]:
    """Keep other processes out of a folder, which is made when it is not there, until the block ends or this process does.

    Args:
        folder: two processes that write there at once would each take the other's half for whole.
        name: by which it is known to whoever asked for it; default its own.

    Raises:
        UsageError: another process is at work in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl  # noqa: PLC0415 -- not on every system; there nobody is kept out
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # nor is on a disk of another machine that knows no such locks
        with suppress(OSError):
            try:
                # the system lets go of it when the process ends, however it ends
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = (
                    f"{name or folder.name}: another process is at work in it. Wait until it has ended, or choose another folder."
                )
                raise UsageError(message) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def whole_folder(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Give a scratch folder that becomes `path` when the block ends well, and vanishes when it does not.

    Args:
        path: of the folder.
        private: nobody else on the machine may look into it.

    Raises:
        UsageError: another process is making the same folder.
    """
    path = path.resolve()
    scratch = path.with_name(f".{path.name}.part")
    with alone_in(scratch, path.name):
        # what a killed process left
        for left in scratch.iterdir():
            take_away(left)
        if private:
            scratch.chmod(0o700)
        try:
            yield scratch
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        shutil.rmtree(path, ignore_errors=True)
        scratch.replace(path)


def csv_text(words: str) -> str:
    """A text for a CSV file, with an apostrophe before what a spreadsheet would take for a formula; a negative number is none."""
    risky = words[:1] in _FORMULA or (words[:1] == "-" and not words[1:2].isdigit())
    return f"'{words}" if risky else words
