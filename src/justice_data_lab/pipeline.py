"""The whole job: the rooms in order, each handing one value to the next, kept in a folder that survives a crash."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.ledger.sets import request_sets
from justice_data_lab.disclosure.nothing_told import refuse_what_was_not_told
from justice_data_lab.errors import NotPossible
from justice_data_lab.lab_file import read_lab
from justice_data_lab.ledger_people import People, source_of
from justice_data_lab.linkage.linker import link
from justice_data_lab.linkage.review_file import read_reviews
from justice_data_lab.measures.analyses import check_values
from justice_data_lab.measures.linked import read_design, read_traits
from justice_data_lab.protocol import write_protocol
from justice_data_lab.register.connect import connect
from justice_data_lab.reporting.pdf_beside import drawer_beside
from justice_data_lab.reporting.report import Report, report
from justice_data_lab.request import Linked, Request, frozen_date, links_before, people_of, take_in
from justice_data_lab.rooms.designs import match_all
from justice_data_lab.rooms.evidence import request_from
from justice_data_lab.rooms.measured import Measured, measure_all
from justice_data_lab.rooms.people import counted, usable
from justice_data_lab.rooms.plan import Agreed, agree
from justice_data_lab.rooms.results import estimate_all
from justice_data_lab.rooms.shelves import (
    COHORT,
    DESIGNS,
    LINKAGE,
    MEASURED,
    RESULTS,
    design_folder,
    disclosed_shelf,
    report_filling,
)
from justice_data_lab.rooms.sources import FromFile, FromRegister, complete_columns
from justice_data_lab.rooms.told import Told, disclose_alone, told_before
from justice_data_lab.rooms.work import Work
from justice_data_lab.run_folder import RunFolder, fingerprint_of, refusals, run_alone, silent
from justice_data_lab.study_file import read_study
from justice_data_lab.study_frozen import study_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.disclosure.disclosed import Disclosed
    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.files import FilePath
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.rooms.designs import Designed, Designs
    from justice_data_lab.rooms.results import Results
    from justice_data_lab.rooms.sources import Source
    from justice_data_lab.run_folder import Progress
    from justice_data_lab.study import Lab, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A run that has been opened: what was asked for, and what had been agreed before."""

    folder: RunFolder
    study: Study
    lab: Lab
    agreed: Agreed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What every room after linkage needs to know of the request."""

    begun: _Begun
    submitted: int
    source: Source
    linkage: Linkage | None = None
    similar: tuple[str, ...] = ()
    told: Told | None = None

    def written(self, designed: Designed) -> tuple[bytes, str]:
        """A comparison's design as it stands on disk, and its hash as the manifest recorded it."""
        return self.begun.folder.written("4-matching", f"{design_folder(designed)}design.json")


def run(
    study_file: FilePath, request: Request, out: FilePath, *, progress: Progress = silent, lab_file: FilePath | None = None
) -> Report:
    """A cohort file in, a tailored report out.

    Args:
        study_file: the `study.toml`.
        request: the cohort file and the register to find it in.
        out: the run folder; an unfinished run of the same request in it is taken up again.
        progress: told as each room opens.
        lab_file: the `lab.toml`; without it, the defaults.

    Raises:
        UsageError: the study, the protocol, the lab file, the column map or the folder is wrong (exit 2).
        DataRefused: the cohort file was refused; `1-intake/refused.json` says why (exit 3).
        NotPossible: too few people, no overlap or no balance; a report says so (exit 4).
        NothingTold: no figure may be shown; a report says so (exit 5).
    """
    out = Path(out)
    study = read_study(study_file, command="run", today=frozen_date(out, request.today))
    with _begin(study, request, out, progress, lab_file) as begun:
        return _run(begun, request)


def _run(begun: _Begun, request: Request) -> Report:
    """All seven rooms."""
    folder, study, lab, register = begun.folder, begun.study, begun.lab, request.register
    reviews, lag = read_reviews(request.review), study.cohort.max_lag_days
    told = told_before(request.ledger_files, scheme=register.id_scheme, earlier=request.earlier, supersedes=study.supersedes)
    before = links_before(request.earlier, told.make.known_as) if study.supersedes else None
    with connect(same_files=True) as con:
        with refusals(folder, request.cohort.name):
            cohort = folder.room("1-intake", COHORT, lambda: take_in(request, study, lab))
            linkage = folder.room(
                "2-linkage", LINKAGE, lambda: link(cohort, register, max_lag_days=lag, decisions=reviews, before=before, con=con)
            )
            earlier, similar = people_of(request.earlier), people_of(request.similar)
            measured = folder.room(
                "3-measures", MEASURED, lambda: measure_all(linkage, register, study, lab, earlier=earlier, con=con)
            )
        source = FromRegister(register=register, linkage=linkage, study=study, lab=lab, con=con)
        submitted = linkage.attrition[0].left
        job = _Job(begun=begun, submitted=submitted, source=source, linkage=linkage, similar=similar, told=told)
        return _from_matching(job, measured)


