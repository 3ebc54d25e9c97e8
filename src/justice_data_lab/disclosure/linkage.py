"""The trust in links, safe: estimated error rates, and the result with stricter links where enough people leave with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.checks import check_count, check_share
from justice_data_lab.disclosure.estimates import difference_of
from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.linked.names import missed_at_most, stricter
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.published_linkage import LinkageResult, RateResult, ThresholdResult
from justice_data_lab.disclosure.sides import Weights, both_safe, sides_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest, MeasureFacts
    from justice_data_lab.disclosure.linkage_evidence import RateEvidence, ThresholdEvidence
    from justice_data_lab.disclosure.linked.protection import Protection
    from justice_data_lab.disclosure.printed import Kind, Marker
    from justice_data_lab.disclosure.published_analyses import Result
    from justice_data_lab.disclosure.published_linkage import ThresholdStatus
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.study import DisclosureRules

TABLE = "linkage"


def publish_linkage(
    request: DisclosureRequest, results: Sequence[Result], protection: Protection, rules: DisclosureRules, fine: Precision
) -> LinkageResult | None:
    """How far links can be trusted; None when the data came linked.

    Args:
        request: the exact figures.
        results: what is published of every measure: with stricter links a hidden figure stays hidden.
        protection: what is hidden for other figures' sake.
        rules: the thresholds.
        fine: rounding.
    """
    found = request.linkage
    if found is None:
        return None
    headline = next(analysis.name for analysis in request.analyses if analysis.headline)
    markers = {result.measure: result.difference.marker for result in results if result.analysis == headline}
    thresholds: tuple[ThresholdResult, ...] = ()
    if found.thresholds:
        measure = next(facts for facts in request.measures if facts.key == found.measure)
        row = _Stricter(
            analysis=headline, measure=measure, marker=markers[found.measure], protection=protection, rules=rules, fine=fine
        )
        thresholds = _thresholds(found.thresholds, row)
    return LinkageResult(
        rates=tuple(_rate(each, protection, rules, fine) for each in found.rates),
        measure=found.measure,
        thresholds=thresholds,
    )


def _rate(found: RateEvidence, protection: Protection, rules: DisclosureRules, fine: Precision) -> RateResult:
    """An estimate of the model, made from probabilities; the last one is a count of rows not linked, and is checked as one."""
    counted = found.key == "missed at most"
    hidden = counted and protection.hides(missed_at_most())
    safe = not hidden and (not counted or check_share(round(found.share * found.rows), found.rows, rules).safe)

    def one(statistic: str, value: float | None) -> Figure:
        place = Place(table=TABLE, level=found.key, statistic=statistic)
        if value is None:
            return gap(place, "percent", "%", "z")
        return figure(place, "percent", "%", value, fine) if safe else gap(place, "percent", "%", "c")

    return RateResult(
        key=found.key,
        share=one("estimated share", found.share),
        low=one("interval low", found.low),
        high=one("interval high", found.high),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stricter:
    """The measure with the rules, and the marker of its official figure."""

    analysis: str
    measure: MeasureFacts
    marker: Marker
    protection: Protection
    rules: DisclosureRules
    fine: Precision


def _thresholds(rows: Sequence[ThresholdEvidence], row: _Stricter) -> tuple[ThresholdResult, ...]:
    """Each against the last set of people that is shown, the result's own first."""
    published, before = [], rows[0]
    for found in rows[1:]:
        status = _status(found, before, row)
        published.append(_threshold(found, status, row))
        if status == "shown":
            before = found
    return tuple(published)


def _status(found: ThresholdEvidence, before: ThresholdEvidence, row: _Stricter) -> ThresholdStatus:
    alone = alone_beside(found, before, row.measure, row.rules)
    hidden = row.rules.profile == "default" and (row.marker or row.protection.hides(stricter(found.times)))
    return "withheld" if alone == "shown" and hidden else alone


def alone_beside(
    found: ThresholdEvidence, before: ThresholdEvidence, measure: MeasureFacts, rules: DisclosureRules
) -> ThresholdStatus:
    """Rule 1 for the people who are left, and for those who leave, whose figures follow by subtraction.

    Notes:
        Two sets that differ by fewer people than can have enough with the event and enough without are nearly the same.
    """
    if rules.profile == "none":
        return "shown"
    gone = before.n_treated - found.n_treated
    if gone < 2 * rules.min_events:
        return "nearly_the_same"
    with_event, had = found.evidence.events_treated, before.evidence.events_treated
    apart = with_event is not None and had is not None and check_share(had - with_event, gone, rules).safe
    sides = sides_of(
        found.evidence,
        (found.n_treated, found.n_comparison),
        Weights(n_eff=found.n_eff, largest=found.evidence.max_weight_share),
        proportion=measure.kind == "proportion",
    )
    return "shown" if apart and both_safe(sides, rules) else "withheld"


def _threshold(found: ThresholdEvidence, status: ThresholdStatus, row: _Stricter) -> ThresholdResult:
    kind, unit = difference_of(row.measure)
    markers: dict[ThresholdStatus, Marker] = {"shown": "", "nearly_the_same": "x", "withheld": row.marker or "c"}
    marker = markers[status]

    def one(statistic: str, kind: Kind, unit: str, value: float | None, *, safe: bool = True) -> Figure:
        level = f"{found.times} times as strict"
        place = Place(table=TABLE, analysis=row.analysis, measure=row.measure.key, level=level, statistic=statistic)
        shown = marker or ("" if safe else "c")
        return gap(place, kind, unit, shown) if shown else figure(place, kind, unit, value, row.fine)

    return ThresholdResult(
        times=found.times,
        status=status,
        treated=one("people", "count", "people", found.n_treated, safe=check_count(found.n_treated, row.rules).safe),
        difference=one("difference", kind, unit, found.difference),
        ci_low=one("interval low", kind, unit, found.ci_low),
        ci_high=one("interval high", kind, unit, found.ci_high),
    )
