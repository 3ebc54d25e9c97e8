"""From the upload to the draft of a release: checked, linked, matched, unlocked, analysed, with nothing plain left anywhere."""

import csv
from datetime import timedelta

import pytest
from django.db import connection

from jdl_service.analysis import actions, links, policies
from jdl_service.analysis.child import Work
from jdl_service.analysis.models import Finding, Run
from jdl_service.analysis.rooms import run_rooms
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files import actions as files
from jdl_service.files.models import CohortFile
from jdl_service.files.store import store
from jdl_service.jobs.lease import LEASE, claim
from jdl_service.jobs.models import Job
from jdl_service.releases.shelf import read_shelf
from jdl_service.requests import actions as requests
from jdl_service.requests.models import Request
from justice_data_lab.publication import clearance
from justice_data_lab.release_run import read_content
from service_people import WORDS, sealed_upload
from service_releases import sent

STUDY = """
[study]
name = "Mentoring inside"
organisation = "Alpha Trust"
programme = "Mentoring"
intervention_type = "mentoring"
setting = "custody"
seed = 5
report_date = 2026-11-22
[method]
caliper = { width = 9.0 }
"""


@pytest.fixture
def lab(world, service, small_register, at):
    """The world with a register."""
    service(register=str(small_register.path))
    Request.objects.filter(pk=world.request.pk).update(**WORDS)
    world.request.refresh_from_db()
    return world


def upload(lab, data, at):
    return files.upload(lab.request, organisation=lab.alpha.row, sent=sealed_upload(data, at=at), by=lab.alpha.member, at=at)


def surnames(cohort):
    return {row["surname"] for row in csv.DictReader(cohort.decode().splitlines()) if len(row["surname"]) > 6}


def test_a_request_goes_from_the_upload_to_the_draft_of_a_release(lab, cohort, worker, at, service, settings):
    settings.CHILD_ENVIRONMENT = settings.WITH_PDF
    goes_to_coverage(lab, cohort, worker, at)
    run = goes_to_balance(lab, worker, at)
    actions.unlock(lab.request, by=lab.analyst, at=at)
    with pytest.raises(NotNow, match="stands once"):
        actions.set_study(lab.request, toml=STUDY, by=lab.analyst, at=at)
    worker.run_all()
    lab.request.refresh_from_db()
    run.refresh_from_db()
    assert (lab.request.state, run.outcome) == ("analysed", "finished")
    draft = sent(lab.request, by=lab.analyst, at=at)
    assert (draft.state, draft.version, lab.request.state) == ("draft", 1, "checks")
    assert draft.files.filter(name__in=("report.html", "report.pdf")).count() == 2
    assert clearance.obstacles(read_content(read_shelf().files(draft.as_book()))) == ()
    nothing_plain(service().home, service().scratch, surnames(cohort))


def goes_to_coverage(lab, cohort, worker, at):
    row, request = upload(lab, cohort, at), lab.request
    worker.run_all()
    row.refresh_from_db()
    assert (row.state, row.errors, row.rows > 150) == ("clean", 0, True)
    requests.declare(request, by=lab.alpha.member, at=at)
    requests.submit(request, by=lab.alpha.member, at=at)
    requests.accept(request, by=lab.analyst, at=at)
    run = actions.start_linking(request, by=lab.analyst, at=at)
    worker.run_all()
    request.refresh_from_db()
    run.refresh_from_db()
    assert request.state == "coverage"
    assert run.coverage["steps"][0] == {"label": "Rows submitted", "left": "200 to 499"}
    assert Finding.objects.get(run__number=1, kind="linkage").content["attrition"][0]["left"] > 150


def goes_to_balance(lab, worker, at):
    request = lab.request
    requests.go_on(request, by=lab.alpha.member, at=at)
    with pytest.raises(NotNow, match="no study"):
        actions.start_matching(request, by=lab.analyst, at=at)
    decides_links(request, lab, worker, at)
    actions.set_study(request, toml=STUDY, by=lab.analyst, at=at)
    actions.freeze_protocol(request, by=lab.analyst, at=at)
    worker.run_all()
    frozen = policies.protocol_of(request)
    assert "covariates" in frozen.content
    run = actions.start_matching(request, by=lab.analyst, at=at)
    worker.run_all()
    request.refresh_from_db()
    assert request.state == "balance"
    assert run.findings.count() == 4
    run = goes_on_though_red(request, lab, worker, at)
    assert not run.rooms.filter(room="5-estimation").exists()
    assert policies.protocol_of(request).sha256 == frozen.sha256
    return run


def decides_links(request, lab, worker, at):
    """Every uncertain link is decided before anybody is matched."""
    links.prepare(request, by=lab.analyst, at=at)
    worker.run_all()
    sitting = links.sit(request, by=lab.analyst, at=at)
    for case in sitting.queue.cases:
        links.decide(request, row=case.row, choice="1", by=lab.analyst, at=at)
    assert len(links.finished(request.runs.first())) == bool(sitting.queue.cases)


def goes_on_though_red(request, lab, worker, at):
    """So wide a caliper leaves the groups unalike, and only a reviewer who did not do the analysis may say why to go on."""
    with pytest.raises(NotYours):
        actions.override(request, by=lab.analyst, at=at, reason="A wide caliper for a test")
    second = actions.override(request, by=lab.reviewer, at=at, reason="A wide caliper for a test")
    worker.run_all()
    request.refresh_from_db()
    assert request.state == "balance"
    assert not policies.is_red(request)
    assert "Reviewer: A wide caliper for a test" in second.study
    assert len(policies.protocol_of(request).sha256) == 64
    return second


