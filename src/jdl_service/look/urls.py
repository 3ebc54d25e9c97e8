"""Addresses of the look's own pages (namespace `look`)."""

from __future__ import annotations

from django.urls import path

from jdl_service.look import views

app_name = "look"
urlpatterns = [
    path("brand.css", views.brand_style, name="brand"),
    path("guidance/", views.guidance, name="guidance"),
    path("words/<slug:slug>/", views.words, name="words"),
    path("account/", views.account, name="account"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/<slug:name>/", views.styleguide, name="styleguide"),
]
