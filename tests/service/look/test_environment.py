"""Where templates are filled: nothing may be missing but in borrowed ones, and markup is escaped."""

import pytest
from django.template import engines
from jinja2 import UndefinedError

from jdl_service.look.environment import escaped

ENGINE = engines["jinja2"]


def drawn(template, **context):
    return ENGINE.from_string(template).render(context)


def test_a_name_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError):
        drawn("{{ missing }}")


def test_macros_of_the_design_system_may_go_without_a_parameter():
    text = '{% from "govuk_frontend_jinja/components/tag/macro.html" import govukTag %}{{ govukTag({"text": "<b>"}) }}'
    assert '<strong class="govuk-tag">' in drawn(text)
    assert "&lt;b&gt;" in drawn(text)


def test_widgets_of_django_are_found():
    made = ENGINE.get_template("django/forms/widgets/text.html")
    assert '<input type="text" name="n"' in made.render({"widget": {"type": "text", "name": "n", "value": None, "attrs": {}}})


def test_what_is_put_in_is_escaped_in_markup_and_only_there():
    assert drawn("{{ text }}", text="<script>") == "&lt;script&gt;"
    assert escaped("page.html")
    assert escaped(None)
    assert not escaped("account/email/password_reset_key_message.txt")


def test_a_page_is_named_and_not_spelt():
    assert drawn('{{ url("look:words", "privacy") }}') == "/words/privacy/"


def test_static_files_are_named_by_their_path():
    assert drawn('{{ static("look/look.css") }}').startswith("/static/look/look")
