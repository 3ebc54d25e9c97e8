"""Register ids as tokens, by which a ledger knows people again without saying who they are."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_BYTES = 32


def tokens_of(person_ids: Iterable[str], key: bytes) -> tuple[str, ...]:
    """The HMAC-SHA256 of each register id, as 64 hex digits, in order.

    Args:
        person_ids: of the register; the same person has the same id in every extract, or the ledger knows nobody again.
        key: the lab's own, kept apart from the ledger; at least 32 bytes.

    Raises:
        UsageError: the key is shorter.

    Notes:
        Without the key, nobody can try all ids of the register to find whose token one is.
    """
    if len(key) < KEY_BYTES:
        message = f"The ledger's key: expected at least {KEY_BYTES} bytes, this one is shorter. Make one of random bytes and keep it apart."
        raise UsageError(message)
    return tuple(hmac.new(key, person.encode(), "sha256").hexdigest() for person in person_ids)
