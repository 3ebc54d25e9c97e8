"""Addresses for everybody."""

from __future__ import annotations

from django.urls import path, re_path

from jdl_service.public import objections, questions, views

urlpatterns = [
    path("", views.home, name="home"),
    path("register/", views.register, name="register"),
    path("concerns/", views.concerns, name="concerns"),
    path("object/", objections.object_, name="object"),
    path("feasibility/", questions.feasibility, name="feasibility"),
    path("when/", questions.when, name="when"),
    path("rates/", questions.rates, name="rates"),
    re_path(r"^(?:results|calendar|bulletins|about)/", views.site, name="site"),
    re_path(r"^(?:index\.html|style\.css|feed\.xml|sitemap\.xml|releases\.json|log\.txt)$", views.site, name="site_file"),
]
