"""Unweighted counts and shares behind a figure: what disclosure control needs to judge it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats

TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Secret counts behind one figure; people, never weighted.

    Attributes:
        events_treated: treated people with the event (the larger value, where there are only two); None for any other mean.
        non_events_treated: treated people without it; None likewise.
        nonzero_treated: treated people whose value is not 0.
        largest_share_treated: largest person's share of the treated total (of absolute values); None when the total is 0.
        events_comparison: comparison people with the event; None likewise.
        non_events_comparison: comparison people without it; None likewise.
        nonzero_comparison: comparison people whose value is not 0.
        largest_share_comparison: the larger of two shares, one person's of the plain total and of the weighted total.
        max_weight_share: largest share of the comparison weight held by one person; None when there is nobody.
    """

    events_treated: int | None
    non_events_treated: int | None
    nonzero_treated: int
    largest_share_treated: float | None
    events_comparison: int | None
    non_events_comparison: int | None
    nonzero_comparison: int
    largest_share_comparison: float | None
    max_weight_share: float | None


def gather_evidence(treated: Floats, comparison: Floats, weights: Floats, *, proportion: bool) -> Evidence:
    """Count the people behind a figure.

    Args:
        treated: values of the treated people.
        comparison: values of the comparison people.
        weights: their weights, all above 0.
        proportion: whether values are 0 and 1, so that events can be counted.

    Notes:
        The mean of a column of two values tells a share as surely as a proportion does, so its events are counted too.
    """
    values = np.unique(np.concatenate((treated, comparison)))
    event = 1.0 if proportion else float(values[-1]) if 0 < len(values) <= TWO else None
    with_it = [None, None] if event is None else [int((side == event).sum()) for side in (treated, comparison)]
    first, second = int((treated != 0).sum()), int((comparison != 0).sum())
    shares = [share for share in (_largest_share(comparison), _largest_share(comparison * weights)) if share is not None]
    return Evidence(
        events_treated=with_it[0],
        non_events_treated=None if with_it[0] is None else len(treated) - with_it[0],
        nonzero_treated=first,
        largest_share_treated=_largest_share(treated),
        events_comparison=with_it[1],
        non_events_comparison=None if with_it[1] is None else len(comparison) - with_it[1],
        nonzero_comparison=second,
        largest_share_comparison=max(shares, default=None),
        max_weight_share=_largest_share(weights),
    )


def _largest_share(values: Floats) -> float | None:
    sizes = abs(values)
    total = float(sizes.sum())
    return float(sizes.max()) / total if total > 0 else None
