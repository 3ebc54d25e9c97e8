"""The encrypted store: what comes in is sealed as it streams; who may open it is decided by whose key wraps it; no key, no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from jdl_service.files import keys
from jdl_service.files.blobs import FolderBlobs, new_name
from jdl_service.files.models import Sealed
from jdl_service.files.s3 import open_s3
from jdl_service.files.sealing import new_key, seal, unseal, unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from jdl_service.conf.environment import Environment
    from jdl_service.files.blobs import Blobs


def once_sure(act: Callable[[], None]) -> None:
    """Do something that cannot be undone once the transaction stands; at once when there is none."""
    transaction.on_commit(act)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Sealed files: the bytes in `blobs`, the wrapped keys in the database."""

    blobs: Blobs
    environment: Environment

    def put(self, chunks: Iterable[bytes], *, opener: Sealed.Opener, at: datetime, keep_until: datetime | None = None) -> Sealed:
        """Seal bytes as they come. The row is not saved: until it is, nobody on earth can open the file.

        Args:
            chunks: plain bytes.
            opener: whose key opens it.
            at: by the server's clock.
            keep_until: when it is destroyed at the latest.
        """
        key, name = new_key(), new_name()
        wrapped = wrap(key, self._recipient(opener))
        size = self.blobs.write(name, seal(chunks, key))
        return Sealed(name=name, wrapped_key=wrapped, opened_by=opener, size=size, sealed_at=at, keep_until=keep_until)

    def open(self, sealed: Sealed) -> Iterator[bytes]:
        """The plain bytes, for whoever holds the key: the worker for cohort files and rooms, the web for faulty cells.

        Raises:
            SealBrokenError: the key was destroyed, or is not this process's.
        """
        return unseal(self.blobs.read(sealed.name), self._key(sealed))

    def rewrap(self, sealed: Sealed) -> None:
        """Wrap the data key for the key that is in use now; the bytes stay as they are.

        Raises:
            SealBrokenError: neither the key in use nor an earlier one of this process opens it.
        """
        sealed.wrapped_key = wrap(self._key(sealed), self._recipient(sealed.opened_by))
        sealed.save(update_fields=["wrapped_key"])

    def destroy(self, sealed: Sealed, *, at: datetime) -> None:
        """Destroy the wrapped key, which is the deletion, then the bytes, which are noise without it.

        The bytes go once the transaction stands: if it is undone, or the process dies in it, the file is as it was.
        """
        sealed.wrapped_key, sealed.destroyed_at = b"", at
        sealed.save(update_fields=["wrapped_key", "destroyed_at"])
        once_sure(lambda: self.blobs.delete(sealed.name))

    def sweep(self, before: datetime) -> int:
        """Delete bytes whose row was never saved or was destroyed; give their number."""
        known = set(Sealed.objects.filter(destroyed_at=None).values_list("name", flat=True))
        orphans = [name for name in self.blobs.names(before) if name not in known]
        for name in orphans:
            self.blobs.delete(name)
        return len(orphans)

    def _key(self, sealed: Sealed) -> bytes:
        identities = keys.worker_identity if sealed.opened_by == Sealed.Opener.WORKER else keys.web_identity
        return unwrap(bytes(sealed.wrapped_key), identities(self.environment))

    def _recipient(self, opener: str) -> str:
        recipient = keys.worker_recipient if opener == Sealed.Opener.WORKER else keys.web_recipient
        return recipient(self.environment)


def store() -> Store:
    """The store of the settings."""
    found: Environment = settings.ENVIRONMENT
    blobs: Blobs = open_s3(found.storage) if found.storage else FolderBlobs(folder=found.home / "store")
    return Store(blobs=blobs, environment=found)
