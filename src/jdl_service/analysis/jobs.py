"""The worker's part of an analysis: link, match, analyse. Each looks at what is done already, and may be begun again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service import clock
from jdl_service.analysis.archive import restore
from jdl_service.analysis.child import Work
from jdl_service.analysis.cohorts import carry_reviews, lay_out
from jdl_service.analysis.coverage import told_of
from jdl_service.analysis.findings import keep_findings
from jdl_service.analysis.models import ForTheWeb, Run, Study
from jdl_service.analysis.others import lay_out_earlier, lay_out_similar
from jdl_service.analysis.rooms import ask_child, run_rooms
from jdl_service.analysis.sealed import decisions_for_worker, keep_for_web, void_other_decisions
from jdl_service.audit import log
from jdl_service.base.errors import NotNow
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from jdl_service.requests.moves import move
from jdl_service.requests.states import AT_WORK
from justice_data_lab.files import canonical_json
from justice_data_lab.linkage.review import ReviewKey
from justice_data_lab.records import from_json
from justice_data_lab.release_run import DISCLOSED

if TYPE_CHECKING:
    from datetime import datetime

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


@task()
def freeze_protocol(lease: Lease, *, request: int) -> None:
    """Write down what the study settles, with its hash; once."""
    study = Study.objects.select_related("request").get(request=request)
    lease.step("Writing the protocol down", done=0)
    with private_folder(lease) as scratch:
        frozen = _frozen(lease, study, scratch)
        with lease.last():
            _keep_protocol(study, frozen, at=clock.now())


@task()
def prepare_links(lease: Lease, *, run: int) -> None:
    """Lay the uncertain links of a run out for the people who decide them."""
    row = Run.objects.select_related("request", "cohort_file__sealed").get(pk=run)
    lease.step("Laying out the uncertain links", done=0)
    with private_folder(lease) as scratch:
        restore(row, scratch / "run")
        work = replace(_work(row, scratch, ""), kind="links", answer=str(scratch / "links.json"))
        ask_child(lease, work)
        data = Path(work.answer).read_bytes()
        found = json.loads(data)
        with lease.fenced():
            void_other_decisions(row.cohort_file, from_json(ReviewKey, found["key"]), scratch)
    keep_for_web(lease, row, ForTheWeb.Kind.LINKS, data, count=len(found["cases"]), at=clock.now())


def _do(lease: Lease, number: int, *, stop_before: str, then: str) -> None:
    run = Run.objects.select_related("request", "cohort_file__sealed").get(pk=number)
    _check_waits(run)
    with private_folder(lease) as scratch:
        folder = scratch / "run"
        folder.mkdir()
        ended = run_rooms(lease, run, _work(run, scratch, stop_before, _agreed(lease, run, scratch)), folder)
        end_run(lease, run, ended, then, folder)


def _check_waits(run: Run) -> None:
    """Nobody of a request that was taken back meanwhile is looked at when its work is tried again.

    Raises:
        NotNow: the request does not wait for the worker.
    """
    if run.request.state not in AT_WORK:
        message = f"{run}: its request waits for no work any more."
        raise NotNow(message)


def end_run(lease: Lease, run: Run, ended: Ended, then: str, folder: Path) -> None:
    """Keep what the lab's pages show of a run whose rooms lie in a folder, and let its request go on."""
    keep_report(lease, run, folder)
    with lease.last():
        keep_findings(run, folder)
        _close(run, ended, then, folder, at=clock.now())


def _close(run: Run, ended: Ended, then: str, folder: Path, *, at: datetime) -> None:
    """What the run says and where the request goes, with the end of the job in one transaction.

    *Notes*: the ledger is a file of its own and comes first, so that nothing is told of whom it does not know; told again under the
    same name, it is told once.
    """
    given_up = ended.how in ("refused", "not_possible")
    run.outcome, run.words = _OUTCOMES[ended.how], ended.words
    if then == "linked" and not given_up:
        run.coverage = told_of(run, folder, run.findings.get(kind="linkage").content["attrition"])
    run.save(update_fields=["outcome", "words", "coverage"])
    move(run.request, "give_up" if given_up else then, by=log.WORKER, at=at)


def _agreed(lease: Lease, run: Run, scratch: Path) -> str:
    """File of the frozen protocol, which is written down before anybody is matched; empty when nobody is."""
    if not run.study:
        return ""
    study = Study.objects.select_related("request").get(request=run.request)
    if not study.protocol:
        frozen = _frozen(lease, study, scratch)
        with lease.fenced():
            _keep_protocol(study, frozen, at=clock.now())
    path = scratch / "protocol.json"
    path.write_text(study.protocol, encoding="utf-8")
    return str(path)


def _frozen(lease: Lease, study: Study, scratch: Path) -> str:
    """What the study settles, as the core writes it down; the register knows its own covariates."""
    path, answer = scratch / "planned.toml", scratch / "planned.json"
    path.write_text(study.toml, encoding="utf-8")
    work = Work(
        kind="protocol",
        cohort="",
        register=_register(),
        out=str(scratch / "run"),
        today=clock.today().isoformat(),
        command="",
        study=str(path),
        lab=settings.ENVIRONMENT.lab,
        answer=str(answer),
        memory_mb=settings.ENVIRONMENT.job_memory_mb,
    )
    ask_child(lease, work)
    return answer.read_text(encoding="utf-8")


def _keep_protocol(study: Study, frozen: str, *, at: datetime) -> None:
    if not study.protocol:
        study.protocol = frozen
        study.save(update_fields=["protocol"])
        log.record("freeze protocol", study.request.key, by=log.WORKER, at=at, detail=json.loads(frozen)["sha256"])


def keep_report(lease: Lease, run: Run, folder: Path) -> None:
    """Seal the report for the lab's own pages; nobody outside may see it yet."""
    places = {path.name: path for path in (folder / "7-report" / "report.html", folder / "6-disclosure" / DISCLOSED)}
    if all(path.is_file() for path in places.values()):
        data = canonical_json({name: path.read_text(encoding="utf-8") for name, path in places.items()})
        keep_for_web(lease, run, ForTheWeb.Kind.REPORT, data, at=clock.now())


def _register() -> str:
    found: str = settings.ENVIRONMENT.register
    if not found:
        message = "There is no register. Whoever runs the service sets JDL_REGISTER to a snapshot."
        raise NotNow(message)
    return found


def _work(run: Run, scratch: Path, stop_before: str, protocol: str = "") -> Work:
    """Lay out what the rooms read."""
    register = _register()
    study = scratch / "study.toml"
    study.write_text(run.study, encoding="utf-8")
    laid = lay_out(run, scratch)
    reviews = decisions_for_worker(run.cohort_file, scratch) if run.study else ()
    carry_reviews(run, map(Path, reviews), scratch)
    return Work(
        kind="full" if run.study else "link",
        cohort=str(laid.cohort),
        register=register,
        out=str(scratch / "run"),
        today=clock.day_of(run.begun_at).isoformat(),
        command=run.command,
        study=str(study),
        lab=settings.ENVIRONMENT.lab,
        column_map=str(laid.column_map) if laid.column_map else "",
        protocol=protocol,
        reviews=reviews,
        earlier=lay_out_earlier(run, scratch / "earlier") if run.study else (),
        similar=lay_out_similar(run, scratch / "similar") if run.study else (),
        ledger=str(settings.ENVIRONMENT.ledger),
        ledger_key=str(settings.ENVIRONMENT.ledger_key),
        stop_before=stop_before,
        memory_mb=settings.ENVIRONMENT.job_memory_mb,
    )
