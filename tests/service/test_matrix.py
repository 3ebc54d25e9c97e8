"""Every address, for every role, about a row of another organisation: nothing but 404. Generated: a new page is in it by itself."""

import pytest

from service_matrix import address, patterns, theirs  # noqa: F401 -- a fixture
from service_people import person

# pages of the log-in, whose rows are a person's own, and pages of words
NOT_OURS = ("account/second-step/", "account/sessions/", "account/password/reset/key/", "words/", "styleguide/")
OUTSIDE = ("other_manager", "other_member", "nobody", "administrator")


OURS = [(route, sorted(converters)) for route, converters in patterns() if not route.startswith(NOT_OURS)]
WITH_ROWS = [(route, names) for route, names in OURS if names]
LAB = [route for route, names in OURS if not names and route.startswith("lab/")]


@pytest.fixture
def outsiders(world):
    return {
        "other_manager": world.beta.manager,
        "other_member": world.beta.member,
        "nobody": person("nobody"),
        "administrator": world.administrator,
    }


def test_the_matrix_is_not_empty_and_knows_every_kind_of_row(theirs):  # noqa: F811 -- the fixture
    assert len(WITH_ROWS) >= 4
    assert [(route, names) for route, names in WITH_ROWS if not set(names) & set(theirs)] == []


@pytest.mark.parametrize("who", OUTSIDE)
def test_a_row_of_another_organisation_is_not_there(theirs, outsiders, browser, who):  # noqa: F811 -- the fixture
    client = browser(outsiders[who])
    told = {route: asked_and_sent(client, address(route, names, theirs)) for route, names in WITH_ROWS}
    # 405: the page does not take this kind of request from anybody, and has looked for no row
    assert {route: both for route, both in told.items() if 404 not in both or not both <= {404, 405}} == {}


@pytest.mark.parametrize("who", ["other_member", "nobody"])
def test_a_page_of_the_lab_is_for_the_lab(theirs, outsiders, browser, who):  # noqa: F811 -- the fixture
    told = {route: browser(outsiders[who]).get("/" + route).status_code for route in LAB}
    assert {route: code for route, code in told.items() if code not in (403, 404, 405)} == {}


def test_nobody_who_is_not_logged_in_is_told_whether_a_row_is_there(theirs, browser):  # noqa: F811 -- the fixture
    private = [(route, names) for route, names in WITH_ROWS if not route.startswith(("library/", "calendar/", "register/"))]
    told = {route: browser().get(address(route, names, theirs)).status_code for route, names in private}
    assert {route: code for route, code in told.items() if code not in (302, 405)} == {}


def asked_and_sent(client, place):
    """The codes with which an address answers both kinds of request."""
    return {client.get(place).status_code, client.post(place).status_code}
