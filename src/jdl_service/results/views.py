"""The result of a request for its organisation: the files, what may be said of it, and the response. Nothing before its hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from jdl_service import clock
from jdl_service.base.web import signed_in
from jdl_service.releases import actions
from jdl_service.releases.models import Release
from jdl_service.requests import drafting, policies
from jdl_service.requests.views import find
from jdl_service.results.forms import ResponseForm
from justice_data_lab.publication.states import SHOWN
from justice_data_lab.publication.visibility import Viewer, sight
from justice_data_lab.release_run import DISCLOSED, read_content
from justice_data_lab.reporting.use import use_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from jdl_service.requests.models import Request
    from justice_data_lab.reporting.use import Use


def result(http: HttpRequest, key: str) -> HttpResponse:
    """The published result, what may be said of it, and a form for the response."""
    row, user, at = find(http, key), signed_in(http), clock.now()
    release = public_release(row, at)
    if release is None:
        return render(http, "results/none.html", {"row": row})
    form = ResponseForm(http.POST or None)
    if form.is_valid():
        drafting.check_ours(row, user, "response")
        policies.check_names_nobody(row, form.cleaned_data["text"])
        actions.answer_to(release, text=form.cleaned_data["text"], by=user, at=at)
        messages.success(http, "Your response is public.")
        return redirect("request_result", key=row.key)
    context = {
        "row": row,
        "release": release,
        "form": form,
        "use": _use(release),
        "files": list(release.files.order_by("name").values_list("name", flat=True)),
        "responses": [("Response", each.organisation, each.at, each.text) for each in reversed(release.as_book().responses)],
        "ours": row.organisation.memberships.filter(user=user).exists(),
    }
    return render(http, "results/result.html", context)


def fetch(http: HttpRequest, key: str, name: str) -> HttpResponse:
    """A file of the published result, byte by byte as it was frozen."""
    row, user, at = find(http, key), signed_in(http), clock.now()
    release = get_object_or_404(Release, pk=getattr(public_release(row, at), "pk", None))
    found = get_object_or_404(release.files, name=name)
    content = actions.look(release, name=found.name, by=user, purpose="public", at=at)
    shown = found.name.replace('"', "")
    return HttpResponse(content, "application/octet-stream", headers={"Content-Disposition": f'attachment; filename="{shown}"'})


def public_release(row: Request, at: datetime) -> Release | None:
    """The last version whose figures everybody may see; None before its hour, by the core's own rule."""
    shown = Release.objects.filter(request=row, state__in=SHOWN).order_by("-version")
    return next((each for each in shown if sight(at, each.as_book().release, Viewer(), "public") == "figures"), None)


def _use(release: Release) -> Use | None:
    """The sentences of the core; none for a version that brought no figures of its own."""
    files = {each.name: bytes(each.data) for each in release.files.all()}
    return use_of(read_content(files), settings.LAB) if DISCLOSED in files else None
