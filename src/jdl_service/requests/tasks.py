"""The task list of a request: which fields each task asks for, and which tasks are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jdl_service.requests.models import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A page of questions.

    Attributes:
        code: in the address.
        title: in the list.
        fields: of the request that it asks for.
        needed: those without which it is not done.
    """

    code: str
    title: str
    fields: tuple[str, ...]
    needed: tuple[str, ...]


TASKS: tuple[Task, ...] = (
    Task(code="programme", title="Your programme", fields=("programme", "what", "who_delivers", "where"), needed=("programme", "what", "who_delivers", "where")),
    Task(code="kind", title="Kind of programme and setting", fields=("intervention_type", "setting"), needed=("intervention_type", "setting")),
    Task(code="dates", title="Dates and amount", fields=("first_start", "last_start", "dose"), needed=("first_start", "last_start", "dose")),
    Task(code="chosen", title="How participants were chosen", fields=("how_chosen", "eligible", "started", "all_included", "not_included_why"), needed=("how_chosen", "all_included")),
    Task(code="own-words", title="Your programme in your own words", fields=("own_words",), needed=("own_words",)),
    Task(code="declarations", title="Declarations", fields=(), needed=("declared_at",)),
)  # fmt: skip
# Every field of the task list.
ANSWERS = frozenset(name for task in TASKS for name in task.fields)


def find_task(code: str) -> Task | None:
    """The task of that code; None when there is none."""
    return next((task for task in TASKS if task.code == code), None)


def is_done(task: Task, request: Request) -> bool:
    """Whether a task has everything it needs."""
    return all(getattr(request, name) not in (None, "") for name in task.needed)


def unfinished(request: Request) -> tuple[str, ...]:
    """Titles of the tasks that are left."""
    return tuple(task.title for task in TASKS if not is_done(task, request))
