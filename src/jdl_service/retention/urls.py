"""Addresses of retention."""

from __future__ import annotations

from django.urls import path

from jdl_service.retention import views

urlpatterns = [
    path("", views.index, name="retention"),
    path("rule/", views.rule, name="retention_rule"),
    path("hold/<slug:key>/", views.hold, name="retention_hold"),
    path("hold/<slug:key>/lift/", views.lift, name="retention_lift"),
    path("requests/<slug:key>/", views.of_request, name="retention_request"),
    path("certificates/<int:certificate>/", views.certificate, name="certificate"),
]
