"""The result before it is checked: cleared figures, every look logged; comments that are answered before they are closed; sending."""

import pytest

from jdl_service.analysis import actions
from jdl_service.analysis.models import Comment, Run
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.jobs.models import Job
from service_people import request_in
from service_releases import finished_request
from service_rooms import reported, run_of


@pytest.fixture
def done(world, tmp_path, at):
    made = finished_request(world, tmp_path, at=at)
    reported(made.run, tmp_path / "run")
    return made.request


def test_the_lab_reads_cleared_figures_and_every_look_is_logged(world, done, browser):
    client, home = browser(world.analyst), f"/lab/analysis/{done.key}/"
    page = client.get(f"{home}result/").content.decode()
    for words in (
        "Result of the headline analysis",
        "Do other ways of comparing agree?",
        "Send for checking",
        "Read the whole report",
    ):
        assert words in page
    report = client.get(f"{home}report/")
    assert b"<h1" in report.content
    assert "default-src 'none'" in report.headers["Content-Security-Policy"]
    assert report.headers["Cache-Control"] == "no-store"
    assert list(AuditEvent.objects.filter(action="view").values_list("by", flat=True)) == [world.analyst.email] * 2


def test_a_report_that_is_not_kept_any_more_is_said_to_be_with_its_release(world, at, browser, tmp_path):
    made = finished_request(world, tmp_path, at=at)
    client, home = browser(world.analyst), f"/lab/analysis/{made.request.key}/"
    assert "is not kept for the web" in client.get(f"{home}result/").content.decode()
    assert client.get(f"{home}report/").status_code == 409
    assert not AuditEvent.objects.filter(action="view").exists()


def test_before_the_rooms_have_run_there_is_no_result(world, at, browser):
    row = request_in("ready", world.alpha, at=at, owner=world.analyst)
    run_of(row, world.alpha, at=at, outcome=Run.Outcome.REFUSED)
    client = browser(world.analyst)
    assert "There is no result yet." in client.get(f"/lab/analysis/{row.key}/result/").content.decode()
    assert client.get(f"/lab/analysis/{row.key}/report/").status_code == 404


def test_an_analyst_sends_it_for_checking(world, done, browser):
    assert browser(world.reviewer).post(f"/lab/send/{done.key}/").status_code == 403
    assert browser(world.alpha.member).post(f"/lab/send/{done.key}/").status_code == 404
    assert browser(world.analyst).post(f"/lab/send/{done.key}/").status_code == 302
    assert Job.objects.get().task.endswith("draft_release")


def test_it_is_done_again_with_a_reason(world, done, browser):
    assert browser(world.analyst).post(f"/lab/analysis/{done.key}/rework/", {"reason": "Another design"}).status_code == 302
    done.refresh_from_db()
    assert done.state == "ready"


def test_a_comment_is_answered_and_then_closed_by_whoever_made_it(world, done, browser):
    home = f"/lab/analysis/{done.key}/comments/"
    reviewer, analyst = browser(world.reviewer), browser(world.analyst)
    assert "There is no comment for you to read yet." in reviewer.get(home).content.decode()
    assert "Enter comment" in reviewer.post(home, {"text": " "}).content.decode()
    reviewer.post(home, {"text": "Why so few?"})
    said = Comment.objects.get()
    close = f"/lab/analysis/comments/{said.pk}/close/"
    assert "1 comment is open" in analyst.get(f"/lab/analysis/{done.key}/result/").content.decode()
    assert reviewer.post(close).status_code == 409
    analyst.post(home, {"text": "They started late.", "answers": said.pk})
    page = reviewer.get(home).content.decode()
    assert "They started late." in page
    assert "Close it" in page
    assert "Close it" not in analyst.get(home).content.decode()
    assert analyst.post(close).status_code == 403
    assert reviewer.post(close).status_code == 302
    said.refresh_from_db()
    assert said.resolved_at is not None
    assert "Closed" in reviewer.get(home).content.decode()


def test_an_answer_is_to_a_comment_on_the_same_request(world, done, browser, at):
    other = request_in("ready", world.beta, at=at, owner=world.analyst)
    said = actions.comment(other, text="Elsewhere", by=world.analyst, at=at)
    with pytest.raises(NotNow, match="same request"):
        actions.comment(done, text="Here", by=world.analyst, at=at, answers=said)
    assert (
        browser(world.analyst).post(f"/lab/analysis/{done.key}/comments/", {"text": "Here", "answers": said.pk}).status_code
        == 404
    )
    with pytest.raises(NotYours):
        actions.comment(done, text="Hello", by=world.alpha.member, at=at)