def nothing_plain(home, scratch, names):
    """No surname rests in the store, in scratch or in the database."""
    assert len(names) > 20
    assert not scratch.exists() or not list(scratch.iterdir())
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert not [name for name in names if name.encode() in stored]
    with connection.cursor() as cursor:
        text = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- a name that the database gave
            text += [str(value).casefold() for line in cursor.fetchall() for value in line]
    whole = "\n".join(text)
    # a surname that is an ordinary word stands in the words of the report as well
    assert not [name for name in names if f"{name.casefold()}," in whole or f'"{name.casefold()}"' in whole]


def test_a_faulty_file_is_told_in_counts_and_its_cells_only_to_whoever_sent_it(lab, cohort, worker, at):
    faulty = cohort.replace(b"date_of_birth", b"date_of_girth", 1)
    row = upload(lab, faulty, at)
    worker.run_all()
    row.refresh_from_db()
    assert row.state == "faulty"
    assert row.errors >= 1
    assert sum(row.errors_by_rule.values()) == row.errors
    problems = files.read_problems(row, by=lab.alpha.member, at=at).problems
    assert len(problems) == row.errors + row.warnings
    with pytest.raises(NotNow):
        requests.submit(lab.request, by=lab.alpha.member, at=at)
    second = upload(lab, cohort, at)
    assert second.version == 2


def test_a_check_that_was_done_is_not_done_again(lab, cohort, worker, at):
    row = upload(lab, cohort, at)
    worker.run_all()
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state="queued", ended_at=None)
    store().destroy(row.sealed, at=at)  # a second look would fail
    worker.run_all()
    job.refresh_from_db()
    assert job.state == "done"


def at_matching(lab, cohort, worker, at):
    """A request whose comparison group is waited for."""
    row = upload(lab, cohort, at)
    worker.run_all()
    Request.objects.filter(pk=lab.request.pk).update(state="ready", owner=lab.analyst, submitted_at=at)
    lab.request.refresh_from_db()
    assert CohortFile.objects.get(pk=row.pk).state == "clean"
    actions.set_study(lab.request, toml=STUDY, by=lab.analyst, at=at)
    return actions.start_matching(lab.request, by=lab.analyst, at=at)


def test_a_run_that_died_goes_on_from_the_last_sealed_room(lab, cohort, worker, at, later, monkeypatch):
    run = at_matching(lab, cohort, worker, at)
    opened = []

    def dies_at_three(lease, words, *, done=None):
        if done is not None:
            opened.append(done)
        if done == 2:
            message = "killed"
            raise KeyboardInterrupt(message)

    with monkeypatch.context() as patch:
        patch.setattr("jdl_service.jobs.lease.Lease.step", dies_at_three)
        with pytest.raises(KeyboardInterrupt):
            worker.run_one()
    assert opened == [0, 1, 2]
    assert sorted(run.rooms.values_list("room", flat=True)) == ["1-intake", "2-linkage", "run"]
    names = {row.room: row.sealed.name for row in run.rooms.select_related("sealed")}
    later(LEASE + timedelta(seconds=1))
    worker.run_all()
    lab.request.refresh_from_db()
    assert lab.request.state == "balance"
    after = {row.room: row.sealed.name for row in run.rooms.select_related("sealed")}
    assert (after["1-intake"], after["2-linkage"]) == (names["1-intake"], names["2-linkage"])
    assert after["run"] != names["run"]


def test_a_study_that_the_core_refuses_fails_in_the_cores_words(lab, cohort, worker, at):
    run = at_matching(lab, cohort, worker, at)
    Run.objects.filter(pk=run.pk).update(study=STUDY.replace("seed = 5", "seed = 'x'"))
    worker.run_all()
    job = Job.objects.get(task__endswith="match_people")
    assert (job.state, "seed" in job.failure) == ("failed", True)
    lab.request.refresh_from_db()
    assert lab.request.state == "matching"


def test_groups_that_are_not_alike_are_looked_at_first_and_then_end_in_a_report_that_says_so(lab, cohort, worker, at):
    run = at_matching(lab, cohort, worker, at)
    worker.run_all()
    lab.request.refresh_from_db()
    assert (lab.request.state, policies.is_red(lab.request)) == ("balance", True)
    actions.unlock(lab.request, by=lab.analyst, at=at)
    worker.run_all()
    lab.request.refresh_from_db()
    run.refresh_from_db()
    assert (lab.request.state, run.outcome) == ("not_analysable", "not_possible")
    assert run.words
    assert sent(lab.request, by=lab.analyst, at=at).state == "draft"


def test_a_file_that_was_refused_after_all_leaves_nothing(lab, cohort, worker, at):
    run = at_matching(lab, cohort, worker, at)
    sealed = store().put([b"surname,forename\nx,y\n"], opener="worker", at=at)
    sealed.save()
    CohortFile.objects.filter(pk=run.cohort_file_id).update(sealed=sealed)
    worker.run_all()
    run.refresh_from_db()
    assert run.outcome == "refused"
    assert not run.rooms.exclude(room="run").exists()


def test_without_a_register_the_job_says_what_is_missing(lab, cohort, worker, at, service):
    at_matching(lab, cohort, worker, at)
    service(register="")
    worker.run_all()
    assert "JDL_REGISTER" in Job.objects.get(task__endswith="match_people").failure


def test_a_child_that_dies_is_an_error_of_the_moment(lab, cohort, worker, at, small_register, tmp_path):
    run = at_matching(lab, cohort, worker, at)
    lease = claim("one", at)
    (tmp_path / "out").mkdir()
    work = Work(
        kind="link", cohort="x", register=str(small_register.path), out=str(tmp_path / "out"), today="no date", command="c"
    )
    with pytest.raises(ChildProcessError):
        run_rooms(lease, run, work, tmp_path / "out")
