"""The library in the service: the core's own bytes, questions answered on the server, and nothing before its hour."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jdl_service.library import standing
from jdl_service.releases import actions
from justice_data_lab.library_site.pages import library_files
from service_releases import DUE, scheduled

SECOND = timedelta(seconds=1)
ADDRESS = "https://lab.example"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch, settings):
    """Nothing kept from another test; the service has an address."""
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, address=ADDRESS)


@pytest.fixture
def out(world, at, later, tmp_path):
    """A result that is public."""
    release = scheduled(world, tmp_path, at=at)
    later(DUE - at)
    actions.release_due(at=DUE)
    return release


def paths():
    """The path of every file of the library as it is now."""
    desk = standing.library_at(DUE + timedelta(days=400)).desk
    return desk, library_files(desk.index.library, desk.lab, desk.setting)


def test_every_file_of_the_library_is_served_byte_for_byte(out, browser):
    _, files = paths()
    client = browser()
    assert {path: client.get(f"/library/{path}").content for path in files} == files
    assert client.get("/library/").content == files["index.html"]
    assert client.get(f"/library/results/{out.key}/").content == files[f"results/{out.key}/index.html"]
