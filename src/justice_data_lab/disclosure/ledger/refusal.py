"""A request of which nothing may be told, as the request for a report that says just that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.evidence import DisclosureRequest, Refusal

if TYPE_CHECKING:
    from justice_data_lab.disclosure.ledger.limits import NearlyTheSame


def refused_request(request: DisclosureRequest, why: NearlyTheSame) -> DisclosureRequest:
    """What is left to say of a request beside earlier figures: what the organisation said itself, and why there is nothing else.

    Args:
        request: exact.
        why: the ledger's refusal.

    Notes:
        Nothing that linkage or matching found is in it, not even in bands: were it, a list with one name more would tell whether its
        owner was found.
    """
    method = replace(request.method, widened=False, covariates=())
    sent = request.attrition[0].left if request.attrition else 0
    refusal = Refusal(code=why.reason, needed=why.least, submitted=sent, usable=None)
    return DisclosureRequest(
        study=request.study, method=method, status="not_analysable", refusal=refusal, protocol=request.protocol
    )
