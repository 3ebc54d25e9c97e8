"""Addresses of the log."""

from __future__ import annotations

from django.urls import path

from jdl_service.audit import views

urlpatterns = [
    path("", views.index, name="audit"),
    path("chain/", views.chain, name="audit_chain"),
]
