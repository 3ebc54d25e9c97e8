"""What the state of an analysis allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.analysis.models import Study
from jdl_service.base.errors import NotNow
from jdl_service.files.models import CohortFile

if TYPE_CHECKING:
    from jdl_service.analysis.models import Run
    from jdl_service.requests.models import Request

# from the unlock on the study stands
_OPEN = ("accepted", "linking", "coverage", "adding", "parked", "ready", "balance")


def check_set_study(request: Request) -> None:
    """No outcome has been read with it.

    Raises:
        NotNow: it is too late, or too early.
    """
    if request.state not in _OPEN:
        message = (
            f"study of {request.key}: cannot be set while the request is {request.state}; it stands once outcomes are unlocked."
        )
        raise NotNow(message)


def study_of(request: Request) -> Study:
    """The study of a request.

    Raises:
        NotNow: none has been set.
    """
    found = Study.objects.filter(request=request).first()
    if found is None:
        message = f"{request.key}: has no study yet. Set it first."
        raise NotNow(message)
    return found


def clean_file(request: Request) -> CohortFile:
    """The last cohort file, which has no errors and was not destroyed.

    Raises:
        NotNow: there is none.
    """
    found = CohortFile.objects.filter(request=request, organisation=request.organisation).order_by("-version").first()
    if found is None or found.state != CohortFile.State.CLEAN:
        message = f"{request.key}: has no cohort file that can be used."
        raise NotNow(message)
    return found


def last_run(request: Request) -> Run:
    """The last run of a request.

    Raises:
        NotNow: there is none.
    """
    found = request.runs.first()
    if found is None:
        message = f"{request.key}: has not been run yet."
        raise NotNow(message)
    return found
