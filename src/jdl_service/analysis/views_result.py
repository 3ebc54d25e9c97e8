"""The result before it is checked, and what the lab says of it to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.analysis import actions, report_page
from jdl_service.analysis.comments import seen, threads
from jdl_service.analysis.forms import CommentForm
from jdl_service.analysis.lab import lab_request, page, staff
from jdl_service.analysis.models import Comment, Run
from jdl_service.analysis.views_rooms import DRAWN
from jdl_service.requests.policies import can_revise
from jdl_service.requests.states import possible

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def result(http: HttpRequest, key: str) -> HttpResponse:
    """What the last run found, cleared, with its checks; sent for checking from here."""
    row, user = lab_request(http, key), staff(http)
    run = _reported(row.runs.first())
    content = report_page.look(run, by=user, at=clock.now()) if run else None
    context = page(
        row,
        "analysis_result",
        run=run,
        content=content,
        can={each.action for each in possible(row.state) if each.actor in user.roles}
        - ({"revise"} if not can_revise(row) else set()),
        open_comments=seen(user, row).filter(answers=None, resolved_at=None).count(),
    )
    if content:
        context |= {
            "results": report_page.results(content),
            "ways": report_page.other_ways(content),
            "checks": report_page.in_words(content),
        }
    return render(http, "analysis/result.html", context)


@csp(DRAWN)  # type: ignore[untyped-decorator]  # the library says nothing of types
@require_safe
def report(http: HttpRequest, key: str) -> HttpResponse:
    """The whole report, as the core wrote it.

    Raises:
        Http404: no run has made one.
    """
    run = _reported(lab_request(http, key).runs.first())
    if run is None:
        message = "There is no report."
        raise Http404(message)
    return HttpResponse(report_page.whole(run, by=staff(http), at=clock.now()))


def comments(http: HttpRequest, key: str) -> HttpResponse:
    """What was said, each with its answers; a comment is closed by whoever made it, once it is answered."""
    row, user = lab_request(http, key), staff(http)
    form = CommentForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        about = form.cleaned_data["answers"]
        answered = get_object_or_404(seen(user, row), pk=about) if about else None
        actions.comment(row, text=form.cleaned_data["text"], by=user, at=clock.now(), answers=answered)
        messages.success(http, "Your comment was added.")
        return redirect("analysis_comments", key=key)
    said = [(*each, _answer_form(each.said)) for each in threads(user, row)]
    return render(http, "analysis/comments.html", page(row, "analysis_comments", form=form, threads=said, user_pk=user.pk))


@require_POST
def close(http: HttpRequest, comment: int) -> HttpResponse:
    """Close a comment of one's own."""
    found = get_object_or_404(Comment.objects.for_user(staff(http)).select_related("request"), pk=comment)
    actions.resolve(found, by=staff(http), at=clock.now())
    return redirect("analysis_comments", key=found.request.key)


def _answer_form(said: Comment) -> CommentForm:
    form = CommentForm(initial={"answers": said.pk}, auto_id=f"id_{said.pk}_%s")
    form.fields["text"].label = "Answer"
    return form


def _reported(run: Run | None) -> Run | None:
    """A run that made a report, of a result or of why there is none."""
    return run if run and run.outcome in (Run.Outcome.FINISHED, Run.Outcome.NOT_POSSIBLE) else None
