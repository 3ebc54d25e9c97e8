"""Nobody who works for the lab, can upload, or may see a release early goes on without a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# Whoever was given leave need not belong to anybody, and sees figures before everybody else.
_ALWAYS = "/early/"
_OPEN = ("/account/", "/brand.css", "/health/", "/static/", "/words/")


def second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send whoever has to have a second factor and has none to the page where it is set up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not settings.MFA_REQUIRED or not user.is_authenticated or request.path.startswith(_OPEN):
            return get_response(request)
        needed = user.needs_second_factor or request.path.startswith(_ALWAYS)
        if needed and not is_mfa_enabled(user):
            return redirect(reverse("mfa_activate_totp"))
        return get_response(request)

    return middleware
