"""Requests of the service's tests that have a file, and the coverage that a run told."""

from jdl_service.analysis.models import Run
from jdl_service.files.models import CohortFile
from service_people import request_in, sealed_upload

COVERAGE = {
    "steps": [{"label": "Sent", "left": "201 to 250"}, {"label": "Found", "left": "151 to 200"}],
    "least": 151,
    "could_show": 9,
}  # fmt: skip


def clean_file(request, who, *, at, rows=100):
    sealed = sealed_upload(b"x", at=at).sealed
    sealed.save()
    return CohortFile.objects.create(
        request=request, organisation=who.row, version=1, suffix=".csv", state="clean", rows=rows, errors=0, warnings=0, sealed=sealed,
        uploaded_by=who.member, uploaded_at=at,
    )  # fmt: skip


def with_coverage(world, at, state="coverage"):
    row = request_in(state, world.alpha, at=at, owner=world.analyst)
    Run.objects.create(
        request=row, number=1, cohort_file=clean_file(row, world.alpha, at=at), begun_at=at, command="c", coverage=COVERAGE
    )
    return row
