"""The checks on one measure, safe: each rests on its own counts, and on the official figure that it stands beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from justice_data_lab.disclosure.checks import check_count
from justice_data_lab.disclosure.estimates import difference_of, with_marker
from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.published_tests import (
    AlternativeResult,
    CountResult,
    MeasureTests,
    NotDoneCheck,
    NotDoneResult,
    RangeResult,
    RatioResult,
)
from justice_data_lab.disclosure.sides import Weights, both_safe, sides_of

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.printed import Kind, Marker
    from justice_data_lab.disclosure.published_tests import Beside, CheckStatus, WhyNot
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.estimation.robustness.result import (
        Agreement,
        Alternative,
        Capped,
        HiddenBias,
        LeaveOneOut,
        LeftOut,
        MeasureChecks,
    )
    from justice_data_lab.study import DisclosureRules

TABLE = "robustness"
_STATUS: dict[Marker, CheckStatus] = {"c": "withheld", "u": "not_reliable", "x": "not_available", "": "shown"}
_BESIDE: dict[Beside, str] = {
    "near": "agrees with the main result",
    "far": "differs from the main result",
    "other_people": "about other people",
    "unlike": "leaves the groups unlike",
}
_BY_CHANCE = ("e_value", "hidden_bias", "left_out", "overlap_weights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One measure's checks with the rules, and the marker that all its figures carry.

    Attributes:
        analysis: name of the headline.
        measure: what was measured.
        marker: that of the official difference; every check is a figure made from it.
        by_chance: whether chance decided who was offered the programme.
        significant: whether the official result points one way.
        rules: the thresholds.
        fine: rounding.
    """

    analysis: str
    measure: MeasureFacts
    marker: Marker
    by_chance: bool
    significant: bool
    rules: DisclosureRules
    fine: Precision

    def none(self, level: str, statistic: str, kind: Kind) -> Figure:
        """A figure that does not apply."""
        return gap(self.place(level, statistic), kind, "", "z")

    def figure(self, level: str, statistic: str, kind: Kind, value: float | None, *, safe: bool = True) -> Figure:
        """A figure, or its gap: hidden with the official one, or because its own counts fail."""
        unit = "percentage points" if kind in ("points", "margin") else self.measure.unit if kind in ("mean", "days") else ""
        place = self.place(level, statistic)
        if not self.marker and value is None:
            return gap(place, kind, unit, "x")
        if not safe and self.rules.profile == "default":
            return gap(place, kind, unit, "c")
        return with_marker(figure(place, kind, unit, value, self.fine), self.marker, self.rules)

    def difference(self, level: str, statistic: str, value: float | None, *, safe: bool = True) -> Figure:
        """A difference, rounded as the measure's own."""
        return self.figure(level, statistic, difference_of(self.measure)[0], value, safe=safe)

    def place(self, level: str, statistic: str) -> Place:
        """Where a figure stands in the tidy table."""
        return Place(table=TABLE, analysis=self.analysis, measure=self.measure.key, level=level, statistic=statistic)


def publish_measure(checks: MeasureChecks, row: Checked) -> MeasureTests:
    """Every check of one measure."""
    alternatives = tuple(_alternative(each, row) for each in checks.alternatives)
    return MeasureTests(
        measure=row.measure.key,
        status=_STATUS[row.marker],
        alternatives=alternatives,
        ratio=_ratio(checks, row),
        left_out=_range(checks.left_out, row),
        counts=_counts(checks, row) if checks.kind == "mean" else None,
        agreement=_agreement(alternatives),
        not_done=_not_done(checks, row),
    )


def _alternative(found: Alternative, row: Checked) -> AlternativeResult:
    level, safe = found.check.replace("_", " "), _is_safe(found, row)
    if row.by_chance and found.check in _BY_CHANCE:
        return _needless(found, level, row)
    shown = row.difference(level, "difference", found.difference, safe=safe)
    beside: Beside = "not_judged" if shown.marker else _beside(found)
    words = _BESIDE.get(beside)
    place = row.place(level, "beside the main result")
    return AlternativeResult(
        check=found.check,
        population=found.population,
        difference=shown,
        ci_low=row.difference(level, "interval low", found.ci_low, safe=safe),
        ci_high=row.difference(level, "interval high", found.ci_high, safe=safe),
        p_value=row.figure(level, "p-value", "p", found.p_value, safe=safe),
        beside=beside,
        beside_figure=Figure(place=place, kind="verdict", unit="", value=None, text=words)
        if words
        else gap(place, "verdict", "", shown.marker or "x"),
    )


def _beside(found: Alternative) -> Beside:
    if found.imbalanced:
        return "unlike"
    if found.population == "different":
        return "other_people"
    if found.flagged is None:
        return "not_judged"
    return "far" if found.flagged else "near"


def _needless(found: Alternative, level: str, row: Checked) -> AlternativeResult:
    """Overlap weights in a trial, where everybody has the same score."""
    kind = difference_of(row.measure)[0]
    return AlternativeResult(
        check=found.check,
        population=found.population,
        difference=row.none(level, "difference", kind),
        ci_low=row.none(level, "interval low", kind),
        ci_high=row.none(level, "interval high", kind),
        p_value=row.none(level, "p-value", "p"),
        beside="not_judged",
        beside_figure=row.none(level, "beside the main result", "verdict"),
    )


