"""What views share."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jdl_service.accounts.models import User


def signed_in(http: HttpRequest) -> User:
    """Whoever asks; the middleware has sent everybody else to the log-in page."""
    return cast("User", http.user)
