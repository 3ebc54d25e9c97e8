"""The frame of every page: its title, ways around, and what it must not hold."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.template.loader import render_to_string

import jdl_service.look
from jdl_service.look.brand import Brand
from jdl_service.look.navigation import PLACES, navigation, roles_of
from jdl_service.look.styleguide import EXAMPLES

TEMPLATES = Path(jdl_service.look.__file__).parent / "templates"
APPS = Path(jdl_service.look.__file__).parents[1]
# A script, a style, a handler or an address of a script inside a page: the Content-Security-Policy would stop it.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def address(name):
    return f"/styleguide/{name}/" if name else "/styleguide/"


@pytest.fixture(params=EXAMPLES, ids=lambda name: name or "parts")
def page(request, client):
    answer = client.get(address(request.param))
    assert answer.status_code == 200
    return answer.content.decode()


def test_no_page_has_a_script_or_style_inside(page):
    assert INLINE.findall(page) == []


@pytest.mark.parametrize(
    "path", [*APPS.glob("*/templates/**/*.html"), *APPS.glob("*/jinja2/**/*.html")], ids=lambda path: path.name
)
def test_no_template_has_a_script_or_style_inside(path):
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


def test_every_page_has_one_first_heading_one_main_and_a_language(page):
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert len(re.findall(r"<main[ >]", page)) == 1
    assert '<html lang="en"' in page


def test_no_two_parts_of_a_page_have_one_name(page):
    found = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(found) == sorted(set(found))


def test_the_first_link_skips_to_the_content(page):
    first = re.search(r'<a href="([^"]+)"', page)
    assert first
    assert first[1] == "#main-content"
    assert 'id="main-content"' in page


def test_every_form_that_changes_something_is_protected(client):
    page = client.get(address("form")).content.decode()
    assert page.count("<form") == page.count("csrfmiddlewaretoken") == 1


def test_the_title_of_a_page_in_error_says_so(client):
    assert "<title>About your programme · Justice Data Lab</title>" in client.get(address("form")).content.decode()
    page = client.get(address("form-with-errors")).content.decode()
    assert "<title>Error: About your programme · Justice Data Lab</title>" in page
    assert page.count("govuk-error-summary__title") == 1


def test_one_question_is_the_heading_of_its_page(client):
    page = client.get(address("question")).content.decode()
    assert re.search(r'<h1 class="govuk-fieldset__heading">\s*When did the programme start\?', page)


def test_name_colour_and_phase_are_those_of_the_settings(client, settings):
    settings.LOOK = Brand(name="Laboratory of Ruritania", colour="#801650", phase="beta", contact="lab@example.org", licence="")
    page = client.get(address("nothing-yet")).content.decode()
    assert "Laboratory of Ruritania</a>" in page
    assert "/brand.css?801650" in page
    assert re.search(r"govuk-phase-banner__content__tag\">\s*Beta", page)
    assert "Contact: lab@example.org" in page
    assert "Justice Data Lab" not in page


def test_a_new_service_without_a_contact_still_says_that_it_is_new(client, settings):
    settings.LOOK = Brand(phase="alpha")
    assert "This is a new service. It may change." in client.get(address("nothing-yet")).content.decode()


def test_a_demonstration_says_on_every_page_that_all_is_invented(client, settings):
    said = "All people, organisations and results here are invented."
    assert said not in client.get(address("nothing-yet")).content.decode()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mode="demo")
    assert said in client.get(address("nothing-yet")).content.decode()


def test_the_footer_leads_to_pages_that_there_are(client):
    page = client.get(address("nothing-yet")).content.decode()
    links = re.findall(r'href="(/words/[^"]+)"', page)
    assert links == ["/words/privacy/", "/words/cookies/", "/words/accessibility/"]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]


def test_who_is_logged_in_can_log_out_by_a_form_and_not_by_a_link(world, browser):
    page = browser(world.analyst).get(address("nothing-yet")).content.decode()
    assert re.search(r'<form method="post" action="/account/logout/">\s*<input type="hidden" name="csrfmiddlewaretoken"', page)
    assert 'href="/account/logout/"' not in page


def test_who_is_not_logged_in_is_offered_to_log_in_and_not_out(client):
    page = client.get(address("nothing-yet")).content.decode()
    assert "/account/logout/" not in page
    assert '<a class="govuk-link" href="/account/login/">Log in</a>' in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "413", "429", "500", "503"])
def test_error_pages_draw_without_a_request(name):
    page = render_to_string(f"{name}.html")
    assert "<h1" in page
    assert INLINE.findall(page) == []


def test_an_error_page_says_whom_to_ask(settings):
    settings.LOOK = Brand(contact="lab@example.org")
    assert "contact lab@example.org" in render_to_string("500.html")


def test_a_page_that_there_is_not_is_one_of_ours(client, db):
    answer = client.get("/nothing-of-the-sort/")
    assert answer.status_code == 404
    assert "Page not found · Justice Data Lab" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("analyst", {"analyst"}),
        ("head_of_profession", {"head_of_profession"}),
        ("administrator", {"administrator"}),
        ("member", {"organisation"}),
        (None, {"public"}),
    ],
)
def test_what_is_offered_follows_what_somebody_does(who, roles, world, rf):
    request = rf.get("/requests/")
    if who:
        request.user = world.alpha.member if who == "member" else getattr(world, who)
    assert roles_of(request) == roles
    offered = {item["text"] for item in navigation(request)}
    assert offered <= {place.text for place in PLACES if place.roles & roles}


def test_an_administrator_is_offered_no_request_and_no_analysis():
    paths = {place.path for place in PLACES if "administrator" in place.roles}
    assert not paths & {"/requests/", "/lab/analysis/", "/lab/releases/"}


def test_the_part_that_a_page_belongs_to_is_marked(world, browser):
    page = browser(world.analyst).get("/requests/").content.decode()
    assert re.search(r'href="/requests/"\s+aria-current="page"', page)


def test_a_part_that_is_not_served_is_left_out(world, rf, monkeypatch):
    request = rf.get("/")
    monkeypatch.setattr("jdl_service.look.navigation._served", lambda path: path == "/guidance/")
    assert [item["text"] for item in navigation(request)] == ["Guidance"]


def test_the_styleguide_is_for_staff_where_the_settings_do_not_open_it(settings, client, world, browser):
    settings.LOOK_STYLEGUIDE = False
    assert client.get("/styleguide/").status_code == 404
    assert browser(world.alpha.member).get("/styleguide/").status_code == 404
    assert browser(world.analyst).get("/styleguide/").status_code == 200


def test_an_example_that_there_is_not_is_not_found(client, db):
    assert client.get("/styleguide/nothing/").status_code == 404
