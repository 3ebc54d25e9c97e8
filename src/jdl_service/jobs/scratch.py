"""Private folders for plain text while a step runs. Each belongs to one lease, and is wiped when that lease is over, however it ended."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service.jobs.models import Job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jdl_service.jobs.lease import Lease


@contextmanager
def private_folder(lease: Lease) -> Iterator[Path]:
    """A folder that nobody else can read, gone when the block ends."""
    folder = _root() / f"{lease.job}-{lease.epoch}"
    # what another database's lease of the same number left, after a restore
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wipe_stale() -> int:
    """Wipe what a killed worker left: every folder whose lease is over. Gives their number."""
    root = _root()
    # Folders first: one that is made after this look belongs to a lease that may be younger than the next.
    folders = list(root.iterdir()) if root.is_dir() else []
    if not folders:
        return 0
    running = {f"{job}-{epoch}" for job, epoch in Job.objects.filter(state=Job.State.RUNNING).values_list("pk", "epoch")}
    stale = [folder for folder in folders if folder.name not in running]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


def _root() -> Path:
    root: Path = settings.ENVIRONMENT.scratch
    return root
