"""What is one state for an organisation: from the moment the analysis first begins, and again whenever it is done anew, until the report is checked.

Which of its states it is, and whether it is done again, would tell whether enough of the people have a record, before disclosure control
and the ledger have cleared a report that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jdl_service.requests.states import UNDER_WAY, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jdl_service.requests.models import Passage, Request

_WORDS = ("Being analysed", "Two people check the report, whatever it says, before it is published.")
# Here a request waits for its analysis, for the first time or again.
_WAITS = "ready"


class Step(NamedTuple):
    """A passage, and whether the request was under way before and after it."""

    passage: Passage
    before: bool
    after: bool

    @property
    def is_within(self) -> bool:
        """Whether it lies within what is one state for an organisation; that a request is given up shows in its report alone."""
        return (self.before and self.after) or self.passage.action == "give_up"


def steps(request: Request) -> Iterator[Step]:
    """What a request went through, the oldest first."""
    begun = False
    for each in request.passages.all():
        before = each.before in UNDER_WAY or (begun and each.before == _WAITS)
        begun = begun or each.after in UNDER_WAY
        yield Step(each, before, each.after in UNDER_WAY or (begun and each.after == _WAITS))


def has_begun(request: Request) -> bool:
    """Whether the analysis began once: what it finds is published from then on."""
    return any(each.after in UNDER_WAY for each in request.passages.all())


def is_under_way(request: Request) -> bool:
    """Whether a request is in what is one state for an organisation."""
    return request.state in UNDER_WAY or (request.state == _WAITS and has_begun(request))


def words_of(request: Request, *, inside: bool) -> tuple[str, str]:
    """Where a request is, and what happens next, for the lab or for an organisation."""
    return _WORDS if not inside and is_under_way(request) else WORDS[request.state]  # type: ignore[index]  # a constraint keeps it to the table
