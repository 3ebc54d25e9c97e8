"""How a form of Django is drawn: which template draws which widget, what goes into it, and every error in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypedDict

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.html import strip_tags

from jdl_service.look.fields import DateParts
from jdl_service.look.words import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms import BaseForm, BaseFormSet, BoundField, Field

    Drawn: TypeAlias = "BaseForm | BaseFormSet[BaseForm]"

# The first that the widget is an instance of decides, so the narrow ones come first.
TEMPLATES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.PasswordInput, "password"),
    (forms.HiddenInput, "hidden"),
    (forms.MultipleHiddenInput, "hidden"),
    (forms.ClearableFileInput, "file"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxInput, "checkbox"),
    (DateParts, "date"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.Select, "select"),
    (forms.widgets.Input, "text"),
)
# What a widget may say of itself in `attrs`; anything else (class apart) is Django's and not the design system's.
ATTRIBUTES = (
    "accept",
    "autocapitalize",
    "autocomplete",
    "dir",
    "lang",
    "max",
    "min",
    "pattern",
    "readonly",
    "spellcheck",
    "step",
)


# How a field that was left out is asked for, by its widget; the first that fits.
_ASKING: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "Confirm that"),
    (forms.FileInput, "Select"),
    (forms.widgets.ChoiceWidget, "Select"),
    (forms.Widget, "Enter"),
)
_REQUIRED = forms.Field.default_error_messages["required"]
_NO_NUMBER = forms.IntegerField.default_error_messages["invalid"]
_LOST = "The page did not send all that it should. Try again"


class Renderer(TemplatesSetting):
    """Draws `{{ form }}` and `field.as_field_group()` with our templates (the setting `FORM_RENDERER`)."""

    form_template_name = "look/form.html"
    formset_template_name = "look/formset.html"
    field_template_name = "look/field.html"


class Fault(NamedTuple):
    """One line of the error summary: what is wrong, and the field to go to (`#id`), when it is that of one field."""

    text: str
    href: str


class Option(TypedDict):
    """One choice: radios and checkboxes read `checked`, lists read `selected`."""

    value: str
    text: str
    checked: bool
    selected: bool
    hint: dict[str, str] | None


class PlainErrors(forms.Form):
    """A form that says what is wrong in the words of its labels, and one thing of each field: “Enter programme name”, “Select setting”."""

    use_required_attribute = False

    if TYPE_CHECKING:
        # forms hand on what they are made with, of which Django's own signature would have each say the type
        def __init__(self, *args: object, **kwargs: object) -> None: ...

    def full_clean(self) -> None:
        """The messages are made at the last moment, since a form may change its fields once it is made."""
        for name, field in self.fields.items():
            for code, text in _in_our_words(field, name).items():
                # one that was given for this field, or for its kind, stays
                if field.error_messages.get(code) in (None, _REQUIRED, _NO_NUMBER):
                    field.error_messages[code] = text
        super().full_clean()

    def add_error(self, field: str | None, error: object) -> None:
        """A field of which something is wrong already gets no second message after the first."""
        if field is None or field not in self.errors:
            super().add_error(field, error)  # type: ignore[call-overload]  # Django's own, handed on


def _in_our_words(field: Field, name: str) -> dict[str, str]:
    """Messages of Django's about one field, by their codes."""
    subject = named(label_of(field, name))
    least, most, length = (getattr(field, limit, None) for limit in ("min_value", "max_value", "max_length"))
    found = {"required": asked_for(field, name)}
    if isinstance(field, forms.IntegerField):
        found["invalid"] = f"{subject} must be a whole number"
    for code, limit, words in (
        ("min_value", least, "or more"),
        ("max_value", most, "or less"),
        ("max_length", length, "characters or fewer"),
    ):
        if isinstance(limit, int):
            # Django fills in what follows a percent sign
            found[code] = f"{subject} must be {limit:,} {words}".replace("%", "%%")
    return found


