"""Every address, for every role, about a row of another organisation: nothing but 404. Generated: a new page is in it by itself."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from jdl_service.analysis import actions as analysis
from jdl_service.releases import actions as releases
from jdl_service.requests import actions as requests
from jdl_service.retention.models import Certificate, LegalHold
from service_people import person
from service_releases import drafted
from service_tasks import two_steps

# pages of the log-in, whose rows are a person's own, and pages of words
NOT_OURS = ("account/second-step/", "account/sessions/", "account/password/reset/key/", "words/", "styleguide/")
OUTSIDE = ("other_manager", "other_member", "nobody", "administrator")


def patterns(resolver=None, prefix=""):
    """Every pattern of the service: (route, name, its parameters)."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        elif isinstance(each, URLPattern):
            yield route, each.pattern.converters


OURS = [(route, sorted(converters)) for route, converters in patterns() if not route.startswith(NOT_OURS)]
WITH_ROWS = [(route, names) for route, names in OURS if names]
LAB = [route for route, names in OURS if not names and route.startswith("lab/")]


@pytest.fixture
def theirs(world, at, tmp_path):
    """A row of every kind that belongs to Alpha Trust, by the name of its parameter."""
    release, (check, _) = drafted(world, tmp_path, at=at)
    request = release.request
    line = requests.write_message(request, text="Hello", by=world.alpha.member, at=at)
    job = two_steps.using(request=request, by=world.analyst).enqueue(request=request.key)
    certificate = Certificate.objects.create(request=request, data_class="cohort", files=1, at=at, why="w", audit_number=0)
    rows = {
        "organisation": world.alpha.row,
        "membership": world.alpha.row.memberships.first(),
        "agreement": world.alpha.row.agreements.first(),
        "file": request.cohort_files.first(),
        "job": job,
        "run": request.runs.first(),
        "release": release,
        "check": check,
        "comment": analysis.comment(request, text="Why?", by=world.analyst, at=at),
        "message": line,
        "certificate": certificate,
        "concern": releases.raise_concern(text="It is wrong.", about="", at=at),
        "hold": LegalHold.objects.create(request=request, by=world.head_of_profession, at=at, reason="r"),
    }
    return {"key": request.key} | {name: row.pk for name, row in rows.items()}


@pytest.fixture
def outsiders(world):
    return {
        "other_manager": world.beta.manager,
        "other_member": world.beta.member,
        "nobody": person("nobody"),
        "administrator": world.administrator,
    }


def address(route, names, rows):
    """The address of a route about rows of another organisation."""
    filled = route
    for name in names:
        for kind in ("slug", "int", "str", "path"):
            filled = filled.replace(f"<{kind}:{name}>", str(rows.get(name, name)))
    return "/" + filled


def test_the_matrix_is_not_empty_and_knows_every_kind_of_row(theirs):
    assert len(WITH_ROWS) >= 4
    assert [(route, names) for route, names in WITH_ROWS if not set(names) & set(theirs)] == []


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize(("route", "names"), WITH_ROWS, ids=[route for route, _ in WITH_ROWS])
def test_a_row_of_another_organisation_is_not_there(theirs, outsiders, browser, route, names, who):
    client = browser(outsiders[who])
    for answer in (client.get(address(route, names, theirs)), client.post(address(route, names, theirs))):
        # 405: the page does not take this kind of request from anybody, and has looked for no row
        assert answer.status_code in (404, 405), answer.status_code
    assert 404 in {client.get(address(route, names, theirs)).status_code, client.post(address(route, names, theirs)).status_code}


@pytest.mark.parametrize("who", ["other_member", "nobody"])
@pytest.mark.parametrize("route", LAB)
def test_a_page_of_the_lab_is_for_the_lab(theirs, outsiders, browser, route, who):
    answer = browser(outsiders[who]).get("/" + route)
    assert answer.status_code in (403, 404, 405)


@pytest.mark.parametrize(("route", "names"), WITH_ROWS, ids=[route for route, _ in WITH_ROWS])
def test_nobody_who_is_not_logged_in_is_told_whether_a_row_is_there(theirs, browser, route, names):
    if not route.startswith(("library/", "calendar/", "register/")):
        assert browser().get(address(route, names, theirs)).status_code in (302, 405)
