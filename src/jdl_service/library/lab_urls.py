"""Addresses of `library` for the lab."""

from __future__ import annotations

from django.urls import path

from jdl_service.library import lab_views, outside_views

urlpatterns = [
    path("", lab_views.index, name="library_placements"),
    path("outside/", outside_views.index, name="outside_results"),
    path("outside/add/", outside_views.add, name="outside_add"),
    path("outside/<slug:outside>/", outside_views.detail, name="outside_result"),
    path("outside/<slug:outside>/change/", outside_views.change, name="outside_change"),
    path("outside/<slug:outside>/agree/", outside_views.agree, name="outside_agree"),
    path("outside/<slug:outside>/withdraw/", outside_views.withdraw, name="outside_withdraw"),
    path("<slug:key>/", lab_views.placement, name="library_placement"),
]
