"""Who walks through the service in a browser, and how each comes in."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from playwright.sync_api import expect

from jdl_service import clock
from jdl_service.releases.periodic import release_due
from jdl_service.requests.periodic import wake
from service_browser import PATIENCE, WIDE
from service_live import live  # noqa: F401 -- a fixture
from service_people import PASSWORD
from service_walk import Walker, code_of

expect.set_options(timeout=PATIENCE)


def came_before(user, secret):
    """Somebody who has confirmed the address and set up an app on an earlier day."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, secret)


@pytest.fixture
def stranger(chromium, live):  # noqa: F811
    """`stranger(scripts=…)` is somebody whom the service does not know, at a browser of their own."""
    opened = []

    def arrive(*, scripts=True, kind=Walker):
        context = chromium.new_context(viewport=WIDE, java_script_enabled=scripts)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        walker = kind(page, live.home)
        walker.goes_to("/")
        return walker

    yield arrive
    for context in opened:
        context.close()


@pytest.fixture
def logged_in(stranger, live, moment):  # noqa: F811
    """`logged_in(user, scripts=…)` is that person after logging in with password and code."""

    def log_in(user, *, scripts=True, kind=Walker):
        secret = generate_totp_secret()
        live.turn(came_before, user, secret)
        walker = stranger(scripts=scripts, kind=kind)
        walker.follows("Log in")
        walker.writes("E-mail address", user.email)
        walker.types(Password=PASSWORD)
        walker.presses("Log in")
        walker.types(Code=code_of(secret, moment))
        walker.presses("Log in")
        return walker

    return log_in


@pytest.fixture
def work(live, worker):  # noqa: F811
    """`work()`: the worker does all that waits."""
    return lambda: live.turn(worker.run_all)


@pytest.fixture
def comes_to(live, at, monkeypatch):  # noqa: F811
    """`comes_to(moment)`: the server's clock stands there, and what comes round has come round. Nobody walks the log-in of each new day."""
    monkeypatch.setattr("jdl_service.base.middleware._LONGEST_MINUTES", 1_000_000)

    def move(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        live.turn(lambda: release_due(at=moment))
        live.turn(lambda: wake(at=moment))

    return move


@pytest.fixture
def staff(world, logged_in):
    """`staff(scripts=…)`: the analyst and the two reviewers, each logged in."""
    return lambda *, scripts=True: [
        logged_in(each, scripts=scripts) for each in (world.analyst, world.reviewer, world.second_reviewer)
    ]
