"""Pages on which an organisation writes its request and decides about it: start, tasks, check answers, coverage, facts, partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jdl_service import clock
from jdl_service.base.errors import NotNow
from jdl_service.base.web import signed_in
from jdl_service.files.standing import are_clean, people_in, standing_files
from jdl_service.look.words import sentence
from jdl_service.organisations.models import Organisation
from jdl_service.requests import actions, drafting, policies, shown
from jdl_service.requests.forms import TASK_FORMS, CoverageForm, FactsForm, PartnerForm, StartForm
from jdl_service.requests.permissions import actors
from jdl_service.requests.tasks import TASKS, find_task, unfinished
from jdl_service.requests.views import find

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jdl_service.accounts.models import User
    from jdl_service.look.forms import PlainErrors
    from jdl_service.requests.models import Request
    from jdl_service.requests.tasks import Task


def start(http: HttpRequest) -> HttpResponse:
    """Start a request, for an organisation that is approved and has signed."""
    user = signed_in(http)
    mine = {
        str(each.pk): each
        for each in Organisation.objects.for_user(user).order_by("name")
        if user.memberships.filter(organisation=each)
    }
    if not mine:
        return redirect("organisations")
    form = StartForm(http.POST or None, organisations=[(key, each.name) for key, each in mine.items()])
    if form.is_valid():
        said = form.cleaned_data
        size = said["planned_size"] if said["kind"] == "accumulating" else None
        row = actions.begin(
            organisation=mine[said["organisation"]], kind=said["kind"], planned_size=size, by=user, at=clock.now()
        )
        return redirect("request_tasks", key=row.key)
    return render(http, "requests/start.html", {"form": form})


def tasks(http: HttpRequest, key: str) -> HttpResponse:
    """The task list."""
    row = _draft(http, key)
    state = _file_state(row)
    rows = [*shown.task_rows(row), ("Cohort file", reverse("request_file", args=[row.key]), *state, "")]
    if row.kind == "joint":
        count = row.partners.count()
        rows.append(
            (
                "Partners",
                reverse("request_partners", args=[row.key]),
                f"{count} named" if count else "Not done yet",
                "" if count else "blue",
                "",
            )
        )
    rows.append(("Check answers and submit", reverse("request_check", args=[row.key]), "Not done yet", "blue", ""))
    return render(http, "requests/tasks.html", {"row": row, "tasks": rows, "around": shown.around(row, "request_tasks")})


def task(http: HttpRequest, key: str, task: str) -> HttpResponse:
    """One task.

    Raises:
        Http404: there is no such task.
    """
    row, wanted = find(http, key), find_task(task)
    if wanted is None:
        message = "There is no such task."
        raise Http404(message)
    drafting.check_ours(row, signed_in(http), "task list")
    policies.check_draft(row)
    form = TASK_FORMS[wanted.code](http.POST or None, initial=_initial(row, wanted))
    if form.is_valid():
        _keep(row, wanted, form, signed_in(http))
        return redirect("request_tasks", key=row.key)
    return render(http, "requests/task.html", {"row": row, "task": wanted, "form": form})


def check(http: HttpRequest, key: str) -> HttpResponse:
    """Check answers, and submit."""
    row, user = _draft(http, key), signed_in(http)
    if http.method == "POST":
        try:
            actions.submit(row, by=user, at=clock.now())
        except NotNow as fault:
            messages.error(http, sentence(str(fault)))
            return redirect("request_check", key=row.key)
        return render(http, "requests/submitted.html", {"row": row})
    parts = [
        (
            each.title,
            [
                (shown.label_of(name), shown.as_words(row, name), reverse("request_task", args=[row.key, each.code]))
                for name in each.fields
            ],
        )
        for each in TASKS
        if each.fields
    ]
    files = ", ".join(
        f"Version {each.version}, {each.get_state_display().lower()}" for each in standing_files(row, of=row.organisation)
    )
    return render(http, "requests/check.html", {"row": row, "parts": parts, "left": unfinished(row), "files": files})


def coverage(http: HttpRequest, key: str) -> HttpResponse:
    """What was found, in bands, and the four choices."""
    row, user = find(http, key), signed_in(http)
    found = shown.coverage_of(row)
    if found is None:
        message = f"Request {row.key}: the lab has not told yet how many people were found."
        raise NotNow(message)
    form = CoverageForm(http.POST or None)
    if form.is_valid():
        drafting.check_ours(row, user, "coverage")
        return _choose(http, row, form, user)
    return render(
        http,
        "requests/coverage.html",
        {
            "row": row,
            "found": found,
            "form": form,
            "may": row.state == "coverage" and "organisation" in actors(user, row),
            "around": shown.around(row, "request_coverage"),
        },
    )


def facts(http: HttpRequest, key: str) -> HttpResponse:
    """All text of the report that holds no result, for the organisation to check before it is frozen."""
    row, user = find(http, key), signed_in(http)
    form = FactsForm(http.POST or None)
    if form.is_valid():
        if form.cleaned_data["right"]:
            drafting.approve_text(row, by=user, at=clock.now())
            messages.success(http, "Thank you. The lab knows that the text is right.")
        else:
            drafting.check_ours(row, user, "text")
            policies.check_text_open(row)
            actions.write_message(row, text=f"The text has to be changed: {form.cleaned_data['wrong']}", by=user, at=clock.now())
            messages.success(http, "Thank you. The lab was told what has to be changed.")
        return redirect("request", key=row.key)
    context = {
        "row": row,
        "form": form,
        "rows": shown.printed(row),
        "may": row.state in policies.TEXT_OPEN and not row.checked_text_at and "organisation" in actors(user, row),
        "around": shown.around(row, "request_facts"),
    }
    return render(http, "requests/facts.html", context)


def partners(http: HttpRequest, key: str) -> HttpResponse:
    """Who takes part in a joint request."""
    row, user = _draft(http, key), signed_in(http)
    form = PartnerForm(http.POST or None)
    if form.is_valid():
        number = form.cleaned_data["number"].replace(" ", "").upper()
        partner = (
            Organisation.objects.filter(number=number, state=Organisation.State.APPROVED).exclude(pk=row.organisation_id).first()
        )
        if partner is None:
            form.add_error("number", "Enter the number of another organisation that the lab has approved")
        else:
            drafting.add_partner(row, partner=partner, by=user, at=clock.now())
            return redirect("request_partners", key=row.key)
    return render(http, "requests/partners.html", {"row": row, "form": form, "partners": row.partners.order_by("name")})


@require_POST
def remove_partner(http: HttpRequest, key: str, organisation: int) -> HttpResponse:
    """A partner takes part no more."""
    row = _draft(http, key)
    drafting.remove_partner(row, partner=get_object_or_404(row.partners, pk=organisation), by=signed_in(http), at=clock.now())
    return redirect("request_partners", key=row.key)


def _file_state(row: Request) -> tuple[str, str]:
    """How far the organisation's own files are."""
    files = standing_files(row, of=row.organisation)
    if any(each.errors for each in files):
        return "There is a problem", "red"
    if not are_clean(files):
        return "Not done yet", "blue"
    if any(each.unsaid for each in files):
        return "One question is open", "blue"
    if row.planned_size and people_in(files) < row.planned_size:
        return f"{people_in(files):,} of {row.planned_size:,} people", "blue"
    return "Completed", ""


