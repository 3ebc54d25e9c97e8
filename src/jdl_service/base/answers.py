"""Public answers: whoever asks gets the same bytes, and a cache may keep them but asks each time whether they still stand."""

from __future__ import annotations

import mimetypes
from hashlib import sha256
from typing import TYPE_CHECKING

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

# The core's pages run no script; their drawings carry their style.
CORE_PAGES = {"style-src": [SELF, UNSAFE_INLINE], "script-src": [NONE]}


def media_type(name: str, known: str = "") -> str:
    """The media type of one of the core's files, by its name unless it is known; what is text is UTF-8."""
    kind = known or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("json", "xml")) else kind


def public_answer(http: HttpRequest, data: bytes, *, kind: str, told: datetime | None, tag: str = "") -> HttpResponse:
    """An answer whose ETag is the hash of its own bytes, and whose date is when the public was last told something.

    Args:
        http: who asks.
        data: the bytes.
        kind: their media type.
        told: when the public was last told something; None: no date.
        tag: the hash, where it is known.

    Notes:
        A cache that asks again each time cannot hold back a page beyond its hour, nor show what was withdrawn.
    """
    answer = HttpResponse(data, content_type=kind)
    answer.headers["ETag"] = f'"{tag or sha256(data).hexdigest()}"'
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    moment = int(told.timestamp()) if told else None
    if moment is not None:
        answer.headers["Last-Modified"] = http_date(moment)
    return get_conditional_response(http, answer.headers["ETag"], moment, answer) or answer
