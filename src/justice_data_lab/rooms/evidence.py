"""From what the rooms hand on to a request for disclosure: everything that a run wants to publish, exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.evidence import DisclosureRequest
from justice_data_lab.disclosure.request import (
    analysis_evidence,
    attrition_evidence,
    balance_evidence,
    balance_people,
    false_links,
    method_facts,
    pool_evidence,
    quality_evidence,
    study_facts,
    warning_codes,
)
from justice_data_lab.disclosure.request_estimates import estimate_evidence, measure_facts
from justice_data_lab.disclosure.request_profile import profile

if TYPE_CHECKING:
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.rooms.designs import Designs
    from justice_data_lab.rooms.measured import Measured
    from justice_data_lab.rooms.results import Results
    from justice_data_lab.study import Lab, Study


def request_from(
    study: Study,
    lab: Lab,
    measured: Measured,
    designs: Designs,
    *,
    linkage: Linkage | None = None,
    results: Results | None = None,
) -> DisclosureRequest:
    """Everything that a run wants to publish, exact, for `disclose()`.

    Args:
        study: the request as frozen.
        lab: its minimum numbers are printed.
        measured: who was compared; their covariates give the profile.
        designs: the comparisons; one that stopped says why.
        linkage: None for data that came linked.
        results: None when it stopped before outcomes were read.
    """
    measures, match = measured.main, designs.headline.match
    refusal = designs.headline.stop.refusal if designs.headline.stop else None
    rows = results.estimates.rows if results else ()
    levels, means = profile(measures, match) if match and not refusal else ((), ())
    return DisclosureRequest(
        study=study_facts(study, source="register" if linkage else "own data"),
        method=method_facts(study, lab, measures, match),
        status="not_analysable" if refusal else "analysed",
        measures=measure_facts(rows),
        analyses=tuple(analysis_evidence(study, usable) for each in designs.analyses if (usable := each.usable)),
        estimates=tuple(estimate_evidence(row, rows) for row in rows),
        attrition=attrition_evidence(linkage, designs.headline.attrition, match),
        pool=pool_evidence(measures, match),
        levels=levels,
        means=means,
        balance=balance_evidence(measures, match, refusal) if match else (),
        balance_people=balance_people(match, refusal) if match else 0,
        quality=quality_evidence(linkage),
        false_links=false_links(linkage),
        warnings=warning_codes(study, lab, linkage, match, results.estimates if results else None),
        refusal=refusal,
    )