def _draft(http: HttpRequest, key: str) -> Request:
    row = find(http, key)
    drafting.check_ours(row, signed_in(http), "task list")
    policies.check_draft(row)
    return row


def _initial(row: Request, task: Task) -> dict[str, object]:
    found = {name: getattr(row, name) for name in task.fields}
    return {name: ("yes" if value else "no") if isinstance(value, bool) else value for name, value in found.items()}


def _keep(row: Request, task: Task, form: PlainErrors, user: User) -> None:
    if task.fields:
        drafting.answer(row, said=form.cleaned_data, by=user, at=clock.now())
    else:
        actions.declare(row, by=user, at=clock.now())


def _choose(http: HttpRequest, row: Request, form: CoverageForm, user: User) -> HttpResponse:
    step, at = form.cleaned_data["step"], clock.now()
    if step == "withdraw":
        return redirect("request_withdraw", key=row.key)
    if step == "park":
        try:
            actions.park(row, until=form.cleaned_data["until"], by=user, at=at)
        except NotNow as fault:
            messages.error(http, str(fault))
            return redirect("request_coverage", key=row.key)
    else:
        {"go_on": actions.go_on, "add_people": actions.add_people}[step](row, by=user, at=at)
    return redirect("request_file" if step == "add_people" else "request", key=row.key)
