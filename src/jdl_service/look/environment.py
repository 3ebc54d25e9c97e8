"""Where the service's templates are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Undefined


class Options(TypedDict):
    """What Django hands over for an engine."""

    loader: BaseLoader
    autoescape: bool
    auto_reload: bool
    undefined: type[Undefined]


def environment(**options: Unpack[Options]) -> Environment:
    """The environment that Django's Jinja2 engine uses."""
    made = Environment(**options)  # noqa: S701 -- Django gives autoescape
    made.globals.update(static=static, url=lambda name, *args, **kwargs: reverse(name, args=args, kwargs=kwargs))
    return made
