"""The check of a cohort file, by the core's own rules, in the worker, which alone can open it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import tomli_w
from django.conf import settings
from django.db.models import Max

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.base.coverage import coverage_file
from jdl_service.files.mending import Cell, mended
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.naming import people_of, without
from jdl_service.files.own_columns import settle
from jdl_service.files.scanning import refused_by_scanner
from jdl_service.files.standing import standing_files
from jdl_service.files.store import store
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from jdl_service.requests.models import Request
from jdl_service.requests.moves import state_of
from jdl_service.requests.tasks import ANSWERS
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json
from justice_data_lab.intake.cohort import check_cohort, read_cohort
from justice_data_lab.intake.files import reading_once
from justice_data_lab.intake.guard import HOSTILE
from justice_data_lab.intake.outputs import write_problems
from justice_data_lab.intake.parts import heading_texts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from django.db.models import Model

    from jdl_service.files.naming import People
    from jdl_service.jobs.lease import Lease
    from justice_data_lab.intake.result import CheckResult

# Faulty cells go back to whoever sent them, and are not kept longer than it takes to mend them.
PROBLEMS_KEPT = timedelta(days=14)
# The whole file with what to fix is there only while it is fetched.
ANNOTATED_KEPT = timedelta(hours=1)


@task(steps=2)
def check_file(lease: Lease, *, file: int) -> None:
    """Find every problem of a cohort file; counts go into the database, cells into a file sealed for the web."""
    row = CohortFile.objects.select_related("sealed", "request").get(pk=file)
    if row.state != CohortFile.State.CHECKING:
        return
    lease.step("Reading the file", done=0)
    with private_folder(lease) as folder, reading_once():
        result = _check(row, folder)
        # what may do harm is not read once more
        harmful = any(problem.rule == HOSTILE for problem in result.problems)
        named = () if harmful else _headings(row, folder)
        counted = () if result.refused else _lists_with(row)
        together = _people_together(counted, folder) if counted else None
        people = {} if result.refused else _people(row, folder)
    lease.step("Writing down what was found", done=1)
    at = clock.now()
    content = canonical_json({"problems": [problem.to_dict() for problem in result.problems], "headings": list(named)})
    problems = store().put([content], opener=Sealed.Opener.WEB, at=at, keep_until=at + PROBLEMS_KEPT)
    settle(row, named)
    with lease.last():
        _write_down(row, result, problems)
        CohortFile.objects.filter(pk__in=[each.pk for each in counted]).update(together=together)
        _take_out(row.request_id, people)
        found = f"file {row.version}: {len(result.errors)} errors, {len(result.warnings)} warnings"
        log.record("checked file", row.request.key, by=log.WORKER, at=at, detail=found)


@task()
def take_names_out(lease: Lease, *, request: int, after: int) -> None:  # noqa: ARG001 -- the line of the log that it follows makes it another job
    """Take the people of the request's files out of its words, which people read who see no names."""
    lease.step("Looking for names in what was written", done=0)
    for file in CohortFile.objects.filter(request=request, state=CohortFile.State.CLEAN).select_related("sealed", "request"):
        with private_folder(lease) as folder:
            open_cohort(file, folder)
            people = _people(file, folder)
        with lease.fenced():
            _take_out(request, people)


@task(steps=2)
def annotate_file(lease: Lease, *, file: int) -> None:
    """Write the same file with a column that says what to fix, for whoever sent it."""
    row = CohortFile.objects.select_related("sealed", "annotated").get(pk=file)
    lease.step("Reading the file", done=0)
    with private_folder(lease) as folder:
        out = folder / f"what-to-fix{row.suffix}"
        write_problems(_check(row, folder), out, folder / f"cohort{row.suffix}")
        lease.step("Writing what to fix", done=1)
        at = clock.now()
        made = store().put([out.read_bytes()], opener=Sealed.Opener.WEB, at=at, keep_until=at + ANNOTATED_KEPT)
    with lease.last():
        made.save()
        row.annotated = made
        row.save(update_fields=["annotated"])


