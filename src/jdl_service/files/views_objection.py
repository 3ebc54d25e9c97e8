"""The page on which an organisation passes an objection on: the row, never the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from jdl_service import clock
from jdl_service.base.web import signed_in
from jdl_service.files.forms import RowForm
from jdl_service.files.objection_jobs import take_out_row
from jdl_service.files.taking_out import check_taking_out, take_out
from jdl_service.files.views import find_file, last_job

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def object_row(http: HttpRequest, key: str, file: tuple[int, int]) -> HttpResponse:
    """Take out whoever stands in a row; the next run leaves the person out."""
    row, user = find_file(http, key, file), signed_in(http)
    check_taking_out(row, user)
    form = RowForm(http.POST or None)
    if form.is_valid():
        take_out(row, number=form.cleaned_data["row"], by=user, at=clock.now())
        messages.success(http, "Thank you. The person is left out from the next run on. Take the row out of your own copy too.")
        return redirect("request_file_objection", key=row.request.key, file=row.address)
    return render(http, "files/objection.html", {"row": row, "form": form, "job": last_job(row, take_out_row.name)})
