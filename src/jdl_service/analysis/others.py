"""Runs of others that a comparison has to know of: earlier cohorts of the programme, and people who had such help elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from jdl_service.analysis.archive import LOOSE, restore
from jdl_service.analysis.models import Run
from jdl_service.analysis.study_text import supersedes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from django.db.models import QuerySet

    from jdl_service.requests.models import Request

LINKAGE = "2-linkage"


def settle(run: Run) -> None:
    """Write down with a new run which others it knows of.

    Notes:
        *Earlier* are the runs behind results of the same organisation and programme that were ever public, and behind the release that the
        study updates: their people stay out of the pool, their figures count as told, and an update carries their links forward.
        *Similar* are the last runs of other programmes of the same kind: the report says what share of the comparison group is known to
        have had such help. Runs whose links were destroyed are neither.
    """
    request = run.request
    same = Q(request__organisation=request.organisation_id, request__programme__iexact=request.programme)
    updated = Q(request__key=supersedes(run.study).split(" ")[0])
    public = _linked().filter(same | updated, releases__released_at__isnull=False)
    run.earlier.set(public.exclude(pk=run.pk).distinct())
    run.similar.set(_last_of_others(request))


def _last_of_others(request: Request) -> list[Run]:
    kind = _linked().filter(request__intervention_type=request.intervention_type).exclude(request__intervention_type="")
    own = Q(request__organisation=request.organisation_id, request__programme__iexact=request.programme)
    rows = kind.exclude(own | Q(request__state__in=("refused", "withdrawn"))).order_by("request", "-number")
    last: dict[int, Run] = {}
    for row in rows:
        last.setdefault(row.request_id, row)
    return list(last.values())


def _linked() -> QuerySet[Run]:
    """Runs whose links are still kept."""
    return Run.objects.filter(rooms__room=LINKAGE, rooms__sealed__destroyed_at=None)


def lay_out_earlier(run: Run, folder: Path) -> tuple[str, ...]:
    """Folders of the earlier runs, whole, in a private folder of the worker."""
    return tuple(_laid_out(run.earlier.order_by("pk"), folder, ()))


def lay_out_similar(run: Run, folder: Path) -> tuple[str, ...]:
    """Folders of the similar runs: whom they found, and nothing else."""
    return tuple(_laid_out(run.similar.order_by("pk"), folder, (LINKAGE, LOOSE)))


def _laid_out(rows: Iterable[Run], folder: Path, rooms: tuple[str, ...]) -> Iterable[str]:
    for row in rows:
        place = folder / f"{row.pk}"
        restore(row, place, rooms)
        if (place / LINKAGE).is_dir():
            yield str(place)
