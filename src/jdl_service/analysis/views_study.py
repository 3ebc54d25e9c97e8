"""The study of a request: a form over the study file, which the core reads and checks, and the protocol with its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jdl_service import clock
from jdl_service.analysis import actions, policies
from jdl_service.analysis.lab import lab_request, page, staff
from jdl_service.analysis.models import Study
from jdl_service.analysis.study_forms import StudyForm
from jdl_service.analysis.study_text import first_draft, parse
from jdl_service.analysis.study_words import in_words
from jdl_service.base.errors import NotYours
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jdl_service.accounts.models import User
    from jdl_service.requests.models import Request


def study(http: HttpRequest, key: str) -> HttpResponse:
    """Set the study; what the core refuses is said in its words, with the nearest key that it knows."""
    row, user = lab_request(http, key), staff(http)
    found = Study.objects.filter(request=row).first()
    draft = first_draft(row)
    form = StudyForm.of(parse(found.toml) if found else draft, http.POST if http.method == "POST" else None)
    if form.is_sent() and _set(row, form, user):
        messages.success(http, "The study is set.")
        return redirect("analysis_study", key=key)
    protocol = policies.protocol_of(row)
    context = page(
        row,
        "analysis_study",
        form=form,
        found=found,
        said=in_words(policies.read_text(found.toml, clock.day_of(found.set_at))) if found else (),
        protocol=protocol,
        settled=sorted(protocol.content.items()) if protocol else (),
        is_open=user.is_analyst and policies.can_set_study(row),
        waiting=row.jobs.filter(task__endswith="freeze_protocol").order_by("-pk").first(),
    )
    return render(http, "analysis/study.html", context)


def _set(row: Request, form: StudyForm, user: User) -> bool:
    try:
        actions.set_study(row, toml=form.toml(first_draft(row)), by=user, at=clock.now())
    except NotYours:
        raise
    except UsageError as error:
        form.refuse(str(error))
        return False
    return True


@require_POST
def freeze(http: HttpRequest, key: str) -> HttpResponse:
    """Have the protocol written down."""
    actions.freeze_protocol(lab_request(http, key), by=staff(http), at=clock.now())
    messages.success(http, "The protocol is being written down. Its hash stands here in a moment.")
    return redirect("analysis_study", key=key)
