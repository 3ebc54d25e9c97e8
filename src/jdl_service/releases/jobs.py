"""The worker's part of a release: a run is taken in where its rooms can be opened, and the ledger notes of whom it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.analysis.archive import restore
from jdl_service.analysis.ledger import keeper
from jdl_service.analysis.models import Run
from jdl_service.analysis.policies import who_did_it
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from jdl_service.releases.models import Release
from jdl_service.releases.permissions import as_role
from jdl_service.releases.shelf import opened_shelf
from justice_data_lab import release_acts
from justice_data_lab.publication.release import Step
from justice_data_lab.release_run import take_run

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.jobs.lease import Lease
    from justice_data_lab.release_run import Taken


@task()
def draft_release(lease: Lease, *, run: int, by: int, reason: str) -> None:
    """Draft a release of a run, or put its report in the place of the one that was returned."""
    row, analyst = Run.objects.select_related("request").get(pk=run), User.objects.get(pk=by)
    lease.step("Taking in the report", done=0)
    with private_folder(lease) as scratch:
        restore(row, scratch / "run")
        taken = take_run(scratch / "run")
    with lease.last():
        _draft(row, taken, analyst, reason, at=clock.now())


def _draft(run: Run, taken: Taken, analyst: User, reason: str, *, at: datetime) -> None:
    person, analysts = as_role(analyst, "analyst"), tuple(each.email for each in who_did_it(run.request))
    with opened_shelf(run) as shelf:
        draft = Release.objects.filter(request=run.request, state="draft").first()
        if draft is None:
            about = release_acts.About(reason=reason, analysts=analysts)
            release_acts.add(shelf, run.request.key, taken, by=person, at=at, about=about, keeper=keeper())
            return
        step = Step(action="change", by=person, at=at, reason=reason or "The analysis was done again.", analysts=analysts)
        release_acts.take_step(shelf, draft.as_book(), step, settings.LAB, run=taken, keeper=keeper())
