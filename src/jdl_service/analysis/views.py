"""The lab's first pages: the board, one's own work, and everything of a request on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.analysis import actions, policies
from jdl_service.analysis.forms import BoardFilter, FixedReason, Reason
from jdl_service.analysis.lab import do, lab_request, page, staff
from jdl_service.analysis.objections import AGAIN, marked
from jdl_service.requests import actions as requests
from jdl_service.requests import board, shown
from jdl_service.requests.states import possible
from jdl_service.requests.tasks import TASKS
from jdl_service.requests.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse

    from jdl_service.files.models import CohortFile
    from jdl_service.requests.board import Card
    from jdl_service.requests.models import Request

COLUMNS = ("Reference", "Organisation", "Where it is", "Owner", "#Days so far", "What it waits for", "#Days to release")


@require_safe
def index(http: HttpRequest) -> HttpResponse:
    """The board for the quarter."""
    user, at = staff(http), clock.now()
    form = BoardFilter(http.GET or None, owners=User.objects.filter(is_analyst=True), sectors=board.sectors(user))
    wanted = board.Narrowed()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        wanted = board.Narrowed(**given | {"owner": int(given["owner"]) if given["owner"] else None})
    page, cards = board.card_page(user, at, wanted, http.GET.get("page"))
    query = http.GET.copy()
    query.pop("page", None)
    context = {
        "rows": _rows(cards),
        "page": page,
        "query": query.urlencode(),
        "columns": COLUMNS,
        "uptake": board.uptake(user, at),
        "filter": form,
        "narrowed": wanted != board.Narrowed(),
    }
    return render(http, "analysis/index.html", context)


@require_safe
def mine(http: HttpRequest) -> HttpResponse:
    """What waits for whoever asks: requests one owns, those that nobody has taken, and what reviewers are wanted for."""
    user, at = staff(http), clock.now()

    def found(**wanted: Any) -> tuple[Card, ...]:  # noqa: ANN401 -- what of the board
        return board.cards(user, at, board.Narrowed(**wanted))

    groups = [("Yours", found(owner=user.pk))]
    if user.is_analyst:
        groups.append(("Not taken on yet", found(state="submitted")))
    if user.is_reviewer:
        groups.append(("Being checked", found(state="checks") + found(state="checked")))
    tables = [(title, _rows(cards)) for title, cards in groups]
    return render(http, "analysis/mine.html", {"groups": tables, "columns": COLUMNS})


@require_safe
def detail(http: HttpRequest, key: str) -> HttpResponse:
    """Everything of a request on one page, and what can be done with it."""
    row = lab_request(http, key)
    user = staff(http)
    context = page(
        row,
        "analysis_request",
        told=[(task.title, [(shown.label_of(field), shown.as_words(row, field)) for field in task.fields]) for task in TASKS if task.fields],
        organisation=_organisation(row),
        files=[_file(each) for each in row.cohort_files.select_related("organisation").order_by("-version")],
        written=[(str(each.by), "", each.at, each.text) for each in row.messages.select_related("by")],
        happened=[told(each, user) for each in row.passages.select_related("by")],
        can=_can(row, user),
        is_owner=row.owner_id == user.pk,
        is_analyst=user.is_analyst,
    )  # fmt: skip
    return render(http, "analysis/detail.html", context)


@require_POST
def accept(http: HttpRequest, key: str) -> HttpResponse:
    """Take it on, and own it."""
    return do(http, key, requests.accept, "analysis_request")


@require_POST
def take_over(http: HttpRequest, key: str) -> HttpResponse:
    """Own it from now on."""
    return do(http, key, actions.take_over, "analysis_request")


# what is done with a reason: title of its page, what is said there, what does it, and where one goes on
_ACTS: dict[str, tuple[str, str, Callable[..., object], str]] = {
    "return": ("Return the request", "The organisation reads the reason, and can send the request again.", actions.give_back, "analysis_request"),
    "refuse": ("Refuse the request", "The organisation reads the reason. Nothing more happens with the request.", actions.refuse, "analysis_request"),
    "redesign": ("Change the design", "Nobody has seen an outcome. The study can be set again, and matching is done anew.", actions.redesign, "analysis_study"),
    "override": ("Go on though the groups are not alike", "The report prints your name and this reason. The groups are matched again as before.", actions.override, "analysis_runs"),
    "rework": ("Do the analysis again", "Every check begins again.", actions.rework, "analysis_study"),
    "revise": ("Make a later version", "The published result stays until the later version takes its place.", actions.revise, "analysis_study"),
}  # fmt: skip
_TO_ORGANISATION = ("return", "refuse")
_GRAVE = ("refuse", "override")


def reason(http: HttpRequest, key: str, act: str) -> HttpResponse:
    """Ask for the reason of an act, and do it."""
    row, (title, hint, act_on, after) = lab_request(http, key), _ACTS[act]
    fixed = policies.after_linkage(row) if act in _TO_ORGANISATION else {}
    data = http.POST if http.method == "POST" else None
    form = FixedReason(data, reasons=fixed) if fixed else Reason(data)
    if form.is_valid():
        act_on(row, by=staff(http), at=clock.now(), reason=form.cleaned_data["reason"])
        return redirect(after, key=key)
    return render(
        http, "analysis/reason.html", page(row, "", form=form, title=title, hint=hint, fixed=bool(fixed), grave=act in _GRAVE)
    )


def _rows(cards: Sequence[Card]) -> list[tuple[object, ...]]:
    again = marked(each.request for each in cards)
    return [
        (
            format_html('<a class="govuk-link" href="{}">{}</a>', reverse("analysis_request", args=[each.request.key]), each.request.key),
            f"{each.request.organisation.name}{' (first time)' if each.request.first_time else ''}",
            each.request.words,
            str(each.request.owner or "Nobody yet"),
            each.days,
            AGAIN if each.request.pk in again else each.blocker,
            "" if each.to_release is None else each.to_release,
        )
        for each in cards
    ]  # fmt: skip


def _can(row: Request, user: User) -> frozenset[str]:
    """What this person can do in this state."""
    return frozenset(each.action for each in possible(row.state) if each.actor in user.roles)


def _organisation(row: Request) -> list[tuple[str, object]]:
    found = row.organisation
    signed = found.agreements.order_by("-signed_at").first()
    return [
        ("Name", found.name),
        (f"{found.get_kind_display()} number", found.number),
        ("Sector", found.sector or "Not said"),
        ("Asks for the first time", "Yes" if row.first_time else "No"),
        ("Second contact", f"{found.second_contact_name}, {found.second_contact_email}"),
        ("Agreement", f"Version {signed.text.version}, {signed.get_lawful_basis_display()}" if signed else "Not signed"),
        ("How people were told", signed.how_told if signed else "Not said"),
        ("Taking part as well", ", ".join(str(each) for each in row.partners.all()) or "Nobody"),
    ]


def _file(file: CohortFile) -> tuple[object, ...]:
    return (
        f"{file.organisation}, version {file.version}",
        file.get_state_display(),
        *("" if value is None else value for value in (file.rows, file.errors, file.warnings)),
    )
