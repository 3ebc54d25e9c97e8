"""A disk that is full: said in words, nothing half kept, and whatever waited goes on once there is room."""

import errno
import json
import os
from dataclasses import asdict

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import RequestFactory

from jdl_service import clock
from jdl_service.analysis import child, rooms
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.store import store
from jdl_service.files.upload import NOT_KEPT
from jdl_service.jobs.worker import NO_ROOM, ROOM_WAIT
from jdl_service.public.health import broken
from justice_data_lab.files import no_room
from service_tasks import breaks

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "error",
    [
        FULL,
        OSError(errno.EFBIG, "x"),
        RuntimeError("IO Error: No space left on device"),
        OperationalError("database or disk is full"),
    ],
)
def test_a_full_disk_is_known_by_number_or_by_words(error):
    assert no_room(error)
    assert not no_room(OSError(errno.EACCES, "Permission denied"))


def test_an_upload_that_finds_no_room_is_answered_by_a_page_that_says_so(world, browser, service, monkeypatch):
    def full(handle):
        raise FULL

    monkeypatch.setattr("jdl_service.files.blobs.os.fsync", full)
    sent = SimpleUploadedFile("cohort.csv", b"surname,forename\n")
    answer = browser(world.alpha.member).post(f"/requests/{world.request.key}/file/", {"file": sent})
    assert (answer.status_code, NOT_KEPT in answer.text) == (200, True)
    assert not CohortFile.objects.exists()
    assert not Sealed.objects.exists()
    assert [path for path in store().blobs.folder.rglob("*") if path.is_file()] == []


def test_a_job_that_finds_no_room_waits_for_as_long_as_it_takes_and_then_ends(world, worker, later, monkeypatch):
    job = breaks.enqueue()
    with monkeypatch.context() as patch:
        patch.setattr("jdl_service.jobs.worker.find_task", lambda name: _raises(FULL))
        for _ in range(5):
            assert worker.run_one()
            job.refresh_from_db()
            assert (job.state, job.step, job.attempts) == ("queued", NO_ROOM, 0)
            assert job.not_before == clock.now() + ROOM_WAIT
            assert not worker.run_one()
            later(ROOM_WAIT)
    assert worker.run_one()
    job.refresh_from_db()
    assert job.attempts == 1


def _raises(error):
    raise error


def test_the_process_of_the_rooms_says_that_there_is_no_room(monkeypatch, capsys):
    work = json.dumps(asdict(child.Work(kind="link", cohort="c", register="r", out="o", today="2026-11-25", command="x")))
    monkeypatch.setattr(child, "set_limits", lambda work: None)
    monkeypatch.setattr(child, "die_with_parent", lambda stream: None)
    monkeypatch.setattr(child.sys.stdin, "readline", lambda: work)
    monkeypatch.setattr(child, "do", lambda work, say: _raises(FULL))
    assert child.main() == 0
    assert json.loads(capsys.readouterr().out) == {"end": "no_room"}
    monkeypatch.setattr(child, "do", lambda work, say: _raises(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        child.main()


def test_what_the_process_of_the_rooms_says_of_the_disk_is_an_error_of_the_disk(tmp_path, monkeypatch, settings):
    (tmp_path / "sitecustomize.py").write_text('import os\nos.write(1, b\'{"end": "no_room"}\\n\')\nos._exit(0)')
    settings.CHILD_ENVIRONMENT = {"PYTHONPATH": str(tmp_path)}
    work = child.Work(kind="link", cohort="c", register="r", out=str(tmp_path / "run"), today="2026-11-25", command="x")
    with pytest.raises(OSError, match="no room") as caught:
        list(rooms._child(None, work))
    assert no_room(caught.value)


def test_a_page_that_meets_a_database_that_is_away_says_that_it_comes_back(db):
    for error, status in ((OperationalError("gone"), 503), (FULL, 503), (ZeroDivisionError(), 500)):
        try:
            raise error
        except type(error):
            answer = broken(RequestFactory().get("/"))
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)
