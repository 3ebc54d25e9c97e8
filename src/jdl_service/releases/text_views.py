"""The organisation did not say whether the text of the report is right: the head of profession goes on, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from jdl_service import clock
from jdl_service.base.web import signed_in
from jdl_service.releases.forms import WaiveForm
from jdl_service.releases.views import find
from jdl_service.requests import drafting, policies

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def waive(http: HttpRequest, release: int) -> HttpResponse:
    """Go on without an answer.

    Raises:
        Http404: there is nothing to go on without, or somebody else asks.
    """
    row, user, at = find(http, release), signed_in(http), clock.now()
    if row.request is None or not user.is_head_of_profession or not policies.can_waive_text(row.request, clock.day_of(at)):
        message = "There is no such step now."
        raise Http404(message)
    form = WaiveForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        drafting.waive_text(row.request, by=user, at=at, reason=form.cleaned_data["reason"])
        messages.success(http, "Written down. The files can be frozen.")
        return redirect("release", release=row.pk)
    return render(http, "releases/text.html", {"row": row, "form": form, "asked": row.request.text_asked_at})
