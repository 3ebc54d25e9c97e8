"""Whether the service lives, and whether it can do its work: for whatever watches it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

from jdl_service.audit.models import AuditHead
from jdl_service.files.keys import NoKeyError, lacking
from justice_data_lab.files import no_room

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The database answers and has been migrated, and the keys are there by which files and objections are taken in."""
    try:
        connection.ensure_connection()
        AuditHead.objects.get()
    except (DatabaseError, AuditHead.DoesNotExist):
        return HttpResponse(
            "not ready: the database does not answer or was not migrated\n", content_type="text/plain", status=503
        )
    if lacking(settings.ENVIRONMENT, only="web"):
        return HttpResponse("not ready: a key is missing; jdl serve says which\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def broken(request: HttpRequest) -> HttpResponse:
    """The page for what nobody expected; a database that is away, a disk that is full or a key that is missing is said to be mended soon."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError | NoKeyError) or (error is not None and no_room(error)):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
    return server_error(request)
