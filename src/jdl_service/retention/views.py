"""Retention: the rules, what is due and when, legal holds, and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.base.wall import opened
from jdl_service.base.web import signed_in
from jdl_service.look.words import day
from jdl_service.requests.models import Request
from jdl_service.retention import actions, permissions
from jdl_service.retention.classes import in_force, kept_for
from jdl_service.retention.forms import HoldForm, RuleForm
from jdl_service.retention.holdings import holdings
from jdl_service.retention.models import Certificate, number_of
from jdl_service.retention.people import unused_accounts

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from jdl_service.accounts.models import User
    from jdl_service.retention.holdings import Holding
    from jdl_service.retention.models import RetentionRule

_SHOWN, _A_PAGE = 50, 100


@require_safe
@opened()
def index(http: HttpRequest) -> HttpResponse:
    """Rules, what would be destroyed tonight, what is kept until when, and the last certificates; no figure and no cohort."""
    user, at = signed_in(http), clock.now()
    permissions.check_either(user)
    kept = holdings()
    due = Paginator([each for each in kept if each.is_due(at)], _A_PAGE).get_page(http.GET.get("due"))
    page = Paginator([each for each in kept if not each.is_due(at)], _A_PAGE).get_page(http.GET.get("page"))
    context = {
        "rules": [_rule(*each, user) for each in sorted(in_force().items())],
        "due_page": due,
        "due": [_kept(each, user, at) for each in due.object_list],
        "accounts": [(str(each), each.email) for each in unused_accounts(at)],
        "page": page,
        "kept": [_kept(each, user, at) for each in page.object_list],
        "certificates": [_certificate(each, inside=True) for each in Certificate.objects.select_related("request")[:_SHOWN]],
    }
    return render(http, "retention/index.html", context)


@require_safe
def of_request(http: HttpRequest, key: str) -> HttpResponse:
    """When what is kept of a request is destroyed, and what has been; for whoever sees the request."""
    row, at = _find(http, key), clock.now()
    with opened():  # what the lab keeps of it is told by its day, and to the lab by its number
        found = holdings(Request.objects.filter(pk=row.pk))
    inside = signed_in(http).is_staff_of_lab
    kept = [(str(each.data_class.label), _number(each, inside=inside), *_until(each, at)) for each in found]
    gone = [(*_certificate(each, inside=inside)[1:4], reverse("certificate", args=[each.pk])) for each in row.certificates.all()]
    return render(http, "retention/request.html", {"row": row, "kept": kept, "gone": gone})


def rule(http: HttpRequest) -> HttpResponse:
    """Change how long a class of data is kept.

    Raises:
        Http404: there is no such class.
    """
    user, wanted = signed_in(http), http.GET.get("rule", "")
    permissions.check_administrator(user)
    row = in_force().get(wanted)
    if row is None:
        message = "There is no such rule."
        raise Http404(message)
    kept = kept_for(wanted)
    form = RuleForm(http.POST if http.method == "POST" else None, initial={"days": row.days, "why": row.why}, kept=kept)
    if form.is_valid():
        said = form.cleaned_data
        actions.change_rule(wanted, days=said["days"], why=said["why"], by=user, at=clock.now())
        messages.success(http, f"{kept.label}: {said['days']} days.")
        return redirect("retention")
    return render(http, "retention/rule.html", {"row": row, "kept": kept, "form": form})


def hold(http: HttpRequest, key: str) -> HttpResponse:
    """Hold everything of a request back from destruction, or see the hold that stands."""
    row, user = _find(http, key), signed_in(http)
    permissions.check_head(user)
    form = HoldForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        actions.hold(row, reason=form.cleaned_data["reason"], by=user, at=clock.now())
        messages.success(http, f"Nothing of {row.key} is destroyed while the hold stands.")
        return redirect("retention")
    stands = row.holds.filter(lifted_at=None).select_related("by").first()
    return render(http, "retention/hold.html", {"row": row, "form": form, "stands": stands})


@require_POST
def lift(http: HttpRequest, key: str) -> HttpResponse:
    """End a hold."""
    row = _find(http, key)
    actions.lift(row, by=signed_in(http), at=clock.now())
    messages.success(http, f"The hold on {row.key} is lifted.")
    return redirect("retention")


@require_safe
def certificate(http: HttpRequest, certificate: int) -> HttpResponse:
    """The proof that something was destroyed, for whoever sees the request."""
    user = signed_in(http)
    row = get_object_or_404(Certificate.objects.for_user(user).select_related("request"), pk=certificate)
    inside = user.is_staff_of_lab
    return render(http, "retention/certificate.html", {"row": row, "number": row.number(inside=inside), "inside": inside})


def _find(http: HttpRequest, key: str) -> Request:
    return get_object_or_404(Request.objects.for_user(signed_in(http)), key=key)


def _rule(data_class: str, row: RetentionRule, user: User) -> tuple[str, ...]:
    kept = kept_for(data_class)
    link = format_html('<a class="govuk-link" href="{}?rule={}">{}</a>', reverse("retention_rule"), data_class, kept.label)
    bounds = f"{kept.least} to {kept.most}"
    return link if user.is_administrator else kept.label, f"{row.days}", bounds, f"After {kept.after}", row.why


def _kept(each: Holding, user: User, at: datetime) -> tuple[str, ...]:
    key = each.request.key
    if user.is_head_of_profession:
        key = format_html('<a class="govuk-link" href="{}">{}</a>', reverse("retention_hold", args=[key]), key)
    return key, str(each.data_class.label), _number(each, inside=True), *_until(each, at)


def _number(each: Holding, *, inside: bool) -> str:
    return number_of(len(each.rows), each.inside, inside=inside)


def _until(each: Holding, at: datetime) -> tuple[str, str]:
    when = "Not yet known" if each.due is None else "Due now" if each.is_due(at) else day(each.due)
    return when, "Held back" if each.held else "No"


def _certificate(row: Certificate, *, inside: bool) -> tuple[str, ...]:
    return (
        row.request.key if row.request else "None",
        row.get_data_class_display(),
        row.number(inside=inside),
        day(row.at),
        f"{row.audit_number}",
    )
