"""Why an analysis goes no further: too few people, no overlap, no balance. Each is a refusal that a report explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow.compute as pc

from justice_data_lab.disclosure.evidence import Refusal
from justice_data_lab.matching.propensity import Separated

if TYPE_CHECKING:
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.study import Lab, Study

_WORDS = {
    "too_few": "fewer than {needed} people could be used, and {needed} are needed. Send more people, or wait until more can be followed up",
    "no_overlap": "fewer than {needed} people have anybody like them among those who did not take part, and {needed} are needed",
    "no_balance": (
        "the two groups are not alike enough, so a difference could not be told from who they are. "
        "A reviewer may go on with a written reason under [method] override_balance"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """An analysis that goes no further.

    Attributes:
        refusal: for the report.
        words: for whoever ran it; in bands, never with a count.
    """

    refusal: Refusal
    words: str


def before_matching(measures: Measures, submitted: int, lab: Lab) -> Stop | None:
    """Stop when fewer people than the lab's floor could be matched at all."""
    treated = _treated(measures)
    return _stop("too_few", treated, submitted, lab) if treated < lab.min_matched else None


def after_matching(match: Match, submitted: int, study: Study, lab: Lab) -> Stop | None:
    """Stop, before any outcome is read, when too few people matched or the groups are not alike."""
    matched = match.design.n_matched
    if match.design.separated:
        refusal = Refusal(code="separation", needed=lab.min_matched, submitted=submitted, usable=match.design.n_treated)
        return Stop(refusal=refusal, words=f"The analysis is not possible: {Separated(match.design.separated)}")
    if matched < lab.min_matched:
        return _stop("no_overlap", matched, submitted, lab)
    stays_red = match.balance.overall == "red" and not study.method.override_balance
    if stays_red and study.method.design == "matched":
        return _stop("no_balance", matched, submitted, lab)
    return None


def _treated(measures: Measures) -> int:
    return int(pc.sum(measures.rows.column("treated")).as_py() or 0)


def _stop(code: Literal["too_few", "no_overlap", "no_balance"], usable: int, submitted: int, lab: Lab) -> Stop:
    refusal = Refusal(code=code, needed=lab.min_matched, submitted=submitted, usable=usable)
    return Stop(refusal=refusal, words=f"The analysis is not possible: {_WORDS[code].format(needed=lab.min_matched)}.")
