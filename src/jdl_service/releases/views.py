"""Releases for the lab: what waits, one release with its checks and comments, and every step of the core's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.analysis import actions as analysis
from jdl_service.analysis.comments import seen
from jdl_service.analysis.models import Comment
from jdl_service.base.errors import NotYours
from jdl_service.base.web import signed_in
from jdl_service.releases import actions, policies, screens
from jdl_service.releases.forms import AccessForm, AssignForm, SaidForm, StepForm
from jdl_service.releases.models import Release
from jdl_service.releases.offers import offer, offers
from jdl_service.requests.policies import can_revise, can_waive_text
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(http: HttpRequest) -> HttpResponse:
    """What waits for this person, and every release.

    Raises:
        NotYours: nobody of the lab.
    """
    user = _of_lab(http)
    rows = [screens.listed(row) for row in Release.objects.for_user(user)]
    return render(http, "releases/index.html", {"waiting": screens.as_links(screens.waiting(user, clock.now())), "rows": rows})


@require_safe
def detail(http: HttpRequest, release: int) -> HttpResponse:
    """One release: where it is, its checks, its comments, and what may be done."""
    row, user = find(http, release), signed_in(http)
    book = row.as_book()
    people = (
        free_reviewers(row) if row.state == "draft" and user.roles & {"analyst", "head_of_profession"} else User.objects.none()
    )
    context = {
        "row": row,
        "book": book,
        "core": book.release,
        "analysts": screens.analysts(row),
        "checks": screens.check_rows(row, user),
        "comments": screens.comments(row, user),
        "comment_form": SaidForm(auto_id="comment_%s"),
        "assign_form": AssignForm(people=people) if people and len(policies.checks_of(row)) < policies.TWO else None,
        "offers": offers(row, user),
        "may_confirm": policies.can_confirm(row, user),
        "returned": policies.was_returned(row),
        "text": screens.text_of(row, clock.today()),
        "may_waive": row.request is not None and user.is_head_of_profession and can_waive_text(row.request, clock.today()),
        "held": str(row) in screens.held_back(),
        "waits_for_comments": policies.waits_for_comments(row),
        "may_read": may_read(row, user),
        "may_give": row.state == "scheduled" and user.is_head_of_profession,
        "may_revise": row.request is not None and user.is_analyst and can_revise(row.request),
        "told": screens.told(book),
        "answers": screens.ANSWERS,
    }
    return render(http, "releases/detail.html", context)


def step(http: HttpRequest, release: int, action: str) -> HttpResponse:
    """The page of one step; it is taken by its form.

    Raises:
        Http404: this person may not take it now.
    """
    row, user, at = find(http, release), signed_in(http), clock.now()
    found = offer(row, user, action)
    if found is None:
        message = "There is no such step now."
        raise Http404(message)
    form = StepForm(http.POST if http.method == "POST" else None, offer=found, at=at)
    if form.is_valid():
        given = form.cleaned_data
        asked = actions.Asked(reason=given.get("reason", ""), due=form.due(), provisional=given.get("provisional", False))
        try:
            actions.take_step(row, found.action, by=user, at=at, asked=asked)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(http, f"Done: {found.title.lower()}.")
            return redirect("release", release=row.pk)
    return render(http, "releases/step.html", {"row": row, "offer": found, "form": form})


@require_POST
def assign(http: HttpRequest, release: int) -> HttpResponse:
    """Ask a reviewer for an independent check."""
    row, user = find(http, release), signed_in(http)
    form = AssignForm(http.POST, people=free_reviewers(row))
    if not form.is_valid():
        messages.error(http, "Select a reviewer")
    else:
        reviewer = get_object_or_404(User, pk=form.cleaned_data["reviewer"])
        actions.assign(row, reviewer=reviewer, by=user, at=clock.now())
        messages.success(http, f"{reviewer} was asked to check it.")
    return redirect("release", release=row.pk)


@require_POST
def confirm(http: HttpRequest, release: int) -> HttpResponse:
    """After both checks are in: this reviewer confirms that it is sound."""
    row = find(http, release)
    actions.confirm(row, by=signed_in(http), at=clock.now())
    messages.success(http, "You confirmed that it is sound.")
    return redirect("release", release=row.pk)


@require_POST
def comment(http: HttpRequest, release: int) -> HttpResponse:
    """Say something about the release."""
    row, form = find(http, release), SaidForm(http.POST)
    if row.request is None:
        message = "A bulletin has no request to comment on."
        raise Http404(message)
    if form.is_valid():
        analysis.comment(row.request, text=form.cleaned_data["text"], by=signed_in(http), at=clock.now())
    else:
        messages.error(http, "Enter a comment")
    return redirect("release", release=row.pk)


@require_POST
def answer_comment(http: HttpRequest, release: int, comment: int) -> HttpResponse:
    """Answer a comment."""
    row, form = find(http, release), SaidForm(http.POST)
    said = _comment(http, row, comment)
    if form.is_valid():
        analysis.comment(said.request, text=form.cleaned_data["text"], by=signed_in(http), at=clock.now(), answers=said)
    else:
        messages.error(http, "Enter an answer")
    return redirect("release", release=row.pk)


@require_POST
def close_comment(http: HttpRequest, release: int, comment: int) -> HttpResponse:
    """Close a comment that was answered."""
    row = find(http, release)
    analysis.resolve(_comment(http, row, comment), by=signed_in(http), at=clock.now())
    return redirect("release", release=row.pk)


def access(http: HttpRequest, release: int) -> HttpResponse:
    """Give one person leave to see it before its hour.

    Raises:
        NotYours: not the head of profession.
    """
    row, user = find(http, release), signed_in(http)
    if not user.is_head_of_profession:
        message = "Early access is given by the head of profession."
        raise NotYours(message)
    form = AccessForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.give_access(
                row, viewer=given["viewer"], role=given["role"], purpose=given["purpose"], by=user, at=clock.now()
            )
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(http, "Access was given. Nothing is seen before the person accepts the conditions.")
            return redirect("release", release=row.pk)
    return render(http, "releases/access.html", {"row": row, "form": form})


def find(http: HttpRequest, release: int) -> Release:
    """A release that this person may know of."""
    return get_object_or_404(Release.objects.for_user(signed_in(http)).select_related("request", "analyst"), pk=release)


def may_read(row: Release, user: User) -> bool:
    """Whether the report and the evidence are for this person: its analysts, reviewers, the head of profession."""
    return row.as_book().release.is_by(user.email) or bool(user.roles & {"reviewer", "head_of_profession"})


def free_reviewers(row: Release) -> QuerySet[User]:
    """Reviewers who can still be asked."""
    taken = {*policies.analysts_of(row), *(each.reviewer_id for each in policies.checks_of(row))}
    return User.objects.filter(is_reviewer=True, is_active=True).exclude(pk__in=taken).order_by("name", "email")


def _comment(http: HttpRequest, row: Release, comment: int) -> Comment:
    found = seen(signed_in(http), row.request) if row.request else Comment.objects.none()
    return get_object_or_404(found.select_related("request"), pk=comment, answers=None)


def _of_lab(http: HttpRequest) -> User:
    user = signed_in(http)
    if not user.is_staff_of_lab:
        message = "Releases are for the lab."
        raise NotYours(message)
    return user
