"""Triage: everything of a request on one page; accepted, returned and refused, the organisation told why and never who has a record."""

import pytest

from jdl_service.analysis import actions
from jdl_service.analysis.models import Run
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.models import CohortFile
from jdl_service.requests.models import Message
from service_people import request_in, sealed_upload

BANDS = {"steps": [{"label": "Rows submitted", "left": "60 to 99"}, {"label": "Usable", "left": "fewer than 30"}], "least": 0, "could_show": None}  # fmt: skip


def add_file(request, world, at):
    sealed = sealed_upload(b"x", at=at).sealed
    sealed.save()
    return CohortFile.objects.create(
        request=request, organisation=request.organisation, version=1, suffix=".csv", state="clean", rows=61, errors=0, warnings=2,
        sealed=sealed, uploaded_by=world.alpha.member, uploaded_at=at,
    )  # fmt: skip


@pytest.fixture
def sent(world, at):
    request = request_in("submitted", world.alpha, at=at)
    add_file(request, world, at)
    return request


def linked_before(request, at):
    Run.objects.create(
        request=request, number=1, cohort_file=request.cohort_files.get(), begun_at=at, command="c", coverage=BANDS
    )


def test_everything_of_a_request_is_on_one_page(world, sent, browser):
    page = browser(world.analyst).get(f"/lab/analysis/{sent.key}/").content.decode()
    for words in (
        "Weekly sessions",
        "1 January 2023",
        "Everybody who asked",
        "Charity number",
        "Public task",
        "By letter",
        "61",
        "Accept and own it",
    ):
        assert words in page


def test_a_reviewer_who_is_no_analyst_is_offered_nothing_to_decide(world, sent, browser):
    page = browser(world.reviewer).get(f"/lab/analysis/{sent.key}/").content.decode()
    assert "Accept and own it" not in page
    assert browser(world.reviewer).post(f"/lab/analysis/{sent.key}/accept/").status_code == 403


def test_whoever_accepts_owns_it_and_another_analyst_can_take_it_over(world, sent, browser):
    assert browser(world.analyst).post(f"/lab/analysis/{sent.key}/accept/").status_code == 302
    sent.refresh_from_db()
    assert (sent.state, sent.owner) == ("accepted", world.analyst)
    assert "Take it over" in browser(world.analyst_reviewer).get(f"/lab/analysis/{sent.key}/").content.decode()
    browser(world.analyst_reviewer).post(f"/lab/analysis/{sent.key}/take-over/")
    sent.refresh_from_db()
    assert sent.owner == world.analyst_reviewer


@pytest.mark.parametrize(("act", "state"), [("return", "draft"), ("refuse", "refused")])
def test_the_organisation_is_told_why(world, sent, browser, act, state):
    client, address = browser(world.analyst), f"/lab/analysis/{sent.key}/{act}/"
    assert "Enter a reason" in client.post(address, {"reason": " "}).content.decode()
    assert client.post(address, {"reason": "Say how people were told."}).status_code == 302
    sent.refresh_from_db()
    assert sent.state == state
    assert sent.passages.get().reason == "Say how people were told."
    told = Message.objects.get(request=sent)
    assert (told.text, told.from_lab) == ("Say how people were told.", True)


def test_after_linkage_a_reason_is_one_of_the_fixed_ones_in_bands(world, sent, browser, at):
    actions.requests.accept(sent, by=world.analyst, at=at)
    linked_before(sent, at)
    with pytest.raises(NotNow, match="fixed ones"):
        actions.refuse(sent, by=world.analyst, at=at, reason="The last of them is not in the register.")
    client, address = browser(world.analyst), f"/lab/analysis/{sent.key}/refuse/"
    page = client.get(address).content.decode()
    assert "could tell who has a record" in page
    assert "<textarea" not in page
    client.post(address, {"reason": "too_few"})
    sent.refresh_from_db()
    assert sent.state == "refused"
    assert Message.objects.get(request=sent).text.endswith("found and used: fewer than 30.")


def test_after_linkage_without_coverage_nothing_is_said_of_numbers(world, sent, at):
    linked_before(sent, at)
    Run.objects.update(coverage=None)
    with pytest.raises(NotNow):
        actions.give_back(sent, by=world.analyst, at=at, reason="too_few")
    actions.give_back(sent, by=world.analyst, at=at, reason="agreement")
    sent.refresh_from_db()
    assert sent.state == "draft"


def test_only_an_analyst_decides(world, sent, at):
    for act in (actions.refuse, actions.give_back):
        with pytest.raises(NotYours):
            act(sent, by=world.reviewer, at=at, reason="No.")
    assert not Message.objects.exists()
    with pytest.raises(NotYours):
        actions.take_over(sent, by=world.reviewer, at=at)