@task(steps=2)
def mend_file(lease: Lease, *, file: int, corrections: int) -> None:
    """Make the next version of a cohort file from cells that were changed in the browser, and ask for its check."""
    row = CohortFile.objects.select_related("sealed", "request", "organisation").get(pk=file)
    changes = Sealed.objects.get(pk=corrections)
    lease.step("Reading the file", done=0)
    cells = [Cell(**each) for each in json.loads(b"".join(store().open(changes)))]
    with private_folder(lease) as folder:
        result = _check(row, folder)
        content = mended(folder / f"cohort{row.suffix}", result, cells)
    lease.step("Writing the changed file", done=1)
    at = clock.now()
    sealed = store().put([content], opener=Sealed.Opener.WORKER, at=at)
    with lease.last():
        sealed.save()
        made = next_version(row, sealed, lease, request=row.request, suffix=".csv")
        check_file.using(request=row.request, by=made.uploaded_by, at=at).enqueue(file=made.pk)
        log.record("mended file", row.request.key, by=log.WORKER, at=at, detail=f"file {made.version} from file {row.version}")
        store().destroy(changes, at=at)


def next_version(
    row: CohortFile, sealed: Sealed, lease: Lease, *, request: Request, suffix: str, left_out: int = 0
) -> CohortFile:
    """A version that the worker made from another: the next of that organisation in a request, to be checked like any other."""
    # held until this one stands: nobody takes the same version meanwhile
    state_of(request)
    earlier = CohortFile.objects.filter(request=request, organisation=row.organisation)
    return CohortFile.objects.create(
        request=request, organisation=row.organisation, version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
        part=row.part if request == row.request else 1, suffix=suffix, sealed=sealed, made_from=row, left_out=left_out,
        column_map=row.column_map, known_when=row.known_when, uploaded_by=lease.row().by or row.uploaded_by, uploaded_at=clock.now(),
    )  # fmt: skip


def _lists_with(row: CohortFile) -> tuple[CohortFile, ...]:
    """The lists of a request to which people are added each year, with this one in the place of its earlier version."""
    if row.request.kind != "accumulating":
        return ()
    others = (each for each in standing_files(row.request, of=row.organisation) if each.part != row.part)
    return (row, *(each for each in others if each.state == CohortFile.State.CLEAN))


def _people_together(files: tuple[CohortFile, ...], folder: Path) -> int:
    """How many different people are in several lists, by names and date of birth."""
    found: set[tuple[str, ...]] = set()
    for file in files:
        place = folder / f"list-{file.pk}"
        place.mkdir()
        cohort = read_cohort(
            open_cohort(file, place), today=clock.today(), lab=settings.LAB, column_map=open_column_map(file, place)
        )
        names = cohort.rows.select(["surname", "forename", "date_of_birth"]).to_pylist()
        found |= {tuple(str(value).casefold() for value in row.values()) for row in names}
    return len(found)


def _headings(row: CohortFile, folder: Path) -> tuple[str, ...]:
    """The headings as they wrote them; none when the file cannot be read as a list."""
    try:
        return heading_texts(folder / f"cohort{row.suffix}", column_map=open_column_map(row, folder))
    except UsageError:
        return ()


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


def _people(row: CohortFile, folder: Path) -> People:
    """The people of a file that has no errors and lies plain in the folder."""
    path = folder / f"cohort{row.suffix}"
    mapped = open_column_map(row, folder)
    request = row.request
    # in these a surname alone is rather the programme's, the town's or the organisation's name
    spared = (row.organisation.name, request.organisation.name, request.programme, request.where, request.who_delivers)
    return people_of(read_cohort(path, today=clock.today(), lab=settings.LAB, column_map=mapped).rows, spared)


def _take_out(key: int, people: People) -> None:
    """Whoever is named in the answers, the messages or the reasons of a request is named no more."""
    request = Request.objects.select_for_update().get(pk=key)
    _reword(request, ANSWERS, people)
    for message in request.messages.all():
        _reword(message, ("text",), people)
    for passage in request.passages.all():
        _reword(passage, ("reason",), people)


def _reword(row: Model, fields: Iterable[str], people: People) -> None:
    said = {name: text for name in fields if isinstance(text := getattr(row, name), str)}
    named = {name: kept for name, text in said.items() if (kept := without(text, people)) != text}
    for name, kept in named.items():
        setattr(row, name, kept)
    if named:
        row.save(update_fields=list(named))


def _check(row: CohortFile, folder: Path) -> CheckResult:
    path = open_cohort(row, folder)
    if harmful := refused_by_scanner(path):
        return harmful
    try:
        return _with_map(row, path, folder)
    except UsageError:
        if not row.column_map:
            raise
        # The remembered headings are not those of this file; the template's may be.
        row.column_map = {part: said for part, said in row.column_map.items() if part != "columns"}
        return _with_map(row, path, folder)


def _with_map(row: CohortFile, path: Path, folder: Path) -> CheckResult:
    return check_cohort(
        path,
        today=clock.today(),
        lab=settings.LAB,
        column_map=open_column_map(row, folder),
        coverage=coverage_file(),
    )


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
