"""The organisation's pages as a browser draws them: nothing that axe finds, nothing sideways at 320 pixels, every page without scripts."""

import os
from pathlib import Path

import pytest

from jdl_service.files.actions import upload
from jdl_service.files.models import CohortFile
from jdl_service.requests import actions
from jdl_service.requests.models import Request
from service_browser import CHROMIUM, HOME, NARROW, WIDE, complaints, faults
from service_cohorts import FAULTY, HALF
from service_people import PASSWORD, organisation, sealed_upload
from service_requests import with_coverage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]

KEEP = os.environ.get("JDL_SCREENSHOTS")  # a folder, where somebody wants to look


@pytest.fixture
def pages(world, visit, worker, service, at):
    """Every page of an organisation in a state worth looking at: who opens it, and its address."""
    row, world.coverage = world.request, with_coverage(world, at)
    organisation("Gamma House", by=world.analyst, at=at, approved=False)
    for data in (FAULTY, HALF):
        sent = sealed_upload(data, at=at)
        upload(row, organisation=world.alpha.row, sent=sent, by=world.alpha.member, at=at)
        worker.run_all()
    actions.write_message(row, text="Hello", by=world.alpha.member, at=at)
    file = CohortFile.objects.filter(request=row).first()
    Request.objects.filter(pk=world.coverage.pk).update(checked_text_at=None)
    mine, own = f"/requests/{row.key}/", f"/organisation/{world.alpha.row.pk}/"
    tasks = ("programme", "kind", "dates", "chosen", "own-words", "declarations")
    return {
        "organisation": own, "invite": f"{own}invite/", "requests": "/requests/", "start": "/requests/start/", "request": mine,
        "tasks": f"{mine}tasks/", **{code: f"{mine}tasks/{code}/" for code in tasks}, "check": f"{mine}check/", "file": f"{mine}file/",
        "version": f"{mine}file/{file.pk}/", "columns": f"{mine}file/{file.pk}/columns/", "mend": f"{mine}file/{file.pk}/mend/",
        "codes": f"{mine}file/{file.pk}/codes/", "split": f"{mine}file/{file.pk}/split/", "object": "/object/",
        "what-to-fix": f"{mine}file/{file.pk}/what-to-fix/", "messages": f"{mine}messages/", "withdraw": f"{mine}withdraw/",
        "coverage": f"/requests/{world.coverage.key}/coverage/", "facts": f"/requests/{world.coverage.key}/facts/",
        "result": f"{mine}result/",
    }  # fmt: skip


def seen(page, name):
    if KEEP:
        page.screenshot(path=Path(KEEP) / f"{name}.png", full_page=True)


def test_every_page_of_an_organisation_is_clean_wide_and_narrow(world, visit, pages):
    visit.send("/account/login/", login=world.alpha.manager.email, password=PASSWORD)
    page = visit("/organisation/")
    for name, path in pages.items():
        page.set_viewport_size(WIDE)
        page.goto(HOME + path)
        seen(page, f"{name}-wide")
        assert "Page not found" not in page.title(), name
        assert faults(page) == [], name
        assert complaints(page) == [], name
        page.set_viewport_size(NARROW)
        seen(page, f"{name}-narrow")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name


def test_a_task_is_done_without_scripts(world, visit, pages):
    visit.send("/account/login/", login=world.alpha.member.email, password=PASSWORD)
    page = visit(pages["own-words"], scripts=False)
    page.fill("textarea", "A1234BC was glad")
    page.click("main button")
    assert page.title().startswith("Error: ")
    page.fill("textarea", "Everybody was glad")
    page.click("main button")
    assert page.inner_text("h1") == "Task list"
