"""Addresses for everybody."""

from __future__ import annotations

from django.urls import path

from jdl_service.public import views

urlpatterns = [
    path("", views.home, name="home"),
]
