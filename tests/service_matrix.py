"""Every address of the service, and a row of every kind that belongs to one organisation: what is tried at each address by itself."""

import pytest

from jdl_service.analysis import actions as analysis
from jdl_service.library import outside_actions as outside
from jdl_service.releases import actions as releases
from jdl_service.requests import actions as requests
from jdl_service.retention.models import Certificate, LegalHold
from service_addresses import every_pattern
from service_library import ELSEWHERE
from service_releases import drafted
from service_tasks import two_steps


def patterns():
    """Every pattern of the service: (route, its parameters)."""
    return ((route, each.pattern.converters) for route, each in every_pattern())


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
    key = outside.add(ELSEWHERE, by=world.analyst, at=at).key
    named = {"key": request.key, "outside": key, "job": job.key, "file": rows["file"].address}
    return {name: row.pk for name, row in rows.items()} | named


def address(route, names, rows):
    """The address of a route about rows of another organisation."""
    filled = route
    for name in names:
        for kind in ("slug", "int", "str", "path", "file"):
            filled = filled.replace(f"<{kind}:{name}>", str(rows.get(name, name)))
    return "/" + filled
