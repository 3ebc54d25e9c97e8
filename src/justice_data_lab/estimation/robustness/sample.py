"""Who the alternatives compare: the treated people of the official figure, and the pool that was open to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from justice_data_lab.matching.design_matrix import DesignMatrix, build_design
from justice_data_lab.matching.inputs import Categorical, read_columns, read_levels, read_treated
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
        treated_logits: the official scores of `treated`, on the logit scale.
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

    @property
    def start(self) -> Floats:
        """The official score's coefficients on the columns of `matrix`, standardised, intercept first."""
        terms = self.matrix.terms
        slopes = np.array([self.coefficients.get(term.name, 0.0) for term in terms])
        even = float(np.log(len(self.treated) / len(self.pool)))
        intercept = self.coefficients.get(INTERCEPT, even) + float(slopes @ np.array([term.centre for term in terms]))
        return np.array([intercept, *(slopes * [term.scale for term in terms])])

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


def draw_sample(measures: MeasuresLike, match: Match) -> Sample | None:
    """The people that the official figure compares, before weighting; None when nobody was matched.

    Args:
        measures: rows and covariates, as they were matched.
        match: official weights and scores.

    Notes:
        Treated people without a match are left out here as they are there: every check is about the same people, and no figure
        is published of a few more. A column that is matched exactly without being a covariate is made one. Every covariate
        stays, pruned or not.
    """
    treated = read_treated(measures.rows)
    counted = np.asarray(match.weights.column("weight").to_numpy()) > 0
    columns = _columns(measures, match)
    randomised = match.design.design == "randomised"
    if randomised:
        inside = np.ones(len(treated), dtype=np.bool_)
    else:
        support = find_support(columns, treated)
        columns, inside = support.columns, support.inside & np.asarray(match.weights.column("score").is_valid())
    people, pool = np.flatnonzero(treated & counted), np.flatnonzero(~treated & inside)
    if not len(people) or not len(pool):
        return None
    logits = np.full(len(treated), np.log(len(people) / len(pool))) if randomised else _logits(match)
    return Sample(
        treated=people,
        pool=pool,
        treated_logits=logits[people],
        pool_logits=logits[pool],
        columns=columns,
        matrix=build_design(columns, pool)[0],
        coefficients={item.column: item.value for item in match.design.coefficients},
        constant_score=randomised,
    )


def _columns(measures: MeasuresLike, match: Match) -> tuple[Column, ...]:
    names = {covariate.name for covariate in measures.covariates}
    more = []
    for name in match.design.exact:
        if name not in names:
            levels, codes = read_levels(measures.rows.column(name))
            more.append(Categorical(name=name, label=name, levels=levels, codes=codes.astype(np.int16)))
    return (*read_columns(measures), *more)


def _logits(match: Match) -> Floats:
    scores = np.asarray(match.weights.column("score").fill_null(0.5).to_numpy(), dtype=np.float64)
    return scores if match.design.scale == "logit" else np.asarray(logit(scores))
