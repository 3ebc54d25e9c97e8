"""What the lab's pages share: nobody else sees them, and each request has the same pages side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from jdl_service import clock
from jdl_service.base.web import signed_in
from jdl_service.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from jdl_service.accounts.models import User

TABS = (
    ("Request", "analysis_request"),
    ("Study", "analysis_study"),
    ("Runs", "analysis_runs"),
    ("Uncertain links", "analysis_links"),
    ("Balance", "analysis_balance"),
    ("Result", "analysis_result"),
    ("Comments", "analysis_comments"),
)


def staff(http: HttpRequest) -> User:
    """Whoever asks, when it is one of the lab's people.

    Raises:
        Http404: somebody else; the page is not there for them.
    """
    user = signed_in(http)
    if not user.is_staff_of_lab:
        message = "There is no such page."
        raise Http404(message)
    return user


def lab_request(http: HttpRequest, key: str) -> Request:
    """The request of a key, for one of the lab's people.

    Raises:
        Http404: there is none, or it is somebody else who asks.
    """
    found: Request = get_object_or_404(Request.objects.for_user(staff(http)).select_related("organisation", "owner"), key=key)
    return found


def do(http: HttpRequest, key: str, act: Callable[..., object], after: str) -> HttpResponse:
    """Do something to a request that needs no words, and go on to one of its pages."""
    act(lab_request(http, key), by=staff(http), at=clock.now())
    return redirect(after, key=key)


def page(row: Request, shown: str, **more: object) -> dict[str, object]:
    """The context of one of the pages of a request."""
    tabs = [(text, reverse(name, args=[row.key]), name == shown) for text, name in TABS]
    return {"row": row, "tabs": tabs, **more}
