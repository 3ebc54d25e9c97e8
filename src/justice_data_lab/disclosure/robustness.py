"""The checks on the headline, safe: measure by measure, equivalence, adjusted p-values, the negative control, help from others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.checks import check_share
from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.measure_tests import TABLE, Checked, publish_measure
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.profile import weights_allow
from justice_data_lab.disclosure.published_tests import (
    ControlResult,
    DiscoveryResult,
    EquivalenceResult,
    MarginResult,
    RobustnessResult,
)
from justice_data_lab.disclosure.rounding import round_percent
from justice_data_lab.disclosure.sides import Weights, both_safe, sides_of
from justice_data_lab.estimation.robustness.discovery import q_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest, MeasureFacts
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
    from justice_data_lab.disclosure.printed import Kind, Marker
    from justice_data_lab.disclosure.published_analyses import Result
    from justice_data_lab.disclosure.published_tests import ControlStatus, MeasureTests
    from justice_data_lab.disclosure.robustness_evidence import HelpedEvidence
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.estimation.robustness.result import Agreement, Discovery, Equivalence, NegativeControl
    from justice_data_lab.study import DisclosureRules

_SIGNIFICANT = ("reduction", "increase")
_CONTROL_WORDS: dict[ControlStatus, str] = {"clear": "no large difference before", "flagged": "a large difference before"}


def publish_robustness(
    request: DisclosureRequest, results: Sequence[Result], rules: DisclosureRules, fine: Precision
) -> RobustnessResult | None:
    """Every check of the headline; None when the study leaves the tier out.

    Args:
        request: the exact figures.
        results: what is published of every measure: a check on a hidden figure is hidden with it.
        rules: the thresholds.
        fine: rounding.
    """
    if request.robustness is None:
        return None
    found = request.robustness.robustness
    markers = {(result.analysis, result.measure): result.difference.marker for result in results}
    clear = {result.measure for result in results if result.analysis == found.analysis and result.verdict in _SIGNIFICANT}
    named = {facts.name: facts for facts in request.measures}

    def row(measure: str) -> Checked:
        facts = named[measure]
        return Checked(
            analysis=found.analysis,
            measure=facts,
            marker=markers[found.analysis, facts.key],
            by_chance=found.design == "randomised",
            significant=facts.key in clear,
            rules=rules,
            fine=fine,
        )

    measures = tuple(publish_measure(each, row(each.measure)) for each in found.measures)
    families = ((found.analysis, found.discoveries), *((each.analysis, each.rows) for each in request.robustness.further))
    return RobustnessResult(
        analysis=found.analysis,
        measures=measures,
        equivalence=tuple(_equivalence(each, row(each.measure)) for each in found.equivalence),
        discoveries=tuple(each for name, rows in families for each in _discoveries(name, rows, named, markers, fine)),
        control=_control(found.negative_control, found.analysis, rules, fine) if found.negative_control else None,
        agreement=_overall(measures, named.values()),
    )


def _overall(measures: Sequence[MeasureTests], facts: Iterable[MeasureFacts]) -> Agreement:
    primary = {each.key for each in facts if each.role == "primary"}
    judged = [each.agreement for each in measures if each.measure in primary] or [each.agreement for each in measures]
    if "differ" in judged:
        return "differ"
    return "agree" if "agree" in judged else "not_assessed"


def _equivalence(found: Equivalence, row: Checked) -> EquivalenceResult:
    """The official standard error again, so it is shown where the official figure is."""
    tests = tuple(
        MarginResult(
            margin=round_percent(test.margin, 0),
            p_value=row.figure(f"margin {100 * test.margin:g}", "equivalence p-value", "p", test.p_value),
        )
        for test in found.tests
    )
    margin = row.figure("", "smallest margin that passes", "margin", found.margin)
    if found.tests and found.margin is None and not row.marker:
        margin = replace(margin, text="none", marker="")
    return EquivalenceResult(
        measure=row.measure.key,
        ci90_low=row.difference("", "90% interval low", found.ci90_low),
        ci90_high=row.difference("", "90% interval high", found.ci90_high),
        tests=tests,
        margin=margin,
    )


def _discoveries(
    analysis: str,
    rows: Sequence[Discovery],
    named: Mapping[str, MeasureFacts],
    markers: Mapping[tuple[str, str], Marker],
    fine: Precision,
) -> tuple[DiscoveryResult, ...]:
    """Worked out again over the measures that are shown: a q-value that rests on a hidden p-value would tell it."""
    shown = [row for row in rows if not markers[analysis, named[row.measure].key]]
    values = q_values([row.p_value for row in shown])
    return tuple(
        DiscoveryResult(
            analysis=analysis,
            measure=named[row.measure].key,
            q_value=figure(
                Place(table=TABLE, analysis=analysis, measure=named[row.measure].key, statistic="q-value"),
                "q",
                "",
                float(value),
                fine,
            ),
        )
        for row, value in zip(shown, values, strict=True)
    )


def _control(found: NegativeControl, analysis: str, rules: DisclosureRules, fine: Precision) -> ControlResult:
    """A share of its own, of the same two groups: rule 1 on its own counts."""
    weights = Weights(n_eff=found.n_eff, largest=found.evidence.max_weight_share)
    sides = sides_of(found.evidence, (found.n_treated, found.n_comparison), weights, proportion=True)
    safe = both_safe(sides, rules)
    status: ControlStatus = (
        "withheld" if not safe else "not_available" if found.flagged is None else "flagged" if found.flagged else "clear"
    )

    def place(statistic: str) -> Place:
        return Place(table=TABLE, analysis=analysis, level="negative control", statistic=statistic)

    def one(statistic: str, kind: Kind, unit: str, value: float | None) -> Figure:
        return figure(place(statistic), kind, unit, value, fine) if safe else gap(place(statistic), kind, unit, "c")

    words, points = _CONTROL_WORDS.get(status), "percentage points"
    return ControlResult(
        status=status,
        direction="none" if status != "flagged" else "higher" if (found.difference or 0.0) > 0 else "lower",
        status_figure=Figure(place=place("verdict"), kind="verdict", unit="", value=None, text=words)
        if words
        else gap(place("verdict"), "verdict", "", "x" if safe else "c"),
        difference=one("difference", "points", points, found.difference),
        ci_low=one("interval low", "points", points, found.ci_low),
        ci_high=one("interval high", "points", points, found.ci_high),
        p_value=one("p-value", "p", "", found.p_value),
    )


def publish_helped(
    helped: HelpedEvidence | None, headline: AnalysisEvidence, rules: DisclosureRules, fine: Precision
) -> Figure | None:
    """The share of the comparison group known to have had the same kind of help; None when the lab knows of nobody.

    Args:
        helped: the people.
        headline: whose comparison group they are in.
        rules: the thresholds.
        fine: rounding.
    """
    if helped is None:
        return None
    place = Place(table="contamination", analysis=headline.name, statistic="had similar help", group="comparison")
    safe = check_share(helped.people, helped.people + helped.others, rules).safe and weights_allow(headline, rules)
    return figure(place, "percent", "%", helped.share, fine) if safe else gap(place, "percent", "%", "c")
