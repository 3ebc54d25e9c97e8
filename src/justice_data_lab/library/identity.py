"""Which outcomes of different results are one: what a measure says it is, never the name of the column that it stood in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.library.taxonomy import folded, with_digits
from justice_data_lab.measures.catalogue import MEASURES, MERGED_MEASURES, OPTIONAL_MEASURES

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.study import MeasureSpec

    # What two measures have to share to be one.
    Said = tuple[str, str, str, str, str]

# Every measure that the register gives, by its key.
OURS: dict[str, MeasureSpec] = {each.column: each for each in (*MEASURES, *MERGED_MEASURES, *OPTIONAL_MEASURES)}


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
    return _OURS.get(said) or with_digits(measure.name, "\n".join(said))


def _said(measure: MeasureFacts | MeasureSpec) -> Said:
    return folded(measure.name), measure.kind, folded(measure.unit), measure.better, measure.of


_OURS: dict[Said, str] = {_said(each): key for key, each in OURS.items()}
