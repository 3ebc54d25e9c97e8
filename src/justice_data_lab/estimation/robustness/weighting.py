"""A difference of two weighted means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.estimation.robustness.contrast import Contrast, Side, contrast, effective_size

if TYPE_CHECKING:
    from justice_data_lab.matching.inputs import Floats


def weighted_contrast(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> Contrast:
    """Σwy/Σw of the first side minus the same of the second, with the HC0 standard error of the regression on treatment.

    Args:
        first: values and weights of the treated.
        second: values and weights of the comparison people.

    Notes:
        se² = Σw²(y - m)²/(Σw)² of each side, added. The weights are taken as given: that they were fitted makes estimates steadier
        than this says, not less steady.
    """
    means = [float((values * weights).sum() / weights.sum()) for values, weights in (first, second)]
    sides = [
        Side(error=float((weights**2 * (values - mean) ** 2).sum() / weights.sum() ** 2), size=effective_size(weights))
        for (values, weights), mean in zip((first, second), means, strict=True)
    ]
    return contrast(means[0] - means[1], sides[0], sides[1])
