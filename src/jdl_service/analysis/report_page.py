"""The result as the lab reads it before it is checked: cleared figures only, and the checks on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.analysis.models import ForTheWeb
from jdl_service.analysis.sealed import needed, opened, read_report, read_shown
from jdl_service.audit import log
from justice_data_lab.reporting.findings import findings, headline
from justice_data_lab.reporting.robustness_pages import front_checks, robustness_pages

if TYPE_CHECKING:
    from datetime import datetime

    from jdl_service.accounts.models import User
    from jdl_service.analysis.models import Run
    from justice_data_lab.disclosure.published import Content

FIGURES = ("treated", "comparison", "difference", "ci_low", "ci_high", "p_value")
REPORT = "report.html"


def look(run: Run, *, by: User, at: datetime) -> Content | None:
    """What was disclosed of a run; None when there is no report. The look is logged before anything is shown."""
    row = opened(run, ForTheWeb.Kind.REPORT)
    if row is None:
        return None
    log.record("view", run.request.key, by=by, at=at, detail=f"result of run {run.number}")
    return read_shown(row)


def whole(run: Run, *, by: User, at: datetime) -> bytes:
    """The whole report of a run, as the core wrote it; the look is logged.

    Raises:
        NotNow: there is none.
    """
    row = needed(opened(run, ForTheWeb.Kind.REPORT), f"report of {run.request.key}")
    log.record("view", run.request.key, by=by, at=at, detail=f"report of run {run.number}")
    return read_report(row)[REPORT]


def results(content: Content) -> list[tuple[str, ...]]:
    """Each measure of the headline with its cleared figures and its verdict."""
    return [
        (each.measure.name, *(getattr(each.result, name).text for name in FIGURES), each.result.verdict_figure.text)
        for each in findings(content, headline(content))
    ]


def other_ways(content: Content) -> list[tuple[str, list[tuple[str, ...]]]]:
    """For each measure the difference by other ways of comparing, beside the main result."""
    made = robustness_pages(content)
    return [
        (each.name, [(row.name, row.difference.text, row.low.text, row.high.text, row.p_value.text) for row in each.rows])
        for each in (made.measures if made else ())
    ]


def in_words(content: Content) -> str:
    """What the checks say, as page one says it."""
    return front_checks(content, findings(content, headline(content)))
