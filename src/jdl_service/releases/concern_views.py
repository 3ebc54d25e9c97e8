"""Concerns: the head of profession reads and answers them; both are public from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from jdl_service import clock
from jdl_service.base.errors import NotYours
from jdl_service.base.web import signed_in
from jdl_service.releases import actions
from jdl_service.releases.forms import AnswerForm
from jdl_service.releases.models import Concern
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def answer(http: HttpRequest, concern: int) -> HttpResponse:
    """One concern and the form of its answer.

    Raises:
        NotYours: not the head of profession.
    """
    user = signed_in(http)
    row = get_object_or_404(Concern.objects.for_user(user).select_related("release"), pk=concern)
    if not user.is_head_of_profession:
        message = "Concerns are answered by the head of profession."
        raise NotYours(message)
    form = AnswerForm(http.POST if http.method == "POST" else None) if row.answered_at is None else None
    if form is not None and form.is_valid():
        try:
            actions.answer_concern(row, text=form.cleaned_data["text"], by=user, at=clock.now())
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(http, "Your answer is public.")
            return redirect("releases")
    return render(http, "releases/concern.html", {"row": row, "form": form})
