"""Alarms to the lab's people: that something is wrong with a release, and where to look; never a figure."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db.models import Q
from django.template.loader import render_to_string

from jdl_service.accounts.models import User
from jdl_service.organisations.letters import post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.publication.book import Book

_log = logging.getLogger("jdl.releases")


def held_back(books: Sequence[Book]) -> None:
    """Tell the heads of profession, the administrators and the analyst that a release is held back because of its files."""
    if not books:
        return
    _log.error("releases were held back because of their files", extra={"count": len(books)})
    for book in books:
        whom = Q(is_head_of_profession=True) | Q(is_administrator=True) | Q(email=book.release.analyst)
        people = User.objects.filter(whom, is_active=True).order_by("pk").values_list("email", flat=True)
        body = render_to_string("releases/held_back.txt", {"subject": book.subject})
        post(f"Release {book.subject} is held back", body, people)
