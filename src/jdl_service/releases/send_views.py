"""From the analysis to the checks: the draft of a release is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jdl_service import clock
from jdl_service.analysis.lab import lab_request, staff
from jdl_service.releases import actions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
def send(http: HttpRequest, key: str) -> HttpResponse:
    """Send the last result to be checked by two people."""
    actions.send(lab_request(http, key), by=staff(http), at=clock.now())
    messages.success(http, "The draft of the release is being made. Two reviewers can be asked once it is there.")
    return redirect("analysis_runs", key=key)
