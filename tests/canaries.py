"""Searches bytes for names that stand nowhere else in the world: in the usual encodings, and inside the usual containers."""

import gzip
import io
import json
import sqlite3
import tarfile
import zipfile
import zlib
from base64 import b64encode
from contextlib import closing, suppress
from urllib.parse import quote, quote_plus

import pyarrow.parquet as pq

DEPTH = 4


def found_in(data, canaries, depth=DEPTH):
    """The canaries that are in some bytes, in whatever way they are written down there."""
    low = data.lower()
    here = {
        canary
        for canary in canaries
        if any(each in low for each in _plain(canary)) or any(each in data for each in _coded(canary))
    }
    if depth:
        for inner in _unpacked(data):
            here |= found_in(inner, canaries, depth - 1)
    return here


def found_under(folders, canaries):
    """The files under some folders in which there are canaries, with which; a name of a file counts too."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    looked = {str(path): found_in(path.read_bytes(), canaries) | found_in(path.name.encode(), canaries) for path in files}
    return {path: hit for path, hit in looked.items() if hit}


def _plain(canary):
    """How it is written in bytes whose Latin capitals were made small."""
    for low in {canary.lower(), "".join(letter.lower() if letter.isascii() else letter for letter in canary)}:
        texts = {low, quote(low).lower(), quote_plus(low).lower(), json.dumps(low)[1:-1]}
        yield from (text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"))
    yield from (text.encode().hex().encode() for text in {canary, canary.lower(), canary.upper()})


def _coded(canary):
    for text in {canary, canary.lower(), canary.upper(), canary.title()}:
        for code in ("utf-8", "utf-16-le"):
            for off in range(3):
                yield from _base64(text.encode(code), off)


def _base64(data, off):
    whole = b64encode(bytes(off) + data)
    inner = whole[-(-off * 8 // 6) : (off + len(data)) * 8 // 6]
    return inner, inner.replace(b"+", b"-").replace(b"/", b"_")


def _unpacked(data):
    """What is in a container; nothing when it is none, or a broken one."""
    kinds = {
        b"PK\x03\x04": _zip,
        b"\x1f\x8b": lambda packed: [gzip.decompress(packed)],
        b"x\x9c": lambda packed: [zlib.decompress(packed)],
        b"SQLite format 3\x00": _values,
        b"PAR1": lambda packed: [json.dumps(pq.read_table(io.BytesIO(packed)).to_pylist(), default=str).encode()],
    }
    kind = next((kind for magic, kind in kinds.items() if data.startswith(magic)), _tar if data[257:262] == b"ustar" else None)
    with suppress(zipfile.BadZipFile, zlib.error):
        return kind(data) if kind else []
    return []


def _zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) + name.encode() for name in archive.namelist()]


def _tar(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [archive.extractfile(each).read() for each in archive.getmembers() if each.isfile()]


def _values(data):
    """Every value of a database; one that writes ahead says so in bytes 18 and 19."""
    plain = data[:18] + b"\x01\x01" + data[20:]
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(plain)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in database.execute(f'SELECT * FROM "{table}"')]  # noqa: S608 -- its own name
    values = [value for row in rows for value in row if value is not None]
    blobs = [value for value in values if isinstance(value, bytes)]
    return [*blobs, "\n".join(str(value) for value in values if not isinstance(value, bytes)).encode()]
