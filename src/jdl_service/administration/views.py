"""Accounts and settings, for administrators: who may log in, in which role, and how the service is set; no cohort and no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.administration import actions
from jdl_service.administration.forms import FindForm, PersonForm, RolesForm
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.base.web import signed_in
from jdl_service.look.words import count, day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PAGE = 50


@require_safe
def index(http: HttpRequest) -> HttpResponse:
    """Every account, or those that were looked for."""
    _administrator(http)
    form = FindForm(http.GET)
    text = form.cleaned_data["text"].strip() if form.is_valid() else ""
    found = User.objects.filter(Q(email__icontains=text) | Q(name__icontains=text)).order_by("email")
    page = Paginator(found, _PAGE).get_page(http.GET.get("page"))
    query = urlencode({"text": text}) if text else ""
    return render(
        http, "administration/index.html", {"form": form, "page": page, "rows": [_row(each) for each in page], "query": query}
    )


def add(http: HttpRequest) -> HttpResponse:
    """Make an account for somebody."""
    user = _administrator(http)
    form = PersonForm(http.POST if http.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.add_person(email=given["email"], name=given["name"], roles=given["roles"], by=user, at=clock.now())
        except NotNow as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                http, f"{made.email} has an account. The password is set by “forgotten password” on the log-in page."
            )
            return redirect("accounts")
    return render(http, "administration/add.html", {"form": form})


def change(http: HttpRequest) -> HttpResponse:
    """Give and take roles, close an account or open it again.

    Raises:
        Http404: there is no such account.
    """
    user = _administrator(http)
    person = _person(http)
    roles = [role for role in actions.ROLES if getattr(person, f"is_{role}")]
    form = RolesForm(http.POST if http.method == "POST" else None, initial={"roles": roles, "active": person.is_active})
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_roles(person, roles=given["roles"], active=given["active"], by=user, at=clock.now())
        except NotNow as error:
            form.add_error(None, str(error))
        else:
            messages.success(http, f"{person.email} was changed.")
            return redirect("accounts")
    return render(http, "administration/change.html", {"person": person, "form": form})


def sessions(http: HttpRequest) -> HttpResponse:
    """Log somebody out everywhere, or everybody but whoever asks.

    Raises:
        Http404: there is no such account.
    """
    user = _administrator(http)
    person = _person(http) if "person" in http.GET else None
    if http.method == "POST":
        ended = actions.end_sessions(person, but=http.session.session_key or "", by=user, at=clock.now())
        messages.success(http, f"{count(ended, 'session', 'sessions')} ended.")
        return redirect("accounts")
    return render(http, "administration/sessions.html", {"person": person, "form": forms.Form()})


def _person(http: HttpRequest) -> User:
    number = http.GET.get("person", "")
    person = User.objects.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() else None
    if person is None:
        message = "There is no such account."
        raise Http404(message)
    return person


@require_safe
def setup(http: HttpRequest) -> HttpResponse:
    """How the service is set; nothing secret is shown."""
    _administrator(http)
    return render(http, "administration/setup.html", {"rows": _settings()})


def _settings() -> list[tuple[str, str]]:
    found, lab = settings.ENVIRONMENT, settings.LAB
    closed = [
        *(["Bank holidays of England and Wales"] if lab.bank_holidays != "none" else []),
        *(day(each) for each in lab.holidays),
    ]
    return [
        ("Mode", found.mode),
        ("Database", "PostgreSQL" if found.database.startswith("postgres") else "SQLite"),
        ("Store of files", "S3" if found.storage else "A folder"),
        ("Reached by HTTPS", "Yes" if found.https else "No"),
        ("Mail", "SMTP" if found.mail.startswith("smtp") else "Written to the console"),
        ("Register", "Set" if found.register else "None yet"),
        ("Second factor", "Needed" if settings.MFA_REQUIRED else "Not asked for"),
        ("Largest file", f"{found.upload_mb} MB"),
        ("Logged out after", f"{found.idle_minutes} minutes without a click"),
        ("Jobs at once", f"{found.workers}"),
        ("Lab", lab.name),
        ("Hour of release", f"{lab.release_time:%H:%M}, {lab.release_zone}"),
        ("Days on which the lab is closed", ", ".join(closed) or "Weekends alone"),
    ]


def _row(person: User) -> tuple[str, ...]:
    roles = ", ".join(role.replace("_", " ") for role in actions.ROLES if getattr(person, f"is_{role}")) or "None"
    link = format_html('<a class="govuk-link" href="{}?person={}">{}</a>', reverse("account_roles"), person.pk, person.email)
    return link, person.name, roles, day(person.last_login) if person.last_login else "Never", "Yes" if person.is_active else "No"


def _administrator(http: HttpRequest) -> User:
    user = signed_in(http)
    if not user.is_administrator:
        message = "Accounts are for administrators."
        raise NotYours(message)
    return user
