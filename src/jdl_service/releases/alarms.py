"""Letters about releases: alarms to the lab's people, and what early readers have to know; where to look, and never a figure."""

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


def invite(book: Book, viewer: str) -> None:
    """Tell one person that a release may be seen early: which, from when, and what is asked first."""
    given = next(each for each in reversed(book.given) if each.name == viewer)
    waits = book.release.provisional and given.purpose == "pre_release"
    body = render_to_string("releases/invited_early.txt", {"title": book.release.title, "given": given, "waits": waits})
    post("You may see a release before its hour", body, [viewer])


def put_off(before: Book, after: Book) -> None:
    """Tell those who had leave to look early that it has ended with the hour, and that they are still bound by the conditions."""
    if before.release.due is None or after.release.due == before.release.due:
        return
    people = [each.name for each in before.given if each.until == before.release.due]
    body = render_to_string("releases/put_off_early.txt", {"title": before.release.title})
    post("A release that you may see early was put off", body, people)
