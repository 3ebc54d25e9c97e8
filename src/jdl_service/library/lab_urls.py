"""Addresses of `library` for the lab."""

from __future__ import annotations

from django.urls import path

from jdl_service.library import lab_views

urlpatterns = [
    path("", lab_views.index, name="library_placements"),
    path("<slug:key>/", lab_views.placement, name="library_placement"),
]
