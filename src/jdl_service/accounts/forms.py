"""The forms of logging in, in the words of the service: django-allauth's own ask for an *Email* and a *New Password (again)*."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from allauth.account import forms as allauth

from jdl_service.look.forms import PlainErrors

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Worded(allauth.forms.Form):  # type: ignore[misc]  # allauth has no types
    """A form of django-allauth whose fields are called as everywhere else here; its greyed examples said the same again."""

    _labels: ClassVar[Mapping[str, str]] = {
        "login": "E-mail address",
        "email": "E-mail address",
        "oldpassword": "Current password",
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self._labels.get(name, str(field.label).replace(" (again)", " again").capitalize())
            field.widget.attrs.pop("placeholder", None)


class LoginForm(PlainErrors, _Worded, allauth.LoginForm):  # type: ignore[misc]
    """Log in."""


class SignupForm(PlainErrors, _Worded, allauth.SignupForm):  # type: ignore[misc]
    """Make an account."""


class ResetPasswordForm(PlainErrors, _Worded, allauth.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a letter with a link to a new password."""


class ResetPasswordKeyForm(PlainErrors, _Worded, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """Set a new password after the letter."""


class ChangePasswordForm(PlainErrors, _Worded, allauth.ChangePasswordForm):  # type: ignore[misc]
    """Set a new password with the old one."""


class SetPasswordForm(PlainErrors, _Worded, allauth.SetPasswordForm):  # type: ignore[misc]
    """Set a first password."""
