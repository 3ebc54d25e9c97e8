"""Jobs are done once, whoever dies: leases, fences, retries, cancelling."""

import signal
import threading
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, transaction

from jdl_service import clock
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.jobs import actions, periodic
from jdl_service.jobs.lease import LEASE, LONGEST_WAIT, LeaseLostError, claim
from jdl_service.jobs.management.commands import worker as command
from jdl_service.jobs.models import Job, Periodic
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.steadiness import HELD_SECONDS, Steadiness, passed
from jdl_service.jobs.tasks import find_task
from jdl_service.jobs.worker import FIRST_WAIT, Worker
from justice_data_lab.errors import JDLError
from service_periodic import SEEN
from service_tasks import breaks, refuses, two_steps


def worked():
    return AuditEvent.objects.filter(action="worked").count()


def test_a_job_is_done_once_and_its_end_is_one_with_what_it_wrote(world, worker):
    job = two_steps.using(request=world.request, by=world.analyst).enqueue(request=world.request.key)
    assert worker.run_all() == 1
    job.refresh_from_db()
    assert (job.state, job.done_steps, job.attempts, job.lease_until, worked()) == ("done", 2, 1, None, 1)
    assert worker.run_all() == 0


def test_the_same_job_cannot_wait_twice_for_one_request(world):
    two_steps.using(request=world.request).enqueue(request="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        two_steps.using(request=world.request).enqueue(request="x")


def test_arguments_are_given_by_name(world):
    with pytest.raises(TypeError, match="by name"):
        two_steps.enqueue("x")


def test_a_refusal_fails_with_its_words_and_is_not_tried_again(world, worker):
    job = refuses.using(by=world.analyst).enqueue()
    worker.run_all()
    job.refresh_from_db()
    assert (job.state, job.failure, job.attempts) == ("failed", "The study names no measure. Add one.", 1)


def test_what_nobody_expected_is_tried_again_after_a_wait_and_then_fails_without_a_value(world, worker, later, caplog):
    job = breaks.enqueue()
    assert worker.run_all() == 1
    job.refresh_from_db()
    assert (job.state, job.not_before) == ("queued", clock.now() + FIRST_WAIT)
    later(FIRST_WAIT)
    worker.run_all()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "Canary" not in job.failure


def test_a_task_that_this_version_does_not_have_fails_in_words(world, worker, at):
    job = Job.objects.create(task="jdl_service.jobs.nothing", queued_at=at, not_before=at)
    worker.run_all()
    job.refresh_from_db()
    assert "no such task" in job.failure
    with pytest.raises(JDLError):
        find_task("os.getcwd")


def test_a_lease_that_ran_out_is_taken_over_and_the_first_worker_can_write_nothing_more(world, later):
    two_steps.using(request=world.request).enqueue(request=world.request.key)
    first = claim("one", clock.now())
    assert claim("two", clock.now()) is None
    second = claim("two", later(LEASE + timedelta(seconds=1)))
    assert (second.epoch, second.attempt) == (2, 2)
    with pytest.raises(LeaseLostError), first.fenced():
        pytest.fail("a fence that lets the old worker through")
    with pytest.raises(LeaseLostError):
        first.step("late")
    assert not first.beat()
    assert not first.end(Job.State.DONE, at=clock.now())
    find_task("service_tasks.two_steps").work(second, request=world.request.key)
    assert worked() == 1


def test_a_worker_that_lost_its_lease_ends_quietly(world, worker, later, monkeypatch):
    job = two_steps.using(request=world.request).enqueue(request=world.request.key)

    def lose(self, words, *, done=None):
        Job.objects.filter(pk=job.pk).update(epoch=9)
        self._lost()

    monkeypatch.setattr("jdl_service.jobs.lease.Lease.step", lose)
    assert worker.run_one()
    job.refresh_from_db()
    assert (job.state, worked()) == ("running", 0)


def test_a_job_whose_worker_dies_each_time_fails_in_the_end(world, later, at):
    job = breaks.enqueue()
    for _ in range(2):
        assert claim("dies", later(LEASE + timedelta(seconds=1)))
    assert claim("dies", later(LEASE + timedelta(seconds=1))) is None
    job.refresh_from_db()
    assert (job.state, "several times" in job.failure) == ("failed", True)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(world, worker, at):
    waiting = two_steps.using(request=world.request, by=world.analyst).enqueue(request="x")
    assert actions.cancel(waiting, by=world.analyst, at=at).state == "cancelled"
    running = breaks.using(by=world.analyst).enqueue()
    lease = claim("one", at)
    actions.cancel(running, by=world.analyst, at=at)
    with pytest.raises(JDLError, match="cancelled"):
        lease.step("next")
    assert not lease.beat()


def test_a_running_job_that_is_cancelled_ends_as_cancelled(world, worker, at, monkeypatch):
    job = two_steps.using(request=world.request, by=world.analyst).enqueue(request="x")
    run = Worker._heart

    def cancel_first(self, lease, most_seconds):
        Job.objects.filter(pk=job.pk).update(cancel_asked=True)
        return run(self, lease, most_seconds)

    monkeypatch.setattr(Worker, "_heart", cancel_first)
    worker.run_all()
    job.refresh_from_db()
    assert (job.state, worked()) == ("cancelled", 0)


def test_a_cancelled_job_whose_worker_died_is_cancelled(world, later, at):
    job = breaks.using(by=world.analyst).enqueue()
    claim("dies", at)
    actions.cancel(job, by=world.analyst, at=at)
    assert claim("two", later(LEASE + timedelta(seconds=1))) is None
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_failed_job_is_tried_again_by_an_analyst_or_whoever_asked(world, worker, at):
    job = refuses.using(by=world.alpha.member).enqueue()
    with pytest.raises(NotNow, match="waiting"):
        actions.try_again(job, by=world.analyst, at=at)
    worker.run_all()
    with pytest.raises(NotYours):
        actions.try_again(job, by=world.beta.member, at=at)
    assert actions.try_again(job, by=world.alpha.member, at=at).state == "queued"
    assert AuditEvent.objects.filter(action="try job again").count() == 1


def test_what_was_asked_for_once_more_is_not_begun_a_second_time(world, browser, at):
    asked = two_steps.using(request=world.request, by=world.alpha.member)
    first = asked.enqueue(request=world.request.key)
    actions.cancel(first, by=world.alpha.member, at=at)
    asked.enqueue(request=world.request.key)
    client = browser(world.alpha.member)
    assert "Try again" not in client.get(f"/jobs/{first.key}/").content.decode()
    answer = client.post(f"/jobs/{first.key}/again/")
    assert (answer.status_code, "on its way already" in answer.content.decode()) == (409, True)


def test_the_page_of_a_job_shows_how_far_it_is_and_its_buttons_work(world, browser, worker, at):
    job = two_steps.using(request=world.request, by=world.alpha.member).enqueue(request=world.request.key)
    mine = browser(world.alpha.member)
    page = mine.get(f"/jobs/{job.key}/")
    assert (page.status_code, page.headers["Refresh"]) == (200, "3")
    assert mine.post(f"/jobs/{job.key}/cancel/").status_code == 302
    assert mine.post(f"/jobs/{job.key}/again/").status_code == 302
    worker.run_all()
    page = mine.get(f"/jobs/{job.key}/")
    assert "Done" in page.text
    assert "Refresh" not in page.headers
    assert browser(world.beta.member).get(f"/jobs/{job.key}/").status_code == 404


def test_the_address_of_a_job_says_nothing_of_how_many_there_are(world, browser, at):
    first, second = (two_steps.using(by=world.alpha.member).enqueue(request=each) for each in ("a", "b"))
    assert len(first.key) == len(second.key) == 16
    assert first.key != second.key
    assert browser(world.alpha.member).get(f"/jobs/{first.pk}/").status_code == 404


def test_jobs_of_a_version_before_are_each_given_a_name(world, at):
    jobs = [two_steps.enqueue(request=each) for each in ("a", "b")]
    kept = {job.key for job in jobs}
    import_module("jdl_service.jobs.migrations.0002_keys").name_jobs(apps, None)
    named = set(Job.objects.values_list("key", flat=True))
    assert len(named) == 2
    assert not named & kept


def test_what_comes_round_is_done_once_each_time_and_one_that_breaks_silences_no_other(db, at, settings, later):
    settings.PERIODIC = {"service_periodic.breaks": 60, "service_periodic.counts": 60}
    SEEN.clear()
    assert periodic.run_due(at) == 2
    assert periodic.run_due(at) == 0
    assert periodic.run_due(later(timedelta(seconds=60))) == 2
    assert len(SEEN) == 2


def test_a_clock_that_was_set_back_does_not_silence_what_comes_round(db, at, settings):
    settings.PERIODIC = {"service_periodic.counts": 60}
    Periodic.objects.create(name="service_periodic.counts", next_at=at + timedelta(days=1))
    assert periodic.run_due(at) == 1


def test_a_clock_that_was_put_back_keeps_no_job_waiting(world, later, at):
    fresh, tried = two_steps.enqueue(request="x"), breaks.enqueue()
    Job.objects.filter(pk=tried.pk).update(not_before=at + FIRST_WAIT, queued_at=at - timedelta(days=1))
    later(-timedelta(hours=1))
    assert {claim("one", clock.now()).job, claim("two", clock.now()).job} == {fresh.pk, tried.pk}
    assert claim("three", clock.now()) is None
    # both workers died an hour ago, by a clock that was an hour ahead
    later(-timedelta(hours=1))
    assert claim("three", clock.now()).epoch == 2


def test_a_clock_that_jumps_ahead_doubles_nothing(world, later, at):
    two_steps.using(request=world.request).enqueue(request=world.request.key)
    first = claim("one", at)
    second = claim("two", later(timedelta(days=1)))
    find_task("service_tasks.two_steps").work(second, request=world.request.key)
    with pytest.raises(LeaseLostError):
        find_task("service_tasks.two_steps").work(first, request=world.request.key)
    assert worked() == 1


def test_a_wait_that_was_meant_is_kept(world, worker, later, at):
    job = breaks.enqueue()
    worker.run_one()
    assert claim("one", later(FIRST_WAIT - timedelta(seconds=1))) is None
    lease = claim("one", later(timedelta(seconds=1)))
    lease.put_back(at=clock.now(), wait=timedelta(days=1))
    job.refresh_from_db()
    assert job.not_before == clock.now() + LONGEST_WAIT


def test_what_a_killed_worker_left_is_wiped_even_when_its_job_is_given_up(world, worker, later, at, service):
    job = breaks.using(by=world.analyst).enqueue()
    with private_folder(claim("dies", at)) as folder:
        (folder / "plain.txt").write_text("Canary Surname")
        Job.objects.filter(pk=job.pk).update(attempts=9)
        later(LEASE + timedelta(seconds=1))
        assert not worker.run_one()
        assert not folder.exists()


def test_a_heart_beats_on_when_the_database_was_away(world, at, monkeypatch):
    asked = []

    def beat(self):
        asked.append(1)
        if len(asked) < 3:
            raise OperationalError
        return False

    monkeypatch.setattr("jdl_service.jobs.worker.BEAT_SECONDS", 0.001)
    monkeypatch.setattr("jdl_service.jobs.lease.Lease.beat", beat)
    breaks.enqueue()
    with Worker(name="x")._heart(claim("x", at), 60):
        wait = threading.Event()
        while len(asked) < 3:
            wait.wait(0.001)
    assert len(asked) == 3


def test_the_worker_waits_for_a_database_that_is_away_and_ends_when_it_is_told(db, monkeypatch, settings):
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    settings.PERIODIC = {}
    answers = iter([OperationalError(), True, False])

    def run_one(self):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        if not answer:
            signal.raise_signal(signal.SIGTERM)
        return answer

    closed = []
    monkeypatch.setattr(Worker, "run_one", run_one)
    monkeypatch.setattr(command, "connection", SimpleNamespace(close=lambda: closed.append(1)))
    monkeypatch.setattr(command, "close_old_connections", lambda: None)  # the one of the test stays
    call_command("worker")
    assert (closed, next(answers, "ended")) == ([1], "ended")
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_what_comes_round_is_looked_after_while_a_job_runs_and_when_the_database_was_away(monkeypatch):
    ending, seen = threading.Event(), []

    def run_due(at):
        seen.append(at)
        if len(seen) == 1:
            raise OperationalError
        ending.set()

    monkeypatch.setattr(periodic, "run_due", run_due)
    monkeypatch.setattr(periodic, "_LOOK_SECONDS", 0.001)
    with periodic.Round(ending=ending) as looking:
        looking.thread.join(60)
    assert len(seen) == 2


def test_a_clock_that_jumped_ahead_is_believed_only_after_it_has_stood(at):
    steady, day = Steadiness(), timedelta(days=1)
    assert [steady.believes(at + timedelta(seconds=number), 1000.0 + number) for number in (0, 1, 2)] == [True] * 3
    assert not steady.believes(at + day, 1003.0)
    assert not steady.believes(at + day + timedelta(seconds=HELD_SECONDS - 1), 1002.0 + HELD_SECONDS)
    assert steady.believes(at + day + timedelta(seconds=HELD_SECONDS), 1003.0 + HELD_SECONDS)
    assert steady.believes(at + day + timedelta(seconds=HELD_SECONDS + 1), 1004.0 + HELD_SECONDS)


def test_a_clock_that_was_put_back_is_believed_at_once(at):
    steady = Steadiness()
    assert steady.believes(at, 0.0)
    assert not steady.believes(at + timedelta(hours=1), 1.0)
    assert steady.believes(at + timedelta(seconds=2), 2.0)
    assert steady.believes(at - timedelta(hours=1), 3.0)
    assert not steady.believes(at, 4.0)
    assert passed() <= passed()


def test_nothing_comes_round_by_a_clock_that_is_not_believed(monkeypatch):
    ending, seen, counts = threading.Event(), [], iter([100.0, 0.0])

    def count():
        found = next(counts, None)
        if found is None:
            ending.set()
        return found or 0.0

    monkeypatch.setattr(periodic, "run_due", seen.append)
    monkeypatch.setattr(periodic, "passed", count)
    monkeypatch.setattr(periodic, "_LOOK_SECONDS", 0.001)
    with periodic.Round(ending=ending) as looking:
        looking.thread.join(60)
    assert len(seen) == 1
