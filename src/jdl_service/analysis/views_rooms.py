"""Runs and their progress, and balance before any outcome is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.analysis import actions, balance_page, policies
from jdl_service.analysis.lab import do, lab_request, page, staff
from jdl_service.analysis.models import Study
from jdl_service.analysis.objections import AGAIN, is_marked
from jdl_service.requests.states import possible

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jdl_service.analysis.models import Run
    from jdl_service.jobs.models import Job

# a picture may have styles of its own, and nothing else
DRAWN = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "sandbox": [],
    "frame-ancestors": ["'none'"],
}


@require_safe
def runs(http: HttpRequest, key: str) -> HttpResponse:
    """Every run, and how far the work is; the page asks again by itself while it is at work."""
    row, user = lab_request(http, key), staff(http)
    jobs = list(row.jobs.order_by("-pk")[:10])
    at_work = [each for each in jobs if each.is_open]
    context = page(
        row,
        "analysis_runs",
        runs=[_run(each, last=not number) for number, each in enumerate(row.runs.select_related("cohort_file"))],
        at_work=at_work,
        ended=[_job(each) for each in jobs if not each.is_open],
        failed=jobs[0] if jobs and jobs[0].state in ("failed", "cancelled") else None,
        coverage=_told(row.runs.filter(coverage__isnull=False).first()),
        has_study=Study.objects.filter(request=row).exists(),
        can={each.action for each in possible(row.state) if each.actor in user.roles},
        is_analyst=user.is_analyst,
        again=AGAIN if is_marked(row) else "",
    )
    answer = render(http, "analysis/runs.html", context)
    if at_work:
        answer.headers["Refresh"] = "3"
    return answer


@require_POST
def link(http: HttpRequest, key: str) -> HttpResponse:
    """Have the people looked for."""
    return do(http, key, actions.start_linking, "analysis_runs")


@require_POST
def match(http: HttpRequest, key: str) -> HttpResponse:
    """Have the comparison group built."""
    return do(http, key, actions.start_matching, "analysis_runs")


@require_POST
def unlock(http: HttpRequest, key: str) -> HttpResponse:
    """Let outcomes be read."""
    return do(http, key, actions.unlock, "analysis_runs")


@require_safe
def balance(http: HttpRequest, key: str) -> HttpResponse:
    """How alike the groups are, before anybody sees an outcome."""
    row, user = lab_request(http, key), staff(http)
    run = row.runs.first()
    found = balance_page.balance_of(run)
    context = page(row, "analysis_balance", balance=found, red=False, can=set(), may_override=False)
    if run and found:
        context |= {
            "rows": balance_page.table(found),
            "facts": balance_page.facts(balance_page.design_of(run)),
            "warnings": balance_page.design_of(run).warnings,
            "colour": balance_page.COLOURS[found.overall],
            "plot": balance_page.plot(found),
            "red": policies.is_red(row),
            "override": policies.read_text(run.study, clock.day_of(run.begun_at)).method.override_balance,
            "can": {each.action for each in possible(row.state) if each.actor in user.roles},
            "may_override": policies.can_override(row, user),
        }
    return render(http, "analysis/balance.html", context)


@csp(DRAWN)  # type: ignore[untyped-decorator]  # the library says nothing of types
@require_safe
def love_plot(http: HttpRequest, key: str) -> HttpResponse:
    """The love plot as a picture.

    Raises:
        Http404: nobody has been matched.
    """
    found = balance_page.balance_of(lab_request(http, key).runs.first())
    drawn = balance_page.plot(found) if found else None
    if drawn is None:
        message = "There is no such picture."
        raise Http404(message)
    return HttpResponse(drawn.svg, content_type="image/svg+xml")


def _run(run: Run, *, last: bool) -> tuple[object, ...]:
    kind = "Comparison" if run.study else "Looking for people"
    ended = run.get_outcome_display() if run.outcome or last else "A later run took its place"
    return (run.number, kind, f"File version {run.cohort_file.version}", ended, run.words)


def _job(job: Job) -> tuple[object, ...]:
    return (job.task.rsplit(".", 1)[-1].replace("_", " ").capitalize(), job.get_state_display(), job.attempts, job.failure)


def _told(run: Run | None) -> dict[str, object] | None:
    found: dict[str, object] | None = run.coverage if run else None
    return found
