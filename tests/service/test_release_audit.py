"""Those who clear a release see what the audit of hidden counts found; no release takes it in."""

import pytest

from jdl_service.analysis.findings import keep_findings
from jdl_service.analysis.models import Finding
from jdl_service.releases.models import ReleaseFile
from justice_data_lab.files import write_json
from justice_data_lab.release_run import take_run
from justice_data_lab.run_folder import AUDIT, hashes
from sample_releases import finished_run
from service_releases import drafted

FOUND = {"counts": 1234, "failing": 5, "others": 7, "checked": 12, "narrowest": 11, "wanted": 10}


@pytest.fixture
def draft(world, at, service, tmp_path):
    service()
    return drafted(world, tmp_path, at=at)


def test_reviewers_see_it_in_the_evidence_and_beside_their_check(world, draft, browser):
    release, (check, _) = draft
    Finding.objects.create(run=release.run, kind="audit", content=FOUND)
    for who, address in (
        (world.reviewer, f"/lab/releases/{release.pk}/evidence/"),
        (check.reviewer, f"/lab/releases/checks/{check.pk}/"),
    ):
        page = browser(who).get(address).content.decode()
        for words in ("Hidden for the sake of those", "1,234", "11; at least 10 is wanted"):
            assert words in page
    Finding.objects.update(content=FOUND | {"narrowest": None})
    assert "The nearest it came" not in browser(world.reviewer).get(f"/lab/releases/{release.pk}/evidence/").content.decode()


def test_a_run_without_it_says_nothing_of_it(world, draft, browser):
    release, _ = draft
    assert (
        "The audit of what is withheld"
        not in browser(world.reviewer).get(f"/lab/releases/{release.pk}/evidence/").content.decode()
    )


def test_the_worker_keeps_it_and_no_release_takes_it_in(draft, tmp_path):
    release, _ = draft
    folder = finished_run(tmp_path / "with")
    write_json(folder / AUDIT, FOUND)
    assert AUDIT not in take_run(folder).files
    assert not ReleaseFile.objects.filter(name=AUDIT).exists()
    keep_findings(release.run, folder)
    assert Finding.objects.get(kind="audit").content == FOUND


def test_no_release_takes_in_what_an_earlier_version_left_beside_what_may_leave(tmp_path):
    folder = finished_run(tmp_path / "with")
    write_json(folder / "6-disclosure" / AUDIT, FOUND)
    rooms = {room: {"files": hashes(folder / room)} for room in ("6-disclosure", "7-report")}
    write_json(folder / "manifest.json", {"rooms": rooms})
    assert AUDIT not in take_run(folder).files
