"""Where the service's templates are filled: what is put in is escaped, and nothing may be missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import django.forms
from django.template import engines
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Undefined

from jdl_service.look import words
from jdl_service.look.brand import brand
from jdl_service.look.forms import errors_of, field_template, input_attributes, joined, options_of
from jdl_service.look.navigation import navigation
from jdl_service.look.pages import footer_pages

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from jinja2 import BaseLoader, Template

# Macros of GOV.UK Frontend and Django's own widgets ask for parameters that nobody gave: there, and only there, missing is empty.
BORROWED = ("govuk_frontend_jinja/", "django/forms/")


class Options(TypedDict):
    """What Django hands over for an engine."""

    loader: BaseLoader
    autoescape: bool
    auto_reload: bool
    undefined: type[Undefined]


class LookEnvironment(Environment):
    """Our templates, strict; borrowed ones are looked up in a second environment that lets a parameter be missing."""

    borrowed: Environment

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, object] | None = None,  # noqa: A002 -- Jinja's own name for it
    ) -> Template:
        """A template by its name; the borrowed ones from their own environment."""
        if isinstance(name, str) and name.startswith(BORROWED):
            return self.borrowed.get_template(name)
        return super().get_template(name, parent, globals)


def environment(**options: Unpack[Options]) -> Environment:
    """The environment that Django's Jinja2 engine uses (`TEMPLATES`, `OPTIONS["environment"]`).

    Args:
        **options: Django's; its loader comes first, so that an app may have templates of its own beside these.
    """
    made = LookEnvironment(
        loader=ChoiceLoader([options["loader"], PackageLoader("jdl_service.look")]),
        autoescape=escaped,
        auto_reload=options["auto_reload"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.borrowed = _borrowed()
    made.globals.update(static=static, url=url, brand=brand, **FUNCTIONS)
    named = ("day", "hour", "moment", "number", "count", "size", "figure", "sentence")
    made.filters.update({name: getattr(words, name) for name in named})
    return made


def read_templates() -> int:
    """Read every template of ours and the macros that they borrow, so that no visitor waits for it; give their number."""
    made: LookEnvironment = engines["jinja2"].env  # type: ignore[attr-defined]  # Django's engine has it
    found = [(each, name) for each in (made.borrowed, made) for name in each.list_templates(filter_func=_is_read)]
    for each, name in found:
        each.get_template(name)
    return len(found)


def _is_read(name: str) -> bool:
    return name.endswith((".html", ".txt")) and not name.startswith("django/")


def escaped(name: str | None) -> bool:
    """Whether what is put into a template is escaped: everywhere but in plain text, which is no markup."""
    return not (name or "").endswith(".txt")


def _borrowed() -> Environment:
    django_forms = Path(django.forms.__file__).parent / "jinja2"
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return Environment(loader=ChoiceLoader([macros, FileSystemLoader(django_forms)]), autoescape=True)


def url(name: str, *args: str | int, **kwargs: str | int) -> str:
    """The address of a page by its name."""
    return reverse(name, args=args, kwargs=kwargs)


FUNCTIONS: dict[str, Callable[..., object]] = {
    "errors_of": errors_of,
    "field_template": field_template,
    "input_attributes": input_attributes,
    "options_of": options_of,
    "joined": joined,
    "markers": words.markers,
    "footer_pages": footer_pages,
    "navigation": navigation,
}
