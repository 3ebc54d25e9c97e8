"""An organisation writes a request, sends it, follows it and decides about it; nobody is named, and the lab's own notes stay its own."""

import re
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail

from jdl_service.analysis import actions as analysis
from jdl_service.base.errors import NotNow
from jdl_service.files.models import CohortFile
from jdl_service.jobs import actions as jobs
from jdl_service.releases import actions as release_actions
from jdl_service.requests import actions, drafting, promises
from jdl_service.requests.models import Message, Passage, Request
from jdl_service.requests.moves import move
from jdl_service.requests.states import TRANSITIONS
from jdl_service.requests.told import told
from service_people import WORDS, person, request_in
from service_releases import scheduled
from service_requests import clean_file, with_coverage

ANSWERS = {
    "programme": {"programme": "Reading", "what": "Weekly groups", "who_delivers": "Tutors", "where": "Two prisons"},
    "kind": {"intervention_type": "women\u2019s centres", "setting": "through the gate"},
    "dates": {
        "first_start-day": "1", "first_start-month": "2", "first_start-year": "2022", "last_start-day": "3", "last_start-month": "4",
        "last_start-year": "2024", "dose": "12 weeks",
    },
    "chosen": {"how_chosen": "Everybody who asked", "all_included": "no", "not_included_why": "Two said no", "eligible": "90", "started": "80"},
    "own-words": {"own_words": "We read together."},
    "declarations": {"true": "on", "everybody": "on", "told": "on", "published": "on"},
}  # fmt: skip


def test_a_request_is_written_task_by_task_and_sent(world, browser, at, django_capture_on_commit_callbacks):
    client = browser(world.alpha.member)
    assert b"Start a request" in client.get("/requests/start/").content
    assert b"Start a request" in client.get("/requests/").content
    place = client.post("/requests/start/", {"organisation": world.alpha.row.pk, "kind": "single"}).url
    key = place.split("/")[2]
    for code, said in ANSWERS.items():
        assert client.get(f"/requests/{key}/tasks/{code}/").status_code == 200
        assert client.post(f"/requests/{key}/tasks/{code}/", said).url == place, code
    page = client.get(place).content.decode()
    assert page.count("Completed") == 6
    row = Request.objects.get(key=key)
    assert (row.first_start, row.last_start) == (date(2022, 2, 1), date(2024, 4, 3))
    assert (row.setting, row.all_included, row.eligible) == ("through the gate", False, 90)
    check = f"/requests/{key}/check/"
    assert b"is not there yet" in client.post(check, follow=True).content
    clean_file(row, world.alpha, at=at)
    assert b"Version 1, ready" in client.get(check).content
    assert b"Request sent" in client.post(check).content
    row.refresh_from_db()
    assert (row.state, row.declared_by) == ("submitted", world.alpha.member)
    assert client.get(place).status_code == 409


def test_answers_are_shown_again_and_a_change_asks_for_the_declaration_again(world, browser, at):
    client, key = browser(world.alpha.member), world.request.key
    actions.declare(world.request, by=world.alpha.member, at=at)
    page = client.get(f"/requests/{key}/tasks/chosen/").content.decode()
    assert "Everybody who asked" in page
    assert 'value="yes" checked' in page
    client.post(f"/requests/{key}/tasks/own-words/", {"own_words": "We do something else."})
    world.request.refresh_from_db()
    assert world.request.declared_at is None
    assert b"Declarations" in client.get(f"/requests/{key}/check/").content


