"""Addresses of administration. A person's number is in the query: an address that names a row would be looked up for its organisation."""

from __future__ import annotations

from django.urls import path

from jdl_service.administration import views

urlpatterns = [
    path("", views.index, name="accounts"),
    path("add/", views.add, name="account_add"),
    path("change/", views.change, name="account_roles"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("settings/", views.setup, name="service_settings"),
]
