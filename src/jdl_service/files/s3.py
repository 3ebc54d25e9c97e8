"""Storage that speaks S3, by a client with the methods of boto3's. Nothing is fetched unless `JDL_STORAGE` asks for it."""

from __future__ import annotations

import importlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict, cast
from urllib.parse import urlsplit

from jdl_service.files.sealing import SealBrokenError
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_READ = 1 << 16


class Body(Protocol):
    """Bytes that come over the line."""

    def read(self, amount: int) -> bytes:
        """The next bytes; none at the end."""
        ...


class Found(TypedDict):
    """An object that was asked for."""

    Body: Body


class Entry(TypedDict):
    """An object in a listing."""

    Key: str
    LastModified: datetime


class Listing(TypedDict, total=False):
    """A page of objects."""

    Contents: list[Entry]
    NextContinuationToken: str


class Client(Protocol):
    """The four calls of boto3's S3 client that are used."""

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> object:  # noqa: N803
        """Keep an object."""
        ...

    def get_object(self, *, Bucket: str, Key: str) -> Found:  # noqa: N803
        """An object."""
        ...

    def delete_object(self, *, Bucket: str, Key: str) -> object:  # noqa: N803
        """Forget an object."""
        ...

    def list_objects_v2(self, *, Bucket: str, Prefix: str, ContinuationToken: str) -> Listing:  # noqa: N803
        """A page of objects."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Blobs:
    """A bucket, under a prefix. An object appears whole or not at all, as S3 has it."""

    client: Client
    bucket: str
    prefix: str

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Keep the bytes; a cohort file is small enough for one request, and is sealed already."""
        data = io.BytesIO()
        for chunk in chunks:
            data.write(chunk)
        self.client.put_object(Bucket=self.bucket, Key=self._key(name), Body=data.getvalue())
        return data.tell()

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes, piece by piece.

        Raises:
            SealBrokenError: they are not there.
        """
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=self._key(name))["Body"]
        except Exception as error:
            if type(error).__name__ != "NoSuchKey":
                raise
            message = "A sealed file is missing from the store. Restore it from a backup."
            raise SealBrokenError(message) from None
        while piece := body.read(_READ):
            yield piece

    def delete(self, name: str) -> None:
        """Forget it."""
        self.client.delete_object(Bucket=self.bucket, Key=self._key(name))

    def names(self, before: datetime) -> Iterator[str]:
        """Every name written before a moment."""
        token = ""
        while True:
            more = {"ContinuationToken": token} if token else {}
            page = self.client.list_objects_v2(Bucket=self.bucket, Prefix=self._key(""), **more)
            for entry in page.get("Contents", []):
                if entry["LastModified"] < before:
                    yield entry["Key"].removeprefix(self._key(""))
            token = page.get("NextContinuationToken", "")
            if not token:
                return

    def _key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name


def open_s3(address: str) -> S3Blobs:
    """The bucket of an address such as `s3://bucket/prefix`; credentials come the way boto3 finds them.

    Raises:
        UsageError: it is no such address, or boto3 is not installed.
    """
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        message = "JDL_STORAGE: expected s3://bucket/prefix, or nothing for the local folder."
        raise UsageError(message)
    try:
        boto3 = importlib.import_module("boto3")
    except ImportError:
        message = "JDL_STORAGE: storage that speaks S3 needs boto3. Install it beside the service: `pip install boto3`."
        raise UsageError(message) from None
    return S3Blobs(client=cast("Client", boto3.client("s3")), bucket=parts.netloc, prefix=parts.path.strip("/"))
