"""Pages on which an organisation takes apart a file with several programmes, and says what its own codes mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from jdl_service import clock
from jdl_service.base.web import signed_in
from jdl_service.files import actions, findings, splitting
from jdl_service.files.forms import CodesForm, SplitColumnForm, SplitForm
from jdl_service.files.split_jobs import MOST_VALUES, count_values, split_file
from jdl_service.files.views import SOON, find_file, last_job, their_headings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jdl_service.files.models import CohortFile
    from jdl_service.files.splitting import Values


def codes(http: HttpRequest, key: str, file: tuple[int, int]) -> HttpResponse:
    """Say what their own codes mean; they are remembered for the organisation's later files."""
    row, user = find_file(http, key, file), signed_in(http)
    found = actions.read_problems(row, by=user, at=clock.now())
    unknown = findings.unknown_codes(found.problems, their_headings(row))
    form = CodesForm(http.POST or None, unknown=unknown, now=row.column_map.get("values", {}))
    if form.is_valid():
        actions.map_columns(row, column_map=form.column_map(), by=user, at=clock.now())
        return redirect("request_file_version", key=row.request.key, file=row.address)
    return render(http, "files/codes.html", {"row": row, "form": form})


def split(http: HttpRequest, key: str, file: tuple[int, int]) -> HttpResponse:
    """Choose the column that names the programme, see its values with their counts, and say what becomes of each."""
    row, user = find_file(http, key, file), signed_in(http)
    values = splitting.read_values(row, by=user, at=clock.now())
    job = last_job(row, count_values.name, split_file.name)
    if job is not None and job.is_open:
        answer = render(http, "files/split_waits.html", {"row": row, "job": job})
        answer.headers["Refresh"] = SOON
        return answer
    if values is None or not values.groups or "again" in http.GET:
        return _column(http, row, values)
    form = SplitForm(http.POST or None, groups=values.groups, key=row.request.key)
    if form.is_valid():
        made = splitting.split(row, values=values, chosen=form.chosen(), by=user, at=clock.now())
        new = f" New requests that come with it: {made}." if made else ""
        messages.success(http, f"The file is being split.{new} Each file is the next version in its request.")
        return redirect("request_file_split", key=row.request.key, file=row.address)
    context = {"row": row, "form": form, "values": values}
    return render(http, "files/split.html", context)


def _column(http: HttpRequest, row: CohortFile, values: Values | None) -> HttpResponse:
    """Which column it is; and that the one chosen before has too many values."""
    user = signed_in(http)
    headings = actions.read_problems(row, by=user, at=clock.now()).headings
    form = SplitColumnForm(http.POST or None, headings=headings, theirs=their_headings(row))
    if form.is_valid():
        splitting.ask_values(row, column=int(form.cleaned_data["column"]), by=user, at=clock.now())
        return redirect("request_file_split", key=row.request.key, file=row.address)
    many = values if values is not None and not values.groups else None
    job = last_job(row, count_values.name, split_file.name)
    context = {"row": row, "form": form, "headings": headings, "many": many, "most": MOST_VALUES, "job": job}
    return render(http, "files/split_column.html", context)
