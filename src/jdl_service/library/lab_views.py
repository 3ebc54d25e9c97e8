"""For the lab's editor: which results stand where in the taxonomy. Nothing here is public before a result is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from jdl_service import clock
from jdl_service.base.errors import NotYours
from jdl_service.base.wall import opened
from jdl_service.base.web import signed_in
from jdl_service.library import actions
from jdl_service.library.forms import PlacementForm
from jdl_service.library.models import Placement
from jdl_service.library.standing import library_at
from jdl_service.releases.models import Release
from justice_data_lab.library.classified import LISTS, Classified
from justice_data_lab.library.taxonomy import names

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(http: HttpRequest) -> HttpResponse:
    """Every request with a release, and where its results stand.

    Raises:
        NotYours: nobody of the lab.
    """
    user = signed_in(http)
    if not user.is_staff_of_lab:
        message = "This is for the lab."
        raise NotYours(message)
    said = {each.key: each.as_classified() for each in Placement.objects.for_user(user)}
    latest = {row.key: row for row in Release.objects.for_user(user).order_by("key", "version")}
    rows = [(_link(row), row.as_book().release.organisation, _where(said.get(key))) for key, row in latest.items()]
    with opened():
        lacking = sorted(library_at(clock.now()).desk.setting.lacking)
    return render(http, "library/placements.html", {"rows": rows, "lacking": lacking})


def placement(http: HttpRequest, key: str) -> HttpResponse:
    """Where the results of one request stand.

    Raises:
        Http404: there is no such release, or nobody of the lab asks.
    """
    user = signed_in(http)
    row = Release.objects.for_user(user).filter(key=key).order_by("-version").first()
    if row is None:
        message = "There is no such release."
        raise Http404(message)
    found = Placement.objects.for_user(user).filter(key=key).first()
    known = found.as_classified() if found else Classified()
    form = PlacementForm(http.POST if http.method == "POST" else None, initial=_initial(known))
    if form.is_valid():
        actions.place(key, form.said(), by=user, at=clock.now())
        messages.success(http, f"{key}: where its results stand was saved.")
        return redirect("library_placements")
    return render(http, "library/placement.html", {"form": form, "row": row, "release": row.as_book().release})


def _initial(known: Classified) -> dict[str, object]:
    given: dict[str, object] = {name: getattr(known, name) for name in LISTS}
    return given | {"region": known.region, "primary": known.types[0] if known.types else ""}


def _link(row: Release) -> str:
    return format_html('<a class="govuk-link" href="/lab/library/{}/">{}</a> ({})', row.key, row.as_book().release.title, row.key)


def _where(known: Classified | None) -> str:
    """What was said, in words."""
    if known is None:
        return "As the study says"
    told = [", ".join(names(getattr(known, name), facet)) for name, facet in LISTS.items() if getattr(known, name)]
    return "; ".join([*told, *([known.region] if known.region else [])]) or "As the study says"
