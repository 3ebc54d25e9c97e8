"""The worker's part of an analysis: link, match, analyse. Each looks at what is done already, and may be begun again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service import clock
from jdl_service.analysis.child import Work
from jdl_service.analysis.findings import keep_findings
from jdl_service.analysis.models import Run
from jdl_service.analysis.rooms import run_rooms
from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.files.jobs import open_cohort, open_column_map
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from jdl_service.requests.moves import move

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from jdl_service.analysis.rooms import Ended
    from jdl_service.jobs.lease import Lease


_OUTCOMES = {
    "stopped": Run.Outcome.NONE,
    "report": Run.Outcome.FINISHED,
    "not_possible": Run.Outcome.NOT_POSSIBLE,
    "refused": Run.Outcome.REFUSED,
}


@task(steps=2)
def link_people(lease: Lease, *, run: int) -> None:
    """Rooms 1 and 2: who of the cohort is in the register; then the organisation is asked whether to go on."""
    _do(lease, run, stop_before="", then="linked")


@task(steps=4)
def match_people(lease: Lease, *, run: int) -> None:
    """Rooms 1 to 4: the comparison group and its balance; no outcome is read."""
    _do(lease, run, stop_before="5-estimation", then="matched")


@task(steps=7)
def analyse_people(lease: Lease, *, run: int) -> None:
    """Rooms 5 to 7, once outcomes are unlocked: estimates, disclosure control, the report."""
    _do(lease, run, stop_before="", then="analysed")


def _do(lease: Lease, number: int, *, stop_before: str, then: str) -> None:
    run = Run.objects.select_related("request", "cohort_file__sealed").get(pk=number)
    with private_folder(lease) as scratch:
        folder = scratch / "run"
        folder.mkdir()
        ended = run_rooms(lease, run, _work(run, scratch, stop_before), folder)
        with lease.last():
            keep_findings(run, folder)
            _close(run, ended, then, at=clock.now())


def _close(run: Run, ended: Ended, then: str, *, at: datetime) -> None:
    """What the run says and where the request goes, with the end of the job in one transaction."""
    given_up = ended.how in ("refused", "not_possible")
    run.outcome, run.words = _OUTCOMES[ended.how], ended.words
    run.save(update_fields=["outcome", "words"])
    move(run.request, "give_up" if given_up else then, by=log.WORKER, at=at)


def _work(run: Run, scratch: Path, stop_before: str) -> Work:
    """Lay out what the rooms read."""
    if not settings.ENVIRONMENT.register:
        message = "There is no register. Whoever runs the service sets JDL_REGISTER to a snapshot."
        raise NotNow(message)
    study = scratch / "study.toml"
    study.write_text(run.study, encoding="utf-8")
    mapped = open_column_map(run.cohort_file, scratch)
    return Work(
        kind="full" if run.study else "link",
        cohort=str(open_cohort(run.cohort_file, scratch)),
        register=settings.ENVIRONMENT.register,
        out=str(scratch / "run"),
        today=run.begun_at.date().isoformat(),
        command=run.command,
        study=str(study),
        lab=settings.ENVIRONMENT.lab,
        column_map=str(mapped) if mapped else "",
        ledger=str(settings.ENVIRONMENT.ledger),
        ledger_key=str(settings.ENVIRONMENT.ledger_key),
        stop_before=stop_before,
        memory_mb=settings.ENVIRONMENT.job_memory_mb,
    )
