"""Addresses of requests and of their cohort files."""

from __future__ import annotations

from django.urls import path, register_converter

from jdl_service.files import views as files
from jdl_service.files import views_split as splits
from jdl_service.files.address import FileAddress
from jdl_service.files.views_objection import object_row
from jdl_service.requests import steps, views

register_converter(FileAddress, "file")
urlpatterns = [
    path("", views.index, name="requests"),
    path("start/", steps.start, name="request_start"),
    path("template.csv", files.template, {"suffix": ".csv"}, name="template_csv"),
    path("template.xlsx", files.template, {"suffix": ".xlsx"}, name="template_xlsx"),
    path("template.ods", files.template, {"suffix": ".ods"}, name="template_ods"),
    path("<slug:key>/", views.detail, name="request"),
    path("<slug:key>/tasks/", steps.tasks, name="request_tasks"),
    path("<slug:key>/tasks/<slug:task>/", steps.task, name="request_task"),
    path("<slug:key>/check/", steps.check, name="request_check"),
    path("<slug:key>/partners/", steps.partners, name="request_partners"),
    path("<slug:key>/partners/<int:organisation>/remove/", steps.remove_partner, name="request_partner_remove"),
    path("<slug:key>/file/", files.upload, name="request_file"),
    path("<slug:key>/file/<file:file>/", files.detail, name="request_file_version"),
    path("<slug:key>/file/<file:file>/columns/", files.columns, name="request_file_columns"),
    path("<slug:key>/file/<file:file>/codes/", splits.codes, name="request_file_codes"),
    path("<slug:key>/file/<file:file>/split/", splits.split, name="request_file_split"),
    path("<slug:key>/file/<file:file>/objection/", object_row, name="request_file_objection"),
    path("<slug:key>/file/<file:file>/mend/", files.mend, name="request_file_mend"),
    path("<slug:key>/file/<file:file>/what-to-fix/", files.what_to_fix, name="request_file_fix"),
    path("<slug:key>/messages/", views.say, name="request_messages"),
    path("<slug:key>/coverage/", steps.coverage, name="request_coverage"),
    path("<slug:key>/unpark/", views.unpark, name="request_unpark"),
    path("<slug:key>/resubmit/", views.resubmit, name="request_resubmit"),
    path("<slug:key>/facts/", steps.facts, name="request_facts"),
    path("<slug:key>/withdraw/", views.withdraw, name="request_withdraw"),
]
