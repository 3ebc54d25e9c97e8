"""How many links are wrong and how many were missed, each with an interval that does not take the model's word for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.linkage.chance import count_quantile, shifted
from justice_data_lab.linkage.quality import QualityRow
from justice_data_lab.linkage.unreached import Reached, expected_unreached

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justice_data_lab.linkage.model import LinkageModel
    from justice_data_lab.linkage.quality import Described

    Floats: TypeAlias = NDArray[np.float64]

# How far every match weight, and the number of people whom no key reaches, may be off: two bits, a factor of four.
SLACK = 2.0
LOW, HIGH = 0.025, 0.975


def error_rates(rows: Sequence[Described], model: LinkageModel) -> list[QualityRow]:
    """The false-match and the missed-match rate of a linkage, as shares of links and of people who could be found.

    Args:
        rows: every submitted row, with what became of it.
        model: for its m values.

    Returns:
        `error rate`: the two rates with 95% intervals, and the missed-match rate if everybody not linked were in the
        register; `unreached`: how many people no blocking key reaches.

    Notes:
        Wrong links: one less the probability of the person linked to, summed over links. Missed matches: the probability
        that a row's person is any other of its candidates, summed over rows, and the people whom no key reaches. Each count's
        interval is that of its Poisson-binomial distribution, at its lower end with all match weights two bits off one way and
        at its upper end two bits off the other way. Reviewers are taken to be right for the estimate and the lower end; for the
        upper end, to know no more than the model.
    """
    unreached = expected_unreached(model, _reached(rows))
    links = [row for row in rows if row.decision.outcome == "linked"]
    lost = [row for row in rows if row.decision.outcome != "linked"]
    report = []
    if links:
        report = [_false_matches(links), *_missed_matches(links, lost, unreached)]
    low, high = unreached / 2**SLACK, unreached * 2**SLACK
    reach = QualityRow(
        section="unreached",
        group="People whom no key reaches",
        rows=len(rows),
        expected=_r(unreached),
        low=_r(low),
        high=_r(high),
    )
    return [*report, reach]


def _false_matches(links: Sequence[Described]) -> QualityRow:
    wrong = _wrong(links)
    reviewed = _is_reviewed(links)
    expected = float(wrong[~reviewed].sum())
    low = count_quantile(shifted(wrong[~reviewed], -SLACK), LOW)
    high = max(count_quantile(shifted(wrong, SLACK), HIGH), expected)
    rates = [_r(count / len(links)) for count in (expected, min(low, expected), min(high, len(links)))]
    return QualityRow(
        section="error rate", group="False-match rate", rows=len(links), expected=rates[0], low=rates[1], high=rates[2]
    )


def _missed_matches(links: Sequence[Described], lost: Sequence[Described], unreached: float) -> list[QualityRow]:
    rejected = _is_reviewed(lost)
    anyone = np.array([row.decision.anyone for row in lost])
    elsewhere = np.array([max(row.decision.anyone - row.decision.probability, 0.0) for row in links])[~_is_reviewed(links)]
    believed = np.concatenate([anyone[~rejected], elsewhere])
    right = len(links) - float(_wrong(links)[~_is_reviewed(links)].sum())
    expected = float(believed.sum()) + unreached
    low = count_quantile(shifted(believed, -SLACK), LOW, rare=unreached / 2**SLACK)
    every = np.concatenate([anyone, elsewhere])
    high = max(count_quantile(shifted(every, SLACK), HIGH, rare=unreached * 2**SLACK), expected)
    rates = [_r(count / (count + right)) for count in (expected, min(low, expected), high)]
    everybody = len(links) + len(lost)
    return [
        QualityRow(
            section="error rate", group="Missed-match rate", rows=everybody, expected=rates[0], low=rates[1], high=rates[2]
        ),
        QualityRow(section="error rate", group="Missed at most", rows=everybody, expected=_r(len(lost) / everybody)),
    ]


def _wrong(links: Sequence[Described]) -> Floats:
    return np.array([1.0 - row.decision.probability for row in links])


def _is_reviewed(rows: Sequence[Described]) -> NDArray[np.bool_]:
    return np.array([row.decision.reviewed in ("linked", "rejected") for row in rows], dtype=np.bool_)


def _reached(rows: Sequence[Described]) -> list[Reached]:
    return [
        Reached(levels=row.levels, chance=row.decision.probability, fields=row.fields)
        for row in rows
        if row.decision.weight is not None
    ]


def _r(value: float) -> float:
    """Six digits: what is beyond them differs from machine to machine."""
    return float(f"{value:.6g}")
