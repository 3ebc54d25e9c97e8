"""The board: every request on its way with owner, age, blocker and days to release; uptake against capacity; one's own work."""

from datetime import timedelta

import pytest

from jdl_service.jobs.models import Job
from jdl_service.organisations.models import Organisation
from jdl_service.requests import board
from jdl_service.requests.models import Request
from jdl_service.requests.states import ENDED, STATES
from service_people import request_in
from service_releases import DUE, scheduled


@pytest.fixture
def busy(world, at):
    """Three requests on their way, one ended, one draft."""
    Organisation.objects.filter(pk=world.alpha.row.pk).update(sector="charity")
    old = request_in("ready", world.alpha, at=at, owner=world.analyst)
    Request.objects.filter(pk=old.pk).update(submitted_at=at - timedelta(days=40), first_time=False)
    new = request_in("submitted", world.beta, at=at)
    linking = request_in("linking", world.beta, at=at, owner=world.analyst_reviewer)
    ended = request_in("refused", world.beta, at=at)
    Job.objects.create(
        request=linking, task="x.link_people", state="failed", queued_at=at, not_before=at, ended_at=at, failure="No register."
    )
    return {"old": old, "new": new, "linking": linking, "ended": ended}  # fmt: skip


def test_the_board_shows_whom_each_request_waits_for_the_oldest_first(world, busy, at):
    found = board.cards(world.analyst, at, board.Narrowed())
    assert [(each.request.key, each.days, each.blocker, each.stuck) for each in found] == [
        (busy["old"].key, 40, "Waits for an analyst", False),
        (busy["new"].key, 0, "Waits for an analyst", False),
        (busy["linking"].key, 0, "The work failed: try it again", True),
    ]


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"stuck": True}, ["linking"]),
        ({"state": "submitted"}, ["new"]),
        ({"sector": "charity"}, ["old"]),
        ({"first_time": True}, ["new", "linking"]),
    ],
)
def test_a_filter_narrows_the_board(world, busy, at, wanted, left):
    found = board.cards(world.analyst, at, board.Narrowed(**wanted))
    first = {busy[name].key for name in left}
    kept = {each.request.key for each in found}
    assert kept == first if wanted != {"first_time": True} else kept <= first | {busy["old"].key}


def test_the_owner_narrows_the_board(world, busy, at):
    found = board.cards(world.analyst, at, board.Narrowed(owner=world.analyst.pk))
    assert [each.request.key for each in found] == [busy["old"].key]


def test_days_to_release_count_to_the_hour_announced(world, tmp_path, at):
    scheduled(world, tmp_path, at=at)
    (card,) = board.cards(world.analyst, at, board.Narrowed())
    assert card.to_release == (DUE.date() - at.date()).days
    assert card.blocker == "Waits for its hour"


def test_uptake_counts_what_came_since_the_quarter_began(world, busy, at):
    Request.objects.filter(pk=busy["old"].pk).update(submitted_at=at - timedelta(days=70))
    found = board.uptake(world.analyst, at)
    assert (str(found.since), found.came, found.capacity) == ("2026-10-01", 3, 38)
    assert found.sectors == (("not stated", 3),)


@pytest.mark.parametrize("state", STATES)
def test_every_state_on_the_way_says_whom_it_waits_for(state):
    assert bool(board.blocker_of(state)) == (state not in ("refused", "withdrawn", "result_withdrawn"))
    assert "draft" not in ENDED


def test_the_page_lists_filters_and_counts(world, busy, browser):
    client = browser(world.analyst)
    page = client.get("/lab/analysis/").content.decode()
    assert all(busy[name].key in page for name in ("old", "new", "linking"))
    assert busy["ended"].key not in page
    assert "38 requests" in page
    narrowed = client.get("/lab/analysis/", {"stuck": "on", "owner": "", "state": "", "sector": ""}).content.decode()
    assert (busy["linking"].key in narrowed, busy["old"].key in narrowed) == (True, False)
    nothing = client.get("/lab/analysis/", {"state": "postponed"}).content.decode()
    assert "No request is on its way here." in nothing
    wrong = client.get("/lab/analysis/", {"owner": "x"}).content.decode()
    assert "Select a valid choice" in wrong


def test_my_work_is_what_i_own_and_what_nobody_has_taken(world, busy, browser):
    analyst = browser(world.analyst).get("/lab/analysis/mine/").content.decode()
    assert (busy["old"].key in analyst, busy["new"].key in analyst, busy["linking"].key in analyst) == (True, True, False)
    reviewer = browser(world.reviewer).get("/lab/analysis/mine/").content.decode()
    assert "Nothing waits here." in reviewer
    assert busy["new"].key not in reviewer


@pytest.mark.parametrize("who", ["alpha", "beta"])
def test_the_lab_is_for_the_lab(world, busy, browser, who):
    member = getattr(world, who).member
    pages = (
        "",
        "mine/",
        *(f"{busy['old'].key}/{name}" for name in ("", "study/", "runs/", "links/", "balance/", "result/", "comments/")),
    )
    assert {browser(member).get(f"/lab/analysis/{page}").status_code for page in pages} == {404}
