"""Early readers: leave that was given to one person, the conditions, and a marked copy until the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.base.wall import opened
from jdl_service.base.web import signed_in
from jdl_service.releases import actions
from jdl_service.releases.check_views import REPORT_POLICY, copy_for
from jdl_service.releases.models import Release
from justice_data_lab.publication.book import CONDITIONS
from justice_data_lab.publication.release import same_person
from justice_data_lab.publication.visibility import Viewer, sight, stands

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from jdl_service.accounts.models import User
    from justice_data_lab.publication.visibility import Access

_PURPOSES = {"pre_release": "Pre-release briefing", "quality_assurance": "Quality assurance"}


@require_safe
@opened()
def index(http: HttpRequest) -> HttpResponse:
    """What this person may see early."""
    user, at = signed_in(http), clock.now()
    rows = [(row, given[-1]) for row in Release.objects.filter(state="scheduled") if (given := _given(row, user, at))]
    return render(http, "releases/early.html", {"rows": rows})


@require_safe
@opened()
def detail(http: HttpRequest, release: int) -> HttpResponse:
    """One release that this person may see early: when, for what, and on which conditions."""
    row, given = _mine(http, release)
    core, reader = row.as_book().release, Viewer(name=signed_in(http).email)
    context = {
        "row": row,
        "core": core,
        "given": given,
        "purpose": _PURPOSES[given.purpose],
        "conditions": CONDITIONS,
        "is_open": sight(clock.now(), core, reader, given.purpose, [given]) == "figures",
    }
    return render(http, "releases/early_one.html", context)


@require_POST
@opened()
def accept(http: HttpRequest, release: int) -> HttpResponse:
    """Accept the conditions."""
    row, _ = _mine(http, release)
    actions.accept_access(row, by=signed_in(http), at=clock.now())
    return redirect("early_release", release=row.pk)


@csp_replace(REPORT_POLICY)  # type: ignore[untyped-decorator]
@require_safe
@opened()
def report(http: HttpRequest, release: int) -> HttpResponse:
    """The marked copy."""
    row, given = _mine(http, release)
    return copy_for(row, signed_in(http), given.purpose)


def _mine(http: HttpRequest, release: int) -> tuple[Release, Access]:
    """A release that this person was given leave to see, and the leave; everybody else is told nothing.

    Raises:
        Http404: no leave stands.
    """
    row = get_object_or_404(Release, pk=release, state="scheduled")
    given = _given(row, signed_in(http), clock.now())
    if not given:
        message = "There is nothing here for you."
        raise Http404(message)
    return row, given[-1]


def _given(row: Release, user: User, at: datetime) -> list[Access]:
    book = row.as_book()
    return [each for each in book.given if same_person(each.name, user.email) and stands(book.release, each) and at < each.until]