def _from_matching(job: _Job, measured: Measured) -> Report:
    """Rooms 4 to 7, the same for a cohort and for data that came linked. Outcomes are first read in room 5."""
    folder, study, lab, source, submitted = job.begun.folder, job.begun.study, job.begun.lab, job.source, job.submitted
    with drawer_beside() as drawer:
        designs = folder.room("4-matching", DESIGNS, lambda: match_all(measured, source, study, lab, submitted=submitted))
        stop, work = designs.headline.stop, _work(job, measured, designs)
        results = None if stop else folder.room("5-estimation", RESULTS, lambda: _estimated(job, work))
        disclosed = folder.room("6-disclosure", disclosed_shelf(folder), lambda: _disclosed(job, work, results))
        filling = report_filling(lambda scratch: report(disclosed, study=study, lab=lab, out=scratch, drawer=drawer))
        made = folder.fill("7-report", filling)
    refuse_what_was_not_told(disclosed.content)
    if stop:
        raise NotPossible(stop.words)
    return made


def _estimated(job: _Job, work: Work) -> Results:
    """Every effect, and of whom they are."""
    results = estimate_all(work)
    return replace(results, people=_people(job, work, results))


def _disclosed(job: _Job, work: Work, results: Results | None) -> Disclosed:
    """What may leave beside all that was told before."""
    request, rules = _asked(job, work, results), work.study.rules(work.lab)
    people = results.people if results else _people(job, work, None)
    return job.told.disclose(request, people, rules) if job.told and people else disclose_alone(request, rules)


def _asked(job: _Job, work: Work, results: Results | None) -> DisclosureRequest:
    protocol = job.begun.agreed.facts() if job.begun.agreed else None
    request = request_from(
        work.study, work.lab, work.measured, work.designs, linkage=job.linkage, results=results, protocol=protocol
    )
    if results is None:
        return request
    return replace(request, complete=complete_columns(work.source, work.measured.main, work.study))


def _people(job: _Job, work: Work, results: Results | None) -> People | None:
    """Of whom the run tells, by register id; None for data that came linked."""
    if job.told is None:
        return None
    ids = counted(work, results.outcomes) if results and results.outcomes else usable(work.measured)
    source = source_of(job.begun.folder.fingerprint)
    return People(sets=request_sets(_asked(job, work, results), ids, source), scheme=job.told.make.own)


@contextmanager
def _begin(study: Study, request: Request | Linked, out: Path, progress: Progress, lab_file: FilePath | None) -> Iterator[_Begun]:
    """Hold the study against its protocol, then open the run folder, in which no other process is at work until the end."""
    lab = read_lab(lab_file)
    register, settled = (request.register, request.settled) if isinstance(request, Request) else (None, ())
    agreed = agree(request.protocol, study, lab, register)
    inputs = request.fingerprint() | {"lab": fingerprint_of(repr(lab))}
    with run_alone(
        out, command=request.command, study=study_toml(study), inputs=inputs, progress=progress, settled=settled
    ) as folder:
        if agreed:
            write_protocol(agreed.protocol, out / "protocol.json")
        yield _Begun(folder=folder, study=study, lab=lab, agreed=agreed)


def _work(job: _Job, measured: Measured, designs: Designs) -> Work:
    return Work(
        measured=measured,
        designs=designs,
        source=job.source,
        study=job.begun.study,
        lab=job.begun.lab,
        submitted=job.submitted,
        written=job.written,
        similar=job.similar,
    )


def link_only(request: Request, out: Path, *, progress: Progress) -> Linkage:
    """Rooms 1 and 2 alone: who of a cohort is in the register, with the quality report.

    Raises:
        UsageError: the column map or the folder is wrong.
        DataRefused: the cohort file was refused.
    """
    reviews, inputs = read_reviews(request.review), request.fingerprint()
    opened = run_alone(out, command=request.command, study=b"", inputs=inputs, progress=progress, settled=request.settled)
    with opened as folder, refusals(folder):
        cohort = folder.room("1-intake", COHORT, lambda: take_in(request, None, read_lab(None)))
        return folder.room("2-linkage", LINKAGE, lambda: link(cohort, request.register, decisions=reviews))


def evaluate(
    study_file: FilePath, request: Linked, out: FilePath, *, progress: Progress = silent, lab_file: FilePath | None = None
) -> Report:
    """The same as `run` from matching on, for data that are already linked or randomised: one row a person.

    Args:
        study_file: the `study.toml`.
        request: the data.
        out: the run folder.
        progress: told as each room opens.
        lab_file: the `lab.toml`; without it, the defaults.

    Raises:
        UsageError: the study, the lab file or the folder is wrong (exit 2).
        DataRefused: the data were refused (exit 3).
        NotPossible: too few people, no overlap or no balance; a report says so (exit 4).
        NothingTold: no figure may be shown; a report says so (exit 5).
    """
    out = Path(out)
    study = read_study(study_file, command="evaluate", today=frozen_date(out, request.today))
    with _begin(study, request, out, progress, lab_file) as begun, refusals(begun.folder):
        measures = read_design(request.data, study)
        check_values(study.analyses, lambda name: read_traits(request.data, [name])[name], {})
        source = FromFile(data=request.data, study=study)
        return _from_matching(_Job(begun=begun, submitted=measures.attrition[0].left, source=source), Measured(main=measures))
