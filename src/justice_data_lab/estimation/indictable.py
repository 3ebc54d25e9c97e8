"""Merging "indictable only" with "either way", decided before any outcome is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.measures.catalogue import merge_indictable

if TYPE_CHECKING:
    from justice_data_lab.study import Lab, MeasureSpec


def settle_specs(
    specs: tuple[MeasureSpec, ...], matched: int, indictable_rate: float | None, lab: Lab
) -> tuple[MeasureSpec, ...]:
    """The measures to read: 4 merged with 5 and 7 with 8 when too few indictable first reoffences are to be expected.

    Args:
        specs: the study's measures.
        matched: treated people matched.
        indictable_rate: share of all people (not of reoffenders) whose first proven reoffence is indictable only, in the
            register as a whole. None: not known, nothing is merged.
        lab: `min_np` is the least number expected.

    Notes:
        Rule 7 wants the choice made before outcomes are read, so it rests on the register's published rates and never on the
        outcomes of this cohort or its pool: choosing after seeing them would be choosing by result.
    """
    if indictable_rate is None or matched * indictable_rate >= lab.min_np:
        return specs
    return merge_indictable(specs)
