"""What the service's tests share: people in each role, two organisations, a request, and a browser that is logged in."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.test import Client

import free_ports
from jdl_service import clock
from jdl_service.jobs.worker import Worker
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.files import write_json
from justice_data_lab.ledger_file import create_ledger
from justice_data_lab.register.coverage import AnalysedShare, Coverage, PublicRates
from service_browser import chromium, server, visit  # noqa: F401 -- fixtures
from service_people import make_world
from service_postgres import postgres  # noqa: F401 -- fixture

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """The server's clock stands still at noon; `at` is what it says."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture(autouse=True)
def sure(monkeypatch):
    """What waits until a transaction stands is done at once: those of the tests are all undone."""
    monkeypatch.setattr("jdl_service.files.store.once_sure", lambda act: act())


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


@pytest.fixture
def service(settings, tmp_path):
    """The environment with a home of its own; `service(register=…)` changes more of it."""

    def set_environment(**changes):
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, **changes)
        return settings.ENVIRONMENT

    set_environment(
        home=tmp_path / "home", scratch=tmp_path / "scratch", ledger=tmp_path / "l.sqlite3", ledger_key=tmp_path / "l.key"
    )
    create_ledger(tmp_path / "l.sqlite3", tmp_path / "l.key")
    return set_environment


@pytest.fixture
def register(service, tmp_path):
    """A register's public coverage file."""
    rates = tuple(
        PublicRates(sentence=each, reoffended=0.4, first_indictable=0.1, first_custody=None, any_custody=0.3)
        for each in ("all", "custody")
    )
    known = Coverage(
        extract_date=date(2026, 6, 30),
        last_start=date(2024, 12, 31),
        next_refresh=date(2027, 1, 15),
        analysed=(AnalysedShare(fields="all", analysed=0.8),),
        rates=rates,
    )
    (tmp_path / "snapshot").mkdir()
    write_json(tmp_path / "snapshot" / "coverage.json", known.to_dict())
    service(register=str(tmp_path / "snapshot"))
    return known


@pytest.fixture
def worker():
    """A worker without a heart, since the tests share one connection."""
    return Worker(name="test", hearts=False)


@pytest.fixture
def later(monkeypatch, at):
    """`later(delta)` moves the server's clock on."""

    def move(delta):
        moment = clock.now() + delta
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    return move


@pytest.fixture
def moment(monkeypatch):
    """The moment at which every authenticator app is read: a code never runs out while it is typed."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now))
    return now


@pytest.fixture
def free_port(socket_enabled):
    """A port of this machine that nobody listens on."""
    return free_ports.free_port()


@pytest.fixture(scope="module")
def cohort(tmp_path_factory, small_register):
    """A cohort file of 200 people of the small register."""
    path = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    synthesise_cohort(small_register, path, size=200, effect=-0.05, seed=3)
    return path.read_bytes()
