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
@pytest.mark.parametrize(("route", "names"), WITH_ROWS, ids=[route for route, _ in WITH_ROWS])
def test_a_row_of_another_organisation_is_not_there(theirs, outsiders, browser, route, names, who):  # noqa: F811 -- the fixture
    client = browser(outsiders[who])
    for answer in (client.get(address(route, names, theirs)), client.post(address(route, names, theirs))):
        # 405: the page does not take this kind of request from anybody, and has looked for no row
        assert answer.status_code in (404, 405), answer.status_code
    assert 404 in {client.get(address(route, names, theirs)).status_code, client.post(address(route, names, theirs)).status_code}


@pytest.mark.parametrize("who", ["other_member", "nobody"])
@pytest.mark.parametrize("route", LAB)
def test_a_page_of_the_lab_is_for_the_lab(theirs, outsiders, browser, route, who):  # noqa: F811 -- the fixture
    answer = browser(outsiders[who]).get("/" + route)
    assert answer.status_code in (403, 404, 405)


@pytest.mark.parametrize(("route", "names"), WITH_ROWS, ids=[route for route, _ in WITH_ROWS])
def test_nobody_who_is_not_logged_in_is_told_whether_a_row_is_there(theirs, browser, route, names):  # noqa: F811 -- the fixture
    if not route.startswith(("library/", "calendar/", "register/")):
        assert browser().get(address(route, names, theirs)).status_code in (302, 405)
