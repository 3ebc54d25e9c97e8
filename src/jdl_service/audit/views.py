"""The log: narrowed, page by page, and whether its chain stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from jdl_service.audit import log
from jdl_service.audit.forms import NarrowForm
from jdl_service.audit.models import AuditEvent
from jdl_service.audit.permissions import check_reads
from jdl_service.base.web import signed_in
from jdl_service.look.words import moment

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_PAGE = 50
# what is asked for, and how it is looked up
_LOOKUPS = {"action": "action", "subject": "subject__startswith", "by": "by__iexact"}


@require_safe
def index(http: HttpRequest) -> HttpResponse:
    """Lines of the log, the last first."""
    check_reads(signed_in(http))
    form = NarrowForm(http.GET)
    found, given = _narrowed(form)
    page = Paginator(found, _PAGE).get_page(http.GET.get("page"))
    rows = [
        (f"{each.number}", moment(each.at).replace(" ", "\N{NO-BREAK SPACE}", 2), each.by, each.action, each.subject, each.detail)
        for each in page
    ]
    return render(http, "audit/index.html", {"form": form, "page": page, "rows": rows, "query": urlencode(given)})


@require_safe
def chain(http: HttpRequest) -> HttpResponse:
    """Every line read again from the first: whether each holds the hash of the one before."""
    check_reads(signed_in(http))
    last = log.last()
    context = {
        "broken": log.broken_at(),
        "lines": AuditEvent.objects.count(),
        "head": last.sha256 if last else "",
    }
    return render(http, "audit/chain.html", context)


def _narrowed(form: NarrowForm) -> tuple[QuerySet[AuditEvent], dict[str, str]]:
    found = AuditEvent.objects.order_by("-number")
    if not form.is_valid():
        return found.none(), {}
    given = {name: form.cleaned_data[name].strip() for name in _LOOKUPS if form.cleaned_data[name].strip()}
    return found.filter(**{_LOOKUPS[name]: value for name, value in given.items()}), given
