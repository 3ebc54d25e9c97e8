"""For the lab: results from elsewhere. What is here becomes public when a second person has agreed to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.base.errors import NotYours
from jdl_service.base.web import signed_in
from jdl_service.library import outside_actions as actions
from jdl_service.library import policies
from jdl_service.library.models import OutsideResult
from jdl_service.library.outside_forms import OutsideForm, WithdrawForm, initial_of
from jdl_service.releases.permissions import for_action
from justice_data_lab.library.identity import OURS
from justice_data_lab.library.taxonomy import TYPES, names

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from justice_data_lab.library.outside import OutsideEffect


@require_safe
def index(http: HttpRequest) -> HttpResponse:
    """Every result from elsewhere, and where it is.

    Raises:
        NotYours: nobody of the lab.
    """
    user = signed_in(http)
    if not user.is_staff_of_lab:
        message = "This is for the lab."
        raise NotYours(message)
    rows = [
        (_link(row), row.as_outside().source, row.as_outside().design.capitalize(), row.get_state_display())
        for row in OutsideResult.objects.for_user(user)
    ]
    return render(http, "library/outside_list.html", {"rows": rows, "may_add": user.is_analyst})


def add(http: HttpRequest) -> HttpResponse:
    """The form of a new one."""
    user, at = signed_in(http), clock.now()
    for_action(user, ("analyst",))
    form = OutsideForm(http.POST if http.method == "POST" else None, added=clock.day_of(at))
    if form.is_valid() and form.made:
        row = actions.add(form.made, by=user, at=at)
        messages.success(http, f"{row.as_outside().title}: waits for a reviewer.")
        return redirect("outside_result", outside=row.key)
    return render(http, "library/outside_form.html", {"form": form})


@require_safe
def detail(http: HttpRequest, outside: str) -> HttpResponse:
    """One result from elsewhere, and what may be done with it."""
    user, row = signed_in(http), find(http, outside)
    said = row.as_outside()
    context = {
        "row": row,
        "said": said,
        "kinds": ", ".join(names(said.classified.types, TYPES)),
        "effects": [_effect(each) for each in said.effects],
        "offered": policies.offered(row, user),
    }
    return render(http, "library/outside_one.html", context)


def change(http: HttpRequest, outside: str) -> HttpResponse:
    """The form of one that waits, for whoever added it."""
    row, user, at = find(http, outside), signed_in(http), clock.now()
    policies.check_change(row, user)
    form = OutsideForm(http.POST if http.method == "POST" else None, added=clock.day_of(at), initial=initial_of(row.as_outside()))
    if form.is_valid() and form.made:
        actions.change(row, form.made, by=user, at=at)
        messages.success(http, "It was changed, and waits for a reviewer.")
        return redirect("outside_result", outside=row.key)
    return render(http, "library/outside_form.html", {"form": form, "row": row})


@require_POST
def agree(http: HttpRequest, outside: str) -> HttpResponse:
    """A reviewer agrees: everybody sees it from now on."""
    row = find(http, outside)
    actions.agree(row, by=signed_in(http), at=clock.now())
    messages.success(http, f"{row.as_outside().title}: is in the library.")
    return redirect("outside_result", outside=row.key)


def withdraw(http: HttpRequest, outside: str) -> HttpResponse:
    """It counts no more; the page asks why."""
    row, user = find(http, outside), signed_in(http)
    policies.check_withdraw(row)
    form = WithdrawForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        actions.withdraw(row, reason=form.cleaned_data["reason"], by=user, at=clock.now())
        messages.success(http, f"{row.as_outside().title}: was withdrawn.")
        return redirect("outside_result", outside=row.key)
    return render(http, "library/outside_withdraw.html", {"form": form, "row": row, "said": row.as_outside()})


def find(http: HttpRequest, key: str) -> OutsideResult:
    """The row, for the lab alone."""
    return get_object_or_404(OutsideResult.objects.for_user(signed_in(http)), key=key)


def _link(row: OutsideResult) -> str:
    return format_html('<a class="govuk-link" href="/lab/library/outside/{}/">{}</a>', row.key, row.as_outside().title)


def _effect(effect: OutsideEffect) -> tuple[str, str, str, str]:
    people = f"{effect.people:,}" if effect.people else "Not said"
    return (
        OURS[effect.measure].name,
        f"{effect.difference:g} {effect.unit}",
        f"{effect.ci_low:g} to {effect.ci_high:g}",
        people,
    )
