"""The whole job: the rooms in order, each handing one value to the next, kept in a folder that survives a crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.request import request_from
from justice_data_lab.errors import NotPossible
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.estimation.indictable import settle_specs
from justice_data_lab.lab_file import read_lab
from justice_data_lab.linkage.linker import link
from justice_data_lab.linkage.review_file import read_reviews
from justice_data_lab.matching.matcher import match, unmatched
from justice_data_lab.matching.propensity import Separated
from justice_data_lab.measures.catalogue import MEASURES
from justice_data_lab.measures.design import measure
from justice_data_lab.measures.linked import read_design, read_outcomes
from justice_data_lab.measures.outcomes import outcomes
from justice_data_lab.register.describe import indictable_rate
from justice_data_lab.reporting.report import Report, report
from justice_data_lab.request import Linked, Request, earlier_people, frozen_date, take_in
from justice_data_lab.run_folder import RunFolder, fingerprint_of, open_run, refusals
from justice_data_lab.shelves import COHORT, LINKAGE, MATCH, MEASURED, disclosed_shelf, estimates_shelf, report_filling
from justice_data_lab.stops import after_matching, before_matching
from justice_data_lab.study_file import read_study, study_toml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from justice_data_lab.estimation.estimates import Estimates
    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.measures.outcomes import Outcomes
    from justice_data_lab.run_folder import Progress
    from justice_data_lab.stops import Stop
    from justice_data_lab.study import Lab, Study

    # design.json as it stands on disk, its hash as the manifest recorded it, and the match: then what happened afterwards
    ReadOutcomes: TypeAlias = Callable[[bytes, str, Match], Outcomes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What every room needs to know of the request."""

    folder: RunFolder
    study: Study
    lab: Lab
    submitted: int
    linkage: Linkage | None = None


def run(study_file: Path, request: Request, out: Path, *, progress: Progress, lab_file: Path | None = None) -> Report:
    """A cohort file in, a tailored report out.

    Raises:
        UsageError: the study, the lab file, the column map or the folder is wrong (exit 2).
        DataRefused: the cohort file was refused; `1-intake/refused.json` says why (exit 3).
        NotPossible: too few people, no overlap or no balance; a report says so (exit 4).
        NothingDisclosable: no figure may be shown (exit 5).
    """
    study = read_study(study_file, command="run", today=frozen_date(out, request.today))
    lab = read_lab(lab_file)
    inputs = request.fingerprint() | {"lab": fingerprint_of(repr(lab))}
    folder = open_run(out, command=request.command, study=study_toml(study), inputs=inputs, progress=progress)
    lag, register, reviews = study.cohort.max_lag_days, request.register, read_reviews(request.review)
    with refusals(folder, request.cohort.name):
        cohort = folder.room("1-intake", COHORT, lambda: take_in(request, study, lab))
        linkage = folder.room("2-linkage", LINKAGE, lambda: link(cohort, register, max_lag_days=lag, decisions=reviews))
        earlier = earlier_people(request.earlier)
        measures = folder.room("3-measures", MEASURED, lambda: measure(linkage, register, study, lab, earlier=earlier))

    def read(design: bytes, known: str, matched: Match) -> Outcomes:
        specs = settle_specs(MEASURES, matched.design.n_matched, indictable_rate(register), lab)
        return outcomes(measures, register, design=design, design_hash=known, specs=specs)

    job = _Job(folder=folder, study=study, lab=lab, submitted=linkage.attrition[0].left, linkage=linkage)
    return _from_matching(job, measures, read)


def _from_matching(job: _Job, measures: Measures, read: ReadOutcomes) -> Report:
    """Rooms 4 to 7, the same for a cohort and for data that came linked."""
    folder, study, lab = job.folder, job.study, job.lab
    matched, stop = _match(job, "4-matching", measures)
    estimates = _estimate(job, "5-estimation", matched, read) if matched and not stop else None
    rules, refusal = study.rules(lab), stop.refusal if stop else None
    request = request_from(study, lab, measures, linkage=job.linkage, match=matched, estimates=estimates, refusal=refusal)
    disclosed = folder.room("6-disclosure", disclosed_shelf(folder), lambda: disclose(request, rules))
    made = folder.fill("7-report", report_filling(lambda scratch: report(disclosed, study=study, lab=lab, out=scratch)))
    if stop:
        raise NotPossible(stop.words)
    return made


def _match(job: _Job, room: str, measures: Measures) -> tuple[Match | None, Stop | None]:
    """Room 4, or why there is none; no outcome has been read yet."""
    stop = before_matching(measures, job.submitted, job.lab)
    if stop:
        return None, stop
    matched = job.folder.room(room, MATCH, lambda: _match_or_not(measures, job.study))
    return matched, after_matching(matched, job.submitted, job.study, job.lab)


def _match_or_not(measures: Measures, study: Study) -> Match:
    name = study.analyses[0].name
    try:
        return match(measures, study.method, analysis=name)
    except Separated as error:
        return unmatched(measures, study.method, error.columns, analysis=name)


def _estimate(job: _Job, room: str, matched: Match, read: ReadOutcomes) -> Estimates:
    """Room 5: outcomes are read with the hash under which the design was written down."""
    seen: list[Outcomes] = []

    def work() -> Estimates:
        seen.append(read(*job.folder.written("4-matching", "design.json"), matched))
        return estimate(matched, seen[0], job.study.method, job.lab, submitted=job.submitted)

    return job.folder.room(room, estimates_shelf(seen), work)


def link_only(request: Request, out: Path, *, progress: Progress) -> Linkage:
    """Rooms 1 and 2 alone: who of a cohort is in the register, with the quality report.

    Raises:
        UsageError: the column map or the folder is wrong.
        DataRefused: the cohort file was refused.
    """
    reviews = read_reviews(request.review)
    folder = open_run(out, command=request.command, study=b"", inputs=request.fingerprint(), progress=progress)
    with refusals(folder):
        cohort = folder.room("1-intake", COHORT, lambda: take_in(request, None, read_lab(None)))
        return folder.room("2-linkage", LINKAGE, lambda: link(cohort, request.register, decisions=reviews))


def evaluate(study_file: Path, request: Linked, out: Path, *, progress: Progress, lab_file: Path | None = None) -> Report:
    """The same from matching on, for data that are already linked or randomised: one row a person.

    Raises:
        UsageError: the study, the lab file or the folder is wrong (exit 2).
        DataRefused: the data were refused (exit 3).
        NotPossible: too few people, no overlap or no balance; a report says so (exit 4).
        NothingDisclosable: no figure may be shown (exit 5).
    """
    study = read_study(study_file, command="evaluate", today=frozen_date(out, request.today))
    lab = read_lab(lab_file)
    inputs = request.fingerprint() | {"lab": fingerprint_of(repr(lab))}
    folder = open_run(out, command=request.command, study=study_toml(study), inputs=inputs, progress=progress)
    with refusals(folder):
        measures = read_design(request.data, study)
        job = _Job(folder=folder, study=study, lab=lab, submitted=measures.attrition[0].left)

        def read(design: bytes, known: str, _: Match) -> Outcomes:
            return read_outcomes(request.data, study, design=design, design_hash=known)

        return _from_matching(job, measures, read)
