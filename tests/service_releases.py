"""Releases of the service's tests: a request with a finished run, and the people who take it to the public."""

from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace

from jdl_service.analysis.archive import seal_finished
from jdl_service.analysis.models import Run
from jdl_service.files.models import CohortFile
from jdl_service.jobs.worker import Worker
from jdl_service.releases import actions
from jdl_service.releases.models import Release
from jdl_service.requests.models import Request
from sample_releases import finished_run
from service_people import request_in, sealed_upload

DUE = datetime(2027, 1, 7, 9, 30, tzinfo=UTC)  # a Thursday more than four weeks after the clock of the tests


def finished_request(world, folder, *, at, state="analysed", kind="found"):
    """A request whose analysis is done, with the files of a report."""
    request = request_in(state, world.alpha, at=at, owner=world.analyst)
    request.checked_text_at = at
    request.save()
    sealed = sealed_upload(b"x", at=at).sealed
    sealed.save()
    CohortFile.objects.create(
        request=request, organisation=world.alpha.row, version=1, suffix=".csv", state="clean", errors=0, sealed=sealed,
        uploaded_by=world.alpha.member, uploaded_at=at,
    )  # fmt: skip
    return finish(request, folder, at=at, state=state, kind=kind)


def finish(request, folder, *, at, state="analysed", kind="found"):
    """Put a request that has a file into a state after its analysis, with the files of a report: of a result, or of why there is none."""
    Request.objects.filter(pk=request.pk).update(state=state)
    request.refresh_from_db()
    outcome, words = ("finished", "") if kind == "found" else ("not_possible", "Too few people could be followed.")
    run = Run.objects.create(
        request=request, number=request.runs.count() + 1, cohort_file=request.cohort_files.first(), study="[study]", begun_at=at,
        outcome=outcome, words=words, command="c",
    )  # fmt: skip
    made = finished_run(folder / ("run" if run.number == 1 else f"run-{run.number}"), kind=kind)
    seal_finished(SimpleNamespace(fenced=nullcontext), run, made, at=at)
    return SimpleNamespace(request=request, run=run, folder=folder)


def sent(request, *, by, at, reason=""):
    """The draft that the worker made of the last run."""
    job = actions.send(request, by=by, at=at, reason=reason)
    Worker(name="test", hearts=False).run_all()
    job.refresh_from_db()
    assert job.state == "done", job.failure
    request.refresh_from_db()
    return Release.objects.get(request=request, state="draft")


def drafted(world, folder, *, at, **made):
    """A draft that two reviewers were asked to check."""
    finished = finished_request(world, folder, at=at, **made)
    release = sent(finished.request, by=world.analyst, at=at)
    checks = [actions.assign(release, reviewer=who, by=world.analyst, at=at) for who in (world.reviewer, world.second_reviewer)]
    return release, checks


def checked(world, folder, *, at, **made):
    """A draft whose two blind checks are in and sound."""
    release, checks = drafted(world, folder, at=at, **made)
    for check in checks:
        actions.submit_check(check, verdict="sound", answers={"figures": "yes"}, text="", by=check.reviewer, at=at)
        actions.read_evidence(release, by=check.reviewer, at=at)
    return release


def final(world, folder, *, at, **made):
    """A release that was cleared and frozen."""
    release = checked(world, folder, at=at, **made)
    for who in (world.reviewer, world.second_reviewer):
        actions.confirm(release, by=who, at=at)
    return actions.take_step(release, "freeze", by=world.analyst, at=at)


def scheduled(world, folder, *, at, **made):
    """A release with an hour."""
    release = final(world, folder, at=at, **made)
    return actions.take_step(release, "schedule", by=world.head_of_profession, at=at, asked=actions.Asked(due=DUE))
