"""Estimates and their evidence, as a request for disclosure wants them."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from scipy.stats import t

from justice_data_lab.disclosure.evidence import EstimateEvidence, MeasureFacts, Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.estimation.estimates import Estimate

_COURT = ("indictable", "either_way", "summary", "indictable_or_either_way")
# Table and title of each published measure; the others get a table each.
_TABLES: dict[str, tuple[int, str]] = {
    "reoffended": (1, "One-year proven reoffending rate"),
    "reoffences": (2, "Reoffending frequency"),
    "days_to_first_reoffence": (3, "Time to first proven reoffence"),
    **{f"first_reoffence_{name}": (4, "Court outcome of the first proven reoffence") for name in _COURT},
    **{f"{name}_reoffences": (5, "Reoffending frequency by court outcome") for name in _COURT},
    "custody_for_first_reoffence": (6, "Custody for the first proven reoffence"),
    "custodial_sentences": (7, "Custodial sentences"),
    "reoffended_two_years": (8, "Two-year proven reoffending rate"),
    "reoffences_two_years": (9, "Two-year reoffending frequency"),
    "employed_year_after": (10, "Employment in the year after"),
    "benefit_days_year_after": (11, "Days on out-of-work benefit in the year after"),
}
_COUNTS = ("reoffences", "reoffences_two_years", "custodial_sentences", *(f"{name}_reoffences" for name in _COURT))


def measure_key(row: Estimate, rows: Sequence[Estimate]) -> str:
    """The measure's column; with whom it is of where two measures share a column."""
    same = [each for each in rows if each.column == row.column and each.analysis == row.analysis]
    return row.column if len(same) == 1 else f"{row.column} ({row.measure})"


def measure_facts(rows: Sequence[Estimate]) -> tuple[MeasureFacts, ...]:
    """Each measure once, in study order, with the table it stands in."""
    published = all(row.column in _TABLES for row in rows)
    facts: dict[str, MeasureFacts] = {}
    for row in rows:
        key = measure_key(row, rows)
        if key not in facts:
            name = row.measure[:1].upper() + row.measure[1:]
            facts[key] = _facts(row, key, *(_TABLES[row.column] if published else (len(facts) + 1, name)), published=published)
    return tuple(facts.values())


def _facts(row: Estimate, key: str, table: int, title: str, *, published: bool) -> MeasureFacts:
    return MeasureFacts(
        key=key,
        name=row.measure,
        kind=row.kind,
        of=row.of,
        unit=row.unit,
        better=row.better,
        role=row.role,
        counts=published and row.column in _COUNTS,
        parts=title if published and table in (4, 5) else "",
        table=table,
        table_title=title,
    )


def estimate_evidence(row: Estimate, rows: Sequence[Estimate]) -> EstimateEvidence:
    """One estimate with each side's evidence."""
    return EstimateEvidence(
        analysis=row.analysis,
        measure=measure_key(row, rows),
        treated=_treated(row),
        comparison=_comparison(row),
        difference=row.difference,
        ci_low=row.ci_low,
        ci_high=row.ci_high,
        p_value=row.p_value,
        detectable=row.detectable,
        people_needed=row.people_needed,
        people_to_send=row.people_needed_submitted,
        verdict=row.verdict,
        reliable=row.reliable,
    )


def _treated(row: Estimate) -> Side:
    low, high = interval(row.mean_treated, row.n_treated) if row.kind == "proportion" else (None, None)
    evidence = row.evidence
    return Side(
        people=row.n_treated,
        value=row.mean_treated,
        events=evidence.events_treated,
        nonzero=None if row.kind == "proportion" else evidence.nonzero_treated,
        largest_share=None if row.kind == "proportion" else evidence.largest_share_treated,
        low=low,
        high=high,
    )


def _comparison(row: Estimate) -> Side:
    low, high = interval(row.mean_comparison, row.n_eff) if row.kind == "proportion" else (None, None)
    evidence = row.evidence
    return Side(
        people=row.n_comparison,
        value=row.mean_comparison,
        events=evidence.events_comparison,
        nonzero=None if row.kind == "proportion" else evidence.nonzero_comparison,
        largest_share=None if row.kind == "proportion" else evidence.largest_share_comparison,
        n_eff=row.n_eff,
        max_weight_share=evidence.max_weight_share,
        low=low,
        high=high,
    )


def interval(share: float | None, people: float) -> tuple[float | None, float | None]:
    """One group's own 95% interval for a proportion: p ± t₀.₉₇₅ √(p(1-p)/(n-1)), within 0 and 1.

    Notes:
        The same variance as the difference uses: s²/N with s² = p(1-p)N/(N-1) for the treatment group, v₀/n_eff for the
        comparison group. Drawn on the charts; never used for a verdict.
    """
    if share is None or people <= 1:
        return None, None
    reach = float(t.ppf(0.975, people - 1)) * sqrt(share * (1 - share) / (people - 1))
    return max(0.0, share - reach), min(1.0, share + reach)
