"""A request of which nothing may be told, as the request for a report that says just that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from justice_data_lab.disclosure.evidence import DisclosureRequest, Refusal

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import Holds
    from justice_data_lab.disclosure.evidence_analyses import LedgerCode
    from justice_data_lab.disclosure.ledger.limits import NearlyTheSame


def refused_request(request: DisclosureRequest, why: NearlyTheSame, words: tuple[Holds, ...] | None = None) -> DisclosureRequest:
    """What is left to say of a request beside earlier figures: what the organisation said itself, and why there is nothing else.

    Args:
        request: exact.
        why: the ledger's refusal.
        words: what it may say as a correction; None when it is none.

    Notes:
        Nothing that linkage or matching found is in it, not even in bands: were it, a list with one name more would tell whether its
        owner was found.
    """
    method = replace(request.method, widened=False, covariates=())
    sent = request.attrition[0].left if request.attrition else 0
    code = "corrected" if words is not None else cast("LedgerCode", why.reason)
    refusal = Refusal(code=code, needed=why.least, submitted=sent, usable=None, holds=words or ())
    return DisclosureRequest(
        study=request.study, method=method, status="not_analysable", refusal=refusal, protocol=request.protocol
    )
