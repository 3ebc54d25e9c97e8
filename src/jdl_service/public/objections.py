"""The page by which somebody says that they do not want to be analysed. What is typed is sealed at once, and kept nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from jdl_service import clock
from jdl_service.files.objections import object_to_all
from jdl_service.organisations.models import Organisation
from jdl_service.public.forms import ObjectionForm
from justice_data_lab.intake.objections import Objection

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@sensitive_post_parameters()
@sensitive_variables("form", "said")
@login_not_required
def object_(http: HttpRequest) -> HttpResponse:
    """Object: name, date of birth and, if one likes, the organisation; a reference comes back, and nothing else ever does."""
    # the same that the public register of requests names
    sent = Q(requests__submitted_at__isnull=False) | Q(joint_requests__submitted_at__isnull=False)
    known = Organisation.objects.filter(sent).distinct().order_by("name")
    form = ObjectionForm(
        http.POST if http.method == "POST" else None, organisations=[(str(each.pk), each.name) for each in known]
    )
    if not form.is_valid():
        return render(http, "public/object.html", {"form": form})
    if not ratelimit.consume(http, action="objection"):
        form.add_error(None, "Too many objections came from your network. Try again in an hour, or write to the lab")
        return render(http, "public/object.html", {"form": form}, status=429)
    said = form.cleaned_data
    person = Objection(surname=said["surname"], forename=said["forename"], date_of_birth=said["born"])
    chosen = known.filter(pk=said["organisation"]).first() if said["organisation"] else None
    made = object_to_all(person, organisation=chosen, at=clock.now())
    return render(http, "public/objected.html", {"reference": made.reference})
