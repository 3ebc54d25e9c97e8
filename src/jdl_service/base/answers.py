"""Public answers: whoever asks gets the same bytes, and a cache may keep them but asks each time whether they still stand."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


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
