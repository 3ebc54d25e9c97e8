"""Addresses for early readers, who need not belong to the lab."""

from __future__ import annotations

from django.urls import path

from jdl_service.releases import early_views

urlpatterns = [
    path("", early_views.index, name="early"),
    path("<int:release>/", early_views.detail, name="early_release"),
    path("<int:release>/accept/", early_views.accept, name="early_accept"),
    path("<int:release>/report/", early_views.report, name="early_report"),
]
