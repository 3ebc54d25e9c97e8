"""Letters leave here. A mail server that is away stops nothing that somebody does; the log says that a letter did not go."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

_log = logging.getLogger("jdl.mail")


def sent(letter: EmailMessage) -> bool:
    """Send a letter; whether the mail server took it."""
    try:
        letter.send()
    except OSError:  # what smtplib raises is one of them
        _log.exception("letter not sent")
        return False
    return True
