"""The OGRS3 score: the published formula for the chance of proven reoffending, its coefficients and its arithmetic.

Notes:
    Offender Group Reconviction Scale, version 3: Howard, Francis, Soothill and Humphreys (2009), OGRS 3: the revised
    Offender Group Reconviction Scale, Ministry of Justice Research Summary 7/09. The coefficients are those of the
    Ministry of Justice's open-source implementation (hmpps-arns-risk-actuarial-api, MIT licence). The coefficient for
    females of 16 and 17 breaks the trend there; it stands as published, and no adult has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

CONSTANT_ONE_YEAR = 1.40256
CONSTANT_TWO_YEARS = 2.1217
FIRST_TIME = 0.12614
REPEAT = 0.46306
COPAS = 1.25112

# Age at the start of follow-up in completed years: from, below, then the coefficients for males and females.
AGE = (
    (10, 12, 0.0, 0.785),
    (12, 14, 0.08392, 0.61385),
    (14, 16, 0.07578, 0.66952),
    (16, 18, -0.0616, -0.9592),
    (18, 21, -0.6251, -0.8975),
    (21, 25, -1.0515, -1.0285),
    (25, 30, -1.1667, -1.0528),
    (30, 35, -1.326, -1.1291),
    (35, 40, -1.368, -1.4219),
    (40, 50, -1.4997, -1.5247),
    (50, 200, -2.0253, -2.4498),
)

OFFENCE = {
    "Absconding or bail offences": 0.7334,
    "Burglary (domestic)": -0.1239,
    "Burglary (other)": 0.2406,
    "Criminal damage": 0.205,
    "Drink driving and related offences": -0.1214,
    "Drug import/export/production": -0.7956,
    "Drug possession/supply": 0.0772,
    "Fraud and forgery": 0.1599,
    "Handling stolen goods": 0.3519,
    "Other motoring": 0.2622,
    "Other offence": -0.0607,
    "Public order": 0.1819,
    "Robbery": -0.6348,
    "Sexual (against child)": -0.6534,
    "Sexual (not against child)": 0.0328,
    "Soliciting or prostitution": 0.7606,
    "Taking & driving away and related offences": 0.3801,
    "Theft (non-motor)": 0.6612,
    "Theft from vehicles": 0.4272,
    "Violence": 0.0,
}


def age_coefficient(sex: str, age: int) -> float | None:
    """The coefficient for that sex (M or F) and age in completed years; None where none was published."""
    for low, high, male, female in AGE:
        if low <= age < high:
            return {"M": male, "F": female}.get(sex)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offender:
    """What the formula asks of a person.

    Attributes:
        sex: M or F; any other has no coefficient.
        age_at_follow_up: completed years at the index date.
        age_at_disposal: completed years at the index disposal.
        age_at_first_disposal: completed years at the first disposal of the life (the index disposal, if it is the first).
        sanctions: convictions and cautions up to and including the index disposal, at least 1.
        offence_group: the index offence's group, one of `OFFENCE`; None when it is not known.
    """

    sex: str
    age_at_follow_up: int
    age_at_disposal: int
    age_at_first_disposal: int
    sanctions: int
    offence_group: str | None


def ogrs3_probability(offender: Offender, constant: float = CONSTANT_ONE_YEAR) -> float | None:
    """The chance of proven reoffending by the published OGRS3 formula, as a fraction; None without a coefficient.

    Args:
        offender: whose chance.
        constant: the one-year constant, or `CONSTANT_TWO_YEARS`.
    """
    age = age_coefficient(offender.sex, offender.age_at_follow_up)
    if age is None or offender.offence_group is None:
        return None
    span = 10 + offender.age_at_disposal - offender.age_at_first_disposal
    score = constant + (FIRST_TIME if offender.sanctions == 1 else REPEAT)
    score += COPAS * log(offender.sanctions / span) + age + OFFENCE[offender.offence_group]
    return 1 / (1 + exp(-score))
