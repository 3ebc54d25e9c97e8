"""What may leave of the trust in links: types only; `publish_linkage` fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

# The imports are field types, which from_json reads at run time.
from justice_data_lab.disclosure.linkage_evidence import RateKey  # noqa: TC001
from justice_data_lab.disclosure.printed import Figure  # noqa: TC001

ThresholdStatus: TypeAlias = Literal["shown", "nearly_the_same", "withheld"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateResult:
    """An estimated error rate with its 95% interval."""

    key: RateKey
    share: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdResult:
    """The result with stricter links.

    Attributes:
        times: how many times as strict.
        status: whether there are figures; too few people leave to show a result without them, or they may not be shown.
        treated: people of the treatment group.
        difference: treated less comparison.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
    """

    times: int
    status: ThresholdStatus
    treated: Figure
    difference: Figure
    ci_low: Figure
    ci_high: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageResult:
    """The trust in links, every figure safe.

    Attributes:
        rates: estimated error rates.
        measure: key of the measure that `thresholds` are of; empty when there are none.
        thresholds: each stricter than the one before; the result itself is not among them.
    """

    rates: tuple[RateResult, ...]
    measure: str
    thresholds: tuple[ThresholdResult, ...]