@pytest.mark.parametrize(
    ("code", "change", "says"),
    [
        ("own-words", {"own_words": "word " * 301}, "Use 300 words or fewer; there are 301 now"),
        ("own-words", {"own_words": "A1234BC was glad"}, "This seems to hold a prison number"),
        ("programme", {"what": "We met Mr Smith"}, "name. Take it out"),
        ("dates", {"last_start-year": "2021"}, "The last day must be the same as or after the first day"),
        ("dates", {"last_start-year": "2031"}, "must not be in the future"),
        ("chosen", {"not_included_why": ""}, "Enter who is left out, and why"),
        ("chosen", {"started": "91"}, "must not be more than could have taken part"),
        ("declarations", {"told": ""}, "Confirm that the people in the file were told"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(world, browser, code, change, says):
    answer = browser(world.alpha.member).post(f"/requests/{world.request.key}/tasks/{code}/", ANSWERS[code] | change)
    assert says in answer.content.decode()
    world.request.refresh_from_db()
    assert world.request.own_words == WORDS["own_words"]


def test_an_action_refuses_names_and_fields_that_no_task_asks_for(world, at):
    with pytest.raises(KeyError):
        drafting.answer(world.request, said={"state": "released"}, by=world.alpha.member, at=at)
    with pytest.raises(NotNow, match="a prison number"):
        drafting.answer(world.request, said={"what": "A1234BC"}, by=world.alpha.member, at=at)


def test_an_answer_that_comes_after_the_request_was_sent_changes_nothing(world, at):
    Request.objects.filter(pk=world.request.pk).update(state="submitted", submitted_at=at)
    with pytest.raises(NotNow, match="while it is at “Submitted”"):
        drafting.answer(
            world.request, said={"what": "Something else"}, by=world.alpha.member, at=at
        )  # a row read before it was sent
    world.request.refresh_from_db()
    assert (world.request.state, world.request.what) == ("submitted", WORDS["what"])


def test_a_request_that_is_not_a_draft_or_another_role_is_told_so(world, browser, at):
    row = request_in("submitted", world.alpha, at=at)
    assert browser(world.alpha.member).get(f"/requests/{row.key}/tasks/programme/").status_code == 409
    assert browser(world.analyst).get(f"/requests/{row.key}/tasks/programme/").status_code == 403
    assert browser(world.alpha.member).get(f"/requests/{world.request.key}/tasks/nonsense/").status_code == 404
    assert browser(person("nobody")).get("/requests/start/").url == "/organisation/"


def test_an_accumulating_request_is_sent_at_its_planned_size_and_not_before(world, browser, at):
    client = browser(world.alpha.member)
    said = {"organisation": world.alpha.row.pk, "kind": "accumulating"}
    assert b"Enter the number of people at which it is analysed" in client.post("/requests/start/", said).content
    key = client.post("/requests/start/", said | {"planned_size": "120"}).url.split("/")[2]
    for code, answers in ANSWERS.items():
        client.post(f"/requests/{key}/tasks/{code}/", answers)
    file = clean_file(Request.objects.get(key=key), world.alpha, at=at, rows=119)
    assert (
        b"needs the 120 people that were planned; the files have 119"
        in client.post(f"/requests/{key}/check/", follow=True).content
    )
    CohortFile.objects.filter(pk=file.pk).update(rows=120)
    assert b"Request sent" in client.post(f"/requests/{key}/check/").content


def test_a_joint_request_has_partners_that_see_it_and_send_their_own_file(world, browser, at):
    client = browser(world.alpha.member)
    key = client.post("/requests/start/", {"organisation": world.alpha.row.pk, "kind": "joint"}).url.split("/")[2]
    place = f"/requests/{key}/partners/"
    assert b"There is no partner yet" in client.get(place).content
    assert b"Partners" in client.get(f"/requests/{key}/tasks/").content
    assert b"Enter the number of another organisation" in client.post(place, {"number": "9"}).content
    type(world.beta.row).objects.filter(pk=world.beta.row.pk).update(number="1000002")
    client.post(place, {"number": "1000002"})
    other = browser(world.beta.member)
    assert other.get(f"/requests/{key}/").status_code == 200
    assert b"Send the file" in other.get(f"/requests/{key}/file/").content
    assert other.get(place).status_code == 403
    assert b"Beta Trust" in client.get(place).content
    client.post(f"/requests/{key}/partners/{world.beta.row.pk}/remove/")
    assert other.get(f"/requests/{key}/").status_code == 404
    assert client.post(f"/requests/{world.request.key}/partners/", {"number": "1000002"}).status_code == 409


def test_a_page_says_where_it_is_what_comes_next_and_by_when(world, browser, at):
    row = request_in("draft", world.alpha, at=at)
    Request.objects.filter(pk=row.pk).update(submitted_at=at)
    clean_file(row, world.alpha, at=at)
    actions.declare(row, by=world.alpha.member, at=at)
    actions.submit(row, by=world.alpha.member, at=at)
    page = browser(world.alpha.member).get(f"/requests/{row.key}/").content.decode()
    assert "Submitted" in page
    assert "2 December 2026" in page  # five working days after Wednesday 25 November
    assert "The request was sent" in page


def test_a_request_that_was_given_back_counts_from_the_day_it_was_first_sent(world, browser, at):
    row = request_in("draft", world.alpha, at=at)
    clean_file(row, world.alpha, at=at)
    actions.declare(row, by=world.alpha.member, at=at)
    actions.submit(row, by=world.alpha.member, at=at)
    actions.give_back(row, by=world.analyst, at=at + timedelta(days=3), reason="Say more.")
    actions.submit(row, by=world.alpha.member, at=at + timedelta(days=60))
    row.refresh_from_db()
    assert (row.state, row.submitted_at) == ("submitted", at)
    Passage.objects.create(request=row, action="release", before="scheduled", after="released", at=at + timedelta(days=100))
    assert promises.times_to_publication() == (1, 100, 100)


def test_what_was_overwritten_by_a_second_submission_is_put_back_from_the_passages(world, at):
    row, other = (request_in("submitted", world.alpha, at=at + timedelta(days=60)) for _ in range(2))
    for days in (0, 60):
        Passage.objects.create(request=row, action="submit", before="draft", after="submitted", at=at + timedelta(days=days))
    import_module("jdl_service.requests.migrations.0003_first_sent").first_time(apps, None)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.submitted_at, other.submitted_at) == (at, at + timedelta(days=60))


def test_a_request_whose_people_are_looked_for_is_taken_back_while_the_worker_is_not_at_it(world, browser, at, worker):
    row = request_in("accepted", world.alpha, at=at, owner=world.analyst)
    clean_file(row, world.alpha, at=at)
    analysis.start_linking(row, by=world.analyst, at=at)
    client, page = browser(world.alpha.manager), f"/requests/{row.key}/"
    assert b"Withdraw this request" not in client.get(page).content
    assert client.get(f"{page}withdraw/").status_code == 409
    with pytest.raises(NotNow, match="the worker is at it"):
        actions.withdraw(row, by=world.alpha.manager, at=at, reason="We closed.")
    job = jobs.cancel(row.jobs.get(), by=world.analyst, at=at)
    assert b"Withdraw this request" in client.get(page).content
    assert client.post(f"{page}withdraw/", {"reason": "We closed.", "sure": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"
    row.jobs.exclude(pk=job.pk).delete()
    jobs.try_again(job, by=world.analyst, at=at)
    worker.run_all()
    job.refresh_from_db()
    assert (job.state, job.failure) == ("failed", f"{row} run 1: its request waits for no work any more.")


@pytest.mark.parametrize(
    "passed",
    [
        (("match", "ready", "matching"), ("matched", "matching", "balance"), ("redesign", "balance", "ready")),
        (("match", "ready", "matching"), ("give_up", "matching", "not_analysable"), ("rework", "not_analysable", "ready")),
        (("give_up", "linking", "not_analysable"), ("rework", "not_analysable", "ready")),
        (("unlock", "balance", "analysing"), ("analysed", "analysing", "analysed"), ("rework", "analysed", "ready")),
    ],
)
def test_a_request_whose_analysis_began_once_is_not_taken_back_when_it_is_done_again(world, browser, at, passed):
    row = request_in("ready", world.alpha, at=at, owner=world.analyst)
    client, page = browser(world.alpha.manager), f"/requests/{row.key}/"
    assert b"Withdraw this request" in client.get(page).content
    for action, before, after in passed:
        Passage.objects.create(request=row, action=action, before=before, after=after, by=world.analyst, at=at)
    assert b"Withdraw this request" not in client.get(page).content
    with pytest.raises(NotNow, match="until the analysis starts"):
        actions.withdraw(row, by=world.alpha.manager, at=at, reason="We closed.")


def test_each_step_has_words_for_an_organisation_and_none_are_those_of_the_table(world):
    passed = [Passage(action=each.action, before=state, after=each.to, at=None) for each in TRANSITIONS for state in each.states]
    for passage in passed:
        words, *_ = told(passage, world.alpha.member)
        inside, *_ = told(passage, world.analyst)
        assert words
        assert words != inside
        assert not re.search(r"bytes|manifest|hash|worker|bands|register of|ledger", words)
    assert told(Passage(action="add", before="analysed", after="checks", at=None), world.alpha.member)[0].startswith(
        "The report was written"
    )
    result, asked = (
        Passage(action="withdraw", before=before, after=after, at=None)
        for before, after in (("released", "result_withdrawn"), ("ready", "withdrawn"))
    )
    assert told(result, world.alpha.member)[0] != told(asked, world.alpha.member)[0]


def test_whoever_writes_about_a_joint_request_is_told_who_reads_it(world, browser, at):
    row = request_in("submitted", world.alpha, at=at)
    place, words = f"/requests/{row.key}/messages/", "Everybody of Beta Trust reads it too"
    assert words not in browser(world.alpha.member).get(place).text
    row.partners.add(world.beta.row)
    actions.write_message(row, text="We have a question.", by=world.alpha.member, at=at)
    for who in (world.alpha.member, world.analyst, world.beta.member):
        page = browser(who).get(place).text
        assert words in page
        assert "We have a question." in page


def test_working_days_leave_out_weekends_and_bank_holidays():
    assert promises.after_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)


def test_half_of_the_requests_took_the_median_and_nine_in_ten_the_ninetieth_centile(world, browser, at):
    assert promises.times_to_publication() is None
    for days in range(10, 120, 10):
        row = request_in("released", world.alpha, at=at, owner=world.analyst)
        Passage.objects.create(request=row, action="release", before="scheduled", after="released", at=at + timedelta(days=days))
        Passage.objects.create(request=row, action="release", before="ready", after="released", at=at + timedelta(days=900))
    assert promises.times_to_publication() == (11, 60, 100)
    page = " ".join(browser(world.alpha.member).get("/requests/").content.decode().split())
    assert "half of 11 requests took 60 days or less, and nine in ten took 100 days or less" in page


def test_what_the_lab_noted_for_itself_is_not_shown_to_the_organisation(world, browser, at):
    row = request_in("balance", world.alpha, at=at, owner=world.analyst)
    for action, before, after, reason in (
        ("redesign", "balance", "ready", "internal reason"), ("return", "submitted", "draft", "told reason"), ("return", "checks", "checks", "reviewers words"),
    ):  # fmt: skip
        Passage.objects.create(request=row, action=action, before=before, after=after, by=world.analyst, at=at, reason=reason)
    page = browser(world.alpha.member).get(f"/requests/{row.key}/").content.decode()
    assert "told reason" in page
    assert "the lab" in page
    assert not [each for each in ("internal reason", "reviewers words", world.analyst.name + "<") if each in page]
    inside = browser(world.analyst).get(f"/requests/{row.key}/").content.decode()
    assert "internal reason" in inside
    assert "reviewers words" in inside


def test_the_organisation_reads_the_hour_and_the_reasons_that_the_public_was_given(world, browser, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    page, client = f"/requests/{release.key}/", browser(world.alpha.member)
    assert "7 January 2027 at 9:30am" in client.get(page).content.decode()
    asked = release_actions.Asked(reason="A court gave its dates late.")
    release_actions.take_step(release, "postpone", by=world.head_of_profession, at=at, asked=asked)
    text = client.get(page).content.decode()
    assert "A court gave its dates late." in text
    assert "7 January 2027" not in text
    assert "The report was written, and two people were asked to check it" in text


def test_a_partner_is_not_sent_to_the_task_list(world, browser, at):
    row = world.request
    Request.objects.filter(pk=row.pk).update(kind="joint")
    row.partners.add(world.beta.row)
    for page in ("", "file/", "messages/"):
        address = f"/requests/{row.key}/{page}"
        assert "Task list" in browser(world.alpha.member).get(address).content.decode(), page
        assert "Task list" not in browser(world.beta.member).get(address).content.decode(), page


def test_messages_go_both_ways_and_name_nobody(world, browser, at, django_capture_on_commit_callbacks):
    row = request_in("accepted", world.alpha, at=at, owner=world.analyst)
    place = f"/requests/{row.key}/messages/"
    assert b"Nobody has written yet" in browser(world.alpha.member).get(place).content
    with django_capture_on_commit_callbacks(execute=True):
        browser(world.alpha.member).post(place, {"text": "Row 12 objected."})
    assert [letter.to for letter in mail.outbox] == [[world.analyst.email]]
    assert "Row 12" not in mail.outbox[0].body
    with django_capture_on_commit_callbacks(execute=True):
        browser(world.analyst).post(place, {"text": "Thank you."})
    assert {letter.to[0] for letter in mail.outbox[1:]} == {world.alpha.manager.email, world.alpha.member.email}
    page = browser(world.alpha.member).get(place).content.decode()
    assert "The lab" in page
    assert world.analyst.name not in page.split("What was said")[1]
    assert b"a prison number" in browser(world.alpha.member).post(place, {"text": "About A1234BC"}).content
    assert Message.objects.count() == 2


def test_coverage_is_shown_in_bands_with_four_choices(world, browser, at):
    row = with_coverage(world, at)
    page = browser(world.alpha.member).get(f"/requests/{row.key}/coverage/").content.decode()
    for words in (
        "151 to 200",
        "Others are not counted because",
        "9 percentage points",
        "Go on",
        "Add people",
        "Wait until a date",
        "Withdraw",
    ):
        assert words in page
    assert browser(world.alpha.member).get(f"/requests/{world.request.key}/coverage/").status_code == 409


@pytest.mark.parametrize(
    ("step", "more", "state"),
    [
        ("go_on", {}, "ready"),
        ("add_people", {}, "adding"),
        ("park", {"until-day": "1", "until-month": "6", "until-year": "2027"}, "parked"),
        ("park", {"until-day": "1", "until-month": "6", "until-year": "2020"}, "coverage"),
        ("park", {}, "coverage"),
        ("withdraw", {}, "coverage"),
        ("", {}, "coverage"),
    ],
)
def test_each_choice_leads_on(world, browser, at, step, more, state):
    row = with_coverage(world, at)
    answer = browser(world.alpha.manager).post(f"/requests/{row.key}/coverage/", {"step": step, **more})
    row.refresh_from_db()
    assert row.state == state
    assert step != "withdraw" or answer.url.endswith("/withdraw/")


def test_the_lab_cannot_choose_for_the_organisation(world, browser, at):
    row = with_coverage(world, at)
    assert browser(world.analyst).post(f"/requests/{row.key}/coverage/", {"step": "go_on"}).status_code == 403


def test_a_fuller_file_is_sent_and_a_wait_ended(world, browser, at):
    client = browser(world.alpha.member)
    adding = with_coverage(world, at, "adding")
    page = client.get(f"/requests/{adding.key}/").content
    assert b"Send a fuller file" in page
    client.post(f"/requests/{adding.key}/resubmit/")
    adding.refresh_from_db()
    assert adding.state == "accepted"
    bare = request_in("adding", world.alpha, at=at, owner=world.analyst)
    assert b"is not there yet" in client.post(f"/requests/{bare.key}/resubmit/", follow=True).content
    parked = request_in("draft", world.alpha, at=at)
    Request.objects.filter(pk=parked.pk).update(
        state="parked", submitted_at=at, owner=world.analyst, parked_until=date(2027, 6, 1)
    )
    assert b"1 June 2027" in client.get(f"/requests/{parked.key}/").content
    client.post(f"/requests/{parked.key}/unpark/")
    parked.refresh_from_db()
    assert parked.state == "accepted"


def test_a_manager_withdraws_before_the_analysis_and_nobody_after_it(world, browser, at):
    place = f"/requests/{world.request.key}/withdraw/"
    assert browser(world.alpha.member).get(place).status_code == 403
    client = browser(world.alpha.manager)
    assert b"Withdraw the request" in client.get(place).content
    assert b"Enter reason for withdrawing" in client.post(place, {"sure": "on"}).content
    assert client.post(place, {"reason": "A1234BC said no", "sure": "on"}).status_code == 200
    client.post(place, {"reason": "We have too few people.", "sure": "on"})
    world.request.refresh_from_db()
    assert world.request.state == "withdrawn"
    late = request_in("matching", world.alpha, at=at, owner=world.analyst)
    assert client.get(f"/requests/{late.key}/withdraw/").status_code == 409


def test_the_organisation_checks_all_text_before_it_is_frozen(world, browser, at):
    row = request_in("checks", world.alpha, at=at, owner=world.analyst)
    client, place = browser(world.alpha.member), f"/requests/{row.key}/facts/"
    assert b"Weekly sessions" in client.get(place).content
    assert b"Enter what has to be changed" in client.post(place, {"right": "no"}).content
    client.post(place, {"right": "no", "wrong": "It is three prisons."})
    assert Message.objects.get(request=row).text.endswith("It is three prisons.")
    client.post(place, {"right": "yes"})
    row.refresh_from_db()
    assert row.checked_text_at == at
    assert b"that this text is right" in client.get(place).content
    assert browser(world.analyst).post(place, {"right": "yes"}).status_code == 403
    assert client.post(f"/requests/{world.request.key}/facts/", {"right": "yes"}).status_code == 409


@pytest.mark.parametrize(
    ("before", "action", "subject"),
    [("linking", "linked", "choose how to go on"), ("submitted", "return", "something has to be put right first")],
)
def test_the_subject_of_a_letter_says_what_is_to_be_done(world, at, before, action, subject, django_capture_on_commit_callbacks):
    row = request_in(before, world.alpha, at=at, owner=world.analyst)
    with django_capture_on_commit_callbacks(execute=True):
        move(row, action, by={"linked": "worker", "return": world.analyst}[action], at=at, reason="Because.")
    assert {letter.subject.split(" - ")[0] for letter in mail.outbox} == {f"Request {row.key}: {subject}"}


def test_a_letter_says_where_a_request_is_and_nothing_of_anybody(world, at, django_capture_on_commit_callbacks):
    row = request_in("submitted", world.alpha, at=at)
    with django_capture_on_commit_callbacks(execute=True):
        actions.accept(row, by=world.analyst, at=at)
    assert {letter.to[0] for letter in mail.outbox} == {world.alpha.manager.email, world.alpha.member.email}
    assert mail.outbox[0].subject.startswith(f"Request {row.key}: Accepted")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(row, by=world.alpha.manager, at=at, reason="Too few")
    assert [letter.to for letter in mail.outbox] == [[world.analyst.email]]
    assert "Too few" not in mail.outbox[0].body


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to a.b@example.org", ("an e-mail address",)),
        ("PNC 2012/0123456Z", ("a police identifier",)),
        ("CRO 12345/89Q", ("a criminal record number",)),
        ("number A1234BC", ("a prison number",)),
        ("case X123456", ("a probation case number",)),
        ("NI AB 12 34 56 C", ("a National Insurance number",)),
        ("ring 020 7946 0000", ("a telephone or NHS number",)),
        ("born 5/11/1984", ("a date of birth",)),
        ("Mrs Okafor said", ("somebody's name",)),
        ("From 2021/22 we saw 1,204 people, 85% of whom finished 12 weeks; 2022-2023 was better.", ()),
    ],
)
def test_what_would_name_somebody_is_found(text, found):
    from jdl_service.base.free_text import identifiers_in  # noqa: PLC0415 -- beside its cases

    assert identifiers_in(text) == found


def test_a_partner_is_another_approved_organisation_of_a_joint_request(world, at):
    with pytest.raises(NotNow, match="only a joint request"):
        drafting.add_partner(world.request, partner=world.beta.row, by=world.alpha.member, at=at)
    joint = actions.begin(organisation=world.alpha.row, kind="joint", by=world.alpha.member, at=at)
    with pytest.raises(NotNow, match="another organisation"):
        drafting.add_partner(joint, partner=world.alpha.row, by=world.alpha.member, at=at)
