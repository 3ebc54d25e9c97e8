"""What django-allauth asks of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as http
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site

from jdl_service.base.mail import sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

NOT_SENT = "The e-mail could not be sent. Begin again in a few minutes. If it happens again, tell the lab."


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Anybody may make an account; it sees nothing until an organisation is approved or a role is given."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed.",
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "enter_current_password": "Enter the password that you have now",
        "incorrect_code": "The code is not right. Enter the one that is shown now",
        "incorrect_password": "The password is not right",
        "invalid_or_expired_key": "The link is too old, or has been used.",
        "invalid_password_reset": "The link is too old, or has been used.",
        "rate_limited": "Wait a few minutes, then try again.",
        "too_many_login_attempts": "There were too many tries. Wait a few minutes, then try again.",
        "unverified_primary_email": "Show first that your e-mail address is yours: log out, log in again, and enter the code that we then send you.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Everybody may."""
        return True

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, object]) -> None:
        """Send a letter, to an address with an account as to one without; on the page that comes it is said when it could not go."""
        request = http.request
        around = {"request": request, "email": email, "current_site": get_current_site(request)}
        if not sent(self.render_mail(template_prefix, email, around | dict(context))):
            messages.warning(request, NOT_SENT)

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Hold nobody off here: django-axes counts wrong passwords, and a count by the name alone would let anybody lock somebody out."""


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The second step of logging in, in our words."""

    error_messages: ClassVar[dict[str, str]] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "You need a second step, so the last one stays.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a security key first.",
        "incorrect_code": "The code is not right. Enter the one that is shown now",
        "unverified_email": "Show first that your e-mail address is yours: log out, log in again, and enter the code that we then send you.",
    }
