"""What comes round for analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.store import store

if TYPE_CHECKING:
    from datetime import datetime

_GONE = CohortFile.State.DESTROYED


def follow_cohorts(*, at: datetime) -> None:
    """Destroy what was opened of a cohort file for the web, and the decisions on its links, once the file itself is destroyed."""
    of_gone = (
        Q(for_the_web__run__cohort_file__state=_GONE)
        | Q(decisions_for_web__cohort_file__state=_GONE)
        | Q(decisions_for_worker__cohort_file__state=_GONE)
    )
    for sealed in Sealed.objects.filter(of_gone, destroyed_at=None):
        store().destroy(sealed, at=at)
