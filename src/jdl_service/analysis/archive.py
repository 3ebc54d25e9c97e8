"""A room of a run as one sealed archive, and back: the run folder is the checkpoint, and rests nowhere in plain text."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING

from jdl_service.analysis.models import SealedRoom
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.run_folder import ROOMS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from jdl_service.analysis.models import Run
    from jdl_service.jobs.lease import Lease

# manifest.json, study.toml, protocol.json and audit.json, which change as rooms are finished
LOOSE = "run"
_PIECE = 1 << 16


def seal_finished(lease: Lease, run: Run, folder: Path, *, at: datetime) -> None:
    """Seal every finished room that is not sealed as it is now, then what lies beside them."""
    sealed = dict(run.rooms.values_list("room", "content"))
    for room, content in _finished(folder).items():
        if sealed.get(room) != content:
            _replace(lease, run, room, content, _pack(folder, room), at)
    _replace(lease, run, LOOSE, "", _pack(folder, LOOSE), at)


def restore(run: Run, folder: Path, only: tuple[str, ...] = ()) -> None:
    """Lay every sealed room out in a private folder, or those that are named; the core takes the run up from the last that is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = run.rooms.select_related("sealed").filter(sealed__destroyed_at=None)
    for row in kept.filter(room__in=only) if only else kept:
        data = io.BytesIO(b"".join(store().open(row.sealed)))
        with tarfile.open(fileobj=data) as archive:
            archive.extractall(folder, filter="data")


def _finished(folder: Path) -> dict[str, str]:
    """The finished rooms with a hash of what is in them, as the run's manifest lists them."""
    manifest = folder / "manifest.json"
    listed = json.loads(manifest.read_bytes())["rooms"] if manifest.is_file() else {}
    return {room: sha256(canonical_json(listed[room]["files"])) for room in ROOMS if room in listed}


def _replace(lease: Lease, run: Run, room: str, content: str, data: bytes, at: datetime) -> None:
    kept = store()
    sealed = kept.put(_pieces(data), opener=Sealed.Opener.WORKER, at=at)
    with lease.fenced():
        sealed.save()
        old = SealedRoom.objects.filter(run=run, room=room).select_related("sealed").first()
        SealedRoom.objects.update_or_create(run=run, room=room, defaults={"sealed": sealed, "content": content})
        # in the same transaction: nothing else would ever find it again
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
