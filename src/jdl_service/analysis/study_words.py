"""A study in words: what it compares, as a reviewer reads it, out of what the core read from the study file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jdl_service.analysis.study_forms import ASSESSMENTS, CLOCKS, DESIGNS, KNOWN, SELECTIONS
from jdl_service.look.words import day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.study import Analysis, Study


def in_words(study: Study) -> list[tuple[str, str]]:
    """Each setting with what it says, the comparisons first."""
    return [*map(_analysis, study.analyses), *_settings(study), *_rows(study)]


def _analysis(analysis: Analysis) -> tuple[str, str]:
    whom = " and ".join(f"{column} is {value}" for column, value in analysis.where)
    parts = [
        f"people for whom {whom}" if whom else "everybody",
        f"followed for {'one year' if analysis.years == 1 else 'two years'}",
        f"compared with people of the same {' and '.join(analysis.exact)}" if analysis.exact else "",
        dict(ASSESSMENTS)[analysis.assessment].lower() if analysis.assessment else "",
    ]
    return f"Analysis: {analysis.name}{' (page one)' if analysis.headline else ''}", ", ".join(part for part in parts if part)


def _settings(study: Study) -> Iterator[tuple[str, str]]:
    method, cohort = study.method, study.cohort
    yield "Design", dict(DESIGNS)[method.design]
    reason = f": {cohort.clock_reason}" if cohort.clock_reason else ""
    yield "Follow-up begins", f"{dict(CLOCKS)[cohort.clock]}{reason}"
    yield "Most days between sentence or release and start", f"{cohort.max_lag_days}"
    if method.design == "matched":
        width = f"{method.caliper.width}" if method.caliper.width is not None else f"{method.caliper.sd} standard deviations"
        steps = f", widened to {', '.join(map(str, method.widen))} where too few find a match" if method.widen else ""
        yield "How near scores are", f"{width} on the scale of the {method.caliper.scale}{steps}"
        yield "Matched exactly", ", ".join(method.exact) or "Nothing"
        yield "Choice of characteristics", dict(SELECTIONS)[method.selection]
    yield "Robustness checks", "Yes" if method.robustness else "No"
    if study.supersedes:
        yield "Updates the release", study.supersedes
    if method.override_balance:
        yield "A reviewer goes on though the groups are not alike", method.override_balance
    yield "Seed", f"{study.seed}"
    yield "Date of the report", day(study.report_date)


def _rows(study: Study) -> Iterator[tuple[str, str]]:
    for name, known in study.columns:
        yield f"Column: {name}", f"Known {dict(KNOWN)[known][:1].lower()}{dict(KNOWN)[known][1:]}"
    for each in study.changes:
        yield f"Changed since the protocol: {each.what}", each.why
