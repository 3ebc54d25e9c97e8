"""Sentences about the plan that was frozen before outcomes were read, and about what was changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.reporting.dates import date_in_words

if TYPE_CHECKING:
    from justice_data_lab.disclosure.protocol import ProtocolFacts

TITLE = "The plan, and what was changed since"
_SHOWN = 12


def on_page_one(protocol: ProtocolFacts | None) -> str:
    """Whether there was a plan, and whether it was kept, in one to three sentences."""
    if protocol is None:
        return "No separate plan was frozen before outcomes were read."
    return f"{_frozen(protocol, protocol.sha256[:_SHOWN])} {_changed(protocol)}"


def _frozen(protocol: ProtocolFacts, fingerprint: str) -> str:
    return (
        f"The plan of this analysis was frozen on {date_in_words(protocol.frozen_on)}, before any outcome was read "
        f"(fingerprint {fingerprint})."
    )


def _changed(protocol: ProtocolFacts) -> str:
    count = len(protocol.changes)
    if not count:
        return "Nothing was changed since."
    word = "One thing was" if count == 1 else f"{count} things were"
    return f"{word} changed since; see \u201c{TITLE}\u201d."


def in_full(protocol: ProtocolFacts | None) -> tuple[str, ...]:
    """What stands above the list of changes."""
    if protocol is None:
        return (
            (
                "No separate plan was frozen before outcomes were read. The settings of the analysis are those printed in this report. "
                "Nobody can check from it that they were chosen beforehand."
            ),
        )
    kept = (
        "Nothing was changed since."
        if not protocol.changes
        else "What was changed since, with the reasons given, is listed below."
    )
    return (
        _frozen(protocol, protocol.sha256),
        f"The fingerprint is worked out from every setting of the plan: anyone who holds the plan can check that it is this one. {kept}",
    )
