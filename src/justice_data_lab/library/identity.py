"""Which outcomes of different results are one: what a measure says it is, never the name of the column that it stood in. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from justice_data_lab.library.taxonomy import slug
from justice_data_lab.measures.catalogue import MEASURES, MERGED_MEASURES, OPTIONAL_MEASURES

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.study import MeasureSpec

    # What two measures have to share to be one.
    Said = tuple[str, str, str, str, str]

# Every measure that the register gives, by its key.
OURS: dict[str, MeasureSpec] = {each.column: each for each in (*MEASURES, *MERGED_MEASURES, *OPTIONAL_MEASURES)}
_MOST_LETTERS = 60


def outcome_key(measure: MeasureFacts | MeasureSpec) -> str:
    """The key by which the library knows an outcome: two results are of one outcome when these are the same.

    Args:
        measure: as a result or the catalogue has it.

    Returns:
        The catalogue's key where it says what the catalogue says; else its name as in an address and eight digits of a hash of all that it
        says: name, kind, unit, direction, and of whom.

    Notes:
        The column is not looked at: in one organisation's file `outcome` is an arrest, in another's a job.
    """
    said = _said(measure)
    ours = _OURS.get(said)
    if ours:
        return ours
    digits = hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]
    return "-".join(part for part in (slug(measure.name)[:_MOST_LETTERS].strip("-"), digits) if part)


def _said(measure: MeasureFacts | MeasureSpec) -> Said:
    return _folded(measure.name), measure.kind, _folded(measure.unit), measure.better, measure.of


def _folded(words: str) -> str:
    """Words without regard to capitals and spaces."""
    return " ".join(words.casefold().split())


_OURS: dict[Said, str] = {_said(each): key for key, each in OURS.items()}
