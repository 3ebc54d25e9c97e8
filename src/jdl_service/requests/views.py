"""Pages of requests: the list, where one is, messages, and the few things that end or delay it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jdl_service import clock
from jdl_service.base.errors import NotNow
from jdl_service.base.web import signed_in
from jdl_service.organisations.permissions import may_register
from jdl_service.requests import actions, policies, promises, shown
from jdl_service.requests.forms import MessageForm, WithdrawForm
from jdl_service.requests.likeness import services_like
from jdl_service.requests.models import Request
from jdl_service.requests.permissions import actors, check_acts_as
from jdl_service.requests.told import THE_LAB, told
from jdl_service.requests.under_way import steps, words_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


_A_PAGE = 100


def find(http: HttpRequest, key: str) -> Request:
    """The request, where this person may see it; 404 else."""
    return get_object_or_404(Request.objects.for_user(signed_in(http)).select_related("organisation"), key=key)


def index(http: HttpRequest) -> HttpResponse:
    """Every request that this person may see."""
    user = signed_in(http)
    found = Request.objects.for_user(user).select_related("organisation").prefetch_related("passages").order_by("-key")
    inside = user.is_staff_of_lab
    page = Paginator(found, _A_PAGE).get_page(http.GET.get("page"))
    rows = [(_link(each), words_of(each, inside=inside)[0], each.programme, each.organisation.name) for each in page]
    context = {"page": page, "rows": rows, "may_start": may_register(user), "times": promises.times_to_publication()}
    return render(http, "requests/index.html", context)


def detail(http: HttpRequest, key: str) -> HttpResponse:
    """Where a request is, what happens next and by when, and what has happened so far."""
    row, user = find(http, key), signed_in(http)
    inside = user.is_staff_of_lab
    prefetch_related_objects([row], "passages__by")
    happened = [told(each.passage, user) for each in steps(row) if inside or not each.is_within][::-1]
    acting = actors(user, row)
    context = {
        "row": row,
        "words": words_of(row, inside=inside),
        "around": shown.around(row, "request", ours="organisation" in acting),
        "happened": happened,
        "due": promises.due(row, inside=inside),
        "hour": promises.hour(row),
        "yours": row.state in promises.YOURS,
        "times": promises.times_to_publication(),
        "ours": "organisation" in acting,
        "like": services_like(row),
        "may_withdraw": "manager" in acting and policies.can_withdraw(row),
    }
    return render(http, "requests/detail.html", context)


def say(http: HttpRequest, key: str) -> HttpResponse:
    """The messages of a request, and a form for another."""
    row, user = find(http, key), signed_in(http)
    form = MessageForm(http.POST or None)
    if form.is_valid():
        actions.write_message(row, text=form.cleaned_data["text"], by=user, at=clock.now())
        return redirect("request_messages", key=row.key)
    inside = user.is_staff_of_lab
    said = [
        (THE_LAB.capitalize() if each.from_lab and not inside else str(each.by), "", each.at, each.text)
        for each in row.messages.select_related("by").order_by("-at", "-pk")
    ]
    acting = actors(user, row)
    around = shown.around(row, "request_messages", ours="organisation" in acting)
    context = {"row": row, "form": form, "said": said, "may": bool(acting), "inside": inside, "around": around}
    partners = list(row.partners.order_by("name").values_list("name", flat=True))
    return render(http, "requests/messages.html", context | {"partners": partners})


def withdraw(http: HttpRequest, key: str) -> HttpResponse:
    """A manager takes a request back."""
    row, user = find(http, key), signed_in(http)
    check_acts_as(user, row, "manager")
    policies.check_withdraw(row)
    form = WithdrawForm(http.POST or None)
    if form.is_valid():
        actions.withdraw(row, by=user, at=clock.now(), reason=form.cleaned_data["reason"])
        messages.success(http, f"Request {row.key} is withdrawn. The file will be destroyed.")
        return redirect("request", key=row.key)
    return render(http, "requests/withdraw.html", {"row": row, "form": form})


@require_POST
def unpark(http: HttpRequest, key: str) -> HttpResponse:
    """Go on before the date."""
    row = actions.unpark(find(http, key), by=signed_in(http), at=clock.now())
    return redirect("request", key=row.key)


@require_POST
def resubmit(http: HttpRequest, key: str) -> HttpResponse:
    """The fuller file is in."""
    row = find(http, key)
    try:
        actions.resubmit(row, by=signed_in(http), at=clock.now())
    except NotNow as fault:
        messages.error(http, str(fault))
        return redirect("request_file", key=row.key)
    messages.success(http, "The fuller file was sent. The lab looks for the people again.")
    return redirect("request", key=row.key)


def _link(row: Request) -> str:
    return format_html('<a class="govuk-link" href="{}">{}</a>', reverse("request", args=[row.key]), row.key)
