"""Between the server and every view: one log line a request, no caching of anything private, refusals as pages."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from django.contrib.auth import logout
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from jdl_service import clock
from jdl_service.base import wall
from jdl_service.base.errors import NotYours
from jdl_service.base.web import signed_in
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Next: TypeAlias = Callable[[HttpRequest], HttpResponse]

_log = logging.getLogger("jdl.web")
# The style sheet with the lab's colour is the same for everybody, and every page asks for it.
_SHARED = "look:brand"
_SEEN, _BEGUN = "seen", "begun"
_LONGEST_MINUTES = 12 * 60


def request_log(get_response: Next) -> Next:
    """One line a request: the route as written in urls.py, never the address that was asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        response = get_response(request)
        match = request.resolver_match
        user = getattr(request, "user", None)
        _log.info(
            "request",
            extra={
                "method": request.method,
                "route": match.route if match else "(none)",
                "status": response.status_code,
                "milliseconds": round((perf_counter() - begun) * 1000),
                "user": user.pk if user is not None else None,
            },
        )
        return response

    return middleware


def private_by_default(get_response: Next) -> Next:
    """Nothing may be kept by a browser or a cache unless a public view set `Cache-Control` itself and nobody is logged in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.resolver_match and request.resolver_match.view_name == _SHARED:
            return response
        if request.user.is_authenticated or "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def keep_session(get_response: Next) -> Next:
    """A click keeps a session alive, for a working day and no longer. Written down at most once a minute, so that not every page costs a write."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            minute = int(clock.now().timestamp()) // 60
            if minute - request.session.setdefault(_BEGUN, minute) >= _LONGEST_MINUTES:
                logout(request)
            elif request.session.get(_SEEN) != minute:
                request.session[_SEEN] = minute
        return get_response(request)

    return middleware


class _Refusals:
    """A policy or permission that said no becomes a page with the reason and the status 409 or 403."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a refusal; every other exception goes on."""
        if not isinstance(error, UsageError):
            return None
        status = 403 if isinstance(error, NotYours) else 409
        context = {"reason": str(error), "status": status, "before": _page_before(request)}
        return render(request, "public/refused.html", context, status=status)


def _page_before(request: HttpRequest) -> str:
    """The page of this service from which somebody came; empty when it is another's, or not told."""
    told = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(told, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return urlsplit(told).path if ours else ""


refusals = _Refusals


class _BehindTheWall:
    """The page of somebody who is logged in is made behind the wall between organisations; what everybody may see is not."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as side:
            request.side = side  # type: ignore[attr-defined]  # ours
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        *given: object,  # noqa: ARG002 -- the view's
    ) -> None:
        """Stand where this person stands, until the page is made."""
        if getattr(view, "login_required", True) and request.user.is_authenticated:
            request.side.enter_context(wall.behind(signed_in(request)))  # type: ignore[attr-defined]  # ours


behind_the_wall = _BehindTheWall
