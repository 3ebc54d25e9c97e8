"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from jdl_service.jobs import views

urlpatterns = [
    path("<slug:job>/", views.detail, name="job"),
    path("<slug:job>/cancel/", views.cancel, name="job_cancel"),
    path("<slug:job>/again/", views.try_again, name="job_try_again"),
]
