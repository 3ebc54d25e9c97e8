"""The estimates: each cell checked, complements protected, everything made from a hidden cell hidden with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isclose
from typing import TYPE_CHECKING, Literal

from justice_data_lab.disclosure.checks import check_count, check_share
from justice_data_lab.disclosure.figures import figure, gap, hundred, mark
from justice_data_lab.disclosure.linked.names import base_of, controls_of, people_of, result_of
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.published_analyses import Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.disclosure.evidence import EstimateEvidence, MeasureFacts, Side
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
    from justice_data_lab.disclosure.linked.protection import Protection
    from justice_data_lab.disclosure.printed import Kind, Marker
    from justice_data_lab.disclosure.published_analyses import PublicVerdict
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.study import DisclosureRules

Group = Literal["treated", "comparison"]
# Apart by no more than this, an effective size and a number of people are the same.
_SAME = 1e-9
_VERDICT_WORDS: dict[str, str] = {
    "reduction": "evidence of a reduction",
    "increase": "evidence of an increase",
    "inconclusive": "not enough evidence to tell the direction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One estimate with its measure and analysis, the rules, and what is hidden."""

    estimate: EstimateEvidence
    measure: MeasureFacts
    analysis: AnalysisEvidence
    protection: Protection
    rules: DisclosureRules
    fine: Precision

    @property
    def near(self) -> bool:
        """Whether the analysis is of nearly the same people as a published figure."""
        return self.analysis.name in self.protection.near

    def hidden(self, group: Group) -> bool:
        """Whether a group's figure is hidden."""
        return self.protection.hides(result_of(self.analysis.name, self.measure.key, group))

    def place(self, statistic: str, group: str = "") -> Place:
        """Where one of the row's figures stands in the tidy table."""
        return Place(
            table="placebo" if self.analysis.kind == "placebo" else f"table {self.measure.table}",
            analysis=self.estimate.analysis,
            measure=self.measure.key,
            statistic=statistic,
            group=group,
        )


def publish_estimates(
    estimates: Sequence[EstimateEvidence],
    measures: Mapping[str, MeasureFacts],
    analyses: Mapping[str, AnalysisEvidence],
    protection: Protection,
    rules: DisclosureRules,
    fine: Precision,
) -> tuple[Result, ...]:
    """Every estimate, safe, in its order.

    Args:
        estimates: one an analysis and measure.
        measures: by key.
        analyses: by name.
        protection: what is hidden, by rule 1 or for the sake of what rule 1 hides.
        rules: the thresholds.
        fine: rounding.
    """
    return tuple(
        _result(
            Row(
                estimate=estimate,
                measure=measures[estimate.measure],
                analysis=analyses[estimate.analysis],
                protection=protection,
                rules=rules,
                fine=fine,
            )
        )
        for estimate in estimates
    )


def size_is_safe(analysis: AnalysisEvidence, rules: DisclosureRules) -> bool:
    """Whether it may be told how many people an analysis is of: those picked by a trait are a level, so enough must be outside."""
    if analysis.whole is None:
        return check_count(analysis.treated, rules).safe
    return check_share(analysis.treated, analysis.whole, rules).safe


def _result(row: Row) -> Result:
    estimate, measure = row.estimate, row.measure
    unit = "%" if measure.kind == "proportion" else measure.unit
    change, change_unit = difference_of(measure)
    return Result(
        analysis=estimate.analysis,
        measure=measure.key,
        verdict=_verdict(row),
        verdict_figure=_verdict_figure(row),
        n_treated=_group_size(row, "treated"),
        n_comparison=_group_size(row, "comparison"),
        n_eff=_effective_size(row),
        treated=_of_group(row, "treated", "", unit),
        comparison=_of_group(row, "comparison", "", unit),
        treated_low=_of_group(row, "treated", "low", unit),
        treated_high=_of_group(row, "treated", "high", unit),
        comparison_low=_of_group(row, "comparison", "low", unit),
        comparison_high=_of_group(row, "comparison", "high", unit),
        difference=_of_both(row, "difference", change, change_unit, estimate.difference),
        ci_low=_of_both(row, "interval low", change, change_unit, estimate.ci_low),
        ci_high=_of_both(row, "interval high", change, change_unit, estimate.ci_high),
        p_value=_of_both(row, "p-value", "p", "", estimate.p_value),
        detectable=_of_both(row, "detectable difference", "detectable", change_unit, estimate.detectable),
        people_needed=_people_needed(row, "people needed", estimate.people_needed),
        people_to_send=_people_needed(row, "people to send", estimate.people_to_send),
        hundred_treated=_per_hundred(row, "treated"),
        hundred_comparison=_per_hundred(row, "comparison"),
    )


def _kind(measure: MeasureFacts) -> Kind:
    if measure.kind == "proportion":
        return "percent"
    return "days" if measure.unit == "days" else "mean"


def difference_of(measure: MeasureFacts) -> tuple[Kind, str]:
    """How a difference on a measure is rounded, and its unit."""
    return ("points", "percentage points") if measure.kind == "proportion" else (_kind(measure), measure.unit)


