"""Addresses of `analysis`, all for the lab."""

from __future__ import annotations

from django.urls import path

from jdl_service.analysis import views, views_links, views_result, views_rooms, views_study

urlpatterns = [
    path("", views.index, name="analysis"),
    path("mine/", views.mine, name="analysis_mine"),
    path("comments/<int:comment>/close/", views_result.close, name="analysis_comment_close"),
    path("<slug:key>/", views.detail, name="analysis_request"),
    path("<slug:key>/accept/", views.accept, name="analysis_accept"),
    path("<slug:key>/take-over/", views.take_over, name="analysis_take_over"),
    path("<slug:key>/return/", views.reason, {"act": "return"}, name="analysis_return"),
    path("<slug:key>/refuse/", views.reason, {"act": "refuse"}, name="analysis_refuse"),
    path("<slug:key>/redesign/", views.reason, {"act": "redesign"}, name="analysis_redesign"),
    path("<slug:key>/override/", views.reason, {"act": "override"}, name="analysis_override"),
    path("<slug:key>/rework/", views.reason, {"act": "rework"}, name="analysis_rework"),
    path("<slug:key>/revise/", views.reason, {"act": "revise"}, name="analysis_revise"),
    path("<slug:key>/study/", views_study.study, name="analysis_study"),
    path("<slug:key>/freeze/", views_study.freeze, name="analysis_freeze"),
    path("<slug:key>/runs/", views_rooms.runs, name="analysis_runs"),
    path("<slug:key>/link/", views_rooms.link, name="analysis_link"),
    path("<slug:key>/match/", views_rooms.match, name="analysis_match"),
    path("<slug:key>/unlock/", views_rooms.unlock, name="analysis_unlock"),
    path("<slug:key>/balance/", views_rooms.balance, name="analysis_balance"),
    path("<slug:key>/balance.svg", views_rooms.love_plot, name="analysis_love_plot"),
    path("<slug:key>/links/", views_links.index, name="analysis_links"),
    path("<slug:key>/links/prepare/", views_links.prepare, name="analysis_links_prepare"),
    path("<slug:key>/links/decide/", views_links.review, name="analysis_review"),
    path("<slug:key>/result/", views_result.result, name="analysis_result"),
    path("<slug:key>/report/", views_result.report, name="analysis_report"),
    path("<slug:key>/comments/", views_result.comments, name="analysis_comments"),
]
