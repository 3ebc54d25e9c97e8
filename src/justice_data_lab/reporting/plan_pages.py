"""The plan that was frozen before outcomes were read, as it stands on page one and in its own section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.reporting import protocol_words

if TYPE_CHECKING:
    from justice_data_lab.disclosure.protocol import ProtocolChange
    from justice_data_lab.disclosure.published import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPages:
    """What is said of the plan.

    Attributes:
        line: for page one.
        paragraphs: for its section.
        changes: what was changed since, with words where there is nothing to show.
        title: of the section.
    """

    line: str
    paragraphs: tuple[str, ...]
    changes: tuple[ProtocolChange, ...]
    title: str = protocol_words.TITLE


def plan_pages(content: Content) -> PlanPages:
    """What is said of the plan, also where there was none."""
    changes = content.protocol.changes if content.protocol else ()
    return PlanPages(
        line=protocol_words.on_page_one(content.protocol),
        paragraphs=protocol_words.in_full(content.protocol),
        changes=tuple(
            replace(each, before=each.before or "not set", after=each.after or "not set", why=each.why or "No reason was given")
            for each in changes
        ),
    )
