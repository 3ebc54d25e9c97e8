"""The pages of the look itself: the brand's style sheet, pages of words, a person's account, and the styleguide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from jdl_service.look.brand import brand
from jdl_service.look.facts import facts
from jdl_service.look.pages import PAGES, guidance_pages
from jdl_service.look.styleguide import EXAMPLES

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def brand_style(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The style sheet with the lab's colour; its address changes with the colour."""
    return HttpResponse(brand().style, content_type="text/css; charset=utf-8")


@login_not_required
@require_safe
def guidance(request: HttpRequest) -> HttpResponse:
    """The list of guidance pages."""
    return render(request, "words/index.html", {"pages": guidance_pages()})


@login_not_required
@require_safe
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of words.

    Raises:
        Http404: there is no such page.
    """
    page = next((page for page in PAGES if page.slug == slug), None)
    if page is None:
        message = "There is no such page."
        raise Http404(message)
    return render(request, page.template, {"page": page, "pages": guidance_pages(), **facts()})


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What a person can change about the way they log in."""
    return render(request, "look/account.html")


@login_not_required
@require_safe
def styleguide(request: HttpRequest, name: str = "") -> HttpResponse:
    """Every part in every state, and whole pages put together from them; only for staff, or where the settings say so.

    Raises:
        Http404: it is not shown to this person, or there is no such example.
    """
    may = getattr(settings, "LOOK_STYLEGUIDE", settings.DEBUG) or getattr(request.user, "is_staff_of_lab", False)
    example = EXAMPLES.get(name)
    if not may or example is None:
        message = "There is no such page."
        raise Http404(message)
    return render(request, example.template, {"examples": EXAMPLES, **example.context()})
