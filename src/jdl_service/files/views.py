"""Pages of the cohort file: send it, see what is wrong with it, name its columns, mend it, fetch it with what to fix."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from jdl_service import clock
from jdl_service.base.answers import public_answer
from jdl_service.base.web import signed_in
from jdl_service.files import actions, findings
from jdl_service.files.forms import ColumnsForm, MendForm, UploadForm
from jdl_service.files.jobs import annotate_file, check_file, mend_file
from jdl_service.files.models import CohortFile
from jdl_service.files.standing import people_in, standing_files
from jdl_service.files.taking_out import can_take_out
from jdl_service.files.upload import TOO_LARGE
from jdl_service.jobs.models import Job
from jdl_service.organisations.models import Organisation
from jdl_service.requests import shown
from jdl_service.requests.models import Request
from jdl_service.requests.policies import can_upload
from justice_data_lab.intake.template import write_template

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jdl_service.accounts.models import User

_KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_A_PAGE, _CELLS = 100, 50
SOON = "3"  # seconds after which a page that waits for the worker asks again


@login_not_required
@require_safe
def template(http: HttpRequest, suffix: str) -> HttpResponse:
    """The blank template, for everybody: as CSV, or as a workbook of Excel or LibreOffice that checks as they type."""
    answer = public_answer(http, _template(suffix), kind=_KINDS[suffix], told=None)
    answer.headers["Content-Disposition"] = _attached("cohort-template", suffix)
    return answer


def upload(http: HttpRequest, key: str) -> HttpResponse:
    """Send a cohort file; see the versions sent before."""
    user = signed_in(http)
    row = get_object_or_404(Request.objects.for_user(user).select_related("organisation"), key=key)
    ours = _taking_part(row, user)
    lists = _lists(row, ours)
    form = UploadForm(lists=lists)
    if http.method == "POST":
        form = UploadForm(http.POST, http.FILES, lists=lists, cut_off=TOO_LARGE in http.META)
    if form.is_valid() and ours is not None:
        made = actions.upload(row, organisation=ours, sent=form.cleaned_data["file"], by=user, at=clock.now(), part=form.part())
        return redirect("request_file_version", key=row.key, file=made.address)
    files = CohortFile.objects.for_user(user).filter(request=row).select_related("organisation")
    context = {
        "row": row,
        "form": form,
        "files": files,
        "may": ours is not None and can_upload(row, ours),
        "around": shown.around(row, "request_file", ours=ours == row.organisation),
        "have": people_in(standing_files(row)) if row.kind == Request.Kind.ACCUMULATING else None,
    }
    return render(http, "files/upload.html", context)


def detail(http: HttpRequest, key: str, file: tuple[int, int]) -> HttpResponse:
    """What the check of a version found."""
    row, user = find_file(http, key, file), signed_in(http)
    job = last_job(row, check_file.name, mend_file.name)
    waits = row.state == CohortFile.State.CHECKING or actions.is_at(row, mend_file.name)
    context: dict[str, object] = {
        "row": row,
        "job": job,
        "waits": waits,
        "around": shown.around(row.request, "request_file"),
        "sent": _sent(row, user),
        "later": CohortFile.objects.for_user(user)
        .filter(request=row.request, organisation=row.organisation, part=row.part, version__gt=row.version)
        .first(),
        "may_object": can_take_out(row),
        "may_say": row.unsaid and can_upload(row.request, row.organisation),
        "may_split": row.request.kind == Request.Kind.SINGLE and can_upload(row.request, row.organisation),
    }
    if row.state == CohortFile.State.FAULTY or row.warnings:
        context |= _found(http, row, user)
    answer = render(http, "files/detail.html", context)
    if waits and job is not None and job.is_open:
        answer.headers["Refresh"] = SOON
    return answer


def columns(http: HttpRequest, key: str, file: tuple[int, int]) -> HttpResponse:
    """Say which of their headings is which column, and when each of the others was known."""
    row, user = find_file(http, key, file), signed_in(http)
    found = actions.read_problems(row, by=user, at=clock.now())
    form = ColumnsForm(http.POST or None, headings=found.headings, row=row)
    if form.is_valid():
        actions.map_columns(row, column_map=form.column_map(), known_when=form.known_when(), by=user, at=clock.now())
        return redirect("request_file_version", key=row.request.key, file=row.address)
    return render(http, "files/columns.html", {"row": row, "form": form, "headings": found.headings})


def mend(http: HttpRequest, key: str, file: tuple[int, int]) -> HttpResponse:
    """Change faulty cells in the browser."""
    row, user = find_file(http, key, file), signed_in(http)
    found = actions.read_problems(row, by=user, at=clock.now())
    form = MendForm(http.POST or None, cells=findings.cells(found.errors, _CELLS))
    if form.is_valid():
        actions.mend(row, cells=form.changes(), by=user, at=clock.now())
        messages.success(http, "Your changes were sent. The changed file is the next version.")
        return redirect("request_file_version", key=row.request.key, file=row.address)
    return render(http, "files/mend.html", {"row": row, "form": form, "more": len(found.errors) > _CELLS})


def what_to_fix(http: HttpRequest, key: str, file: tuple[int, int]) -> HttpResponse:
    """Ask for the same file with a column that says what to fix, wait for it, and fetch it."""
    row, user = find_file(http, key, file), signed_in(http)
    if http.method == "POST":
        actions.ask_what_to_fix(row, by=user, at=clock.now())
        return redirect("request_file_fix", key=row.request.key, file=row.address)
    if "fetch" in http.GET:
        content = actions.fetch_what_to_fix(row, by=user, at=clock.now())
        if content is not None:
            return _download(content, "what-to-fix", row.suffix)
    job = last_job(row, annotate_file.name)
    ready = row.annotated is not None and row.annotated.destroyed_at is None
    answer = render(http, "files/what_to_fix.html", {"row": row, "job": job, "ready": ready})
    if job is not None and job.is_open:
        answer.headers["Refresh"] = SOON
    return answer


def find_file(http: HttpRequest, key: str, file: tuple[int, int]) -> CohortFile:
    """The version of a file that this person may see."""
    mine = CohortFile.objects.for_user(signed_in(http)).select_related(
        "request__organisation", "organisation", "problems", "annotated", "groups", "made_from"
    )
    organisation, version = file
    return get_object_or_404(mine, request__key=key, organisation=organisation, version=version)


def last_job(row: CohortFile, *tasks: str) -> Job | None:
    """The last job of one of these kinds for a file."""
    return Job.objects.filter(request=row.request, task__in=tasks, arguments__file=row.pk).first()


def _taking_part(row: Request, user: User) -> Organisation | None:
    """For which of the organisations that take part this person can send a file."""
    taking = Organisation.objects.for_user(user).filter(memberships__user=user)
    return taking.filter(pk__in=[row.organisation_id, *row.partners.values_list("pk", flat=True)]).first()


def _lists(row: Request, ours: Organisation | None) -> list[tuple[str, str]]:
    """Whose place a file can take, where people are added each year: the last version of each list."""
    if row.kind != Request.Kind.ACCUMULATING or ours is None:
        return []
    return [
        (str(each.part), f"List {each.part} again, put right: in the place of version {each.version}")
        for each in standing_files(row, of=ours)
    ]


def _sent(row: CohortFile, user: User) -> bool:
    return row.organisation.memberships.filter(user=user).exists()


def _found(http: HttpRequest, row: CohortFile, user: User) -> dict[str, object]:
    """Errors by kind and by row, warnings apart, and what changed since the version before; for whoever sent the file."""
    if not _sent(row, user):
        return {}
    found = actions.read_problems(row, by=user, at=clock.now())
    same = CohortFile.objects.filter(request=row.request, organisation=row.organisation, part=row.part)
    before = same.filter(version__lt=row.version).order_by("-version").first()
    earlier = actions.read_problems(before, by=user, at=clock.now()) if before else None
    placed = [each for each in found.errors if each.row is not None]
    return {
        "kinds": findings.by_kind(found.errors),
        "whole": findings.several(found.errors),
        "headings": found.headings,
        "page": Paginator(placed, _A_PAGE).get_page(http.GET.get("page")),
        "noted": findings.by_kind(found.warnings),
        "noted_rows": [each for each in found.warnings if each.row is not None][:_A_PAGE],
        "codes": bool(findings.unknown_codes(found.problems, their_headings(row)) or row.column_map.get("values")),
        "progress": findings.progress(earlier.errors, found.errors) if earlier and earlier.problems else None,
        "gone": row.problems is None or row.problems.destroyed_at is not None,
        "may": can_upload(row.request, row.organisation),
    }


def their_headings(row: CohortFile) -> dict[str, str]:
    """The template's column for each of their own headings."""
    return {heading: name for name, heading in row.column_map.get("columns", {}).items()}


@cache
def _template(suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"cohort-template{suffix}"
        write_template(out)
        return out.read_bytes()


def _download(content: bytes, name: str, suffix: str) -> HttpResponse:
    return HttpResponse(content, content_type=_KINDS[suffix], headers={"Content-Disposition": _attached(name, suffix)})


def _attached(name: str, suffix: str) -> str:
    return f'attachment; filename="{name}{suffix}"'
