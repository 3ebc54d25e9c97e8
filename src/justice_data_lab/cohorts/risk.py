"""What a record shows: the chance of offending, by a regression on what stands in it, and who leans to taking part."""

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


_LONG = ("6_to_12_months", "1_to_2_years", "2_to_4_years", "4_years_or_more")


def draw_leaning(column: dict[str, NDArray[np.generic]], rng: np.random.Generator) -> Real:
    """Who takes part: rather older, with less history, with time to serve; in some regions more than in others."""
    age = column["age_at_index"].astype(np.float64)
    history = np.log1p(column["previous_offences"].astype(np.float64))
    regions = sorted(set(column["region"]))
    known = dict(zip(regions, np.where(rng.random(len(regions)) < 0.5, 0.0, -0.7), strict=True))
    place = np.array([known[name] for name in column["region"]])
    long_enough = np.isin(column["sentence_band"], _LONG)
    leaning: Real = 0.12 * (age - 35) / 10 - 0.10 * (history - 2) + 0.3 * long_enough + 0.2 * (column["sex"] == "F") + place
    return leaning
