"""The check of a cohort file, by the core's own rules, in the worker, which alone can open it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import tomli_w
from django.conf import settings

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.store import store
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from justice_data_lab.files import canonical_json
from justice_data_lab.intake.cohort import check_cohort

if TYPE_CHECKING:
    from jdl_service.jobs.lease import Lease
    from justice_data_lab.intake.result import CheckResult

# Faulty cells go back to whoever sent them, and are not kept longer than it takes to mend them.
PROBLEMS_KEPT = timedelta(days=14)


@task(steps=2)
def check_file(lease: Lease, *, file: int) -> None:
    """Find every problem of a cohort file; counts go into the database, cells into a file sealed for the web."""
    row = CohortFile.objects.select_related("sealed", "request").get(pk=file)
    if row.state != CohortFile.State.CHECKING:
        return
    lease.step("Reading the file", done=0)
    with private_folder(lease) as folder:
        result = _check(row, folder)
    lease.step("Writing down what was found", done=1)
    at, problems = clock.now(), None
    if result.problems:
        content = canonical_json([problem.to_dict() for problem in result.problems])
        problems = store().put([content], opener=Sealed.Opener.WEB, at=at, keep_until=at + PROBLEMS_KEPT)
    with lease.last():
        _write_down(row, result, problems)
        found = f"file {row.version}: {len(result.errors)} errors, {len(result.warnings)} warnings"
        log.record("checked file", row.request.key, by=log.WORKER, at=at, detail=found)


def open_cohort(row: CohortFile, folder: Path) -> Path:
    """The plain file in a private folder; only the worker can."""
    path = folder / f"cohort{row.suffix}"
    with path.open("wb") as stream:
        for piece in store().open(row.sealed):
            stream.write(piece)
    return path


def open_column_map(row: CohortFile, folder: Path) -> Path | None:
    """The organisation's own headings as the core reads them; None when there are none."""
    if not row.column_map:
        return None
    path = folder / "columns.toml"
    path.write_text(tomli_w.dumps(row.column_map), encoding="utf-8")
    return path


def _check(row: CohortFile, folder: Path) -> CheckResult:
    path = open_cohort(row, folder)
    return check_cohort(
        path,
        today=clock.now().date(),
        lab=settings.LAB,
        column_map=open_column_map(row, folder),
        coverage=public_coverage(),
    )


def public_coverage() -> Path | None:
    """The register's public `coverage.json`, where there is a register that has one."""
    path = Path(settings.ENVIRONMENT.register) / "coverage.json" if settings.ENVIRONMENT.register else None
    return path if path and path.is_file() else None


def _write_down(row: CohortFile, result: CheckResult, problems: Sealed | None) -> None:
    if problems is not None:
        problems.save()
    by_rule: dict[str, int] = {}
    for problem in result.errors:
        by_rule[problem.rule] = by_rule.get(problem.rule, 0) + 1
    row.state = CohortFile.State.FAULTY if result.refused else CohortFile.State.CLEAN
    row.problems, row.rows, row.errors, row.warnings, row.errors_by_rule = (
        problems,
        result.rows,
        len(result.errors),
        len(result.warnings),
        by_rule,
    )
    row.save()
