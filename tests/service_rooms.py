"""Rooms of the service's tests: a request whose groups were matched, uncertain links laid out, and a report sealed for the web."""

from contextlib import nullcontext
from types import SimpleNamespace

from jdl_service.analysis import jobs
from jdl_service.analysis.models import Finding, ForTheWeb, Run, Study
from jdl_service.analysis.sealed import keep_for_web
from jdl_service.files.models import CohortFile
from justice_data_lab.files import canonical_json
from justice_data_lab.linkage.review import FieldEvidence, ReviewCandidate, ReviewCase, ReviewKey
from justice_data_lab.matching.balance import Balance, BalanceRow
from justice_data_lab.matching.result import Design
from justice_data_lab.records import to_json
from service_people import request_in, sealed_upload

LEASE = SimpleNamespace(fenced=nullcontext)
STUDY = """
[study]
name = "Sessions"
organisation = "Alpha Trust"
programme = "Sessions"
intervention_type = "education"
setting = "custody"
seed = 5
report_date = 2026-11-22
"""
SURNAME = "Featherstonehaugh"


def file_of(request, who, *, at):
    """A clean cohort file."""
    sealed = sealed_upload(b"x", at=at).sealed
    sealed.save()
    return CohortFile.objects.create(
        request=request, organisation=request.organisation, version=1, suffix=".csv", state="clean", rows=61, errors=0, warnings=0,
        sealed=sealed, uploaded_by=who.member, uploaded_at=at,
    )  # fmt: skip


def run_of(request, who, *, at, study="", **more):
    """A run."""
    file = request.cohort_files.first() or file_of(request, who, at=at)
    return Run.objects.create(request=request, number=1, cohort_file=file, study=study, begun_at=at, command="c", **more)


def _row(name, level, after, colour):
    return BalanceRow(
        covariate=name, level=level, label=f"{name.capitalize()}: {level}" if level else name.capitalize(), before=0.4, after=after, variance_ratio_before=1.2, variance_ratio=1.1,
        ks_before=0.2, ks=0.1, mean_treated_before=30.0, mean_comparison_before=35.0, mean_treated=30.0, mean_comparison=31.0,
        n_treated_in=60, n_treated_out=0, colour=colour,
    )  # fmt: skip


def balance(colour):
    """Two rows, of which the first has the colour."""
    after = {"green": 0.01, "amber": 0.08, "red": 0.3}[colour]
    rows = (_row("age", None, after, colour), _row("sex", "Women", None, "green"))
    return Balance(
        rows=rows, overall=colour, green=1 + (colour == "green"), amber=int(colour == "amber"), red=int(colour == "red"), amber_limit=0.15,
        denominator="pooled", design="matched", largest=after,
    )  # fmt: skip


DESIGN = Design(
    version="jdl/1", design="matched", analysis="national", covariates=("age",), coefficients=(), scale="logit", caliper_width=0.05,
    caliper_sd=0.05, widened=True, exact=("sex",), merged=(), dropped=(), pruned=(), off_support=(), n_off_support=12, n_treated=61,
    n_pool=4000, n_matched=60, n_comparison=1234, n_eff=456.78, max_weight_share=0.012, median_k=20.0, steps=5,
    warnings=("The caliper was widened.",), weights_sha256="0" * 64, balance="red",
)  # fmt: skip


def matched(world, *, at, colour="red", state="balance", study=STUDY):
    """A request whose groups were matched, and nobody has seen an outcome."""
    request = request_in(state, world.alpha, at=at, owner=world.analyst)
    run = run_of(request, world.alpha, at=at, study=study)
    Study.objects.create(request=request, toml=study, set_by=world.analyst, set_at=at)
    Finding.objects.create(run=run, kind="balance", content=to_json(balance(colour)))
    Finding.objects.create(run=run, kind="design", content=to_json(DESIGN))
    return request


def _candidate(number, name):
    evidence = FieldEvidence(comparison="names", field="Surname, forename", given=SURNAME, held=name, level="similar", weight=3.0)
    blank = FieldEvidence(comparison="pnc_id", field="Police number", given="", held="", level="", weight=0.0)
    return ReviewCandidate(
        number=number, person_id=f"p{number}", weight=5.5, fields=(evidence, blank), other_names=("Other, Name",)
    )


def uncertain(world, *, at, rows=2, state="ready"):
    """A request with uncertain links laid out."""
    request = request_in(state, world.alpha, at=at, owner=world.analyst)
    run = run_of(request, world.alpha, at=at)
    why = ("tied", "between_thresholds", "contested")
    cases = tuple(
        ReviewCase(
            row=number + 2, why=why[number], candidates=(_candidate(1, "Fetherston"), _candidate(2, "Fanshaw")), more=number
        )
        for number in range(rows)
    )
    data = canonical_json({"key": to_json(ReviewKey(cohort="c", model="m", register="r")), "cases": to_json(cases)})
    keep_for_web(LEASE, run, ForTheWeb.Kind.LINKS, data, count=rows, at=at)
    return request


def reported(run, folder):
    """The report of a run, sealed for the web as the worker does."""
    jobs.keep_report(LEASE, run, folder)
