"""What comes round for files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from jdl_service.files.models import Sealed
from jdl_service.files.store import store

if TYPE_CHECKING:
    from datetime import datetime

# An upload that takes longer than this has been given up.
_UPLOAD = timedelta(days=1)


def sweep(*, at: datetime) -> None:
    """Destroy what has outlived its day, and delete bytes whose key was never kept.

    Faulty cells are left to retention, which asks for legal holds and writes a certificate; so are objections.
    """
    found = store()
    for sealed in Sealed.objects.filter(destroyed_at=None, keep_until__lte=at, problems_of=None, objection=None):
        found.destroy(sealed, at=at)
    found.sweep(at - _UPLOAD)
