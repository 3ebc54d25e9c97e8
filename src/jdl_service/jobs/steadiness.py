"""Whether the server's clock can be believed: a release must not come early because a clock was set wrong."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_log = logging.getLogger("jdl.clock")
# A clock that is put right moves by less; one that was set wrong has this long to be put back.
JUMP_SECONDS, HELD_SECONDS = 60.0, 600.0


def passed() -> float:
    """Seconds since the machine started, its sleep included: nobody can set them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(slots=True, kw_only=True)
class Steadiness:
    """Holds the server's clock against a count of seconds that nobody can set.

    Attributes:
        offset: between the two at the last look at which the clock was believed.
        jumped: by the count, when the clock jumped ahead; None when it did not.
    """

    offset: float | None = None
    jumped: float | None = None

    def believes(self, at: datetime, count: float) -> bool:
        """Whether the clock says what time it is. One that jumped ahead is believed once it has stood for ten minutes; one that was put back, at once.

        Args:
            at: by the server's clock.
            count: seconds that passed since whenever.
        """
        offset = at.timestamp() - count
        ahead = self.offset is not None and offset > self.offset + JUMP_SECONDS
        if ahead and self.jumped is None:
            self.jumped = count
            _log.error("the clock jumped ahead: nothing is released until it has stood for ten minutes, or is put back")
        if ahead and self.jumped is not None and count - self.jumped < HELD_SECONDS:
            return False
        self.offset, self.jumped = offset, None
        return True
