"""Who the alternatives compare: the treated people of the official figure, and the pool that was open to them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from justice_data_lab.matching.design_matrix import DesignMatrix, build_design
from justice_data_lab.matching.inputs import Categorical, read_columns, read_levels, read_treated
from justice_data_lab.matching.propensity import Separated, fit_propensity
from justice_data_lab.matching.support import find_support

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.matching.inputs import Bools, Column, Floats, Ints, MeasuresLike
    from justice_data_lab.matching.result import Match

INTERCEPT = "(intercept)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Two groups, their scores, and the columns that models of the outcome may use.

    Attributes:
        treated: rows of the matched treated people (in a trial, of all of them), ascending.
        pool: rows of the pool that stood in the fit of the score (in a trial, of everybody else), ascending.
        treated_logits: the scores of `treated`, on the logit scale: the official ones when all treated people were matched.
        pool_logits: the same of `pool`.
        columns: covariates after merging, what is matched exactly among them.
        matrix: their columns over `pool`, without those that the pool determines.
        coefficients: of the official score, by column, `(intercept)` too; empty in a trial.
        constant_score: whether the score is the design's own share, the same for everybody.
    """

    treated: Ints
    pool: Ints
    treated_logits: Floats
    pool_logits: Floats
    columns: tuple[Column, ...]
    matrix: DesignMatrix
    coefficients: Mapping[str, float]
    constant_score: bool

    @property
    def odds(self) -> Floats:
        """e/(1 - e) of the pool: weights that make it look like the treated."""
        with np.errstate(over="ignore"):
            return np.exp(self.pool_logits)

    @property
    def overlap(self) -> tuple[Floats, Floats]:
        """1 - e of the treated and e of the pool: weights that make both look like people who could be in either group."""
        return expit(-self.treated_logits), expit(self.pool_logits)

    def start(self, matrix: DesignMatrix) -> Floats:
        """The official score's coefficients on the columns of a matrix: near enough to start any fit of who was treated."""
        return standardised(self.coefficients, matrix, float(np.log(len(self.treated) / len(self.pool))))

    def only(self, known: Bools) -> Sample:
        """The same without people of whom something is not known."""
        if known[self.treated].all() and known[self.pool].all():
            return self
        pool = self.pool[known[self.pool]]
        return replace(
            self,
            treated=self.treated[known[self.treated]],
            pool=pool,
            treated_logits=self.treated_logits[known[self.treated]],
            pool_logits=self.pool_logits[known[self.pool]],
            matrix=build_design(self.columns, pool)[0],
        )


def standardised(coefficients: Mapping[str, float], matrix: DesignMatrix, intercept: float) -> Floats:
    """Coefficients by column on the standardised columns of a matrix, intercept first; 0 for a column without one.

    Args:
        coefficients: on the columns' own scale.
        matrix: whose columns.
        intercept: the intercept when the coefficients have none.
    """
    slopes = np.array([coefficients.get(term.name, 0.0) for term in matrix.terms])
    moved = float(slopes @ np.array([term.centre for term in matrix.terms]))
    return np.array([coefficients.get(INTERCEPT, intercept) + moved, *(slopes * [term.scale for term in matrix.terms])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The rows and columns that the official score was fitted to.

    Attributes:
        raw: covariates as read, and what is matched exactly without being one.
        columns: the same after merging of sparse levels.
        inside: which rows have a score (in a trial, all).
    """

    raw: tuple[Column, ...]
    columns: tuple[Column, ...]
    inside: Bools


def read_scored(measures: MeasuresLike, match: Match) -> Scored:
    """Columns and rows of the official fit, read once for every check."""
    names = {covariate.name for covariate in measures.covariates}
    exact = [name for name in match.design.exact if name not in names]
    raw = (*read_columns(measures), *(_levels(measures, name) for name in exact))
    if match.design.design == "randomised":
        return Scored(raw=raw, columns=raw, inside=np.ones(measures.rows.num_rows, dtype=np.bool_))
    support = find_support(raw, read_treated(measures.rows))
    valid = np.asarray(match.weights.column("score").is_valid())
    return Scored(raw=raw, columns=support.columns, inside=support.inside & valid)


def draw_sample(measures: MeasuresLike, match: Match, scored: Scored) -> Sample | None:
    """The people that the official figure compares, before weighting; None when nobody was matched.

    Args:
        measures: rows and covariates, as they were matched.
        match: official weights and scores.
        scored: what `read_scored` gave for them.

    Notes:
        Treated people without a match are left out here as they are there: every check is about the same people, and no figure
        is published of a few more. Weights from scores that were fitted to all of them would still aim at all, so the score is
        then fitted again without them. A column that is matched exactly without being a covariate enters models of the outcome.
        Every covariate does, pruned or not.
    """
    treated = read_treated(measures.rows)
    people = treated & (np.asarray(match.weights.column("weight").to_numpy()) > 0)
    columns, inside = scored.columns, scored.inside
    if not np.array_equal(people, treated):
        support = find_support(scored.raw, people)
        columns, inside = support.columns, scored.inside & support.inside
    first, pool = np.flatnonzero(people), np.flatnonzero(~treated & inside)
    if not len(first) or not len(pool):
        return None
    sample = Sample(
        treated=first,
        pool=pool,
        treated_logits=np.full(len(first), np.log(len(first) / len(pool))),
        pool_logits=np.full(len(pool), np.log(len(first) / len(pool))),
        columns=columns,
        matrix=build_design(columns, pool)[0],
        coefficients={item.column: item.value for item in match.design.coefficients},
        constant_score=match.design.design == "randomised",
    )
    if sample.constant_score:
        return sample
    if len(first) == treated.sum():
        return _with_logits(sample, _logits(match))
    return _with_logits(sample, _fitted_again(sample, measures, match, people))


def _with_logits(sample: Sample, logits: Floats) -> Sample:
    return replace(sample, treated_logits=logits[sample.treated], pool_logits=logits[sample.pool])


def _fitted_again(sample: Sample, measures: MeasuresLike, match: Match, people: Bools) -> Floats:
    """Scores of who was matched, one a row of the data; NaN where the columns tell the groups apart without error."""
    pruned = {item.covariate for item in match.design.pruned}
    names = {item.name for item in measures.covariates if item.name not in pruned}
    names |= {f"{name}_missing" for name in names}
    rows = np.sort(np.concatenate([sample.treated, sample.pool]))
    matrix, _ = build_design(tuple(column for column in sample.columns if column.name in names), rows)
    logits = np.full(len(people), np.nan)
    with suppress(Separated):
        logits[rows] = fit_propensity(matrix, people, start=sample.start(matrix)).logits
    return logits


def _levels(measures: MeasuresLike, name: str) -> Categorical:
    levels, codes = read_levels(measures.rows.column(name))
    return Categorical(name=name, label=name, levels=levels, codes=codes.astype(np.int16))


def _logits(match: Match) -> Floats:
    scores = np.asarray(match.weights.column("score").fill_null(0.5).to_numpy(), dtype=np.float64)
    return scores if match.design.scale == "logit" else np.asarray(logit(scores))
