"""Time free of the first event, safe: restricted means, hazard ratios, tests, and the points of the curves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from justice_data_lab.disclosure import rounding
from justice_data_lab.disclosure.checks import check_share
from justice_data_lab.disclosure.curve import MIN_POINTS, merge_periods
from justice_data_lab.disclosure.figures import figure, gap, mark, plain_number
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.published_survival import CurvePoint, HazardResult, SurvivalResult, SurvivalTest
from justice_data_lab.disclosure.sides import Weights, both_safe, sides_of
from justice_data_lab.estimation.effects import SIGNIFICANT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.printed import Kind, Marker
    from justice_data_lab.disclosure.published_analyses import Result
    from justice_data_lab.disclosure.published_survival import CurveStatus, OverTime, SurvivalStatus
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.disclosure.survival_evidence import SurvivalEvidence
    from justice_data_lab.estimation.survival.result import Hazard, Survival
    from justice_data_lab.study import DisclosureRules

TABLE = "survival"
_DECIMALS = 12  # of a share: what floating point adds beyond must not decide a half


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One analysis's evidence with the rules, and the marker that all its figures carry."""

    evidence: SurvivalEvidence
    rules: DisclosureRules
    fine: Precision
    marker: Marker

    def figure(self, statistic: str, kind: Kind, value: float | None, *, group: str = "", unit: str = "") -> Figure:
        """A figure of the analysis, or its gap."""
        return self.shown(figure(self.place(statistic, group), kind, unit, value, self.fine))

    def shown(self, found: Figure) -> Figure:
        """The figure unless it carries a marker; data that are already public keep the number beside it."""
        if not self.marker:
            return found
        if self.rules.profile == "none":
            return mark(found, self.marker)
        return gap(found.place, found.kind, found.unit, self.marker)

    def place(self, statistic: str, group: str = "", level: str = "") -> Place:
        """Where a figure stands in the tidy table."""
        survival = self.evidence.survival
        return Place(
            table=TABLE, analysis=survival.analysis, measure=survival.columns.event, statistic=statistic, group=group, level=level
        )


def publish_survival_beside(
    evidence: SurvivalEvidence | None, results: Sequence[Result], rules: DisclosureRules, fine: Precision
) -> SurvivalResult | None:
    """The same beside the published results; withheld where the share with the event or the mean time of those with it is.

    Args:
        evidence: the exact figures; None when there are none.
        results: what is published of every measure: a cell may be hidden there for the sake of its neighbours.
        rules: the thresholds.
        fine: rounding.
    """
    if evidence is None:
        return None
    survival = evidence.survival
    columns = (survival.columns.event, survival.columns.time)
    hidden = any(
        bool({"c", "x"} & {result.treated.marker, result.comparison.marker})
        for result in results
        if result.analysis == survival.analysis and any(_is_of(result, column) for column in columns)
    )
    return publish_survival(evidence, rules, fine, hidden=hidden)


def _is_of(result: Result, column: str) -> bool:
    """Whether the result's measure is of that column, alone or one of several."""
    return result.measure == column or result.measure.startswith(f"{column} (")


def publish_survival(
    evidence: SurvivalEvidence, rules: DisclosureRules, fine: Precision, *, hidden: bool = False
) -> SurvivalResult:
    """One analysis's time free of the event, with what is not safe withheld.

    Args:
        evidence: the exact figures.
        rules: the thresholds.
        fine: rounding.
        hidden: whether a published figure that tells the same is hidden.

    Notes:
        The restricted mean, the share with the event and the mean time of those with it tell each other, so the first is
        shown only where the evidence behind the other two passes rule 1 as well. Ratios and tests are shown only where the
        restricted means are, and only where there are enough events for a curve.
    """
    survival = evidence.survival
    status: SurvivalStatus = "withheld" if hidden else _status(survival, rules)
    markers: dict[SurvivalStatus, Marker] = {"withheld": "c", "not_reliable": "u", "not_available": "x", "shown": ""}
    row = _Row(evidence=evidence, rules=rules, fine=fine, marker=markers[status])
    found, unit = survival.restricted, survival.columns.unit
    kind: Kind = "days" if unit == "days" else "mean"
    curve, curve_status = _curve(row)
    few = curve_status == "few_points"
    tests = replace(row, marker="c") if few else row
    told = status == "shown" and not few
    return SurvivalResult(
        analysis=survival.analysis,
        measure=survival.columns.event,
        time=survival.columns.time,
        name=survival.name,
        design=survival.design,
        horizon=survival.columns.horizon,
        unit=unit,
        status=status,
        shape=_shape(survival) if status == "shown" else "none",
        treated=row.figure("restricted mean", kind, found.mean_treated, group="treated", unit=unit),
        comparison=row.figure("restricted mean", kind, found.mean_comparison, group="comparison", unit=unit),
        difference=row.figure("difference", kind, found.difference, unit=unit),
        ci_low=row.figure("interval low", kind, found.ci_low, unit=unit),
        ci_high=row.figure("interval high", kind, found.ci_high, unit=unit),
        p_value=row.figure("p-value", "p", found.p_value),
        log_rank=_log_rank(tests),
        hazards=tuple(_hazard(tests, hazard) for hazard in survival.hazards if tests.marker != "c"),
        tests=_tests(survival) if told else (),
        sides=survival.agreement.sides if told else None,
        curve=curve,
        curve_status=curve_status,
    )


