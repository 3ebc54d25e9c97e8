"""Addresses of results, below those of requests."""

from __future__ import annotations

from django.urls import path

from jdl_service.results import views

urlpatterns = [
    path("<slug:key>/result/", views.result, name="request_result"),
    path("<slug:key>/result/<str:name>", views.fetch, name="request_result_file"),
]
