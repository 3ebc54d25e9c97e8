"""A room of a run as one sealed archive, and back: the run folder is the checkpoint, and rests nowhere in plain text."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from jdl_service.analysis.models import SealedRoom
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from justice_data_lab.run_folder import ROOMS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from jdl_service.analysis.models import Run
    from jdl_service.jobs.lease import Lease

# manifest.json, study.toml and protocol.json, which change as rooms are finished
LOOSE = "run"
_PIECE = 1 << 16


def seal_finished(lease: Lease, run: Run, folder: Path, *, at: datetime) -> None:
    """Seal every room that is finished and not yet sealed, then what lies beside them."""
    sealed = set(run.rooms.values_list("room", flat=True))
    fresh = [room for room in ROOMS if room not in sealed and (folder / room).is_dir()]
    for room in (*fresh, LOOSE):
        _replace(lease, run, room, _pack(folder, room), at)


def restore(run: Run, folder: Path) -> None:
    """Lay every sealed room out in a private folder; the core takes the run up from the last that is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in run.rooms.select_related("sealed"):
        data = io.BytesIO(b"".join(store().open(row.sealed)))
        with tarfile.open(fileobj=data) as archive:
            archive.extractall(folder, filter="data")


def _replace(lease: Lease, run: Run, room: str, data: bytes, at: datetime) -> None:
    kept = store()
    sealed = kept.put(_pieces(data), opener=Sealed.Opener.WORKER, at=at)
    with lease.fenced():
        sealed.save()
        old = SealedRoom.objects.filter(run=run, room=room).select_related("sealed").first()
        SealedRoom.objects.update_or_create(run=run, room=room, defaults={"sealed": sealed})
    if old:
        kept.destroy(old.sealed, at=at)


def _pack(folder: Path, room: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        if room == LOOSE:
            for path in sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith(".")):
                archive.add(path, arcname=path.name)
        else:
            archive.add(folder / room, arcname=room)
    return out.getvalue()


def _pieces(data: bytes) -> Iterator[bytes]:
    for begin in range(0, len(data), _PIECE):
        yield data[begin : begin + _PIECE]
