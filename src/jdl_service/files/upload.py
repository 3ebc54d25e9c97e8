"""Takes an upload in: every chunk is sealed as it comes, so that plain bytes are never on a disk of the web process."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from jdl_service import clock
from jdl_service.files.models import Sealed
from jdl_service.files.store import store

if TYPE_CHECKING:
    from collections.abc import Iterator


_log = logging.getLogger("jdl.upload")
NOT_KEPT = (
    "The service could not keep your file, because its storage is full or does not answer. Nothing of it was kept. "
    "Try again later; if it happens again, tell the lab"
)
# Said of a request whose file was cut off, so that the page can say why there is none.
TOO_LARGE = "JDL_UPLOAD_TOO_LARGE"


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # Django has no such parameter at run time
    """An upload that is in the store already; `sealed` becomes a row when the form is good, and noise when it is not."""

    def __init__(self, *, sealed: Sealed, suffix: str, size: int) -> None:
        super().__init__(file=None, name=f"cohort{suffix}", size=size)
        self.sealed = sealed
        self.suffix = suffix


class LostUpload(UploadedFile):  # type: ignore[type-arg]  # Django has no such parameter at run time
    """An upload that could not be kept; its form says why."""

    def __init__(self, *, suffix: str, size: int) -> None:
        super().__init__(file=None, name=f"cohort{suffix}", size=size)
        self.refusal = NOT_KEPT


class SealingHandler(FileUploadHandler):
    """The only upload handler. A file above the limit is cut off, and what came of it is unreadable and swept."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin to seal, in a thread that takes chunks from a queue of two."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self._chunks: queue.Queue[bytes | None] = queue.Queue(maxsize=2)
        self._sealed: Sealed | None = None
        self._error: BaseException | None = None
        self._came = 0
        self._thread = threading.Thread(target=self._seal, daemon=True)
        self._thread.start()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        """Hand a chunk on.

        Raises:
            StopUpload: the file is larger than the limit.
        """
        self._came += len(raw_data)
        if self._came > settings.ENVIRONMENT.upload_mb * 1_000_000:
            self._give(None)
            if self.request is not None:
                self.request.META[TOO_LARGE] = "yes"
            raise StopUpload(connection_reset=False)
        self._give(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload | LostUpload:
        """The upload, sealed; or none, when the store could not take it."""
        self._give(None)
        self._thread.join()
        if isinstance(self._error, OSError):
            _log.error("upload not kept", exc_info=self._error)
            return LostUpload(suffix=_suffix(self.file_name or ""), size=file_size)
        if self._error or self._sealed is None:
            raise self._error or StopUpload(connection_reset=True)
        return SealedUpload(sealed=self._sealed, suffix=_suffix(self.file_name or ""), size=file_size)

    def upload_interrupted(self) -> None:
        """Whoever sent it went away: end the thread; what came is unreadable."""
        if hasattr(self, "_chunks") and self._thread.is_alive():
            self._give(None)

    def _give(self, chunk: bytes | None) -> None:
        while self._thread.is_alive():
            try:
                self._chunks.put(chunk, timeout=0.2)
            except queue.Full:
                continue
            return

    def _seal(self) -> None:
        try:
            self._sealed = store().put(self._iterate(), opener=Sealed.Opener.WORKER, at=clock.now())
        except BaseException as error:  # noqa: BLE001 -- raised again where the upload ends
            self._error = error

    def _iterate(self) -> Iterator[bytes]:
        while (chunk := self._chunks.get()) is not None:
            yield chunk


def _suffix(name: str) -> str:
    """The kind of file, without a letter of its name."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot >= 0 and name[dot:].lower() in (".csv", ".xlsx", ".ods") else ""
