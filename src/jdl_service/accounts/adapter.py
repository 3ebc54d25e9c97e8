"""What django-allauth asks of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest


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
        "unverified_primary_email": "Show first that your e-mail address is yours: follow the link in the e-mail that we sent.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Everybody may."""
        return True


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The second step of logging in, in our words."""

    error_messages: ClassVar[dict[str, str]] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "You need a second step, so the last one stays.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a security key first.",
        "incorrect_code": "The code is not right. Enter the one that is shown now",
        "unverified_email": "Show first that your e-mail address is yours: follow the link in the e-mail that we sent.",
    }
