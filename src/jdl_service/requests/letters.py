"""Letters about a request: where it is now and where to look. Never a figure, a name, or the words of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from jdl_service.organisations import letters

if TYPE_CHECKING:
    from jdl_service.requests.models import Message, Request

# Of these the organisation is told when it did not do it itself; a step within the lab is no news.
NEWS = frozenset((
    "draft", "refused", "accepted", "coverage", "checks", "scheduled", "postponed", "released", "corrected", "revised",
    "result_withdrawn", "cancelled",
))  # fmt: skip

# What the organisation has to do next stands in the subject.
_ASKED = {"draft": "something has to be put right first", "coverage": "choose how to go on"}


def moved(request: Request, by: object) -> None:
    """Tell whoever waits: the organisation of what the lab, the worker or the clock did, the owner of what the organisation did."""
    ours = set(_people(request))
    if getattr(by, "email", "") in ours:
        _tell_owner(request, f"Request {request.key}: {request.words}", request.words)
    elif request.state in NEWS:
        body = render_to_string("requests/moved.txt", {"row": request})
        letters.post(f"Request {request.key}: {_ASKED.get(request.state, request.words)}", body, sorted(ours))


def written(message: Message) -> None:
    """Tell the other side that there is a message."""
    request, subject = message.request, f"Request {message.request.key}: a message"
    if message.from_lab:
        letters.post(subject, render_to_string("requests/written.txt", {"row": request}), sorted(_people(request)))
    else:
        _tell_owner(request, subject, "There is a message from the organisation.")


def _tell_owner(request: Request, subject: str, words: str) -> None:
    if request.owner is not None:
        letters.post(subject, render_to_string("requests/for_owner.txt", {"row": request, "words": words}), [request.owner.email])


def _people(request: Request) -> list[str]:
    return [email for each in (request.organisation, *request.partners.all()) for email in letters.members_of(each)]
