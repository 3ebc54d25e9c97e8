"""Addresses of `library`."""

from __future__ import annotations

from django.urls import re_path

from jdl_service.library import views

urlpatterns = [re_path(r"^", views.page, name="library")]
