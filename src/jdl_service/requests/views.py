"""Pages of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html

from jdl_service.base.web import signed_in
from jdl_service.requests.models import Request
from jdl_service.requests.states import transition

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from jdl_service.requests.models import Passage


def index(http: HttpRequest) -> HttpResponse:
    """Every request that this person may see."""
    found = Request.objects.for_user(signed_in(http)).select_related("organisation").order_by("-key")
    rows = [(_link(each), each.organisation.name, each.programme, each.words) for each in found]
    return render(http, "requests/index.html", {"rows": rows})


def detail(http: HttpRequest, key: str) -> HttpResponse:
    """Where a request is, what happens next, and what has happened so far."""
    row = get_object_or_404(Request.objects.for_user(signed_in(http)).select_related("organisation"), key=key)
    happened = [_told(each) for each in row.passages.select_related("by")]
    return render(http, "requests/detail.html", {"row": row, "happened": happened})


def _link(row: Request) -> str:
    return format_html('<a class="govuk-link" href="{}">{}</a>', reverse("request", args=[row.key]), row.key)


def _told(passage: Passage) -> tuple[str, str, datetime, str]:
    found = transition(passage.action, passage.before)
    title = (found.meaning[:1].upper() + found.meaning[1:]) if found else passage.action
    return title, str(passage.by or ""), passage.at, passage.reason
