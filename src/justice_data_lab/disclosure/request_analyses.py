"""The analyses of a study as disclosure control wants them: whom each is about, its people, balance and warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.evidence import StepEvidence
from justice_data_lab.disclosure.evidence_analyses import (
    AnalysisEvidence,
    AnalysisFacts,
    ColourCounts,
    InteractionEvidence,
    NotMade,
)
from justice_data_lab.disclosure.request_estimates import measure_key
from justice_data_lab.matching.result import TOO_WIDE
from justice_data_lab.measures.analyses import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence_analyses import AnalysisKind, StopCode
    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.estimation.interactions import Interaction
    from justice_data_lab.linkage.attrition import Step
    from justice_data_lab.matching.balance import BalanceRow
    from justice_data_lab.matching.result import Match
    from justice_data_lab.study import Analysis, Lab, Study

# After the headline: the regional analysis, others of everybody, subgroups, and what was known only afterwards.
_ORDER: tuple[AnalysisKind, ...] = ("regional", "national", "subgroup", "after_start")
_PICKED: tuple[AnalysisKind, ...] = ("subgroup", "after_start")
MERGED_COURT_OUTCOMES = "first_reoffence_indictable_or_either_way"


def in_report_order(study: Study) -> tuple[Analysis, ...]:
    """The study's analyses as the report has them: the headline, then by kind, in the study's order within each."""
    columns = dict(study.columns)
    return tuple(sorted(study.analyses, key=lambda each: (not each.headline, _ORDER.index(kind_of(each, columns)))))


def analysis_facts(study: Study, analysis: Analysis) -> AnalysisFacts:
    """Whom an analysis is about."""
    return AnalysisFacts(
        name=analysis.name,
        kind=kind_of(analysis, dict(study.columns)),
        where=analysis.where,
        years=analysis.years,
        assessment=analysis.assessment,
    )


def not_made(facts: AnalysisFacts, code: StopCode) -> NotMade:
    """An analysis that stopped, with the reason's code and no number."""
    return NotMade(name=facts.name, kind=facts.kind, where=facts.where, years=facts.years, assessment=facts.assessment, code=code)


def analysis_evidence(
    facts: AnalysisFacts,
    match: Match,
    *,
    headline: bool,
    steps: Sequence[StepEvidence] = (),
    warnings: tuple[str, ...] = (),
) -> AnalysisEvidence:
    """How many people one comparison rests on, and how well they are balanced.

    Args:
        facts: whom it is about.
        match: the comparison.
        headline: whether page one speaks of it.
        steps: from the people of the request to those of the analysis.
        warnings: codes about it.
    """
    design, matched = match.design, match.design.design == "matched"
    return AnalysisEvidence(
        name=facts.name,
        kind=facts.kind,
        where=facts.where,
        years=facts.years,
        assessment=facts.assessment,
        headline=headline,
        treated=design.n_matched,
        comparison=design.n_comparison,
        n_eff=design.n_eff,
        max_weight_share=design.max_weight_share,
        balance=match.balance.overall if matched else None,
        colours=_colours(match) if matched else None,
        warnings=warnings,
        attrition=tuple(steps),
        whole=steps[0].left if steps and facts.kind in _PICKED else None,
    )


def _colours(match: Match) -> ColourCounts:
    rows = [row.colour for row in match.balance.rows if not shared_by_all(row, match)]
    return ColourCounts(green=rows.count("green"), amber=rows.count("amber"), red=rows.count("red"))


def shared_by_all(row: BalanceRow, match: Match) -> bool:
    """Whether the characteristic has one level only, so that there is nothing to balance."""
    return row.level is not None and sum(each.covariate == row.covariate for each in match.balance.rows) == 1


def own_steps(request: Sequence[Step], own: Sequence[Step], match: Match) -> tuple[StepEvidence, ...]:
    """From the people of the request to those of one analysis.

    Args:
        request: steps of everybody of the request.
        own: steps of the analysis, which go on from there.
        match: the comparison; the last step is who of them was matched.
    """
    rest = own[len(request) :]
    people = rest[0].lost + rest[0].left if rest else own[-1].left
    label = "People who could be analysed" if match.design.design == "matched" else "People offered the programme"
    steps = [StepEvidence(key="all", label=label, reason="", lost=0, left=people)]
    steps += [StepEvidence(key=step.key, label=step.label, reason=step.reason, lost=step.lost, left=step.left) for step in rest]
    return (*steps, *matched_step(match))


def matched_step(match: Match) -> tuple[StepEvidence, ...]:
    """The steps that leave out whom nobody is like; none in a trial, where nobody is matched."""
    design = match.design
    if design.design != "matched":
        return ()
    compared = design.n_treated - design.n_treated_off_support
    last = StepEvidence(
        key="matched",
        label="Matched to similar people",
        reason="nobody similar enough was found",
        lost=compared - design.n_matched,
        left=design.n_matched,
    )
    if not design.n_treated_off_support:
        return (last,)
    alone = StepEvidence(
        key="support",
        label="With others of the same group to compare with",
        reason="in a group, such as a year, in which there was nobody to compare them with",
        lost=design.n_treated_off_support,
        left=compared,
    )
    return (alone, last)


def design_warnings(study: Study, match: Match) -> tuple[str, ...]:
    """Codes about how one comparison was matched: the rooms' own warnings may hold exact numbers."""
    design, overall = match.design, match.balance.overall
    if design.design != "matched":
        return ()
    found = {
        "caliper_widened": design.widened,
        "few_matched": design.n_matched < 0.95 * design.n_treated,
        "pool_matched_too_widely": TOO_WIDE in design.warnings,
        "balance_amber": overall == "amber",
        "balance_red_overridden": overall == "red" and bool(study.method.override_balance),
        "merged_levels": bool(design.merged),
        "columns_dropped": bool(design.dropped),
    }
    return tuple(code for code, raised in found.items() if raised)


def own_warnings(facts: AnalysisFacts, match: Match, rows: Sequence[Estimate], study: Study, lab: Lab) -> tuple[str, ...]:
    """Codes about one further analysis."""
    found = list(design_warnings(study, match))
    if facts.kind in _PICKED and match.design.n_matched < lab.min_subgroup:
        found.append("small_subgroup")
    return (*found, *merged_outcomes([row for row in rows if row.analysis == facts.name]))


def merged_outcomes(rows: Sequence[Estimate]) -> tuple[str, ...]:
    """The code that says that two court outcomes were taken together, when they were."""
    return ("merged_court_outcomes",) if any(row.column == MERGED_COURT_OUTCOMES for row in rows) else ()


def interaction_evidence(found: Sequence[Interaction], rows: Sequence[Estimate]) -> tuple[InteractionEvidence, ...]:
    """Each test of a difference between two effects, with the measure by its key."""
    keys = {(row.analysis, row.measure): measure_key(row, rows) for row in rows}
    return tuple(
        InteractionEvidence(
            first=each.first,
            second=each.second,
            column=each.column,
            measure=keys[each.first, each.measure],
            difference=each.difference,
            ci_low=each.ci_low,
            ci_high=each.ci_high,
            p_value=each.p_value,
        )
        for each in found
    )
