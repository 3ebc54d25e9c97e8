"""How far a job is, and the two buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from jdl_service import clock
from jdl_service.base.web import signed_in
from jdl_service.jobs import actions, permissions, policies
from jdl_service.jobs.models import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def detail(http: HttpRequest, job: str) -> HttpResponse:
    """How far it is; the page asks again by itself while it is at work."""
    row = _mine(http, job)
    steer = permissions.may_steer(signed_in(http), row)
    context = {"row": row, "may_cancel": steer and row.is_open, "may_try_again": steer and policies.can_try_again(row)}
    answer = render(http, "jobs/detail.html", context)
    if row.is_open:
        answer.headers["Refresh"] = "3"
    return answer


@require_POST
def cancel(http: HttpRequest, job: str) -> HttpResponse:
    """Cancel it."""
    return _do(http, job, actions.cancel)


@require_POST
def try_again(http: HttpRequest, job: str) -> HttpResponse:
    """Begin it again."""
    return _do(http, job, actions.try_again)


def _do(http: HttpRequest, job: str, act: Callable[..., object]) -> HttpResponse:
    act(_mine(http, job), by=signed_in(http), at=clock.now())
    return redirect("job", job=job)


def _mine(http: HttpRequest, job: str) -> Job:
    """The job, where this person may see it.

    Raises:
        Http404: there is none, or it is not for them.
    """
    row: Job = get_object_or_404(Job.objects.for_user(signed_in(http)).select_related("request"), key=job)
    if not permissions.may_see(signed_in(http), row):
        message = "There is no such job."
        raise Http404(message)
    return row
