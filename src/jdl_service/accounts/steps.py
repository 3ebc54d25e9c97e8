"""Each step of a log-in that succeeded is a line of the log: whose, and by what. So is a code that was wrong."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authentication_failed
from django.dispatch import receiver

if TYPE_CHECKING:
    from jdl_service.accounts.models import User

_log = logging.getLogger("jdl.accounts")


@receiver(authentication_step_completed)
def step_done(user: User, method: str, type: str = "", **more: object) -> None:  # noqa: A002, ARG001 -- the signal's own names
    """Write down that somebody gave the password, a code of an app, a key, or a recovery code."""
    _log.info("step of a log-in", extra={"user": user.pk, "kind": type or method})


@receiver(authentication_failed)
def step_failed(user: User, **more: object) -> None:  # noqa: ARG001 -- the signal's own names
    """Write down that a code of the second step was wrong; a wrong password is a row of django-axes."""
    _log.warning("wrong code", extra={"user": user.pk})
