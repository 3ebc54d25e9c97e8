"""The cohort of a run as the rooms read it: every list that counts, as one, without those who objected. Only the worker can make it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service import clock
from jdl_service.files.jobs import open_cohort, open_column_map
from jdl_service.files.objections import objections_for
from jdl_service.files.standing import standing_files
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.intake.merge import merge_cohorts
from justice_data_lab.intake.objections import objecting_rows
from justice_data_lab.intake.parts import without_rows
from justice_data_lab.linkage.review_file import read_review, write_review
from justice_data_lab.linkage.review_queue import who_they_are

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from pathlib import Path

    from jdl_service.analysis.models import Run
    from jdl_service.files.models import CohortFile
    from justice_data_lab.intake.cohort import Cohort


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A cohort in a private folder.

    Attributes:
        cohort: the file that the rooms read.
        column_map: the organisation's own headings and codes; None for several lists, which are written by the template.
        taken_out: rows of people who objected, as numbered in the file.
    """

    cohort: Path
    column_map: Path | None
    taken_out: tuple[int, ...] = ()


def lay_out(run: Run, folder: Path) -> LaidOut:
    """Lay out the lists that a run was begun with, without those who had objected by then.

    *Notes*: versions and objections that came later do not count, so that a run that is begun again reads the same bytes. The
    rows that are left stay where they were.
    """
    whole = _whole(run, folder)
    taken_out = _objecting(run, whole, run.begun_at)
    if not taken_out:
        return whole
    content = without_rows(whole.cohort, taken_out, column_map=whole.column_map)
    whole.cohort.write_bytes(content)
    return replace(whole, taken_out=taken_out)


def carry_reviews(run: Run, paths: Iterable[Path], folder: Path) -> None:
    """Let decisions on uncertain links stand for the rows that are left when somebody was taken out since.

    *Notes*: decisions are refused for any other cohort. A cohort without the rows of those who objected is the same one, row by
    row, so decisions on the other rows are about the same people; those on the rows taken out are dropped.
    """
    if not (files := tuple(paths)):
        return
    (folder / "whole").mkdir()
    whole = _whole(run, folder / "whole")
    cohort = _read(whole, clock.day_of(run.begun_at))
    now = _objecting(run, whole, run.begun_at, cohort)
    known = {who_they_are(_rest(cohort, _objecting(run, whole, each, cohort))) for each in _moments(run)}
    wanted = who_they_are(_rest(cohort, now))
    for path in files:
        review = read_review(path)
        if review.key.cohort != wanted and review.key.cohort in known:
            left = tuple(each for each in review.decisions if each.row not in now)
            write_review(replace(review, key=replace(review.key, cohort=wanted), decisions=left), path)


def is_in(run: Run, folder: Path, until: datetime) -> bool:
    """Whether somebody who objected after a run was begun, and by a moment, is in its cohort."""
    if len(objections_for(run.request, until)) == len(objections_for(run.request, run.begun_at)):
        return False
    whole = _whole(run, folder)
    cohort = _read(whole, clock.day_of(until))
    return set(_objecting(run, whole, until, cohort)) > set(_objecting(run, whole, run.begun_at, cohort))


def _whole(run: Run, folder: Path) -> LaidOut:
    """Every list of a run as one, whoever objected."""
    files = standing_files(run.request, until=run.begun_at)
    if len(files) <= 1:
        mapped = open_column_map(run.cohort_file, folder)
        return LaidOut(cohort=open_cohort(run.cohort_file, folder), column_map=mapped)
    cohorts = [_read_file(file, folder / f"list-{file.pk}", clock.day_of(run.begun_at)) for file in files]
    path = folder / "cohort.csv"
    path.write_bytes(merge_cohorts(cohorts))
    return LaidOut(cohort=path, column_map=None)


def _read_file(file: CohortFile, folder: Path, today: date) -> Cohort:
    folder.mkdir()
    return _read(LaidOut(cohort=open_cohort(file, folder), column_map=open_column_map(file, folder)), today)


def _read(laid: LaidOut, today: date) -> Cohort:
    return read_cohort(laid.cohort, today=today, lab=settings.LAB, column_map=laid.column_map)


def _objecting(run: Run, laid: LaidOut, until: datetime, cohort: Cohort | None = None) -> tuple[int, ...]:
    """The rows of those who had objected by a moment; nothing is read when nobody had."""
    people = objections_for(run.request, until)
    return objecting_rows((cohort or _read(laid, clock.day_of(run.begun_at))).rows, people) if people else ()


def _rest(cohort: Cohort, rows: tuple[int, ...]) -> Cohort:
    """The cohort without some rows."""
    left = [number not in rows for number in cohort.rows["row"].to_pylist()]
    return replace(cohort, rows=cohort.rows.filter(left))


def _moments(run: Run) -> list[datetime]:
    """When runs of the same lists were begun."""
    return list(run.request.runs.filter(cohort_file=run.cohort_file).values_list("begun_at", flat=True))
