"""By what guesses are counted: the name that somebody tried, and keys that tell nobody whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


def name_tried(request: HttpRequest, credentials: Mapping[str, str | None] | None = None) -> str | None:
    """The name on which django-axes counts a password: of whoever is logged in, since they show again who they are; else as it was typed."""
    user, given = getattr(request, "user", None), credentials or {}
    if user is not None and user.is_authenticated:
        return str(user.get_username())
    # django-allauth calls it `email`, its form `login`
    name = given.get("email") or request.POST.get("login")
    return name.strip().lower() if name else None


def blind_key(key: str, prefix: str, version: int) -> str:
    """The key of a count: a code of it, since the key names an account or a machine, and the count rests in the database."""
    return salted_hmac("jdl_service.accounts.guesses", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()
