"""Rule 2: one rounding function for each kind of number, each applied once, to the exact figure.

Halves go away from zero (0.125 is 13 points, -0.125 is -13), decided on the shortest decimal text of the float, so that
0.285 is 29 points on every machine although 100 * 0.285 is 28.499999999999996 in binary.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How finely each kind of number is printed.

    Attributes:
        points: decimals of a percentage and of a difference in percentage points.
        mean: decimals of a mean.
        days: decimals of a number of days.
        p: decimals of a p-value.
        count_base: counts of people are multiples of this.
    """

    points: int = 0
    mean: int = 1
    days: int = 0
    p: int = 2
    count_base: int = 5


def precision(rules: DisclosureRules) -> Precision:
    """Rule 2 for the default profile; one decimal, exact counts and four places of p for data already public."""
    if rules.profile == "none":
        return Precision(points=1, mean=1, days=1, p=4, count_base=1)
    return Precision(count_base=rules.count_base)


def half_away(value: Decimal, places: int) -> float:
    """The value at so many decimals, halves away from zero; never minus zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return float(rounded) + 0.0


def exact(value: float) -> Decimal:
    """The float as its shortest decimal text reads."""
    return Decimal(repr(float(value)))


def round_count(count: int, base: int) -> int:
    """A count of people to the nearest multiple of `base`; the half of an even base goes up."""
    return (2 * count + base) // (2 * base) * base


def round_percent(share: float, places: int) -> float:
    """A fraction as a percentage, or a difference of fractions in percentage points."""
    return half_away(100 * exact(share), places)


def round_mean(value: float, places: int) -> float:
    """A mean, or a difference of means, in the measure's own unit."""
    return half_away(exact(value), places)


def round_two_digits(value: float) -> float:
    """Two significant digits: effective size, detectable difference, people needed."""
    number = exact(value)
    if not number:
        return 0.0
    return half_away(number, 1 - number.adjusted())


def round_p(p: float, places: int) -> float | None:
    """A p-value at so many places; None when it is smaller than the last place can say."""
    return None if exact(p) < Decimal(1).scaleb(-places) else half_away(exact(p), places)
