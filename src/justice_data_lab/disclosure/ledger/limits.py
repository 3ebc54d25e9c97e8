"""What the ledger says of a request, as what must not be printed of it, or a refusal with the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.ledger.check import check
from justice_data_lab.disclosure.ledger.sets import EVERYBODY, request_sets
from justice_data_lab.disclosure.linked.names import result_of
from justice_data_lab.disclosure.linked.protection import Limits
from justice_data_lab.errors import NothingDisclosable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.ledger.check import Verdict
    from justice_data_lab.disclosure.ledger.sets import LedgerSet, Tokens
    from justice_data_lab.study import DisclosureRules

_WAYS_OUT = (
    "Ways out: wait until enough people more can be analysed; merge the groups and ask for one figure; or send an update, which names "
    "the release that it supersedes, keeps everybody who was in it, and adds at least {least} people."
)
_REASONS = {
    "nearly_the_same": "The people of the headline differ by fewer than {least} from those of earlier published figures, or of a sum of them",
    "not_carried_forward": "The update leaves out people of the release that it supersedes",
    "too_few_new": "The update adds fewer than {least} people to the release that it supersedes",
}


def ledger_limits(
    request: DisclosureRequest, tokens: Tokens, earlier: Sequence[LedgerSet], rules: DisclosureRules, *, supersedes: str = ""
) -> Limits:
    """What must not be printed of a request beside what was printed before.

    Args:
        request: analysed, exact.
        tokens: of the people of each analysis and sub-group.
        earlier: behind every figure that is public.
        rules: the thresholds.
        supersedes: the release that this one updates; empty when it is none.

    Raises:
        NothingDisclosable: nothing of the headline may be told; with the ways out.
        UsageError: tokens are missing.

    Notes:
        A refused analysis is `[x]`, as nearly the same people as a published figure. A refused sub-group, such as those who
        reoffended, takes its measures; a measure whose difference would be told is hidden alone.
    """
    verdicts = check(request_sets(request, tokens), earlier, rules, supersedes=supersedes)
    headline = next(analysis.name for analysis in request.analyses if analysis.headline)
    of = {measure.key: measure.of for measure in request.measures}
    near: set[str] = set()
    units: set[str] = set()
    for verdict in verdicts:
        name, everybody = verdict.analysis, verdict.of == EVERYBODY
        if name == headline and everybody:
            _refuse(verdict, 2 * rules.min_events)
        if verdict.near and everybody:
            near.add(name)
        elif verdict.near:
            units |= {result_of(name, measure, "treated") for measure in of if of[measure] == verdict.of}
        units |= {result_of(name, measure, "treated") for measure in verdict.measures}
    return Limits(near=frozenset(near), units=frozenset(units))


def _refuse(verdict: Verdict, least: int) -> None:
    for reason in verdict.reasons:
        if reason in _REASONS:
            message = f"{_REASONS[reason]}. {_WAYS_OUT}".format(least=least)
            raise NothingDisclosable(message)
