"""Addresses of requests."""

from __future__ import annotations

from django.urls import path

from jdl_service.requests import views

urlpatterns = [
    path("", views.index, name="requests"),
    path("<slug:key>/", views.detail, name="request"),
]
