"""The result of a request for its organisation: the files, what may be said of it, and the response. Nothing before its hour."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from jdl_service import clock
from jdl_service.base.address import lab_at_address
from jdl_service.base.web import signed_in
from jdl_service.releases import actions
from jdl_service.releases.models import Release
from jdl_service.releases.shelf import files_of
from jdl_service.requests import drafting, policies
from jdl_service.requests.views import find
from jdl_service.results.forms import ResponseForm
from justice_data_lab.errors import UsageError
from justice_data_lab.publication.states import SHOWN
from justice_data_lab.publication.visibility import Viewer, sight
from justice_data_lab.release_run import DISCLOSED, read_content
from justice_data_lab.reporting.use import use_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from jdl_service.requests.models import Request


def result(http: HttpRequest, key: str) -> HttpResponse:
    """The published result, what may be said of it, and a form for the response."""
    row, user, at = find(http, key), signed_in(http), clock.now()
    release, files = public_release(row, at)
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
        # none for a version that brought no figures of its own
        "use": use_of(read_content(files), lab_at_address()) if DISCLOSED in files else None,
        "files": list(files),
        "responses": [("Response", each.organisation, each.at, each.text) for each in reversed(release.as_book().responses)],
        "ours": row.organisation.memberships.filter(user=user).exists(),
    }
    return render(http, "results/result.html", context)


def fetch(http: HttpRequest, key: str, name: str) -> HttpResponse:
    """A file of the published result, byte by byte as it was frozen."""
    _, files = public_release(find(http, key), clock.now())
    if name not in files:
        message = "There is no such file."
        raise Http404(message)
    shown = name.replace('"', "")
    headers = {"Content-Disposition": f'attachment; filename="{shown}"'}
    return HttpResponse(files[name], "application/octet-stream", headers=headers)


def public_release(row: Request, at: datetime) -> tuple[Release | None, dict[str, bytes]]:
    """The last version whose figures everybody may see, with its files.

    *Notes*: by the core's own rule there is none before its hour. One whose files are not those that were frozen is held back here as
    on the public pages.
    """
    for each in Release.objects.filter(request=row, state__in=SHOWN).order_by("-version"):
        if sight(at, each.as_book().release, Viewer(), "public") == "figures":
            with suppress(UsageError):
                return each, files_of(each)
    return None, {}
