"""match(): people like the treated, chosen without seeing any outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.special import expit

from justice_data_lab.errors import UsageError
from justice_data_lab.matching.balance import Balance, Groups, compare
from justice_data_lab.matching.design_matrix import build_design
from justice_data_lab.matching.inputs import Column, read_columns, read_treated
from justice_data_lab.matching.propensity import Separated, fit_propensity
from justice_data_lab.matching.radius import Radius, radius_weights, read_strata
from justice_data_lab.matching.result import TOO_WIDE, WEIGHTS, Coefficient, Design, Match, weights_hash
from justice_data_lab.matching.selection import Pruned, prune
from justice_data_lab.matching.support import Dropped, Support, find_support

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.matching.inputs import Bools, Floats, Ints, MeasuresLike
    from justice_data_lab.study import Method

ENOUGH_MATCHED = 0.95
CROWDED = 0.5


def match(measures: MeasuresLike, method: Method, *, analysis: str = "national", scores: Sequence[float] | None = None) -> Match:
    """Match every treated person to all people of the pool whose score is near enough, with replacement.

    Args:
        measures: rows (`row`, `treated`, covariates), the covariates, and what is always matched exactly.
        method: the estimator's options; `exact` is added to `measures.exact`.
        analysis: name of the analysis, carried along.
        scores: scores to use in place of fitted ones, one a row, on the caliper's scale, all finite; everyone then takes part.

    Returns:
        Weights, design and balance. When the groups do not overlap nobody is matched: the weights are 0, and balance has its
        columns for before matching. There is no floor on numbers here: floors belong to the lab, and the caller checks them.

    Raises:
        Separated: the covariates tell the groups apart without error; columns are named.
        UsageError: the scores are not one finite number a row, or the design has no use for them.

    Notes:
        Rules 1 to 5 of `jdl/1`. With `design = "randomised"` everybody has weight 1 and balance is the baseline table.
    """
    treated = read_treated(measures.rows)
    columns = read_columns(measures)
    if method.design == "randomised":
        if scores is not None:
            message = 'scores: do nothing with design = "randomised", where nobody is matched. Leave them out.'
            raise UsageError(message)
        return _randomised(treated, columns, method, analysis)
    exact = tuple(dict.fromkeys((*measures.exact, *method.exact)))
    scored = _score(columns, treated, method, exact) if scores is None else _given(columns, _read_scores(scores, len(treated)))
    matched = match_scores((scored.scores, scored.support.inside), treated, read_strata(measures.rows, exact), method)
    balance = compare(scored.support.columns, Groups(treated=treated, weights=matched.radius.weights), method)
    weights = _weights_table(treated, matched.radius, scored)
    design = _design(scored, matched, treated, method, balance)
    design = replace(design, analysis=analysis, exact=exact, weights_sha256=weights_hash(weights))
    return Match(analysis=analysis, weights=weights, design=design, balance=balance)


def unmatched(measures: MeasuresLike, method: Method, separated: tuple[str, ...], *, analysis: str = "national") -> Match:
    """Nobody matched, because the covariates tell the groups apart: weights of 0, and the balance of the groups as they came.

    Args:
        measures: as for `match`.
        method: as for `match`.
        separated: the columns that `Separated` named.
        analysis: name of the analysis, carried along.
    """
    treated, columns = read_treated(measures.rows), read_columns(measures)
    zeros = np.zeros(len(treated))
    nobody = Radius(weights=zeros, k=zeros.astype(np.int64), crowded=np.zeros(0))
    scored = _outside(columns, zeros)
    matched = Matched(radius=nobody, width=0.0, sd=None, widened=False)
    balance = compare(columns, Groups(treated=treated), method)
    weights = _weights_table(treated, nobody, scored)
    design = replace(
        _design(scored, matched, treated, method, balance),
        analysis=analysis,
        exact=tuple(dict.fromkeys((*measures.exact, *method.exact))),
        caliper_width=None,
        warnings=(),
        weights_sha256=weights_hash(weights),
        separated=separated,
    )
    return Match(analysis=analysis, weights=weights, design=design, balance=balance)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """Scores for the rows that take part, and how they were fitted."""

    support: Support
    scores: Floats
    covariates: tuple[str, ...] = ()
    coefficients: tuple[Coefficient, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    pruned: tuple[Pruned, ...] = ()
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Radius weights, and the caliper that gave them.

    Attributes:
        radius: the weights.
        width: the caliper, on the score's scale.
        sd: the same in standard deviations; None for an absolute width.
        widened: whether it is wider than the one asked for.
    """

    radius: Radius
    width: float
    sd: float | None
    widened: bool


def _score(columns: tuple[Column, ...], treated: Bools, method: Method, exact: tuple[str, ...]) -> _Scored:
    if not treated.any() or treated.all():
        return _outside(columns, np.zeros(len(treated)))
    support = find_support(columns, treated)
    rows = np.flatnonzero(support.inside)
    scores = np.zeros(len(treated))
    if alone := support.emptied(treated):
        raise Separated(alone)
    matrix, dropped = build_design(support.columns, rows)
    fit = fit_propensity(matrix, treated)
    pruned: tuple[Pruned, ...] = ()
    if method.selection == "wald":
        matrix, fit, pruned = prune(matrix, treated, fit, keep=exact)
    scores[rows] = fit.logits if method.caliper.scale == "logit" else expit(fit.logits)
    names = tuple(term.name for term in matrix.terms)
    values = zip(("(intercept)", *names), fit.coefficients.tolist(), strict=True)
    return _Scored(
        support=support,
        scores=scores,
        covariates=names,
        coefficients=tuple(Coefficient(column=name, value=value) for name, value in values),
        dropped=support.left_out + dropped,
        pruned=pruned,
        steps=fit.steps,
    )


