"""Addresses of organisations."""

from __future__ import annotations

from django.urls import path

from jdl_service.organisations import views

urlpatterns = [
    path("", views.index, name="organisations"),
    path("register/", views.register, name="organisation_register"),
    path("waiting/", views.waiting, name="organisations_waiting"),
    path("join/", views.join, name="organisation_join"),
    path("<int:organisation>/", views.detail, name="organisation"),
    path("<int:organisation>/approve/", views.approve, name="organisation_approve"),
    path("<int:organisation>/refuse/", views.refuse, name="organisation_refuse"),
    path("<int:organisation>/sign/", views.sign, name="organisation_sign"),
    path("<int:organisation>/invite/", views.invite, name="organisation_invite"),
    path("<int:organisation>/people/<int:membership>/remove/", views.remove, name="organisation_remove"),
]
