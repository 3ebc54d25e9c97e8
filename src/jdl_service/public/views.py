"""Pages for everybody: the first page, the core's own pages, the register of requests, and concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jdl_service import clock
from jdl_service.base.answers import CORE_PAGES, media_type, public_answer
from jdl_service.public.forms import ConcernForm
from jdl_service.public.register import listed, on_the_register
from jdl_service.public.site import site_at
from jdl_service.releases import actions
from justice_data_lab.site.pages import LATEST
from justice_data_lab.site.result import outcome

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_INDEX = "index.html"
_A_PAGE = 100


@login_not_required
@require_safe
def home(http: HttpRequest) -> HttpResponse:
    """The first page: what the lab does, the latest results as at now, and where to go from here."""
    found = site_at(clock.now())
    latest = [(each.book.release, outcome(each.content)) for each in found.outlook.published[:LATEST]]
    return _page(http, "public/home.html", {"latest": latest, "to_come": found.outlook.to_come()})


@csp_replace(CORE_PAGES)  # type: ignore[untyped-decorator]
@login_not_required
@require_safe
def site(http: HttpRequest) -> HttpResponse:
    """A page or file of the core's public site, byte for byte.

    Raises:
        Http404: it is not public.
    """
    path, found = http.path_info.removeprefix("/"), site_at(clock.now())
    name = f"{path}{_INDEX}" if path.endswith("/") else path
    data = found.files.get(name)
    if data is not None:
        return public_answer(http, data, kind=media_type(name), told=found.told)
    if f"{path}/{_INDEX}" in found.files:
        return HttpResponseRedirect(f"/{path}/")
    message = "There is no such page."
    raise Http404(message)


@login_not_required
@require_safe
def register(http: HttpRequest) -> HttpResponse:
    """The register of requests: whose, of which programme, by which protocol, and where it is; no figure."""
    found = site_at(clock.now())
    page = Paginator(on_the_register(), _A_PAGE).get_page(http.GET.get("page"))
    return _page(http, "public/register.html", {"page": page, "rows": listed(page, found.outlook)})


@login_not_required
def concerns(http: HttpRequest) -> HttpResponse:
    """Raise a concern; those that were answered stand below the form."""
    found, at = site_at(clock.now()), clock.now()
    form = ConcernForm(http.POST if http.method == "POST" else None, outlook=found.outlook)
    if form.is_valid():
        made = actions.raise_concern(text=form.cleaned_data["text"], about=form.cleaned_data["about"], at=at)
        return render(http, "public/concern_raised.html", {"number": made.number})
    return render(http, "public/concerns.html", {"form": form, "answered": found.outlook.desk.concerns})


def _page(http: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A page of the service; without a date, since what stands on it comes from more than one place."""
    drawn = render(http, template, context)
    return public_answer(http, drawn.content, kind="text/html; charset=utf-8", told=None)
