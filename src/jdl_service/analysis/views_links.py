"""Review of uncertain links in the browser: names stand in the page that is shown, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.analysis import links, policies
from jdl_service.analysis.lab import lab_request, page, staff
from jdl_service.analysis.models import ForTheWeb
from jdl_service.analysis.sealed import opened

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from justice_data_lab.linkage.review import FieldEvidence, ReviewCase

WHY = {
    "between_thresholds": "Likely the same person, but not certain.",
    "tied": "Several people fit about equally.",
    "contested": "Another row, with another police number, fits the same person.",
}
_SKIPPED = "links-skipped"


@require_safe
def index(http: HttpRequest, key: str) -> HttpResponse:
    """How many links wait for people, who has decided how many, and how far they agree."""
    row, user = lab_request(http, key), staff(http)
    run = row.runs.first()
    reviews = links.reviews(run)
    mine = next((each for each in reviews if each.reviewer == user), None)
    finished = links.finished(run) if run else []
    both = mine is not None and mine.finished_at is not None and len(finished) > 1
    context = page(
        row,
        "analysis_links",
        run=run,
        opened=opened(run, ForTheWeb.Kind.LINKS),
        # until one has finished, one does not even see how fast the others decide
        reviews=[
            (str(each.reviewer), each.decided, each.left) for each in reviews if each is mine or (mine and mine.finished_at)
        ],
        agreed=links.compare(row, by=user) if both else None,
        is_open=row.state in policies.LINKS_OPEN and (user.is_analyst or user.is_reviewer),
        waiting=row.jobs.filter(task__endswith="prepare_links").order_by("-pk").first(),
    )
    return render(http, "analysis/links.html", context)


@require_POST
def prepare(http: HttpRequest, key: str) -> HttpResponse:
    """Have them laid out."""
    links.prepare(lab_request(http, key), by=staff(http), at=clock.now())
    messages.success(http, "The uncertain links are being laid out. That takes a moment.")
    return redirect("analysis_links", key=key)


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
def review(http: HttpRequest, key: str) -> HttpResponse:
    """One row, its candidates side by side, one button an answer; the next row comes by itself."""
    row, user, at = lab_request(http, key), staff(http), clock.now()
    skipped = set(http.session.get(_SKIPPED, {}).get(key, []))
    if http.method == "POST":
        return _answered(http, key, skipped)
    sitting = links.sit(row, by=user, at=at)
    case = sitting.next_case(skipped)
    left = len(sitting.queue.left(sitting.review))
    context = page(
        row, "analysis_links", case=case, left=left, decided=len(sitting.review.decisions), skipped=len(skipped), why=""
    )
    if case:
        context |= {"why": WHY.get(case.why, case.why), "columns": _columns(case), "lines": _lines(case)}
    return render(http, "analysis/review.html", context)


def _answered(http: HttpRequest, key: str, skipped: set[int]) -> HttpResponse:
    """Keep one answer, and go on."""
    row, user, at, answer = lab_request(http, key), staff(http), clock.now(), http.POST.get("answer", "")
    shown = http.POST.get("row", "")
    number = int(shown) if shown.isascii() and shown.isdigit() else 0
    if answer == "undo":
        links.take_back(row, by=user, at=at)
    elif answer == "skip":
        skipped.add(number)
    elif answer == "again":
        skipped.clear()
    else:
        links.decide(row, row=number, choice=answer, by=user, at=at)
        skipped.discard(number)
    # numbers of spreadsheet rows, so that those left for later come last; nobody's details
    http.session[_SKIPPED] = http.session.get(_SKIPPED, {}) | {key: sorted(skipped)}
    return redirect("analysis_review", key=key)


def _columns(case: ReviewCase) -> list[str]:
    return ["Detail", "In the file", *(f"Person {each.number}" for each in case.candidates)]


def _lines(case: ReviewCase) -> list[tuple[object, ...]]:
    """Each field side by side, then other names and the sum."""
    people = case.candidates
    fields = [
        (first.field, first.given, *(_held(each.fields[number]) for each in people))
        for number, first in enumerate(people[0].fields)
    ]
    return [
        *fields,
        ("Also held as", "", *("; ".join(each.other_names) for each in people)),
        ("Sum, in bits", "", *(f"{each.weight:+.1f}" for each in people)),
    ]


def _held(evidence: FieldEvidence) -> str:
    if not evidence.level:
        return evidence.held
    how = f"{evidence.level.replace('_', ' ')} {evidence.weight:+.1f}"
    return format_html('{}<br><span class="govuk-hint">{}</span>', evidence.held, how)