def _gap(row: Row, group: Group | None) -> Marker:
    """The marker that a figure made from this group (None: from both) must carry; confidential before unreliable.

    Notes:
        What makes an estimate unreliable is a count of the treated. Beside a treated figure that is hidden the comparison group's own is shown
        or hidden for its own sake: that it is unreliable would tell how many of the treated had the event.
    """
    if row.near:
        return "x"
    if group != "comparison" and row.hidden("treated"):
        return "c"
    if group != "treated" and row.hidden("comparison"):
        return "c"
    if row.hidden("treated"):
        return ""
    return "" if row.estimate.reliable else "u"


def with_marker(shown: Figure, marker: Marker, rules: DisclosureRules) -> Figure:
    """The figure, or its marker; data that are already public keep the number beside it."""
    if not marker:
        return shown
    if rules.profile == "none":
        return mark(shown, marker)
    return gap(shown.place, shown.kind, shown.unit, marker)


def _side(row: Row, group: Group) -> Side:
    return row.estimate.treated if group == "treated" else row.estimate.comparison


def _of_group(row: Row, group: Group, end: Literal["", "low", "high"], unit: str) -> Figure:
    """A group's rate or mean, or one end of its own interval."""
    kind, side = _kind(row.measure), _side(row, group)
    name = "rate" if kind == "percent" else "mean"
    value = {"": side.value, "low": side.low, "high": side.high}[end]
    place = row.place(f"{name} interval {end}" if end else name, group)
    if end and name == "mean":
        return gap(place, kind, unit, "z")
    shown = figure(place, kind, unit, value, row.fine)
    return with_marker(shown, _gap(row, group), row.rules)


def _of_both(row: Row, statistic: str, kind: Kind, unit: str, value: float | None) -> Figure:
    return with_marker(figure(row.place(statistic), kind, unit, value, row.fine), _gap(row, None), row.rules)


def _per_hundred(row: Row, group: Group) -> Figure:
    """People in 100 for a proportion, things for 100 people for a count, else the group's mean again."""
    place, value, share = row.place("for 100 people", group), _side(row, group).value, row.measure.kind == "proportion"
    if share or row.measure.counts:
        shown = hundred(place, "people" if share else row.measure.unit, value, row.fine, share=share)
    else:
        shown = figure(place, _kind(row.measure), row.measure.unit, value, row.fine)
    return with_marker(shown, _gap(row, group), row.rules)


def _people_needed(row: Row, statistic: str, people: int | None) -> Figure:
    """People needed to detect five percentage points; a mean has no percentage points."""
    if row.measure.kind == "mean":
        return gap(row.place(statistic), "needed", "people", "z")
    return _of_both(row, statistic, "needed", "people", people)


def _group_size(row: Row, group: Group) -> Figure:
    """A group's size; of a sub-group such as those who reoffended it is itself a count of events, checked as one."""
    name, of, count = row.analysis.name, row.measure.of, _side(row, group).people
    place = row.place("people", group)
    if row.near:
        return gap(place, "count", "people", "x")
    base = row.analysis.treated if group == "treated" else row.analysis.comparison
    safe = check_count(count, row.rules).safe if of == "all" else check_share(count, base, row.rules).safe
    makers = [people_of(name) if group == "treated" else controls_of(name)]
    makers += [] if of == "all" else [result_of(name, of, group), base_of(name, of, group)]
    if not safe or any(row.protection.hides(unit) for unit in makers):
        return gap(place, "count", "people", "c")
    return figure(place, "count", "people", count, row.fine)


def _effective_size(row: Row) -> Figure:
    side = row.estimate.comparison
    size = figure(row.place("effective size", "comparison"), "size", "people", side.n_eff, row.fine)
    return no_finer_than(_group_size(row, "comparison"), size, (side.people, side.n_eff))


def no_finer_than(people: Figure, size: Figure, exact: tuple[int, float | None]) -> Figure:
    """An effective size as it may stand beside the people whom it weighs.

    Args:
        people: their number as printed, or its marker.
        size: the effective size by the rule of its kind.
        exact: both before rounding.

    Notes:
        Where everybody weighs the same, as in a trial, the effective size is the number of people: two digits of it would tell a number
        below 100 to the person. It is then that number as printed.
    """
    count, n_eff = exact
    if people.marker:
        return gap(size.place, size.kind, size.unit, people.marker)
    if n_eff is not None and isclose(n_eff, count, rel_tol=_SAME):
        return replace(people, place=size.place, kind=size.kind)
    return size


def _verdict(row: Row) -> PublicVerdict:
    if _gap(row, None) == "c":
        return "withheld"
    if row.near or row.estimate.difference is None:
        return "not_available"
    return row.estimate.verdict if row.estimate.reliable else "not_reliable"


def _verdict_figure(row: Row) -> Figure:
    verdict, place = _verdict(row), row.place("verdict")
    if verdict in _VERDICT_WORDS:
        return Figure(place=place, kind="verdict", unit="", value=None, text=_VERDICT_WORDS[verdict])
    markers: dict[str, Marker] = {"withheld": "c", "not_reliable": "u", "not_available": "x"}
    return gap(place, "verdict", "", markers[verdict])
