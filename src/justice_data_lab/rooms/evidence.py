"""From what the rooms hand on to a request for disclosure: everything that a run wants to publish, exact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from justice_data_lab.disclosure.clock import ClockEvidence
from justice_data_lab.disclosure.evidence import DisclosureRequest
from justice_data_lab.disclosure.evidence_analyses import AnalysisFacts, PlaceboEvidence
from justice_data_lab.disclosure.request import (
    attrition_evidence,
    balance_evidence,
    balance_people,
    method_facts,
    pool_evidence,
    quality_evidence,
    study_facts,
    warning_codes,
)
from justice_data_lab.disclosure.request_analyses import (
    analysis_evidence,
    analysis_facts,
    design_warnings,
    in_report_order,
    interaction_evidence,
    not_made,
    own_steps,
    own_warnings,
)
from justice_data_lab.disclosure.request_estimates import estimate_evidence, measure_facts
from justice_data_lab.disclosure.request_linkage import linkage_evidence
from justice_data_lab.disclosure.request_profile import profile
from justice_data_lab.disclosure.robustness_evidence import AnalysisDiscoveries, HelpedEvidence, RobustnessEvidence
from justice_data_lab.disclosure.statement_evidence import OverlapEvidence
from justice_data_lab.disclosure.survival_evidence import SurvivalEvidence
from justice_data_lab.measures.arms import PLACEBO_ARMS, arms_of
from justice_data_lab.rooms.measured import PLACEBO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import EstimateEvidence
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence, NotMade, StopCode
    from justice_data_lab.disclosure.known import KnownGroup
    from justice_data_lab.disclosure.protocol import ProtocolFacts
    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.rooms.designs import Designed, Designs
    from justice_data_lab.rooms.measured import Measured
    from justice_data_lab.rooms.results import Results
    from justice_data_lab.rooms.scrutiny import Scrutiny
    from justice_data_lab.study import Lab, Study


def request_from(  # noqa: PLR0913 -- what the rooms handed on, one by one
    study: Study,
    lab: Lab,
    measured: Measured,
    designs: Designs,
    *,
    linkage: Linkage | None = None,
    results: Results | None = None,
    protocol: ProtocolFacts | None = None,
) -> DisclosureRequest:
    """Everything that a run wants to publish, exact, for `disclose()`.

    Args:
        study: the request as frozen.
        lab: its minimum numbers are printed.
        measured: who was compared; their covariates give the profile.
        designs: the comparisons; one that stopped says why.
        linkage: None for data that came linked.
        results: None when it stopped before outcomes were read.
        protocol: the plan that was frozen; None when there was none.
    """
    measures, match = measured.main, designs.headline.match
    refusal = designs.headline.stop.refusal if designs.headline.stop else None
    rows = results.estimates.rows if results else ()
    levels, means = profile(measures, match) if match and not refusal else ((), ())
    found = _Found(study=study, lab=lab, measured=measured, designs=designs, rows=rows)
    request = DisclosureRequest(
        study=study_facts(study, source="register" if linkage else "own data"),
        method=method_facts(study, lab, measures, match),
        status="not_analysable" if refusal else "analysed",
        measures=measure_facts(rows),
        analyses=_analyses(found),
        not_made=(*_stopped(found), *_placebos_not_made(found, linkage)),
        estimates=_in_order(found),
        attrition=attrition_evidence(linkage, designs.headline.attrition, match),
        pool=pool_evidence(measures, match),
        levels=levels,
        means=means,
        balance=balance_evidence(measures, match, refusal) if match else (),
        balance_people=balance_people(match, refusal) if match else 0,
        quality=quality_evidence(linkage),
        overlap=_overlap(match) if match else None,
        linkage=linkage_evidence(linkage, results.scrutiny.thresholds if results else (), _of_headline(found)),
        warnings=warning_codes(study, lab, linkage, match, _of_headline(found)),
        refusal=refusal,
        protocol=protocol,
        clock=_clock(study, measures) if linkage else None,
    )
    return _with_scrutiny(request, found, results.scrutiny, results.known) if results else request


def _with_scrutiny(
    request: DisclosureRequest, found: _Found, scrutiny: Scrutiny, known: tuple[KnownGroup, ...]
) -> DisclosureRequest:
    """The request with the tests that the headline was put to, and what the outcomes show of the measures."""
    return replace(
        request,
        interactions=interaction_evidence(scrutiny.interactions, found.rows),
        placebos=_placebos(found, scrutiny),
        survival=SurvivalEvidence(survival=scrutiny.survival, headline=True) if scrutiny.survival else None,
        robustness=_robustness(scrutiny),
        helped=_helped(scrutiny),
        known=known,
    )


def _overlap(match: Match) -> OverlapEvidence | None:
    design = match.design
    if design.design != "matched":
        return None
    return OverlapEvidence(treated=design.n_treated, matched=design.n_matched, off_support=design.n_off_support)


def _of_headline(found: _Found) -> list[Estimate]:
    return [row for row in found.rows if row.analysis == found.designs.headline.name]


def _clock(study: Study, measures: Measures) -> ClockEvidence:
    people = next((step.left for step in measures.attrition if step.key == "adult"), 0)
    return ClockEvidence(run=measures.clock, reason=study.cohort.clock_reason, late=measures.late_starts, people=people)


def _robustness(scrutiny: Scrutiny) -> RobustnessEvidence | None:
    if scrutiny.robustness is None:
        return None
    further = (AnalysisDiscoveries(analysis=each.analysis, rows=each.rows) for each in scrutiny.discoveries)
    return RobustnessEvidence(robustness=scrutiny.robustness, further=tuple(further))


def _helped(scrutiny: Scrutiny) -> HelpedEvidence | None:
    helped = scrutiny.helped
    return HelpedEvidence(people=helped.people, others=helped.others, share=helped.share) if helped else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the parts on analyses are made from."""

    study: Study
    lab: Lab
    measured: Measured
    designs: Designs
    rows: Sequence[Estimate]

    def designed(self) -> list[tuple[AnalysisFacts, Designed]]:
        """Each analysis that was tried, in the order of the report."""
        known = {each.name: each for each in self.designs.analyses}
        return [
            (analysis_facts(self.study, each), known[each.name]) for each in in_report_order(self.study) if each.name in known
        ]