def asked_for(field: Field, name: str) -> str:
    """What to do about a field that was left out, in the words of its label, which may be a question; nobody sees a hidden one."""
    if field.widget.is_hidden:
        return _LOST
    verb, label = next(verb for kind, verb in _ASKING if isinstance(field.widget, kind)), label_of(field, name)
    return f"{verb} an answer to “{label}”" if label.endswith("?") else f"{verb} {small_first(label)}"


def label_of(field: Field, name: str) -> str:
    """The label of a field, as Django makes it when none was given."""
    return str(field.label) if field.label is not None else name.replace("_", " ").capitalize()


def small_first(text: str) -> str:
    """A label within a sentence: its first letter small, unless the first word is `I` or a short form such as CSV.

    Example:
        >>> small_first("Date of birth"), small_first("PNC number"), small_first("I agree")
        ('date of birth', 'PNC number', 'I agree')
    """
    return text if text[1:2].isupper() or text.startswith("I ") else text[:1].lower() + text[1:]


def field_template(bound: BoundField) -> str:
    """The template that draws a field.

    Raises:
        TypeError: no template of ours draws its widget.
    """
    for kind, name in TEMPLATES:
        if isinstance(bound.field.widget, kind):
            return f"look/fields/{name}.html"
    message = f"Field {bound.name}: no template draws a {type(bound.field.widget).__name__}. Use one that look/forms.py lists."
    raise TypeError(message)


def input_attributes(bound: BoundField) -> dict[str, str]:
    """What the widget says of itself and the design system leaves open, such as `autocomplete` and `accept`."""
    given = bound.field.widget.attrs
    return {name: str(given[name]) for name in sorted(given) if name in ATTRIBUTES or name.startswith("data-")}


def options_of(bound: BoundField) -> list[Option]:
    """The choices of a field, as the macros of the design system read them.

    The hint is from the widget's `hints`, a mapping from value to text, when it has one.
    """
    widget = bound.field.widget
    hints = getattr(widget, "hints", {})
    found = [option for _, group, _ in widget.optgroups(bound.name, _chosen(bound)) for option in group]
    return [
        Option(
            value=str(option["value"]),
            text=str(option["label"]),
            checked=bool(option["selected"]),
            selected=bool(option["selected"]),
            hint={"text": str(hints[str(option["value"])])} if str(option["value"]) in hints else None,
        )
        for option in found
    ]


def _chosen(bound: BoundField) -> list[str]:
    value = bound.value()
    if value is None:
        return []
    many = value if isinstance(value, (list, tuple, set)) else [value]
    return [str(each) for each in many]


def joined(bound: BoundField) -> str:
    """All that is wrong with one field, in one message; a form of somebody else's asks for what is missing in our words too."""
    if bound.is_hidden:
        return _LOST
    return " ".join(asked_for(bound.field, bound.name) if text == str(_REQUIRED) else text for text in _said(bound.errors))


def errors_of(*drawn: Drawn) -> list[Fault]:
    """Every error of some forms and formsets, in the order of the page: first those of the whole, then field by field."""
    return [fault for each in drawn for fault in (_of_many(each) if isinstance(each, forms.BaseFormSet) else _of_one(each))]


def _of_many(formset: BaseFormSet[BaseForm]) -> list[Fault]:
    whole = [Fault(text, "") for text in _said(formset.non_form_errors())]
    return whole + [fault for form in formset.forms for fault in _of_one(form)]


def _of_one(form: BaseForm) -> list[Fault]:
    if not form.is_bound:
        return []
    whole = [Fault(text, "") for text in _said(form.non_field_errors())]
    return whole + [Fault(joined(bound), _place(bound)) for bound in form if bound.errors]


def _place(bound: BoundField) -> str:
    return "" if bound.is_hidden else f"#{bound.id_for_label or bound.auto_id}"


def _said(errors: Iterable[object]) -> list[str]:
    return [strip_tags(str(error)) for error in errors]
