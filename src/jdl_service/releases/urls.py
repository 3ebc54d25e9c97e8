"""Addresses of releases, for the lab."""

from __future__ import annotations

from django.urls import path

from jdl_service.releases import check_views, concern_views, text_views, views

urlpatterns = [
    path("", views.index, name="releases"),
    path("checks/<int:check>/", check_views.check, name="check"),
    path("concerns/<int:concern>/", concern_views.answer, name="concern_answer"),
    path("<int:release>/", views.detail, name="release"),
    path("<int:release>/evidence/", check_views.evidence, name="release_evidence"),
    path("<int:release>/report/", check_views.report, name="release_report"),
    path("<int:release>/assign/", views.assign, name="release_assign"),
    path("<int:release>/sound/", views.confirm, name="release_confirm"),
    path("<int:release>/access/", views.access, name="release_access"),
    path("<int:release>/text/", text_views.waive, name="release_text"),
    path("<int:release>/comment/", views.comment, name="release_comment"),
    path("<int:release>/comment/<int:comment>/answer/", views.answer_comment, name="release_comment_answer"),
    path("<int:release>/comment/<int:comment>/close/", views.close_comment, name="release_comment_close"),
    path("<int:release>/step/<slug:action>/", views.step, name="release_step"),
]