def _analyses(found: _Found) -> tuple[AnalysisEvidence, ...]:
    return tuple(_analysis(found, facts, each, match) for facts, each in found.designed() if (match := each.usable))


def _analysis(found: _Found, facts: AnalysisFacts, designed: Designed, match: Match) -> AnalysisEvidence:
    """One analysis; the headline's way from records to people, and its warnings, are the request's."""
    if designed.role == "headline":
        return analysis_evidence(facts, match, headline=True, warnings=design_warnings(found.study, match))
    return analysis_evidence(
        facts,
        match,
        headline=False,
        steps=own_steps(found.measured.main.attrition, designed.attrition, match),
        warnings=own_warnings(facts, match, found.rows, found.study, found.lab),
    )


def _stopped(found: _Found) -> tuple[NotMade, ...]:
    return tuple(
        not_made(facts, cast("StopCode", each.stop.refusal.code))
        for facts, each in found.designed()
        if each.stop and each.role != "headline"
    )


def _in_order(found: _Found) -> tuple[EstimateEvidence, ...]:
    names = [facts.name for facts, _ in found.designed()]
    rows = sorted(found.rows, key=lambda row: names.index(row.analysis))
    return tuple(estimate_evidence(row, found.rows) for row in rows)


def _placebos(found: _Found, scrutiny: Scrutiny) -> tuple[PlaceboEvidence, ...]:
    """The comparisons of people who were not served, with the estimates of each."""
    rows = scrutiny.placebos.rows
    return tuple(
        PlaceboEvidence(
            arm=arm,
            analysis=analysis_evidence(
                AnalysisFacts(name=each.name, kind="placebo"), match, headline=False, warnings=design_warnings(found.study, match)
            ),
            estimates=tuple(estimate_evidence(row, rows) for row in rows if row.analysis == each.name),
        )
        for arm in PLACEBO_ARMS
        for each in found.designs.all
        if each.name == f"{PLACEBO} {arm}" and (match := each.usable)
    )


def _placebos_not_made(found: _Found, linkage: Linkage | None) -> tuple[NotMade, ...]:
    """Arms that were sent along and could not be compared: too few people, or the comparison stopped."""
    if linkage is None or found.study.method.design == "randomised" or not found.study.method.robustness:
        return ()
    sent = set(arms_of(linkage).to_pylist())
    known = {each.name: each for each in found.designs.all}
    names = [f"{PLACEBO} {arm}" for arm in PLACEBO_ARMS if arm in sent]
    stops = {name: known[name].stop for name in names if name in known}
    codes: dict[str, StopCode] = {name: "too_few" for name in names if name not in known}
    codes |= {name: cast("StopCode", stop.refusal.code) for name, stop in stops.items() if stop}
    return tuple(not_made(AnalysisFacts(name=name, kind="placebo"), code) for name, code in codes.items())
