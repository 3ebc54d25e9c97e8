"""Where sealed bytes rest: a folder, or storage that speaks S3. Neither ever meets a plain byte."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jdl_service.files.sealing import SealBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

_READ = 1 << 16


class Blobs(Protocol):
    """A place for sealed bytes by name."""

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Keep the bytes under a name, whole or not at all, and give their number."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a name, piece by piece."""
        ...

    def delete(self, name: str) -> None:
        """Forget a name; one that is not there is forgotten already."""
        ...

    def names(self, before: datetime) -> Iterator[str]:
        """Every name that was written before a moment."""
        ...


def new_name() -> str:
    """A name that says nothing."""
    return secrets.token_hex(20)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderBlobs:
    """A local folder, readable by nobody else; a file appears whole or not at all."""

    folder: Path

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Keep the bytes, written through to the disk before they have a name."""
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part, size = place.with_suffix(".part"), 0
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                for chunk in chunks:
                    size += stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        part.replace(place)
        return size

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes, piece by piece.

        Raises:
            SealBrokenError: they are not there.
        """
        try:
            with self._place(name).open("rb") as stream:
                while piece := stream.read(_READ):
                    yield piece
        except FileNotFoundError:
            message = "A sealed file is missing from the store. Restore it from a backup."
            raise SealBrokenError(message) from None

    def delete(self, name: str) -> None:
        """Unlink it."""
        with contextlib.suppress(FileNotFoundError):
            self._place(name).unlink()

    def names(self, before: datetime) -> Iterator[str]:
        """Every name written before a moment, halves of killed writes among them."""
        for place in sorted(self.folder.glob("*/*")):
            # another process may delete it meanwhile
            with contextlib.suppress(FileNotFoundError):
                if place.stat().st_mtime < before.timestamp():
                    yield place.name

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / name
