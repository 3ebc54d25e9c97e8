"""Whether something went wrong because a disk is full: that mends itself once there is room, and is no fault of what was asked."""

from __future__ import annotations

import errno

# A limit on the size of a file looks the same to whoever writes.
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_WORDS = ("no space left", "disk is full", "disk full", "disk quota exceeded", "file too large")


def no_room(error: BaseException) -> bool:
    """Whether there was no room to write.

    Example:
        >>> no_room(OSError(errno.ENOSPC, "")), no_room(RuntimeError("IO Error: No space left on device")), no_room(ValueError())
        (True, True, False)
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    # polars, DuckDB and SQLite say it in words alone
    return any(words in str(error).casefold() for words in _WORDS)
