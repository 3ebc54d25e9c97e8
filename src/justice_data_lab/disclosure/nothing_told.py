"""A request of which nothing may be told: why, in the words of the refusal, and the request for a report that says just that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from justice_data_lab.disclosure.evidence import DisclosureRequest, Refusal
from justice_data_lab.disclosure.evidence_analyses import LEDGER_CODES
from justice_data_lab.errors import NothingDisclosable

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import Holds
    from justice_data_lab.disclosure.evidence_analyses import HiddenCode, LedgerCode
    from justice_data_lab.disclosure.published import Content

_WAYS_OUT = (
    "Ways out: wait until at least {least} people more can be analysed; merge the groups and ask for one figure; or send an update, which "
    "names the release that it supersedes, keeps everybody who was in it, and adds at least {least} people."
)
_WHY = {
    "nearly_the_same": (
        "Nothing of this request may be told: its people are the same as those of earlier published figures, or of a sum of them, but for "
        f"fewer than {{least}}. {_WAYS_OUT}"
    ),
    "not_carried_forward": f"This is no update: people of the release that it supersedes are missing. {_WAYS_OUT}",
    "too_few_new": f"This is no update: it adds fewer than {{least}} people to the release that it supersedes. {_WAYS_OUT}",
    "too_few_outcomes": (
        "No estimate of the headline analysis may be shown: each rests on fewer than {least} people with, or without, the outcome, or on "
        "fewer people than another disclosure rule asks for. Send a larger group of people."
    ),
    "figures_tell_each_other": (
        "The figures of this request tell each other too closely, and hiding some of them is not enough: an independent check can "
        "still work out a count that must not be told. Ask for fewer analyses, or merge groups that differ by few people."
    ),
}


class NothingTold(NothingDisclosable):
    """Nothing of a request may be told; its report says so.

    Args:
        code: why not.
        least: people who must be more, or others, or who must have the outcome, and not have it.
    """

    def __init__(self, code: LedgerCode | HiddenCode, least: int) -> None:
        super().__init__(_WHY[code].format(least=least))
        self.code, self.least = code, least


class NearlyTheSame(NothingTold):
    """The ledger lets nothing out beside what was told before."""


def refused_request(request: DisclosureRequest, why: NothingTold, words: tuple[Holds, ...] | None = None) -> DisclosureRequest:
    """What is left to say of a request: what the organisation said itself, and why there is nothing else.

    Args:
        request: exact.
        why: of the ledger, or of rule 1.
        words: what it may say as a correction; None when it is none.

    Notes:
        Nothing that linkage, matching or estimation found is in it, not even in bands: were it, a list with one name more would tell
        whether its owner was found.
    """
    method = replace(request.method, widened=False, covariates=(), override="")
    sent = request.attrition[0].left if request.attrition else 0
    code = "corrected" if words is not None else why.code
    refusal = Refusal(code=code, needed=why.least, submitted=sent, usable=None, holds=words or ())
    return DisclosureRequest(
        study=request.study, method=method, status="not_analysable", refusal=refusal, protocol=request.protocol
    )


def refuse_what_was_not_told(content: Content) -> None:
    """Say of a report that tells nothing why it does.

    Raises:
        NothingTold: the ledger, or rule 1, let nothing out.
    """
    if content.refused is not None and let_nothing_out(content):
        kind = NearlyTheSame if content.refused.code in LEDGER_CODES else NothingTold
        raise kind(cast("LedgerCode | HiddenCode", content.refused.code), content.refused.needed)


def let_nothing_out(content: Content) -> bool:
    """Whether a report says only that nothing may be told."""
    return content.refused is not None and content.refused.code in _WHY
