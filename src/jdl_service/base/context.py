"""What every page knows: who is logged in, and whether this is a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """The values that the layout reads."""
    return {"demo": settings.ENVIRONMENT.mode == "demo", "user": getattr(request, "user", None)}
