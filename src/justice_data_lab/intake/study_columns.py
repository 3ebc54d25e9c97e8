"""By which columns of a cohort file a study may pick people: by none that says who somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.intake.columns import COLUMNS, RESERVED, plain_heading

if TYPE_CHECKING:
    from justice_data_lab.study import Study

_WHOSE = {"name": "a name", "identifier": "an identifier", "date": "a date"}
# Names, identifiers and dates go no further than linkage: with them stops whatever a study would make of them.
_STOPS = {column.name: _WHOSE[column.kind] for column in COLUMNS if column.kind in _WHOSE}


def check_study_columns(study: Study) -> None:
    """Refuse a study that declares names, identifiers, dates or the lab's own columns as what people are picked by.

    Args:
        study: of a cohort, as read; analyses name only what it declares.

    Raises:
        UsageError: it does; the message says what to do.
    """
    for name, _ in study.columns:
        plain = plain_heading(name)
        if plain in _STOPS:
            message = (
                f"[columns] {name}: expected a column of groups, found {_STOPS[plain]}, which is used to find people and goes no "
                "further. Take it out here and under where; for a subgroup, give the cohort file a column of your own that says "
                "in words which group each person is in."
            )
            raise UsageError(message)
        if plain in RESERVED:
            message = (
                f"[columns] {name}: the lab gives a column of its own this name. Rename yours in the cohort file, and here and "
                "under where."
            )
            raise UsageError(message)
