"""The worker's part of an objection that an organisation passes on: it reads who stands in the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.files.jobs import open_cohort, open_column_map
from jdl_service.files.models import CohortFile
from jdl_service.files.objections import keep
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.intake.objections import Objection

if TYPE_CHECKING:
    from pathlib import Path

    from jdl_service.jobs.lease import Lease


@task()
def take_out_row(lease: Lease, *, file: int, row: int) -> None:
    """Keep the objection of whoever stands in a row of a file, for the request of that file."""
    found = CohortFile.objects.select_related("sealed", "request").get(pk=file)
    lease.step("Reading the row", done=0)
    with private_folder(lease) as folder:
        person = _person(found, row, folder)
    at = clock.now()
    made = keep(person, {"organisation": None, "request": found.request.pk}, at=at)
    with lease.last():
        made.sealed.save()
        made.save()
        log.record("row taken out", found.request.key, by=log.WORKER, at=at)


def _person(file: CohortFile, row: int, folder: Path) -> Objection:
    path, mapped = open_cohort(file, folder), open_column_map(file, folder)
    cohort = read_cohort(path, today=clock.today(), lab=settings.LAB, column_map=mapped)
    found = next((each for each in cohort.rows.to_pylist() if each["row"] == row), None)
    if found is None:
        message = f"Nobody stands in row {row} of version {file.version}. Rows are numbered as in your spreadsheet."
        raise NotNow(message)
    return Objection(surname=found["surname"], forename=found["forename"], date_of_birth=found["date_of_birth"])
