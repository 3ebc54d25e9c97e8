"""How Django's forms are drawn: each widget by its template, each error twice, and nothing typed in secret sent back."""

import re

import pytest
from django import forms

from jdl_service.look.forms import PlainErrors, errors_of, field_template, small_first
from jdl_service.look.styleguide import EveryField, faulty_form


class Colours(forms.Form):
    colour = forms.CharField()


class Two(forms.Form):
    letters = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.SelectMultiple, required=False)
    number = forms.CharField(
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off", "onclick": "x"})
    )


def names(html):
    return set(re.findall(r'name="([^"]+)"', html))


def test_every_field_is_drawn_under_its_own_name():
    html = str(EveryField())
    dates = {"started-day", "started-month", "started-year"}
    assert names(html) == (set(EveryField.base_fields) - {"started"}) | dates


@pytest.mark.parametrize("name", [name for name in EveryField.base_fields if name != "version"])
def test_every_error_stands_beside_its_field_and_is_read_out_with_it(name):
    bound = faulty_form()["form"][name]
    html = bound.as_field_group()
    if not bound.errors:
        assert "govuk-error-message" not in html
        return
    (found,) = re.findall(r'<p id="([^"]+-error)" class="govuk-error-message"', html)
    assert any(found in each.split() for each in re.findall(r'aria-describedby="([^"]+)"', html))


def test_every_error_of_the_summary_leads_to_something_on_the_page():
    form = faulty_form()["form"]
    html = str(form)
    places = [fault.href for fault in errors_of(form)]
    assert places.count("") == 2  # that of the whole form, and that of the hidden field
    assert [place for place in places if place and f'id="{place[1:]}"' not in html] == []


def test_a_form_that_was_not_sent_has_no_errors():
    assert errors_of(EveryField()) == []


def test_the_errors_of_a_formset_are_all_listed():
    many = forms.formset_factory(Colours, min_num=3, validate_min=True)
    sent = many({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-colour": "", "form-1-colour": "red"})
    texts = [fault.text for fault in errors_of(sent)]
    assert "Please submit at least 3 forms." in texts
    assert names(str(sent)) >= {"form-TOTAL_FORMS", "form-0-colour", "form-1-colour"}


def test_a_password_never_goes_back_to_the_page():
    html = EveryField({"password": "open sesame"})["password"].as_field_group()
    assert "open sesame" not in html
    assert 'autocomplete="new-password"' in html


def test_what_was_typed_goes_back_to_the_page_escaped():
    form = EveryField(
        {"programme": '"><script>', "words": "</textarea><b>", "needs": ["home"], "region": "south", "agreed": "true"}
    )
    html = str(form)
    assert "<script>" not in html
    assert "</textarea><b>" not in html
    assert re.search(r'value="home"[^>]* checked', html)
    assert re.search(r'value="south" selected', html)
    assert re.search(r'name="agreed"[^>]* checked', html)


def test_a_field_of_many_from_a_list_keeps_what_was_chosen():
    html = Two({"letters": ["b"]})["letters"].as_field_group()
    assert "multiple" in html
    assert re.search(r'value="b" selected', html)


def test_a_widget_says_of_itself_only_what_the_design_system_leaves_open():
    html = Two()["number"].as_field_group()
    assert "govuk-input--width-10" in html
    assert 'autocomplete="off"' in html
    assert "onclick" not in html


def test_numbers_are_text_boxes_with_a_number_pad():
    html = EveryField()["people"].as_field_group()
    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html


def test_words_are_counted_where_words_are_the_limit():
    class Essay(forms.Form):
        essay = forms.CharField(widget=forms.Textarea(attrs={"maxwords": 300}))

    assert 'data-maxwords="300"' in str(Essay())


def test_hints_of_choices_and_fields_are_said():
    html = EveryField()["setting"].as_field_group()
    assert "The work was done in prison." in html


def test_a_birthday_can_be_filled_in_by_the_browser():
    from jdl_service.look.fields import DateParts, DatePartsField  # noqa: PLC0415

    class Born(forms.Form):
        born = DatePartsField(widget=DateParts(attrs={"autocomplete": "bday"}))

    assert 'autocomplete="bday-year"' in str(Born())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("programme", "Enter programme"),
        ("address", "Enter e-mail address"),
        ("setting", "Select where you work with people"),
        ("cohort", "Select a file"),
        ("agreed", "Confirm that I may send these data"),
        ("version", "The page did not send all that it should. Try again"),
    ],
)
def test_what_is_missing_is_asked_for_in_the_words_of_its_label(name, message):
    assert EveryField({}).errors[name] == [message]


class Asking(PlainErrors):
    step = forms.ChoiceField(label="What do you want to do?", choices=[("a", "A")], widget=forms.RadioSelect)
    size = forms.IntegerField(label="Planned number of people", required=False, min_value=2, max_value=1000)
    name = forms.CharField(label="Name", max_length=5, required=False)

    def clean(self):
        if not super().clean().get("size"):
            self.add_error("size", "Enter the number of people at which it is analysed")


@pytest.mark.parametrize(
    ("sent", "name", "message"),
    [
        ({}, "step", "Select an answer to “What do you want to do?”"),
        ({}, "size", "Enter the number of people at which it is analysed"),
        ({"size": "1"}, "size", "Planned number of people must be 2 or more"),
        ({"size": "1001"}, "size", "Planned number of people must be 1,000 or less"),
        ({"size": "x"}, "size", "Planned number of people must be a whole number"),
        ({"name": "abcdef"}, "name", "Name must be 5 characters or fewer"),
    ],
)
def test_one_thing_is_said_of_each_field_and_in_our_words(sent, name, message):
    assert Asking(sent).errors[name] == [message]


def test_nothing_is_said_of_a_field_that_was_hidden_once_the_form_was_made():
    class Hides(PlainErrors):
        organisation = forms.ChoiceField(choices=[("1", "One")])

    for sent in ({}, {"organisation": "2"}):
        form = Hides(sent)
        form.fields["organisation"].widget = forms.HiddenInput()
        assert [fault.text for fault in errors_of(form)] == ["The page did not send all that it should. Try again"]


def test_a_message_of_its_own_stays():
    class Own(PlainErrors):
        name = forms.CharField(error_messages={"required": "Say what it is called"})

    assert Own({}).errors["name"] == ["Say what it is called"]


def test_short_forms_keep_their_capitals_within_a_sentence():
    assert small_first("CSV file") == "CSV file"
    assert small_first("Name") == "name"
    assert small_first("") == ""


def test_a_widget_without_a_template_is_refused():
    class Odd(forms.Form):
        odd = forms.DateField(widget=forms.SplitDateTimeWidget)

    with pytest.raises(TypeError, match="Field odd: no template draws a SplitDateTimeWidget"):
        field_template(Odd()["odd"])
