"""What the pages of a request show: its answers, the pages around it, its coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse

from jdl_service.requests.forms import TASK_FORMS
from jdl_service.requests.policies import TEXT_OPEN
from jdl_service.requests.tasks import TASKS, is_done

if TYPE_CHECKING:
    from jdl_service.requests.models import Request

# The answers that the report prints, none of which is a result.
PRINTED = ("programme", "what", "who_delivers", "where", "intervention_type", "setting", "first_start", "last_start", "dose",
           "how_chosen", "eligible", "started", "all_included", "not_included_why", "own_words")  # fmt: skip


def as_words(request: Request, name: str) -> str:
    """An answer as it is read."""
    value: Any = getattr(request, name)
    if value is None or value == "":
        return "Not answered"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(field := _field_of(name), forms.ChoiceField):
        return dict(cast("list[tuple[str, str]]", field.choices)).get(value, str(value))
    return f"{value.day} {value:%B %Y}" if hasattr(value, "strftime") else str(value)


def label_of(name: str) -> str:
    """What an answer is called: what the task list asks."""
    return str(_field_of(name).label)


def _field_of(name: str) -> forms.Field:
    return next(form.base_fields[name] for form in TASK_FORMS.values() if name in form.base_fields)


def printed(request: Request) -> list[tuple[str, str]]:
    """All text of the report that comes from the organisation."""
    return [(label_of(name), as_words(request, name)) for name in PRINTED]


def task_rows(request: Request) -> list[tuple[str, str, str, str, str]]:
    """The task list as its macro reads it."""
    rows = []
    for task in TASKS:
        done = is_done(task, request)
        href = reverse("request_task", args=[request.key, task.code])
        rows.append((task.title, href, "Completed" if done else "Not done yet", "" if done else "blue", ""))
    return rows


def around(request: Request, current: str, *, ours: bool = True) -> list[tuple[str, str, bool]]:
    """The pages of a request that there are in its state; the task list is for the organisation that asks."""
    pages = [("Overview", "request"), ("Cohort file", "request_file"), ("Messages", "request_messages")]
    if request.state == "draft" and ours:
        pages.insert(1, ("Task list", "request_tasks"))
    if coverage_of(request):
        pages.append(("Coverage", "request_coverage"))
    if request.state in TEXT_OPEN or request.checked_text_at:
        pages.append(("Text of the report", "request_facts"))
    return [(text, reverse(name, args=[request.key]), name == current) for text, name in pages]


def coverage_of(request: Request) -> dict[str, Any] | None:
    """The bands that the last run told, cleared by disclosure control; None before there are any."""
    # the runs belong to an app above this one, which is why they are asked for by their name
    runs = cast("Any", request).runs
    found: dict[str, Any] | None = runs.exclude(coverage=None).order_by("-number").values_list("coverage", flat=True).first()
    return found
