"""Why an analysis goes no further: too few people, no overlap, no balance. Each is a refusal that a report explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from justice_data_lab.disclosure.evidence import Refusal

if TYPE_CHECKING:
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.study import Lab, Study

_SENTENCES = {
    "too_few": "fewer than {needed} people could be used, and {needed} are needed. Send more people, or wait until more can be followed up",
    "no_overlap": "fewer than {needed} people have anybody like them among those who did not take part, and {needed} are needed",
    "no_balance": (
        "the two groups are not alike enough, so a difference could not be told from who they are. "
        "A reviewer may go on with a written reason under [method] override_balance"
    ),
    "separation": "the covariates tell the two groups apart without error, so nobody can be compared",
}


def before_matching(measures: Measures, submitted: int, lab: Lab) -> Refusal | None:
    """Stop when fewer people than the lab's floor could be matched at all."""
    treated = int(pc.sum(measures.rows.column("treated")).as_py() or 0)
    if treated >= lab.min_matched:
        return None
    return Refusal(code="too_few", needed=lab.min_matched, submitted=submitted, usable=treated)


def after_matching(match: Match, submitted: int, study: Study, lab: Lab) -> Refusal | None:
    """Stop, before any outcome is read, when too few people matched or the groups are not alike."""
    matched = match.design.n_matched
    if matched < lab.min_matched:
        return Refusal(code="no_overlap", needed=lab.min_matched, submitted=submitted, usable=matched)
    stays_red = match.balance.overall == "red" and not study.method.override_balance
    if stays_red and study.method.design == "matched":
        return Refusal(code="no_balance", needed=lab.min_matched, submitted=submitted, usable=matched)
    return None


def separation(measures: Measures, submitted: int, lab: Lab) -> Refusal:
    """Stop because the propensity score has no maximum."""
    treated = int(pc.sum(measures.rows.column("treated")).as_py() or 0)
    return Refusal(code="separation", needed=lab.min_matched, submitted=submitted, usable=treated)


def sentence(refusal: Refusal) -> str:
    """The refusal in words, in bands and never with a count."""
    return f"The analysis is not possible: {_SENTENCES[refusal.code].format(needed=refusal.needed)}. The report says more."
