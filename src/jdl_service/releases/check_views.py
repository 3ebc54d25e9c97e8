"""What reviewers read before they decide: the evidence and the report, each copy marked, each look logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from jdl_service import clock
from jdl_service.base.errors import NotYours
from jdl_service.base.web import signed_in
from jdl_service.releases import actions
from jdl_service.releases.forms import CheckForm
from jdl_service.releases.models import Check
from jdl_service.releases.screens import analysts, audit_of
from jdl_service.releases.views import find
from justice_data_lab.publication.visibility import Viewer
from justice_data_lab.release_view import Look, marked, words
from justice_data_lab.site.bulletin_file import PAGE

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jdl_service.accounts.models import User
    from jdl_service.releases.models import Release
    from justice_data_lab.publication.visibility import Purpose

# The frozen report carries its own style and draws its charts inside the page; no script runs on it.
REPORT_POLICY = {"style-src": [UNSAFE_INLINE], "script-src": [NONE]}


def check(http: HttpRequest, check: int) -> HttpResponse:
    """One independent check: the evidence, and below it the reviewer's own verdict.

    Raises:
        NotYours: another reviewer's.
    """
    user, at = signed_in(http), clock.now()
    row = get_object_or_404(Check.objects.for_user(user).select_related("release__request", "release__analyst"), pk=check)
    if row.reviewer_id != user.pk:
        message = "This check is another reviewer's. Neither sees the other's before both are in."
        raise NotYours(message)
    if row.submitted_at or row.round != row.release.round:
        return redirect("release", release=row.release_id)
    form = CheckForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        actions.submit_check(row, verdict=given["verdict"], answers=form.answers(), text=given["text"], by=user, at=at)
        messages.success(http, "Your check is in. You see the other one as soon as both are.")
        return redirect("release", release=row.release_id)
    found = actions.read_evidence(row.release, by=user, at=at)
    return render(
        http,
        "releases/check.html",
        {
            "row": row,
            "release": row.release,
            "analysts": analysts(row.release),
            "evidence": found,
            "audit": audit_of(row.release),
            "form": form,
        },
    )


@require_safe
def evidence(http: HttpRequest, release: int) -> HttpResponse:
    """The machine's evidence and what differs from the last release."""
    row = find(http, release)
    found = actions.read_evidence(row, by=signed_in(http), at=clock.now())
    return render(http, "releases/evidence.html", {"release": row, "evidence": found, "audit": audit_of(row)})


@csp_replace(REPORT_POLICY)  # type: ignore[untyped-decorator]
@require_safe
def report(http: HttpRequest, release: int) -> HttpResponse:
    """The report as it would be released, marked with who reads it and when."""
    return copy_for(find(http, release), signed_in(http), "production")


def copy_for(row: Release, user: User, purpose: Purpose) -> HttpResponse:
    """A marked copy for one reader; the look is logged, a refused one too."""
    at, book = clock.now(), row.as_book()
    name = PAGE if book.kind == "bulletin" else "report.html"
    html = actions.look(row, name=name, by=user, purpose=purpose, at=at).decode()
    look = Look(viewer=Viewer(name=user.email, roles=user.roles), purpose=purpose, at=at)
    return HttpResponse(marked(html, words(look, book, settings.LAB)))
