"""Every page, in every state, for everybody who may read it: nothing that axe finds, and nothing sideways at 320 pixels.

Generated from the addresses of the service: a new page is in it by itself. `JDL_SHOTS=folder` keeps pictures of every page.
"""

import os
from functools import partial
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string

from jdl_service.requests.models import Request
from jdl_service.requests.states import STATES
from service_browser import CHROMIUM
from service_filled import fill, others, rows
from service_people import PASSWORD
from service_releases import DUE
from service_screens import Screen, Walk, patterns, photograph, wrong

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]

SHOTS = os.environ.get("JDL_SHOTS")
# Addresses that nobody comes to here, each with its reason.
ELSEWHERE = {
    "account_set_password": "everybody here has a password",
    "mfa_edit_webauthn": "needs a security key: test_look_in_browser.py",
    "mfa_remove_webauthn": "needs a security key: test_look_in_browser.py",
    "library": "drawn by the core: test_library_browser.py, and in the service test_library_in_browser.py",
    "library_api": "for programs: test_library_api.py",
    "mfa_reauthenticate_webauthn": "needs a security key: test_look_in_browser.py",
}
ERRORS = ("400", "403", "403_csrf", "404", "413", "429", "500", "503")
# A page of each kind in forced colours: axe looks at the same elements again.
FORCED = {"request", "request_file_version", "request_task", "analysis_balance", "release", "words", "home"}


@pytest.fixture
def found(world, browser, worker, register, at, later, tmp_path, settings):  # noqa: PLR0913, PLR0917 -- fixtures
    """What everybody can come to."""
    settings.LOOK_STYLEGUIDE = True
    fill(world, worker, tmp_path, at=at)
    later(DUE - at)
    people = {
        "public": None, "nobody": world.nobody, "manager": world.alpha.manager, "applicant": world.gamma.manager,
        "unsigned": world.delta.manager, "analyst": world.analyst, "reviewer": world.reviewer, "head": world.head_of_profession,
        "administrator": world.administrator, "viewer": world.viewer,
    }  # fmt: skip
    walk = Walk()
    for who, user in people.items():
        client = browser(user)
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        walk.walk(who, client, partial(rows, user), others(world))
    for name in ERRORS:
        walk.keep("anybody", name, f"/{name}/", HttpResponse(render_to_string(f"{name}.html")))
    half_way = browser()
    half_way.post("/account/login/", {"login": world.analyst.email, "password": PASSWORD})
    walk.see("half way", half_way, "mfa_authenticate", "/account/second-step/authenticate/")
    return walk


def test_every_page_in_every_state_is_clean_wide_and_narrow(found, chromium):
    assert set(Request.objects.values_list("state", flat=True)) == set(STATES)
    assert {name for _, name in patterns()} - found.visited - set(ELSEWHERE) == set()
    screen, faulty = Screen.of(chromium, found), {}
    for number, each in enumerate(found.pages):
        faulty[each.label] = wrong(screen.show(each))
        if SHOTS:
            photograph(screen.page, Path(SHOTS) / f"{number:03}-{each.who}-{each.name.replace(':', '-')}")
    screen.page.emulate_media(forced_colors="active")
    for each in {each.name: each for each in found.pages if each.name in FORCED}.values():
        faulty[f"{each.label}, forced colours"] = wrong(screen.show(each))
    assert {label: faults for label, faults in faulty.items() if faults} == {}
