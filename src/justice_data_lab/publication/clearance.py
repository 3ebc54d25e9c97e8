"""What stands between a report and its release: the one place where a reason not to freeze it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published import Content


def obstacles(content: Content) -> tuple[str, ...]:
    """Every reason, in words, why the report may not be frozen; none when it may.

    Notes:
        A report that says of itself that not every disclosure check was made is not for the public. Further walls (all linked
        tables at once, differences from earlier releases) say so here as well.
    """
    if "part_checks_only" in content.notices:
        return ("its report says that it is not yet cleared for publication, because not every disclosure check was made",)
    return ()
