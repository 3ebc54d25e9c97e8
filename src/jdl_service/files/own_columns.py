"""The organisation's own columns: which headings are its own, and whether each was known before people started or only after.

The study asks for that: what was known only afterwards can be no reason to compare people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jdl_service.base.free_text import identifiers_in
from jdl_service.files.models import CohortFile
from justice_data_lab.intake.columns import BY_NAME, plain_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jdl_service.organisations.models import Organisation

KNOWN = (("before_start", "Before people started with you"), ("after_start", "Only after they had started"))
AFTER = "after_start"
# A heading with as many digits is somebody's: the list has no headings.
_DIGITS = re.compile(r"\d{4}")
_LONGEST = 60


def is_heading(text: str) -> bool:
    """Whether a text may be kept as a heading: it is short, and no identifier or date of somebody.

    Example:
        >>> is_heading("Date of birth"), is_heading("A1234BC"), is_heading("14/03/1992")
        (True, False, False)
    """
    return len(text) <= _LONGEST and not identifiers_in(text) and not _DIGITS.search(text)


def own_headings(headings: Iterable[str], mapped: Iterable[str]) -> tuple[str, ...]:
    """The headings that are no column of the template, by their name or by what was said of them.

    Args:
        headings: of the file, as they wrote them.
        mapped: those that were said to be a column of the template.

    Returns:
        None of a file of which no heading is the template's: what stands there may be somebody's.
    """
    theirs, taken = [text for text in headings if is_heading(text)], set(mapped)
    own = tuple(text for text in theirs if plain_heading(text) not in BY_NAME and text not in taken)
    return own if len(own) < len(theirs) else ()


def settle(row: CohortFile, headings: Iterable[str]) -> None:
    """Keep what was said of the columns that a file has, and count those of which nothing was said yet."""
    own = own_headings(headings, row.column_map.get("columns", {}).values())
    row.known_when = {text: row.known_when[text] for text in own if text in row.known_when}
    row.unsaid = len(own) - len(row.known_when)


def remembered_known(organisation: Organisation) -> dict[str, str]:
    """What an organisation said last of its own columns, in whichever request."""
    told = CohortFile.objects.filter(organisation=organisation).exclude(known_when={}).order_by("-uploaded_at", "-pk").first()
    return dict(told.known_when) if told else {}


def declared(files: Sequence[CohortFile]) -> dict[str, str]:
    """The own columns that every one of some files has, as the first writes them; known afterwards where one of them says so."""
    found: list[Mapping[str, str]] = [{plain_heading(text): known for text, known in file.known_when.items()} for file in files]
    first = files[0].known_when if files else {}
    shared = {text: [each.get(plain_heading(text)) for each in found] for text in first}
    return {text: AFTER if AFTER in known else first[text] for text, known in shared.items() if all(known)}