def _is_safe(found: Alternative, row: Checked) -> bool:
    """Rule 1 on its own counts; overlap weights weigh the treated too, so theirs are looked at as well."""
    if found.evidence is None:
        return True
    treated = Weights(n_eff=found.n_eff_treated, largest=found.max_weight_share_treated)
    sides = sides_of(
        found.evidence,
        (found.n_treated, found.n_comparison),
        Weights(n_eff=found.n_eff, largest=found.max_weight_share),
        proportion=row.measure.kind == "proportion",
        treated=treated if found.population == "different" else None,
    )
    return both_safe(sides, row.rules)


def _agreement(alternatives: tuple[AlternativeResult, ...]) -> Agreement:
    """Of those that are shown and judged: one that is hidden says nothing, not even this."""
    judged = {each.beside for each in alternatives}
    if "far" in judged:
        return "differ"
    return "agree" if "near" in judged else "not_assessed"


def _ratio(checks: MeasureChecks, row: Checked) -> RatioResult:
    """Made from the two means of the official figure, so it is shown where they are; in a trial there is nothing hidden to ask for."""
    ratio, strength = checks.rate_ratio, checks.e_value
    return RatioResult(
        ratio=row.figure("", "rate ratio", "rate_ratio", ratio.ratio if ratio else None),
        ci_low=row.figure("", "rate ratio interval low", "rate_ratio", ratio.ci_low if ratio else None),
        ci_high=row.figure("", "rate ratio interval high", "rate_ratio", ratio.ci_high if ratio else None),
        e_value=_hidden_trait(row, "E-value", strength.point if strength else None),
        e_value_interval=_hidden_trait(row, "E-value of the interval", strength.interval if strength else None),
        gamma=_gamma(checks.hidden_bias, row),
    )


def _hidden_trait(row: Checked, statistic: str, value: float | None) -> Figure:
    if row.by_chance:
        return row.none("", statistic, "e_value")
    return row.figure("", statistic, "e_value", value)


def _gamma(found: HiddenBias | None, row: Checked) -> Figure:
    """Not applicable where there is nothing to explain away, or no share to explain."""
    if row.marker != "c" and (found is None or found.gamma is None):
        return row.none("", "Rosenbaum gamma", "gamma")
    people = (found.n_treated, found.n_comparison) if found else (0, 0)
    safe = all(check_count(count, row.rules).safe for count in people)
    return row.figure("", "Rosenbaum gamma", "gamma", found.gamma if found else None, safe=safe)


def _range(found: LeaveOneOut | None, row: Checked) -> RangeResult:
    """Both ends, or neither: the two comparisons that they come from are looked at by their own counts."""
    if found is None and row.marker != "c":
        lowest, highest = (
            gap(row.place("left out", end), difference_of(row.measure)[0], "", "z") for end in ("lowest", "highest")
        )
        return RangeResult(lowest=lowest, highest=highest, lowest_group="", highest_group="")
    ends = {each.group: each for each in found.rows} if found else {}
    safe = found is not None and all(_left_out_is_safe(ends[name], row) for name in (found.lowest_group, found.highest_group))
    lowest = row.difference("left out", "lowest", found.lowest if found else None, safe=safe)
    named = found is not None and lowest.value is not None
    return RangeResult(
        lowest=lowest,
        highest=row.difference("left out", "highest", found.highest if found else None, safe=safe),
        lowest_group=found.lowest_group if found and named else "",
        highest_group=found.highest_group if found and named else "",
    )


def _left_out_is_safe(found: LeftOut, row: Checked) -> bool:
    if found.evidence is None:
        return False
    weights = Weights(n_eff=found.n_eff, largest=found.max_weight_share)
    people = (found.n_treated, found.n_comparison)
    return both_safe(sides_of(found.evidence, people, weights, proportion=row.measure.kind == "proportion"), row.rules)


def _counts(checks: MeasureChecks, row: Checked) -> CountResult:
    found = checks.counts
    level, large = "count model", "largest counts capped"
    capped = found.capped if found else None
    safe = capped is not None and _enough_above(capped, row)
    return CountResult(
        ratio=row.figure(level, "rate ratio", "rate_ratio", found.ratio if found else None),
        ci_low=row.figure(level, "interval low", "rate_ratio", found.ci_low if found else None),
        ci_high=row.figure(level, "interval high", "rate_ratio", found.ci_high if found else None),
        p_value=row.figure(level, "p-value", "p", found.p_value if found else None),
        capped=row.difference(large, "difference", capped.difference if capped else None, safe=safe),
        capped_low=row.difference(large, "interval low", capped.ci_low if capped else None, safe=safe),
        capped_high=row.difference(large, "interval high", capped.ci_high if capped else None, safe=safe),
        capped_p_value=row.figure(large, "p-value", "p", capped.p_value if capped else None, safe=safe),
    )


def _enough_above(capped: Capped, row: Checked) -> bool:
    """The two differences tell by how much the largest counts exceed the cap together: enough people must make up that sum."""
    return all(check_count(count, row.rules).safe for count in (capped.above_treated, capped.above_comparison))


def _not_done(checks: MeasureChecks, row: Checked) -> tuple[NotDoneResult, ...]:
    if row.marker:
        return ()
    asked = {each.check for each in checks.not_done} | ({"e_value"} if row.by_chance else set())
    known: tuple[NotDoneCheck, ...] = get_args(NotDoneCheck)
    return tuple(NotDoneResult(check=name, why=_why(name, checks, row)) for name in known if name in asked)


def _why(name: NotDoneCheck, checks: MeasureChecks, row: Checked) -> WhyNot:
    """A code, never the estimation's own words: they may tell that everybody, or nobody, had the event."""
    if row.by_chance and name in _BY_CHANCE:
        return "trial"
    if name == "hidden_bias" and checks.kind == "mean":
        return "shares_only"
    return "not_significant" if name == "hidden_bias" and not row.significant else "no_answer"
