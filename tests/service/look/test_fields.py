"""Dates in three boxes, and files whose limits are said."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from jdl_service.look.fields import DateParts, DatePartsField, UploadField
from jdl_service.look.forms import PlainErrors


class Form(forms.Form):
    start = DatePartsField(label="Start of the programme", required=False)


def test_a_date_that_is_asked_for_by_a_question_is_called_its_answer():
    class Asked(PlainErrors):
        started = DatePartsField(label="When did the last of them start?")

    wrong = {"started-day": "31", "started-month": "2", "started-year": "2025"}
    said = "The answer to “When did the last of them start?” must"
    assert Asked(wrong).errors["started"] == [f"{said} be a real date, such as 27 3 2025"]
    assert Asked(wrong | {"started-year": ""}).errors["started"] == [f"{said} include a year"]


def sent(day, month, year):
    return Form({"start-day": day, "start-month": month, "start-year": year})


def test_three_boxes_are_one_date():
    form = sent(" 7 ", "03", "2025")
    assert form.is_valid()
    assert form.cleaned_data["start"] == date(2025, 3, 7)


def test_three_empty_boxes_are_no_date():
    form = sent("", " ", "")
    assert form.is_valid()
    assert form.cleaned_data["start"] is None


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("7", "3", ""), "Start of the programme must include a year"),
        (("", "", "2025"), "Start of the programme must include a day and a month"),
    ],
)
def test_what_is_missing_is_named(parts, message):
    assert sent(*parts).errors["start"] == [message]


@pytest.mark.parametrize(
    "parts",
    [
        ("31", "2", "2025"),
        ("0", "1", "2025"),
        ("1", "13", "2025"),
        ("1", "1", "25"),
        ("1", "March", "2025"),
        ("\u0661", "1", "2025"),
    ],
)
def test_what_is_no_date_is_said(parts):
    assert sent(*parts).errors["start"] == ["Start of the programme must be a real date, such as 27 3 2025"]


def test_what_was_typed_goes_back_to_the_boxes():
    assert DateParts().format_value(["31", "2", "25"]) == ["31", "2", "25"]
    assert DateParts().format_value(date(2025, 3, 7)) == ["7", "3", "2025"]
    assert DateParts().format_value(None) == ["", "", ""]


def test_a_page_without_the_boxes_sends_no_date():
    assert DateParts().value_omitted_from_data({"other": "1"}, None, "start")
    assert not DateParts().value_omitted_from_data({"start-day": ""}, None, "start")


def test_the_error_leads_to_the_first_box():
    assert DateParts().id_for_label("id_start") == "id_start-day"
    assert DateParts().id_for_label("") == ""


def test_a_date_has_changed_when_the_boxes_say_another():
    field = DatePartsField()
    assert field.has_changed(date(2025, 3, 7), ["8", "3", "2025"])
    assert not field.has_changed(date(2025, 3, 7), ["7", "3", "2025"])
    assert not field.has_changed(None, None)


def test_a_date_that_is_one_already_stays():
    assert DatePartsField().clean(date(2025, 3, 7)) == date(2025, 3, 7)


UPLOAD = {"kinds": ("csv", "xlsx", "ods"), "largest": 2_000, "label": "Cohort file"}


def cleaned(name, content, **more):
    return UploadField(**UPLOAD, **more).clean(SimpleUploadedFile(name, content))


def test_the_limits_are_said_and_offered():
    field = UploadField(**UPLOAD, help_text="One row a person.")
    assert field.help_text == "One row a person. CSV, XLSX or ODS file, smaller than 2 KB."
    assert field.widget.attrs["accept"] == ".csv,.xlsx,.ods"


def test_one_kind_is_said_alone():
    assert UploadField(kinds=("pdf",), largest=5_000_000, label="Letter").help_text == "PDF file, smaller than 5 MB."


def test_a_file_within_the_limits_is_taken():
    assert cleaned("Cohort.CSV", b"a").name == "Cohort.CSV"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cohort.pdf", b"a", "The selected file must be a CSV, XLSX or ODS"),
        ("cohort.csv", b"a" * 2_000, "The selected file must be smaller than 2 KB"),
        ("cohort.csv", b"", "The selected file is empty"),
    ],
)
def test_a_file_past_the_limits_is_refused_in_words(name, content, message):
    with pytest.raises(ValidationError) as caught:
        cleaned(name, content)
    assert caught.value.messages == [message]


def test_no_file_is_asked_for():
    with pytest.raises(ValidationError, match="Select a file"):
        UploadField(**UPLOAD).clean(None)
