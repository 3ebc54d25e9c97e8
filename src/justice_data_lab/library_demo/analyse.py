"""Analyses an invented programme with the rooms that analyse a real one, from matching to disclosure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.files import canonical_json, sha256, write_bytes, write_json
from justice_data_lab.library_demo.people import CATEGORICAL, NUMERIC
from justice_data_lab.measures.linked import read_design
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.machine import csv_metadata, report_json, tidy_csv
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.rooms.designs import match_all
from justice_data_lab.rooms.evidence import request_from
from justice_data_lab.rooms.measured import Measured
from justice_data_lab.rooms.results import estimate_all
from justice_data_lab.rooms.sources import FromFile
from justice_data_lab.rooms.work import Work
from justice_data_lab.run_folder import hashes
from justice_data_lab.study import DataColumns, MeasureSpec, Method, Programme, Study, UnitCost

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.disclosure.disclosed import Disclosed
    from justice_data_lab.library_demo.people import Linked
    from justice_data_lab.library_demo.programmes import Sample
    from justice_data_lab.rooms.designs import Designed
    from justice_data_lab.study import Lab

MEASURES = (
    MeasureSpec(name="one-year proven reoffending rate", column="reoffended", kind="proportion", role="primary"),
    MeasureSpec(name="proven reoffences per person", column="reoffences", kind="mean", unit="reoffences"),
)


def study_of(sample: Sample, seed: int) -> Study:
    """What the invented organisation asks for."""
    cost = None
    if sample.cost:
        cost = UnitCost(currency=sample.cost[0], amount=float(sample.cost[1]), year=2023, source="invented")
    return Study(
        name=f"{sample.title} (invented)",
        organisation=f"{sample.organisation} (invented)",
        programme_name=sample.title,
        intervention_type=sample.types[0],
        setting=sample.setting,
        seed=seed,
        report_date=date(2025, 1, 2),
        programme=Programme(
            what=sample.what, who_delivers=sample.organisation, where=sample.region, dose=sample.how_much,
            how_chosen="At random" if sample.design == "randomised" else "People ask to join", started=sample.size, unit_cost=cost,
            own_words="Everything here is invented.",
        ),
        data=DataColumns(treatment="treated", covariates=(*NUMERIC, *CATEGORICAL), categorical=CATEGORICAL),
        measures=MEASURES,
        method=Method(design=sample.design, robustness=sample.design == "matched"),
        disclosure_profile="none",
    )  # fmt: skip


def analyse(linked: Linked, study: Study, lab: Lab, scratch: Path) -> Disclosed:
    """What may leave of a programme's data: the rooms of `pipeline.evaluate`, without the report.

    Args:
        linked: the data.
        study: what is asked for.
        lab: its floors.
        scratch: a folder for the data file, which the rooms read from.
    """
    data = scratch / "linked.parquet"
    pq.write_table(linked.table, data)
    measures = read_design(data, study)
    measured, submitted = Measured(main=measures), measures.attrition[0].left
    source = FromFile(data=data, study=study)
    designs = match_all(measured, source, study, lab, submitted=submitted)
    results = None
    if not designs.headline.stop:
        work = Work(
            measured=measured, designs=designs, source=source, study=study, lab=lab, submitted=submitted, written=_written
        )
        results = estimate_all(work)
    data.unlink()
    return disclose(request_from(study, lab, measured, designs, results=results), study.rules(lab))


def write_run(disclosed: Disclosed, lab: Lab, run: Path, *, pages: bool) -> None:
    """A finished run as far as a release looks at it: what was disclosed, the figures for machines, and the report's page if asked for."""
    for room in ("6-disclosure", "7-report"):
        (run / room).mkdir(parents=True)
    write_json(run / "6-disclosure" / "disclosed.json", disclosed.to_dict())
    report = run / "7-report"
    write_bytes(report / "report.json", canonical_json(report_json(disclosed, lab)))
    write_bytes(report / "tables.csv", tidy_csv(disclosed))
    write_bytes(report / "tables.csv-metadata.json", canonical_json(csv_metadata(disclosed, lab)))
    if pages:
        write_bytes(report / "report.html", render_html(lay_out(disclosed, lab)).encode())
    write_json(run / "manifest.json", {"rooms": {room: {"files": hashes(run / room)} for room in ("6-disclosure", "7-report")}})


def _written(designed: Designed) -> tuple[bytes, str]:
    """A design as it would be written down, which opens the outcomes."""
    design = designed.match.design.to_bytes() if designed.match else b""
    return design, sha256(design)
