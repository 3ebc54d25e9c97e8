"""The chance of offending as a record shows it: a regression on what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Real: TypeAlias = "NDArray[np.float64]"
    Truth: TypeAlias = "NDArray[np.bool_]"


def record_features(column: dict[str, NDArray[np.generic]]) -> Real:
    """What the record shows of the chance to reoffend: standardised columns, an intercept first."""
    number = {name: column[name].astype(np.float64) for name in _NUMBERS}
    age = number["age_at_index"]
    columns = [age, age**2, number["age_at_first_disposal"], number["copas_rate"], number["index_year"]]
    columns += [np.log1p(number[name]) for name in _COUNTS]
    for name in ("sex", "sentence_band", "index_offence_group", "region"):
        columns += [(column[name] == level).astype(np.float64) for level in sorted(set(column[name]))[1:]]
    x = np.column_stack(columns)
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(len(x)), x])


_COUNTS = (
    "previous_offences", "previous_custodial_sentences", "offences_last_year", "offences_last_three_years",
    "days_since_previous_disposal", "previous_theft",
)  # fmt: skip
_NUMBERS = ("age_at_index", "age_at_first_disposal", "copas_rate", "index_year", *_COUNTS)


def risk_logits(x: Real, y: Truth) -> Real:
    """Logits of reoffending by ridge logistic regression (penalty 1, eight Newton steps)."""
    b = np.zeros(x.shape[1])
    penalty = np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(8):
        p = 1 / (1 + np.exp(-np.clip(x @ b, -30, 30)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + penalty
        b += np.linalg.solve(hessian, x.T @ (y - p) - penalty @ b)
    found: Real = x @ b
    return found
