"""What changes the library beside a release: where the lab's editor puts a result, and that a state of the whole is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.audit import log
from jdl_service.library.models import Placement, Snapshot, SnapshotFile
from jdl_service.library.standing import PLACED, library_at
from jdl_service.releases.permissions import for_action
from justice_data_lab.library_site.snapshots import FOLDER, MANIFEST
from justice_data_lab.records import to_json

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User
    from justice_data_lab.library.classified import Classified


@transaction.atomic
def place(key: str, said: Classified, *, by: User, at: datetime) -> Placement:
    """Say where the results of a request stand in the taxonomy; of a public one everybody sees it at once, of others nobody.

    Raises:
        NotYours: neither an analyst nor the head of profession.
    """
    for_action(by, ("analyst", "head_of_profession"))
    told = {"said": to_json(said), "by": by, "at": at}
    row, _ = Placement.objects.update_or_create(key=key, defaults=told)
    log.record(PLACED, key, by=by, at=at)
    return row


@transaction.atomic
def keep_snapshot(*, at: datetime) -> bool:
    """Keep the library as it is now, unless that is done, and let go of states with figures that are not public any more.

    Returns:
        Whether this state was new.
    """
    shown = library_at(at)
    if not shown.desk.entries:
        return False
    files = shown.together("downloads/index.html")
    now = next(path.split("/")[-2] for path in files if path.startswith(f"{FOLDER}/") and path.endswith("/library.csv"))
    for old in Snapshot.objects.exclude(name=now):
        if old.path not in shown.desk.setting.earlier:
            old.delete()
    manifest = files[f"{FOLDER}/{now}/{MANIFEST}"].data
    row, new = Snapshot.objects.get_or_create(name=now, defaults={"at": shown.desk.index.library.at, "manifest": manifest})
    if new:
        start = f"{FOLDER}/{now}/"
        mine = ((path.removeprefix(start), each.data) for path, each in files.items() if path.startswith(start))
        SnapshotFile.objects.bulk_create(
            SnapshotFile(snapshot=row, name=name, data=data) for name, data in mine if name != MANIFEST
        )
        log.record("keep snapshot", now, by=log.WORKER, at=at)
    return new
