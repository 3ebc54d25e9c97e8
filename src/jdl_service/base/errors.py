"""What the service refuses. Both become pages that say what to do next; neither holds a personal value."""

from __future__ import annotations

from justice_data_lab.errors import UsageError


class NotNow(UsageError):  # noqa: N818 -- named by what happened
    """A policy: the state of things does not allow it. The text is shown to whoever asked."""


class NotYours(UsageError):  # noqa: N818 -- named by what happened
    """A permission: this person may not do it. Shown as 403; objects of others are 404 long before."""
