"""Addresses of `library`."""

from __future__ import annotations

from django.urls import re_path

from jdl_service.library import api, views

urlpatterns = [re_path(r"^api/v1(?:/|$)", api.api, name="library_api"), re_path(r"^", views.page, name="library")]
