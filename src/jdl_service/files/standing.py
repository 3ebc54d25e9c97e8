"""Which files of a request count: the last version of each list of every organisation that takes part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.files.models import CohortFile

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.organisations.models import Organisation
    from jdl_service.requests.models import Request


def standing_files(request: Request, *, of: Organisation | None = None, until: datetime | None = None) -> tuple[CohortFile, ...]:
    """The last version of each list, by organisation and list.

    Args:
        request: whose they are.
        of: one organisation; None: all that take part.
        until: versions that came later do not count, so that a run keeps the files it was begun with; None: all count.
    """
    rows = CohortFile.objects.filter(request=request).select_related("sealed", "organisation")
    if until is not None:
        rows = rows.filter(uploaded_at__lte=until)
    taking = {of.pk} if of else {request.organisation_id, *request.partners.values_list("pk", flat=True)}
    last: dict[tuple[int, int], CohortFile] = {}
    for row in rows.filter(organisation__in=taking).order_by("version"):
        last[row.organisation_id, row.part] = row
    return tuple(last[key] for key in sorted(last))


def are_clean(files: tuple[CohortFile, ...]) -> bool:
    """Whether there is a file, and none has errors or is still being checked."""
    return bool(files) and all(each.state == CohortFile.State.CLEAN for each in files)


def people_in(files: tuple[CohortFile, ...]) -> int:
    """How many people they hold: as the worker counted them where there are several lists, else as many as there are rows."""
    counted = [each.together for each in files if each.together is not None]
    return min(counted) if counted else sum(each.rows or 0 for each in files)
