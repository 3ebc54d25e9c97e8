"""What one room hands on as disclosure control wants it: the same figures, laid out beside their evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.disclosure.evidence import BalanceEvidence, MethodFacts, QualityEvidence, StepEvidence, StudyFacts
from justice_data_lab.disclosure.request_analyses import design_warnings, matched_step, merged_outcomes, shared_by_all
from justice_data_lab.disclosure.request_profile import level_label
from justice_data_lab.matching.balance import GREEN
from justice_data_lab.measures.arms import OFFERED_STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import Colour, Refusal
    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.linkage.attrition import Step
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.matching.balance import BalanceRow
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.study import Lab, Programme, Study

_SECTIONS = {"overall": "All", "sex": "Sex", "age": "Age", "fields given": "Fields given"}


def study_facts(study: Study, *, source: str) -> StudyFacts:
    """What is said of the programme, as the study file has it."""
    programme = study.programme
    facts = StudyFacts(
        name=study.name,
        organisation=study.organisation,
        programme=study.programme_name,
        intervention_type=study.intervention_type,
        setting=study.setting,
        report_date=study.report_date.isoformat(),
        source="register" if source == "register" else "own data",
    )
    if programme is None:
        return facts
    return StudyFacts(
        name=facts.name,
        organisation=facts.organisation,
        programme=facts.programme,
        intervention_type=facts.intervention_type,
        setting=facts.setting,
        report_date=facts.report_date,
        source=facts.source,
        what=programme.what,
        who_delivers=programme.who_delivers,
        where=programme.where,
        dose=programme.dose,
        how_chosen=programme.how_chosen,
        own_words=programme.own_words,
        unit_cost=_unit_cost(programme),
        eligible=programme.eligible,
        started=programme.started,
    )


def _unit_cost(programme: Programme) -> str:
    cost = programme.unit_cost
    return f"{cost.currency} {cost.amount:,.10g} ({cost.year}; {cost.source})" if cost else ""


def method_facts(study: Study, lab: Lab, measures: Measures, match: Match | None) -> MethodFacts:
    """How the headline was compared: settings, not data."""
    method = study.method
    labels = {covariate.name: covariate.label or covariate.name for covariate in measures.covariates}
    exact = match.design.exact if match else (*measures.exact, *method.exact)
    return MethodFacts(
        version=method.version,
        design=method.design,
        caliper_scale=method.caliper.scale,
        caliper_sd=None if method.caliper.width is not None else method.caliper.sd,
        caliper_width=method.caliper.width,
        widened=match.design.widened if match else False,
        exact=tuple(labels.get(name, name) for name in exact),
        selection=method.selection,
        smd_denominator=method.smd_denominator,
        se=method.se,
        covariates=tuple(labels.values()),
        override=method.override_balance,
        min_matched=lab.min_matched,
        min_subgroup=lab.min_subgroup,
        min_reoffenders=lab.min_reoffenders,
        min_np=lab.min_np,
    )


def attrition_evidence(linkage: Linkage | None, eligible: Sequence[Step], match: Match | None) -> tuple[StepEvidence, ...]:
    """From what was submitted to the people matched, or to both groups of a trial: its control group is not lost."""
    steps = [_step(step) for step in (*(linkage.attrition if linkage else ()), *eligible)]
    if steps and steps[-1].key == OFFERED_STEP:
        both = steps[-1].lost + steps[-1].left
        steps[-1] = replace(steps[-1], label="In one of the two groups", reason="", lost=0, left=both)
    steps += matched_step(match) if match else ()
    return tuple(steps)


def pool_evidence(measures: Measures, match: Match | None) -> tuple[StepEvidence, ...]:
    """From candidates to the comparison group.

    Notes:
        It begins after the cohort's own people were taken out: how many of them there were would tell the size of a step of
        the cohort's attrition that is merged there.
    """
    steps = _after_cohort([_step(step) for step in measures.pool])
    if steps and match and match.design.design == "matched":
        design = match.design
        steps.append(
            StepEvidence(
                key="alike",
                label="In the comparison group",
                reason="not similar enough to anybody who took part",
                lost=design.n_pool - design.n_comparison,
                left=design.n_comparison,
            )
        )
    return tuple(steps)


def _after_cohort(steps: list[StepEvidence]) -> list[StepEvidence]:
    own = [place for place, step in enumerate(steps) if step.key in ("not_in_cohort", "not_in_earlier")]
    if not own:
        return steps
    label = f"{steps[0].label}, not in a cohort of the programme"
    return [replace(steps[own[-1]], label=label, reason="", lost=0), *steps[own[-1] + 1 :]]


def _step(step: Step) -> StepEvidence:
    return StepEvidence(key=step.key, label=step.label, reason=step.reason, lost=step.lost, left=step.left)


def balance_people(match: Match, refusal: Refusal | None) -> int:
    """Without enough matched people the table is of everybody who came, before matching."""
    return match.design.n_treated if _before_only(match, refusal) else match.design.n_matched


def _before_only(match: Match, refusal: Refusal | None) -> bool:
    return match.design.design == "randomised" or (refusal is not None and refusal.code in ("no_overlap", "separation"))


def balance_evidence(measures: Measures, match: Match, refusal: Refusal | None) -> tuple[BalanceEvidence, ...]:
    """The balance table as the annex wants it, with how many of the treated are at each level.

    Notes:
        A numeric column of which the treated have two values, 0 and 1 or others, counts as a level, since its difference tells the
        share at the larger. Where too few people matched, only the differences before matching are given: those after it would speak of a
        handful.
    """
    labels = {covariate.name: covariate.label or covariate.name for covariate in measures.covariates}
    people, before = balance_people(match, refusal), _before_only(match, refusal)
    limit, rows = match.balance.amber_limit, _treated_rows(measures, match, before=before)

    def counts(row: BalanceRow) -> tuple[int | None, int | None]:
        return _at_two_values(row, rows, people) if row.level is None else (None, _treated_in(row, people, before=before))

    return tuple(
        BalanceEvidence(
            variable=row.covariate,
            label=labels.get(row.covariate, row.label.split(":")[0]),
            level=None if row.level is None else level_label(row.covariate, row.level),
            treated_other=counts(row)[0],
            treated_in=counts(row)[1],
            before=row.before,
            after=None if before else row.after,
            variance_ratio=row.variance_ratio if row.level is None and not before else None,
            ks=row.ks if row.level is None and not before else None,
            colour=_colour(row.before, limit) if before else row.colour,
        )
        for row in match.balance.rows
        if not shared_by_all(row, match)
    )


def _treated_rows(measures: Measures, match: Match, *, before: bool) -> pa.Table:
    """The rows of the treated whom the table is of: those who were matched or assigned, or where nobody could be, everybody who came."""
    treated = match.weights.column("treated").to_numpy() == 1
    everybody = before and match.design.design == "matched"
    counted = treated if everybody else treated & (match.weights.column("weight").to_numpy() > 0)
    return measures.rows.take(pa.array(np.flatnonzero(counted)))


def _at_two_values(row: BalanceRow, treated: pa.Table, people: int) -> tuple[int, int] | tuple[None, None]:
    """Treated people at the smaller and at the larger of the only two values that they have; of 0 alone, everybody is at the smaller.

    Notes:
        Of a headline that is of some of the people and stopped, these rows are of more than the table is: then a column of two values counts
        nobody, and shows only its colour.
    """
    if treated.num_rows != people:
        return (0, 0) if row.variance_ratio_before is None else (None, None)
    values = np.asarray(pc.cast(treated.column(row.covariate), pa.float64()).to_numpy(), dtype=np.float64)
    different, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    if len(different) > 2:
        return None, None
    if len(different) == 2:
        return int(counts[0]), int(counts[1])
    people = int(counts.sum())
    return (0, people) if different.any() else (people, 0)


def _treated_in(row: BalanceRow, people: int, *, before: bool) -> int:
    """Treated people at a level."""
    mean = row.mean_treated_before if before or row.mean_treated is None else row.mean_treated
    return 0 if mean is None else round(mean * people)


def _colour(difference: float | None, limit: float) -> Colour:
    if difference is None or abs(difference) > limit:
        return "red"
    return "green" if abs(difference) <= GREEN else "amber"


def quality_evidence(linkage: Linkage | None) -> tuple[QualityEvidence, ...]:
    """How many of each kind of record were found, where the organisation knows the groups from its own file."""
    if linkage is None:
        return ()
    rows = [row for row in linkage.quality if row.section in _SECTIONS and row.found is not None]
    # within a section as given, but the youngest first
    rows.sort(key=lambda row: (list(_SECTIONS).index(row.section), not row.group.startswith("under")))
    return tuple(
        QualityEvidence(
            group=_SECTIONS[row.section], label=level_label(row.section, row.group), people=row.rows, linked=row.found or 0
        )
        for row in rows
    )


def warning_codes(
    study: Study, lab: Lab, linkage: Linkage | None, match: Match | None, rows: Sequence[Estimate]
) -> tuple[str, ...]:
    """Codes about the request and its headline, with a fixed wording.

    Args:
        study: a reviewer may have let a red balance pass.
        lab: its recommended number of people.
        linkage: None for data that came linked.
        match: the headline's comparison.
        rows: the headline's estimates.
    """
    small = linkage is not None and linkage.attrition[0].left < lab.min_submitted
    design = design_warnings(study, match) if match else ()
    return (*(("small_cohort",) if small else ()), *design, *merged_outcomes(rows))
