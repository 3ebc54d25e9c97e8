"""Pages about organisations: register, approve, sign, invite, join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jdl_service import clock
from jdl_service.base.errors import NotNow
from jdl_service.base.wall import opened
from jdl_service.base.web import signed_in
from jdl_service.organisations import actions, permissions, policies
from jdl_service.organisations.forms import InviteForm, RefuseForm, RegisterForm, SignForm
from jdl_service.organisations.models import Invitation, Membership, Organisation

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def index(http: HttpRequest) -> HttpResponse:
    """The organisations of a person and the invitations to them; for the lab, those that wait."""
    user = signed_in(http)
    if user.is_staff_of_lab:
        return redirect("organisations_waiting")
    found = Organisation.objects.for_user(user).order_by("name")
    with opened():  # an invitation is of an organisation to which they do not belong yet
        invited = list(Invitation.objects.filter(email=user.email, accepted_at=None).select_related("organisation"))
    if len(found) == 1 and not invited:
        return redirect("organisation", organisation=found[0].pk)
    rows = [(_link(each), each.get_state_display()) for each in found]
    context = {"rows": rows, "invited": invited, "may_register": permissions.may_register(user)}
    return render(http, "organisations/index.html", context)


def waiting(http: HttpRequest) -> HttpResponse:
    """Every organisation, those that wait for the lab first."""
    user = signed_in(http)
    permissions.check_decide(user)
    found = Organisation.objects.for_user(user).order_by("name")
    wait = [
        (_link(each), each.get_kind_display(), each.number, clock.day_of(each.applied_at))
        for each in found
        if each.state == "applied"
    ]
    rest = [(_link(each), each.get_kind_display(), each.get_state_display()) for each in found if each.state != "applied"]
    return render(http, "organisations/waiting.html", {"waiting": wait, "rest": rest})


def register(http: HttpRequest) -> HttpResponse:
    """Register an organisation."""
    user = signed_in(http)
    permissions.check_register(user)
    form = RegisterForm(http.POST or None)
    if form.is_valid():
        try:
            made = actions.register(actions.Applicant(**form.cleaned_data), by=user, at=clock.now())
        except NotNow as fault:
            form.add_error(None, str(fault))
        else:
            return render(http, "organisations/registered.html", {"row": made})
    return render(http, "organisations/register.html", {"form": form})


def detail(http: HttpRequest, organisation: int) -> HttpResponse:
    """An organisation: whether it is approved, what is to do, who belongs to it."""
    row, user = _mine(http, organisation), signed_in(http)
    return render(
        http, "organisations/detail.html", _context(row, manages=permissions.may_manage(user, row), decides=_decides(http, row))
    )


@require_POST
def approve(http: HttpRequest, organisation: int) -> HttpResponse:
    """The lab approves it."""
    row = actions.approve(_mine(http, organisation), by=signed_in(http), at=clock.now())
    messages.success(http, f"{row} has been approved. Its people were told by e-mail.")
    return redirect("organisations_waiting")


def refuse(http: HttpRequest, organisation: int) -> HttpResponse:
    """The lab refuses it, with a reason."""
    row, user = _mine(http, organisation), signed_in(http)
    permissions.check_decide(user)
    form = RefuseForm(http.POST or None)
    if form.is_valid():
        actions.refuse(row, **form.cleaned_data, by=user, at=clock.now())
        messages.success(http, f"{row} has been refused. Its people were told by e-mail.")
        return redirect("organisations_waiting")
    return render(http, "organisations/refuse.html", {"row": row, "form": form})


def sign(http: HttpRequest, organisation: int) -> HttpResponse:
    """A manager signs the agreement."""
    row, user = _mine(http, organisation), signed_in(http)
    permissions.check_manage(user, row)
    text = policies.check_sign(row)
    form = SignForm(http.POST or None)
    if form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "agreed"}
        actions.sign(row, signature=actions.Signature(**said), by=user, at=clock.now())
        messages.success(http, "The agreement is signed. You can start a request.")
        return redirect("organisation", organisation=row.pk)
    return render(http, "organisations/sign.html", {"row": row, "form": form, "text": text})


def invite(http: HttpRequest, organisation: int) -> HttpResponse:
    """A manager asks somebody to join."""
    row, user = _mine(http, organisation), signed_in(http)
    permissions.check_manage(user, row)
    form = InviteForm(http.POST or None)
    if form.is_valid():
        try:
            actions.invite(row, **form.cleaned_data, by=user, at=clock.now())
        except NotNow as fault:
            form.add_error("email", str(fault))
        else:
            messages.success(http, "The invitation was sent.")
            return redirect("organisation", organisation=row.pk)
    return render(http, "organisations/invite.html", {"row": row, "form": form})


@require_POST
@opened()
def join(http: HttpRequest) -> HttpResponse:
    """Somebody says yes to an invitation for their address."""
    number = http.POST.get("invitation", "")
    mine = Invitation.objects.filter(email=signed_in(http).email, accepted_at=None)
    found = get_object_or_404(mine, pk=int(number) if number.isdecimal() else 0)
    made = actions.join(found, by=signed_in(http), at=clock.now())
    return redirect("organisation", organisation=made.organisation_id)


@require_POST
def remove(http: HttpRequest, organisation: int, membership: int) -> HttpResponse:
    """A manager takes somebody out."""
    row = _mine(http, organisation)
    found = get_object_or_404(Membership.objects.filter(organisation=row).select_related("organisation", "user"), pk=membership)
    actions.remove(found, by=signed_in(http), at=clock.now())
    messages.success(http, "This person belongs to your organisation no more.")
    return redirect("organisation", organisation=row.pk)


def _context(row: Organisation, *, manages: bool, decides: bool) -> dict[str, object]:
    signed = [
        (str(each.text), each.signatory_name, clock.day_of(each.signed_at)) for each in row.agreements.select_related("text")
    ]
    return {
        "row": row,
        "manages": manages,
        "decides": decides,
        "must_sign": row.is_approved and not policies.has_signed(row),
        "signed": signed,
        "people": row.memberships.select_related("user").order_by("pk"),
        "invited": [
            (each.email, each.get_role_display(), clock.day_of(each.at)) for each in row.invitations.filter(accepted_at=None)
        ],
    }


def _decides(http: HttpRequest, row: Organisation) -> bool:
    return permissions.may_decide(signed_in(http)) and row.state == Organisation.State.APPLIED


def _mine(http: HttpRequest, organisation: int) -> Organisation:
    return get_object_or_404(Organisation.objects.for_user(signed_in(http)), pk=organisation)


def _link(row: Organisation) -> str:
    return format_html('<a class="govuk-link" href="{}">{}</a>', reverse("organisation", args=[row.pk]), row.name)
