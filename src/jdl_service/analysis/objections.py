"""Whose last run somebody is in who objected since it was begun: it has to be done again before it can be cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from jdl_service import clock
from jdl_service.analysis.cohorts import is_in
from jdl_service.analysis.models import Finding, Run
from jdl_service.base.errors import NotNow
from jdl_service.files.models import CohortFile, Objection
from jdl_service.files.objections import OPEN
from jdl_service.jobs.models import Job
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from justice_data_lab.errors import JDLError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from jdl_service.jobs.lease import Lease
    from jdl_service.requests.models import Request

# What the lab is told of a run: that it has to be done again, and nothing of whom or how many.
KIND = "objection"
AGAIN = "An objection came in after the last run was begun: do the analysis again"


@task()
def heed_objections(lease: Lease) -> None:
    """Look in whose last run somebody is who objected since it was begun, and mark those runs."""
    lease.step("Looking which analyses have to be done again", done=0)
    rows = Run.objects.filter(request__state__in=OPEN).select_related("request", "cohort_file__sealed").order_by("number")
    last = {run.request_id: run for run in rows}
    with private_folder(lease) as folder:
        marked = [run for run in last.values() if _concerned(run, folder / str(run.pk))]
    with lease.last():
        for run in marked:
            Finding.objects.get_or_create(run=run, kind=KIND, defaults={"content": {}})


def ask_to_heed(*, at: datetime) -> None:
    """Ask for that look when an objection came in since the last, unless one is waiting."""
    if _unheeded() and not Job.objects.filter(task=heed_objections.name, state__in=("queued", "running")).exists():
        heed_objections.using(at=at).enqueue()


def check_nobody_objected(request: Request) -> None:
    """Nobody who objected is in the last run.

    Raises:
        NotNow: somebody is, and it says neither who nor how many; or the worker has not looked yet.
    """
    if is_marked(request):
        message = f"{request.key}: an objection came in after the last run was begun. Do the analysis again; it leaves that out."
        raise NotNow(message)
    if _unheeded():
        message = (
            f"{request.key}: the worker is looking whether an objection that just came in is about it. Try again in a minute."
        )
        raise NotNow(message)


def marked(requests: Iterable[Request]) -> frozenset[int]:
    """Which of the requests are: by their keys in the database."""
    last = dict(Run.objects.filter(request__in=list(requests)).order_by("number").values_list("request", "pk"))
    found = set(Finding.objects.filter(kind=KIND, run__in=last.values()).values_list("run", flat=True))
    return frozenset(request for request, run in last.items() if run in found)


def is_marked(request: Request) -> bool:
    """Whether somebody who objected is in the last run of a request."""
    run = Run.objects.filter(request=request).first()
    return run is not None and run.findings.filter(kind=KIND).exists()


def _unheeded() -> bool:
    """Whether an objection came in since the worker last looked."""
    newest = Objection.objects.aggregate(last=Max("received_at"))["last"]
    done = Job.objects.filter(task=heed_objections.name, state=Job.State.DONE).aggregate(last=Max("queued_at"))["last"]
    return newest is not None and (done is None or done < newest)


def _concerned(run: Run, folder: Path) -> bool:
    if run.cohort_file.state != CohortFile.State.CLEAN:
        return False
    folder.mkdir()
    try:
        return is_in(run, folder, clock.now())
    except JDLError:
        # one list that cannot be read keeps no other request waiting; doing the analysis again says what is wrong with it
        return True
