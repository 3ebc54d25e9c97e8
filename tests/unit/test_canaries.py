"""The search for canaries finds one however it is written down and wherever it is packed, so that finding none means something."""

import gzip
import io
import sqlite3
import tarfile
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from canaries import found_in, found_under

CANARY = "Zxqvarnish Ö"


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", data)
    return out.getvalue()


def tarred(data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("x")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def parquet(data):
    out = io.BytesIO()
    pq.write_table(pa.table({"surname": [data.decode()]}), out, compression="zstd")
    return out.getvalue()


def database(value):
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE t (c)")
        made.execute("INSERT INTO t VALUES (?)", (value,))
        made.commit()
        return made.serialize()


TEXT = f"about {CANARY}, who"
WAYS = {
    "utf-8": TEXT.encode(),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "latin-1": TEXT.encode("latin-1"),
    "capitals": TEXT.upper().encode("utf-8"),
    "an address": b"/search/?q=Zxqvarnish+%C3%96",
    "json": b'{"surname": "zxqvarnish \\u00f6"}',
    "hex": TEXT.encode().hex().encode(),
    **{f"base64, {off}": b64encode(b"." * off + TEXT.encode()) for off in range(3)},
    "base64 of utf-16": b64encode(CANARY.encode("utf-16-le")),
    "base64 for addresses": urlsafe_b64encode(CANARY.encode() + b"\xff\xfe"),
    "zip": zipped(TEXT),
    "zip in zip": zipped(zipped(TEXT)),
    "gzip": gzip.compress(TEXT.encode()),
    "zlib": zlib.compress(TEXT.encode()),
    "tar": tarred(TEXT.encode()),
    "parquet": parquet(TEXT.encode()),
    "parquet in tar in gzip": gzip.compress(tarred(parquet(TEXT.encode()))),
    "database": database(TEXT),
    "zip in a database": database(zipped(TEXT)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_canary_is_found_however_it_is_kept(way):
    assert found_in(WAYS[way], {CANARY, "Somebody Else"}) == {CANARY}


def test_where_there_is_none_none_is_found(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "plain.txt").write_text("nobody")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 not one")
    (tmp_path / "broken.zlib").write_bytes(b"x\x9c not one")
    assert found_under([tmp_path], {CANARY}) == {}
    (tmp_path / "inner" / "zxqvarnish.txt").write_text("nobody")
    assert list(found_under([tmp_path], {"Zxqvarnish"})) == [str(tmp_path / "inner" / "zxqvarnish.txt")]
