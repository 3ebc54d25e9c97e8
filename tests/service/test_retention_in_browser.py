"""The pages of retention as a browser draws them: nothing that axe finds, nothing sideways at 320 pixels."""

import os
from pathlib import Path

import pytest

from jdl_service.requests.models import Passage
from jdl_service.retention.destroy import destroy_due
from service_browser import CHROMIUM, HOME, NARROW, WIDE, complaints, faults
from service_people import PASSWORD
from service_rooms import uncertain

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
KEEP = os.environ.get("JDL_SCREENSHOTS")  # a folder, where somebody wants to look


@pytest.fixture
def pages(world, service, at):
    """Each page with who opens it: one request of which everything was destroyed, one whose day is to come."""
    gone, kept = uncertain(world, at=at, state="withdrawn"), uncertain(world, at=at, state="released")
    for row in (gone, kept):
        Passage.objects.create(request=row, action="x", before="draft", after=row.state, at=at)
    proof = destroy_due(at=at)[0]
    return (
        (world.head_of_profession, "list", "/lab/retention/"),
        (world.head_of_profession, "hold", f"/lab/retention/hold/{kept.key}/"),
        (world.administrator, "rule", "/lab/retention/rule/?rule=cohort"),
        (world.alpha.member, "kept", f"/lab/retention/requests/{kept.key}/"),
        (world.alpha.member, "gone", f"/lab/retention/requests/{gone.key}/"),
        (world.alpha.member, "certificate", f"/lab/retention/certificates/{proof.pk}/"),
    )


def test_every_page_of_retention_is_clean_wide_and_narrow(visit, pages):
    for user, name, path in pages:
        visit.send("/account/login/", login=user.email, password=PASSWORD)
        page = visit(path)
        for kind, size in (("wide", WIDE), ("narrow", NARROW)):
            page.set_viewport_size(size)
            if KEEP:
                page.screenshot(path=Path(KEEP) / f"{name}-{kind}.png", full_page=True)
            assert "not found" not in page.title(), name
            assert page.url == f"{HOME}{path}", name
        assert faults(page) == [], name
        assert complaints(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
        visit.send("/account/logout/")
