"""What the ledger says of a request, as what must not be printed of it, or a refusal with the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.ledger.check import check
from justice_data_lab.disclosure.ledger.sets import EVERYBODY, REQUEST, request_sets
from justice_data_lab.disclosure.linked.names import STRICTER, result_of
from justice_data_lab.disclosure.linked.protection import Limits
from justice_data_lab.disclosure.nothing_told import NearlyTheSame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.ledger.check import Verdict
    from justice_data_lab.disclosure.ledger.sets import LedgerSet, Tokens
    from justice_data_lab.study import DisclosureRules


def ledger_limits(
    request: DisclosureRequest,
    tokens: Tokens,
    earlier: Sequence[LedgerSet],
    rules: DisclosureRules,
    *,
    source: str = "",
    supersedes: str = "",
) -> Limits:
    """What must not be printed of a request beside what was printed before.

    Args:
        request: exact.
        tokens: of the people it could use, and of each analysis and sub-group.
        earlier: behind every figure that is public.
        rules: the thresholds.
        source: hash of the list of people that was sent.
        supersedes: the release that this one updates; empty when it is none.

    Raises:
        NearlyTheSame: nothing of the headline, or of the request at all, may be told; with the ways out.
        UsageError: tokens are missing.

    Notes:
        A refused analysis is `[x]`, as nearly the same people as a published figure. A refused sub-group, such as those who
        reoffended, takes its measures; a measure whose difference would be told is hidden alone.
    """
    picked = {analysis.name for analysis in request.analyses if analysis.whole is not None}
    verdicts = check(request_sets(request, tokens, source), earlier, rules, supersedes=supersedes, picked=picked)
    whole = {REQUEST, *(analysis.name for analysis in request.analyses if analysis.headline)}
    of = {measure.key: measure.of for measure in request.measures}
    near: set[str] = set()
    units: set[str] = set()
    for verdict in verdicts:
        name, everybody = verdict.analysis, verdict.of == EVERYBODY
        if name in whole and (everybody or name == REQUEST):
            _refuse(verdict, 2 * rules.min_events)
        if name.startswith(STRICTER) and not verdict.clear:
            units.add(name)
        elif verdict.near and everybody:
            near.add(name)
        elif verdict.near:
            units |= {result_of(name, measure, "treated") for measure in of if of[measure] == verdict.of}
        units |= {result_of(name, measure, "treated") for measure in verdict.measures}
    return Limits(near=frozenset(near), units=frozenset(units))


def _refuse(verdict: Verdict, least: int) -> None:
    for reason in verdict.reasons:
        if reason != "tells_events":
            raise NearlyTheSame(reason, least)