def _status(survival: Survival, rules: DisclosureRules) -> SurvivalStatus:
    """Safe before available, available before sound."""
    if rules.profile == "default" and not _is_safe(survival, rules):
        return "withheld"
    if survival.restricted.difference is None:
        return "not_available"
    return "shown" if survival.reliable else "not_reliable"


def _is_safe(survival: Survival, rules: DisclosureRules) -> bool:
    """Rule 1 for the share with the event, the mean time lost and the mean time of those with it, in both groups."""
    found, evidence = survival.restricted, survival.evidence
    everybody = (found.n_treated, found.n_comparison)
    came = (evidence.came.events_treated or 0, evidence.came.events_comparison or 0)
    shares = [check_share(events, people, rules).safe for events, people in zip(came, everybody, strict=True)]
    lost, times = (
        sides_of(behind, people, Weights(n_eff=n_eff, largest=behind.max_weight_share), proportion=False)
        for behind, people, n_eff in ((evidence.lost, everybody, found.n_eff), (evidence.times, came, evidence.n_eff))
    )
    return all(shares) and both_safe(lost, rules) and both_safe(times, rules)


def _shape(survival: Survival) -> Literal["below", "above", "straddles"]:
    """Where the exact bounds lie, even when a rounded one prints as 0."""
    low, high = survival.restricted.ci_low or 0.0, survival.restricted.ci_high or 0.0
    if high < 0:
        return "below"
    return "above" if low > 0 else "straddles"


def _log_rank(row: _Row) -> Figure:
    ranks = row.evidence.survival.log_rank
    if row.evidence.survival.design == "matched":
        return gap(row.place("log-rank p-value"), "p", "", "z")
    return row.figure("log-rank p-value", "p", ranks.p_value if ranks else None)


def _hazard(row: _Row, hazard: Hazard) -> HazardResult:
    def one(statistic: str, kind: Kind, value: float | None) -> Figure:
        return row.shown(figure(row.place(f"hazard ratio{statistic}", level=hazard.model), kind, "", value, row.fine))

    return HazardResult(
        model=hazard.model,
        ratio=one("", "hazard", hazard.ratio),
        ci_low=one(" interval low", "hazard", hazard.ci_low),
        ci_high=one(" interval high", "hazard", hazard.ci_high),
        p_value=one(" p-value", "p", hazard.p_value),
        over_time=_over_time(hazard) if not row.marker else "unknown",
        over_time_p=one(" over time p-value", "p", hazard.change_p_value),
    )


def _over_time(hazard: Hazard) -> OverTime:
    """By the exact p-value, even when it prints as the line itself."""
    if hazard.change_p_value is None:
        return "unknown"
    return "changes" if hazard.change_p_value <= SIGNIFICANT else "steady"


def _tests(survival: Survival) -> tuple[SurvivalTest, ...]:
    return tuple(
        SurvivalTest(name=test.name, significant=test.significant, direction=test.direction) for test in survival.agreement.tests
    )


def _curve(row: _Row) -> tuple[tuple[CurvePoint, ...], CurveStatus]:
    """The points that may be drawn.

    Notes:
        Only of the headline: the curve of a part of the people, beside that of the whole, would tell the events of the rest.
    """
    survival, rules = row.evidence.survival, row.rules
    if row.marker and rules.profile == "default":
        return (), "withheld"
    if not row.evidence.headline and rules.profile == "default":
        return (), "headline_only"
    periods = merge_periods(survival.periods, rules)
    if len(periods) < MIN_POINTS and rules.profile == "default":
        return (), "few_points"
    return tuple(
        CurvePoint(
            end=period.end,
            treated=_free(row, period.end, "treated", period.treated.free),
            comparison=_free(row, period.end, "comparison", period.comparison.free),
        )
        for period in periods
    ), "shown"


def _free(row: _Row, end: float, group: str, free: float) -> Figure:
    """The share free of the event, rounded so that it and the share with the event, as printed, make 100%.

    Notes:
        Rounded by itself, a half would go up on both sides, and 64.5% printed as 65% beside a rate of 36% would tell that both are halves.
    """
    place = row.place("free of the event", group, f"{end:g} {row.evidence.survival.columns.unit}")
    places = row.fine.points
    came = round(1 - free, _DECIMALS)
    shown = rounding.round_mean(100 - rounding.round_percent(came, places), places)
    least = 10.0**-places
    words = (
        f">{100 - least:.{places}f}%" if came > 0 and shown == 100 else f"<{least:.{places}f}%" if came < 1 and not shown else ""
    )
    found = Figure(
        place=place,
        kind="percent",
        unit="%",
        value=None if words else shown,
        text=words or f"{plain_number(shown, places)}%",
        step=least,
    )
    return row.shown(found)
