"""What the service refuses. Both become pages that say what to do next; neither holds a personal value."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_Of = ParamSpec("_Of")


class NotNow(UsageError):  # noqa: N818 -- named by what happened
    """A policy: the state of things does not allow it. The text is shown to whoever asked."""


class NotYours(UsageError):  # noqa: N818 -- named by what happened
    """A permission: this person may not do it. Shown as 403; objects of others are 404 long before."""


def allows(check: Callable[_Of, object], *of: _Of.args, **named: _Of.kwargs) -> bool:
    """Whether a policy that raises `NotNow` with its reason has none."""
    try:
        check(*of, **named)
    except NotNow:
        return False
    return True
