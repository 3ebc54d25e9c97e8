"""Review of uncertain links: pair after pair, alone, names in the page only; decisions sealed; agreement told to who has finished."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from jdl_service.analysis import links
from jdl_service.analysis.models import ForTheWeb, LinkReview, Study
from jdl_service.analysis.sealed import decisions_for_worker, keep_decisions, opened, read_decisions, void_other_decisions
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.models import Sealed
from jdl_service.files.periodic import sweep
from jdl_service.jobs.models import Job
from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.review import Review, ReviewKey
from justice_data_lab.linkage.review_file import read_reviews
from service_people import request_in
from service_rooms import STUDY, SURNAME, run_of, uncertain


def answer(client, request, /, **what):
    return client.post(f"/lab/analysis/{request.key}/links/decide/", what)


def test_each_row_is_shown_beside_its_candidates_and_the_next_comes_by_itself(world, browser, at):
    row, client = uncertain(world, at=at), browser(world.analyst)
    page = client.get(f"/lab/analysis/{row.key}/links/decide/")
    for words in (
        SURNAME,
        "Fetherston",
        "Fanshaw",
        "similar +3.0",
        "+5.5",
        "Other, Name",
        "Row 2 of the file",
        "Several people fit",
        'accesskey="1"',
    ):
        assert words in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert answer(client, row, row=2, answer="1").status_code == 302
    page = client.get(f"/lab/analysis/{row.key}/links/decide/").content.decode()
    assert "Row 3 of the file" in page
    assert "1 more fits about as well" in page
    answer(client, row, row=3, answer="nobody")
    assert "Every row is decided." in client.get(f"/lab/analysis/{row.key}/links/decide/").content.decode()
    made = LinkReview.objects.get()
    assert (made.decided, made.left, made.finished_at) == (2, 0, at)
    assert [each.person_id for each in read_decisions(made).decisions] == ["p1", None]


def test_a_row_is_left_for_later_and_the_last_decision_taken_back(world, browser, at):
    row, client = uncertain(world, at=at), browser(world.reviewer)
    address = f"/lab/analysis/{row.key}/links/decide/"
    answer(client, row, row=2, answer="skip")
    assert "Row 3" in client.get(address).content.decode()
    answer(client, row, row=3, answer="cannot_tell")
    page = client.get(address).content.decode()
    assert "1 row was left for later." in page
    answer(client, row, answer="again")
    assert "Row 2" in client.get(address).content.decode()
    answer(client, row, row=2, answer="2")
    assert LinkReview.objects.get().finished_at is not None
    answer(client, row, answer="undo")
    made = LinkReview.objects.get()
    assert (made.decided, made.left, made.finished_at) == (1, 1, None)
    answer(client, row, answer="undo")
    assert answer(client, row, answer="undo").status_code == 409


@pytest.mark.parametrize(("number", "choice"), [("99", "1"), ("2", "everybody"), ("x", "1"), ("2", "9"), ("2", "0")])
def test_what_is_no_answer_is_refused(world, browser, at, number, choice):
    row = uncertain(world, at=at)
    assert answer(browser(world.analyst), row, row=number, answer=choice).status_code == 409
    assert not LinkReview.objects.exists()


def test_no_name_and_no_decision_is_in_the_database_and_the_worker_can_read_what_was_decided(world, browser, at, tmp_path):
    row, client = uncertain(world, at=at), browser(world.analyst)
    client.get(f"/lab/analysis/{row.key}/links/decide/")
    answer(client, row, row=2, answer="1")
    with connection.cursor() as cursor:
        text = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- a name that the database gave
            text += [str(line) for line in cursor.fetchall()]
    whole = "\n".join(text)
    assert not [name for name in (SURNAME, "Fetherston", "Fanshaw", "'p1'") if name in whole]
    file = row.cohort_files.get()
    assert decisions_for_worker(file, tmp_path) == ()
    answer(client, row, row=3, answer="nobody")
    (review,) = read_reviews(tmp_path.__class__(path) for path in decisions_for_worker(file, tmp_path))
    assert [each.choice for each in review.decisions] == [1, "nobody"]
    assert Sealed.objects.filter(destroyed_at=None, opened_by="worker").count() == 2


def test_reviewers_decide_alone_and_are_compared_once_both_have_finished(world, browser, at):
    row = uncertain(world, at=at)
    first, second = browser(world.analyst), browser(world.reviewer)
    for number in ("2", "3"):
        answer(first, row, row=number, answer="1")
    with pytest.raises(NotNow, match="nobody else"):
        links.compare(row, by=world.analyst)
    page = second.get(f"/lab/analysis/{row.key}/links/").content.decode()
    assert "Decided so far" not in page
    with pytest.raises(NotNow, match="your own rows first"):
        links.compare(row, by=world.reviewer)
    answer(second, row, row="2", answer="1")
    answer(second, row, row="3", answer="nobody")
    found = links.compare(row, by=world.reviewer)
    assert (found.both, found.disagreements) == (2, (3,))
    page = second.get(f"/lab/analysis/{row.key}/links/").content.decode()
    assert "How far reviewers agree" in page
    assert "Decided so far" in page


def test_decisions_on_another_register_are_void(world, at):
    row = uncertain(world, at=at)
    other = Review(key=ReviewKey(cohort="c", model="m", register="older"), reviewer=world.analyst.email)
    keep_decisions(row.cohort_files.get(), world.analyst, other, 0, at=at)
    assert links.sit(row, by=world.analyst, at=at).review.key.register == "r"


def snapshot(folder, content):
    """A register as far as its hash goes."""
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"content": content}))
    return str(folder)


def decided(world, row, register, *, at):
    """A review of one row that was finished on a snapshot."""
    review = Review(key=ReviewKey(cohort="c", model="m", register=register), reviewer=world.analyst.email)
    made = keep_decisions(row.cohort_files.get(), world.analyst, review, 0, at=at)
    LinkReview.objects.filter(pk=made.pk).update(finished_at=at)


def test_links_of_a_register_that_was_replaced_are_not_decided(world, browser, at, service, tmp_path):
    row = uncertain(world, at=at)
    service(register=snapshot(tmp_path / "register", "r"))
    assert links.sit(row, by=world.analyst, at=at).queue.cases
    service(register=snapshot(tmp_path / "register", "newer"))
    page = browser(world.analyst).get(f"/lab/analysis/{row.key}/links/decide/")
    assert page.status_code == 409
    assert "Lay them out again, and decide them anew." in page.content.decode()
    service(register="")
    assert links.sit(row, by=world.analyst, at=at).queue.cases


def test_nobody_is_matched_with_decisions_on_a_register_that_was_replaced(world, browser, at, service, tmp_path):
    row = uncertain(world, at=at)
    Study.objects.create(request=row, toml=STUDY, set_by=world.analyst, set_at=at)
    decided(world, row, "r", at=at)
    service(register=snapshot(tmp_path / "register", "newer"))
    answer = browser(world.analyst).post(f"/lab/analysis/{row.key}/match/")
    assert (answer.status_code, "the register was replaced" in answer.content.decode()) == (409, True)
    row.refresh_from_db()
    assert (row.state, row.runs.count()) == ("ready", 1)
    service(register=snapshot(tmp_path / "register", "r"))
    assert browser(world.analyst).post(f"/lab/analysis/{row.key}/match/").status_code == 302


def test_once_they_are_laid_out_anew_older_decisions_are_not_linked_with(world, at, tmp_path):
    row = uncertain(world, at=at)
    decided(world, row, "r", at=at)
    file = row.cohort_files.get()
    for register, left in (("r", 1), ("newer", 0)):
        void_other_decisions(file, ReviewKey(cohort="c", model="m", register=register), tmp_path)
        assert len(decisions_for_worker(file, tmp_path)) == left


def test_they_are_laid_out_on_request_between_the_look_and_the_matching(world, browser, at):
    row = request_in("ready", world.alpha, at=at, owner=world.analyst)
    client, home = browser(world.analyst), f"/lab/analysis/{row.key}/links/"
    assert "Nobody has been looked for yet." in client.get(home).content.decode()
    run_of(row, world.alpha, at=at)
    assert "are not laid out" in client.get(home).content.decode()
    assert client.get(f"{home}decide/").status_code == 409
    assert client.post(f"{home}prepare/").status_code == 302
    assert Job.objects.get().task.endswith("prepare_links")
    assert "being laid out now" in client.get(home).content.decode()
    Job.objects.update(state="failed", ended_at=at, failure="Another register.")
    assert "Another register." in client.get(home).content.decode()
    with pytest.raises(NotYours):
        links.prepare(row, by=world.head_of_profession, at=at)
    type(row).objects.filter(pk=row.pk).update(state="matching")
    row.refresh_from_db()
    with pytest.raises(NotNow, match="between the look"):
        links.prepare(row, by=world.analyst, at=at)
    assert "Links are decided between" in client.get(home).content.decode()


def test_names_for_the_web_are_destroyed_after_a_fortnight(world, at):
    row = uncertain(world, at=at)
    assert opened(row.runs.get(), ForTheWeb.Kind.LINKS)
    sweep(at=at + timedelta(days=15))
    assert opened(row.runs.get(), ForTheWeb.Kind.LINKS) is None
    with pytest.raises(UsageError, match="not there yet"):
        links.sit(row, by=world.analyst, at=at)
