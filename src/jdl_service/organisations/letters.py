"""Letters to organisations: that something changed and where to look; never a figure, and nobody of a cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from jdl_service.base.mail import sent
from jdl_service.look.brand import brand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jdl_service.organisations.models import Organisation

_SUBJECTS = {
    "approved": "Your organisation has been approved",
    "refused": "Your organisation has not been approved",
    "invited": "You are invited to join an organisation",
}


def send(kind: str, to: Iterable[str], *, organisation: Organisation) -> None:
    """Send a letter once what it tells is sure to stand."""
    body = render_to_string(f"organisations/{kind}.txt", {"organisation": organisation})
    post(_SUBJECTS[kind], body, to)


def post(subject: str, body: str, to: Iterable[str]) -> None:
    """Send text to people, each a letter of their own, when the transaction has come to its end; a mail server that is down stops nothing."""
    letters = [EmailMessage(f"{subject} - {brand().name}", body, to=[address]) for address in dict.fromkeys(to)]

    def go() -> None:
        for letter in letters:
            sent(letter)

    transaction.on_commit(go)


def members_of(organisation: Organisation) -> list[str]:
    """The addresses of everybody who belongs to it."""
    return list(organisation.memberships.filter(user__is_active=True).order_by("pk").values_list("user__email", flat=True))
