"""HEAD is answered by the headers of GET alone: Django leaves the body to the server to drop, and waitress sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_LENGTH = "content-length"


def without_bodies(application: WSGIApplication) -> WSGIApplication:
    """The application, whose answers to HEAD have no body; whatever they hold is closed.

    Notes:
        Without a length the server would announce a body in pieces, and send the last, empty one. So the bytes are counted.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "HEAD":
            return application(environ, start_response)
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def keep(status: str, headers: list[tuple[str, str]], error: object = None, /) -> object:  # noqa: ARG001 -- of WSGI
            told.append((status, headers))
            return None

        found = application(environ, keep)  # type: ignore[arg-type]  # Django never calls what this would give back
        try:
            status, headers = told[-1]
            if all(name.lower() != _LENGTH for name, _ in headers):
                headers = [*headers, ("Content-Length", str(sum(map(len, found))))]
        finally:
            getattr(found, "close", lambda: None)()
        start_response(status, headers)
        return ()

    return answer