def _given(columns: tuple[Column, ...], scores: Floats) -> _Scored:
    inside = np.ones(len(scores), dtype=np.bool_)
    support = Support(columns=columns, inside=inside, merged=(), off_support=(), left_out=())
    return _Scored(support=support, scores=scores)


def _read_scores(scores: Sequence[float], rows: int) -> Floats:
    try:
        given = np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError):
        given = np.full(rows, np.nan)
    bad = int((~np.isfinite(given)).sum())
    if given.shape == (rows,) and not bad:
        return given
    came = f"none for {bad} of them" if given.shape == (rows,) else f"an array of shape {given.shape}"
    message = f"scores: expected one finite number for each of the {rows} rows, got {came}. Give a score for every row."
    raise UsageError(message)


def _outside(columns: tuple[Column, ...], scores: Floats) -> _Scored:
    """No score at all: every row stands outside the fit."""
    scored = _given(columns, scores)
    return replace(scored, support=replace(scored.support, inside=np.zeros(len(scores), dtype=np.bool_)))


def match_scores(scored: tuple[Floats, Bools], treated: Bools, strata: Ints, method: Method) -> Matched:
    """Radius weights at the caliper asked for; a relative one widens until 95% of treated people with a score are matched.

    Args:
        scored: a score for each row, and which rows have one.
        treated: which rows had the intervention.
        strata: one code a row; people are matched only within the same.
        method: caliper and how far it may widen.
    """
    scores, inside = scored
    caliper = method.caliper
    spread = float(scores[inside].std(ddof=1)) if inside.sum() > 1 else 0.0
    if caliper.width is not None:
        tries: tuple[tuple[float, float | None], ...] = ((caliper.width, None),)
    else:
        first = caliper.sd if caliper.sd is not None else 0.0
        tries = tuple((sd * spread, sd) for sd in (first, *(sd for sd in method.widen if sd > first)))
    groups = np.where(inside, strata, -1)
    people = treated & inside
    for place, (width, sd) in enumerate(tries):
        matched = Matched(radius=radius_weights(scores, people, width, groups), width=width, sd=sd, widened=place > 0)
        if matched.radius.weights[people].sum() >= ENOUGH_MATCHED * people.sum():
            break
    return matched


def _weights_table(treated: Bools, radius: Radius, scored: _Scored) -> pa.Table:
    score = pa.array(scored.scores, mask=~scored.support.inside)
    row = np.arange(len(treated))
    columns = (row, treated.astype(np.int8), score, radius.weights, radius.k)
    return pa.table([pa.array(data, item.type) for data, item in zip(columns, WEIGHTS, strict=True)], schema=WEIGHTS)


def _design(scored: _Scored, matched: Matched, treated: Bools, method: Method, balance: Balance) -> Design:
    weights, k = matched.radius.weights, matched.radius.k
    pool, people = weights[~treated], treated & (weights > 0)
    support = scored.support
    return Design(
        version=method.version,
        design="matched",
        analysis="",
        covariates=scored.covariates,
        coefficients=scored.coefficients,
        scale=method.caliper.scale,
        caliper_width=matched.width,
        caliper_sd=matched.sd,
        widened=matched.widened,
        exact=(),
        merged=support.merged,
        dropped=scored.dropped,
        pruned=scored.pruned,
        off_support=support.off_support,
        n_off_support=int((~support.inside & ~treated).sum()) if support.off_support else 0,
        n_treated_off_support=int((~support.inside & treated).sum()) if support.off_support else 0,
        n_treated=int(treated.sum()),
        n_pool=len(pool),
        n_matched=int(people.sum()),
        n_comparison=int((pool > 0).sum()),
        n_eff=float(pool.sum() ** 2 / (pool**2).sum()) if pool.any() else 0.0,
        max_weight_share=float(pool.max() / pool.sum()) if pool.any() else None,
        median_k=float(np.median(k[people])) if people.any() else None,
        steps=scored.steps,
        warnings=_warnings(scored, matched, treated),
        weights_sha256="",
        balance=balance.overall,
    )


def _warnings(scored: _Scored, matched: Matched, treated: Bools) -> tuple[str, ...]:
    found: list[str] = []
    share = float(matched.radius.weights[treated].mean()) if treated.any() else 0.0
    if matched.widened:
        found.append(
            f"The caliper was widened to {matched.sd:g} standard deviations of the score so that more people are matched."
        )
    if share < ENOUGH_MATCHED:
        found.append("Fewer than 95% of the treated people could be matched, even at the widest caliper allowed.")
    crowded = matched.radius.crowded[matched.radius.crowded > 0]
    if len(crowded) and np.median(crowded) > CROWDED:
        found.append(TOO_WIDE)
    if scored.support.merged:
        found.append("Levels with fewer than five treated people were merged.")
    return tuple(found)


def _randomised(treated: Bools, columns: tuple[Column, ...], method: Method, analysis: str) -> Match:
    """Both arms whole, as assigned."""
    balance = compare(columns, Groups(treated=treated), method)
    ones = Radius(weights=np.ones(len(treated)), k=np.zeros(len(treated), dtype=np.int64), crowded=np.zeros(0))
    scored = _outside(columns, np.zeros(len(treated)))
    matched = Matched(radius=ones, width=0.0, sd=None, widened=False)
    weights = _weights_table(treated, ones, scored)
    design = replace(
        _design(scored, matched, treated, method, balance),
        design="randomised",
        analysis=analysis,
        caliper_width=None,
        median_k=None,
        weights_sha256=weights_hash(weights),
    )
    return Match(analysis=analysis, weights=weights, design=design, balance=balance)
