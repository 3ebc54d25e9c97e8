"""Whether the service lives, and whether it can do its work: for whatever watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpResponse

from jdl_service.audit.models import AuditHead

if TYPE_CHECKING:
    from django.http import HttpRequest


def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The database answers and has been migrated."""
    try:
        connection.ensure_connection()
        AuditHead.objects.get()
    except (DatabaseError, AuditHead.DoesNotExist):
        return HttpResponse(
            "not ready: the database does not answer or was not migrated\n", content_type="text/plain", status=503
        )
    return HttpResponse("ready\n", content_type="text/plain")
