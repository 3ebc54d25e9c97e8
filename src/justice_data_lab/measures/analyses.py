"""Whom an analysis is about: rows and covariates of one analysis, taken from those of the whole request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.measures.catalogue import COVARIATES, NO_REGION, REGION, Covariate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from justice_data_lab.measures.design import Measures
    from justice_data_lab.study import Analysis

Bools: TypeAlias = npt.NDArray[np.bool_]
Kind: TypeAlias = Literal["national", "regional", "subgroup", "after_start"]

NEEDS_GROUP = "needs"
# A region with fewer treated people is not compared within itself.
TREATED_A_REGION = 10


def kind_of(analysis: Analysis, columns: Mapping[str, str]) -> Kind:
    """What sort of analysis it is; one by what was known only afterwards stands in a section of its own.

    Args:
        analysis: of the study.
        columns: when each of the organisation's columns was known.
    """
    if any(columns.get(name) == "after_start" for name, _ in analysis.where):
        return "after_start"
    if analysis.where:
        return "subgroup"
    return "regional" if REGION in analysis.exact else "national"


def check_values(
    analyses: Iterable[Analysis], column: Callable[[str], pa.ChunkedArray], codes: Mapping[str, tuple[str, ...]]
) -> None:
    """Refuse an analysis of people whom the file does not have at all, which is a typing error.

    Args:
        analyses: of the study.
        column: the file's column of a name that `where` has, one value a person.
        codes: what intake reads such a column as, by its name, where it is one of a few.

    Raises:
        UsageError: nobody in the file has the value.
    """
    for analysis in analyses:
        for name, value in analysis.where:
            given = pc.unique(column(name)).to_pylist()
            if value.strip().casefold() in {str(entry).strip().casefold() for entry in given if entry is not None}:
                continue
            hint = f"It is read as one of {', '.join(codes[name])}. " if codes.get(name) else ""
            message = (
                f"[[analysis]] {analysis.name}: expected rows of the file with {name} = {value!r}, found none. "
                f"{hint}Check the spelling, or take the analysis out."
            )
            raise UsageError(message)


def restrict(measures: Measures, analysis: Analysis, traits: Mapping[str, pa.ChunkedArray]) -> Measures:
    """The rows of one analysis, with their numbers in the whole request, and its covariates.

    Args:
        measures: everybody of the request.
        analysis: whom it is about, and what is matched exactly in it.
        traits: the organisation's columns that `where` names, as text, one value a row; null where nothing is known.

    Returns:
        `rows` keep their `row`; `attrition` goes on from the people of the request.

    Notes:
        Rule 8 of `jdl/1`. Each step narrows the treated and the pool by the same rule, but for a column that the pool does not
        have: then it narrows the treated alone, and the pool is refitted to them.
    """
    rows = measures.rows
    treated = np.asarray(rows.column("treated").to_numpy() == 1)
    inside = np.ones(rows.num_rows, dtype=np.bool_)
    attrition = list(measures.attrition)
    for key, label, reason, keep in _conditions(measures, analysis, traits, treated):
        before = int((inside & treated).sum())
        inside &= keep
        left = int((inside & treated).sum())
        attrition.append(Step(key=key, label=label, reason=reason, lost=before - left, left=left))
    if REGION in analysis.exact:
        before = int((inside & treated).sum())
        inside &= _in_large_regions(rows.column(REGION), inside & treated)
        left = int((inside & treated).sum())
        attrition.append(
            Step(
                key="region",
                label="In a region with enough people",
                reason=f"in a region with fewer than {TREATED_A_REGION} people, or in none that is known",
                lost=before - left,
                left=left,
            )
        )
    return replace(
        measures,
        rows=rows.filter(pa.array(inside)),
        covariates=_covariates(measures.covariates, analysis),
        attrition=tuple(attrition),
    )


def _conditions(
    measures: Measures,
    analysis: Analysis,
    traits: Mapping[str, pa.ChunkedArray],
    treated: Bools,
) -> list[tuple[str, str, str, Bools]]:
    """Each condition of the analysis: key, what is left, why others are not, and who fulfils it."""
    found = [
        (
            f"where {name}",
            f"With {name} \u201c{value}\u201d",
            f"{name} is not \u201c{value}\u201d",
            _with(traits[name], value, treated),
        )
        for name, value in analysis.where
    ]
    if analysis.years == 2:
        reason = "less than two years and six months between the start of follow-up and the extract"
        followed_up = measures.rows.column("complete_two_year_follow_up").to_numpy(zero_copy_only=False)
        found.append(("two_years", "With two years of follow-up", reason, np.asarray(followed_up, dtype=np.bool_)))
    if analysis.assessment == "with":
        found.append(
            ("assessment", "With a needs assessment", "no needs assessment in the three years before", _assessed(measures))
        )
    return found


def _with(trait: pa.ChunkedArray, value: str, treated: Bools) -> Bools:
    """Who has the value; everybody of the other group where nothing at all is known of it."""
    given = pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(trait, pa.string())))
    same = np.asarray(pc.fill_null(pc.equal(given, value.strip().lower()), False).to_numpy(zero_copy_only=False), dtype=np.bool_)  # noqa: FBT003
    known = np.asarray(pc.is_valid(trait).to_numpy(zero_copy_only=False), dtype=np.bool_)
    return same if known[~treated].any() else same | ~treated


def _assessed(measures: Measures) -> Bools:
    needs = [covariate.name for covariate in measures.covariates if covariate.group == NEEDS_GROUP]
    known = [np.asarray(pc.not_equal(measures.rows.column(name), "unknown").to_numpy(zero_copy_only=False)) for name in needs]
    return np.asarray(np.any(known, axis=0), dtype=np.bool_) if known else np.zeros(measures.rows.num_rows, dtype=np.bool_)


def _in_large_regions(region: pa.ChunkedArray, treated: Bools) -> Bools:
    """Who is in a known region with enough of the treated."""
    names = np.asarray(pc.fill_null(pc.cast(region, pa.string()), "").to_pylist(), dtype=object)
    found, counts = np.unique(names[treated].astype(str), return_counts=True)
    known = np.array([name.lower() not in NO_REGION for name in found], dtype=np.bool_)
    return np.isin(names.astype(str), found[known & (counts >= TREATED_A_REGION)])


def _covariates(covariates: tuple[Covariate, ...], analysis: Analysis) -> tuple[Covariate, ...]:
    """Without the needs where the analysis leaves them out, and with what it matches exactly."""
    kept = tuple(item for item in covariates if not (analysis.assessment == "without" and item.group == NEEDS_GROUP))
    names = {item.name for item in kept}
    # region may have lost its place in the score; no other is taken from the catalogue, since data that came linked may use its names
    known = {item.name: item for item in (*(item for item in COVARIATES if item.name == REGION), *covariates)}
    new = (known.get(name, Covariate(name=name, kind="categorical", group=name, label=name)) for name in analysis.exact)
    return kept + tuple(item for item in new if item.name not in names)
