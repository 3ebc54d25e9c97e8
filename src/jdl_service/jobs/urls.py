"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from jdl_service.jobs import views

urlpatterns = [
    path("<int:job>/", views.detail, name="job"),
    path("<int:job>/cancel/", views.cancel, name="job_cancel"),
    path("<int:job>/again/", views.try_again, name="job_try_again"),
]
