"""A lab that has worked for years: lists are read page by page, and nothing stops at a thousand rows."""

import re
from datetime import timedelta

import pytest

from jdl_service.files.models import CohortFile, Sealed
from jdl_service.requests.models import Request
from jdl_service.retention.classes import kept_for
from jdl_service.retention.destroy import destroy_due
from jdl_service.retention.holdings import holdings

MANY = 1_100
A_PAGE = 100


def keys_in(answer):
    """References in the tables of a page."""
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", answer.content.decode(), re.DOTALL)
    return [found[0] for cell in cells if (found := re.findall(r"1999-\d{4}", cell))]


@pytest.fixture
def many(world, at):
    """As many requests, each with a file."""
    row = {"organisation": world.alpha.row, "state": "submitted", "created_by": world.alpha.member, "submitted_at": at}
    requests = Request.objects.bulk_create(Request(key=f"1999-{number:04}", **row) for number in range(MANY))
    sealed = Sealed.objects.bulk_create(
        Sealed(name=f"{number}", wrapped_key=b"k", size=1, sealed_at=at) for number in range(MANY)
    )
    sent = {"organisation": world.alpha.row, "version": 1, "suffix": ".csv", "uploaded_by": world.alpha.member, "uploaded_at": at}
    CohortFile.objects.bulk_create(
        CohortFile(request=request, sealed=each, state="faulty", errors=1, **sent)
        for request, each in zip(requests, sealed, strict=True)
    )
    return requests


def test_what_is_kept_is_read_and_destroyed_whatever_its_number(world, many, service, at):
    due = at + timedelta(days=kept_for("faulty").days)
    assert sum(each.is_due(due) for each in holdings()) == MANY
    Request.objects.exclude(pk__in=[many[0].pk, many[-1].pk]).filter(pk__in=[each.pk for each in many]).update(
        state="linking", owner=world.analyst
    )
    CohortFile.objects.filter(request__state="linking").update(state="clean", errors=0)
    assert len(destroy_due(at=due)) == 2


@pytest.mark.parametrize("address", ["/requests/", "/lab/analysis/", "/register/"])
def test_a_long_list_has_a_hundred_rows_a_page_and_loses_none(world, many, browser, address):
    client, found = browser(world.analyst), []
    for page in range(1, MANY // A_PAGE + 1):
        shown = keys_in(client.get(f"{address}?page={page}"))
        assert len(shown) == A_PAGE
        found += shown
    assert sorted(found) == [each.key for each in many]


def test_a_filter_stays_from_page_to_page(world, many, browser):
    shown = browser(world.analyst).get("/lab/analysis/?state=submitted&page=2").content.decode()
    assert "?state=submitted&amp;page=3" in shown
    Request.objects.filter(pk=many[0].pk).update(state="accepted", owner=world.analyst)
    assert keys_in(browser(world.analyst).get("/lab/analysis/?state=accepted")) == ["1999-0000"]


def test_what_goes_tonight_and_what_stays_have_pages_of_their_own(world, many, service, browser, later):
    later(timedelta(days=kept_for("faulty").days))
    client = browser(world.administrator)
    first, second = (client.get(f"/lab/retention/?due={page}") for page in (1, 2))
    assert (len(set(keys_in(first))), len(set(keys_in(first)) | set(keys_in(second)))) == (A_PAGE, 2 * A_PAGE)
