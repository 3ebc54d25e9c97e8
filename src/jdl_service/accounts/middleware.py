"""Nobody who works for the lab or can upload goes on without a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.shortcuts import redirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_OPEN = ("/account/", "/health/", "/static/")


def second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send whoever has to have a second factor and has none to the page where it is set up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        waits = settings.MFA_REQUIRED and user.is_authenticated and not request.path.startswith(_OPEN)
        if waits and user.needs_second_factor and not is_mfa_enabled(user):
            return redirect(reverse("mfa_activate_totp"))
        return get_response(request)

    return middleware
