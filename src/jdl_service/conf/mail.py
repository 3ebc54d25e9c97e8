"""How mail is sent: to the console, or by SMTP."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from jdl_service.conf.environment import Environment


def mail(found: Environment) -> dict[str, str | int | bool]:
    """Django's settings of mail.

    Raises:
        UsageError: the address is none of a mail server.
    """
    if found.mail == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    address = urlsplit(found.mail)
    if address.scheme not in ("smtp", "smtps") or not address.hostname:
        message = "JDL_MAIL: expected console, or smtp://user:password@host:port (smtps:// for TLS from the start)."
        raise UsageError(message)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": address.port or (465 if address.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_SSL": address.scheme == "smtps",
        "EMAIL_USE_TLS": address.scheme == "smtp",
        # a server that does not answer holds up a page for no longer
        "EMAIL_TIMEOUT": 10,
    }
