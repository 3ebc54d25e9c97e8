"""What the service's tests share: people in each role, two organisations, a request, and a browser that is logged in."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from jdl_service import clock
from service_people import make_world

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """The server's clock stands still at noon; `at` is what it says."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture
def world(db, at):
    """People in each role, two approved organisations with a signed agreement, and a request of the first."""
    return make_world(at)


@pytest.fixture
def browser():
    """`browser(user)` is a client in which that person is logged in; `browser()` one in which nobody is."""

    def open_browser(user=None):
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return open_browser
