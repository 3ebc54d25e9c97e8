"""What an organisation says to its result."""

from __future__ import annotations

from jdl_service.look.forms import PlainErrors
from jdl_service.requests.forms import words


class ResponseForm(PlainErrors):
    """The response, which is public at once and stays beside the result."""

    text = words(
        "Your response", help_text="Public at once, beside the result, in your organisation's name. Name nobody.", most=500
    )
