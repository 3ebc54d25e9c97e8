"""Pages of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render

from jdl_service.base.web import signed_in
from jdl_service.requests.models import Request

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def index(http: HttpRequest) -> HttpResponse:
    """Every request that this person may see."""
    rows = Request.objects.for_user(signed_in(http)).select_related("organisation", "owner").order_by("-key")
    return render(http, "requests/index.html", {"requests": rows})


def detail(http: HttpRequest, key: str) -> HttpResponse:
    """Where a request is, what happens next, and everything said about it."""
    found = get_object_or_404(Request.objects.for_user(signed_in(http)), key=key)
    return render(
        http, "requests/detail.html", {"request_row": found, "passages": found.passages.all(), "messages_": found.messages.all()}
    )
