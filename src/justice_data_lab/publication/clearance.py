"""What stands between a report and its release: the one place where a reason not to freeze it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.disclosure.published import Content


def obstacles(content: Content) -> tuple[str, ...]:
    """Every reason, in words, why the report may not be frozen; none when it may.

    Notes:
        A report that was not compared with earlier releases says so of itself, and is not for the public: beside one of them it may tell
        of a few people.
    """
    if "no_ledger" in content.notices:
        return ("its report says that it is not yet cleared for publication, because it was not compared with earlier releases",)
    return ()
