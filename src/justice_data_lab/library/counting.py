"""Which results are taken together: one a request, each group of people once, and a reason for every one that is left out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from justice_data_lab.library.effects import Effect, LeftOut, Scale, effect_of
from justice_data_lab.library.entry import Outcome  # noqa: TC001 -- a field type, read at run time by from_json
from justice_data_lab.library.synthesis import LEAST, Pooled, pool
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.entry import Entry
    from justice_data_lab.library.heterogeneity import Method

MOST_SHARED = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two requests that are partly about the same people, as the ledger tells.

    Attributes:
        first: key of one.
        second: key of the other.
        share: of the people of the smaller one who are in both.
    """

    first: str
    second: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """What is known of one measure: each result, those taken together, and why the others are not.

    Attributes:
        measure: key of the measure.
        scale: difference or log odds ratio.
        outcomes: key of the entry and the result, of every one that could enter, the earliest first.
        effects: of those that enter.
        left_out: every other result of this measure, with its reason.
        pooled: None with fewer than three.
        overlaps_known: whether the ledger was asked and knows everybody in them; when not, people may be counted twice.
    """

    measure: str
    scale: Scale
    outcomes: tuple[tuple[str, Outcome], ...]
    effects: tuple[Effect, ...]
    left_out: tuple[LeftOut, ...]
    pooled: Pooled | None
    overlaps_known: bool

    def summary(self) -> str:
        """How many results enter, and what comes of them."""
        out = f"{self.measure}: {len(self.effects)} results, {len(self.left_out)} left out"
        return f"{out}. {self.pooled.summary()}" if self.pooled else f"{out}. Too few to pool: {LEAST} are needed."

    def table(self) -> pa.Table:
        """One row a result: key, effect, standard error, weight; then those left out, with the reason."""
        weights = dict(zip((each.key for each in self.pooled.effects), self.pooled.weights, strict=True)) if self.pooled else {}
        rows = [
            {"key": each.key, "effect": each.value, "se": each.se, "weight": weights.get(each.key), "why_not": None}
            for each in self.effects
        ]
        rows += [{"key": each.key, "effect": None, "se": None, "weight": None, "why_not": each.why} for each in self.left_out]
        kinds = {"key": pa.string(), "effect": pa.float64(), "se": pa.float64(), "weight": pa.float64(), "why_not": pa.string()}
        return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name; the results themselves are in the library."""
        return cast("Mapping[str, Json]", {name: to_json(getattr(self, name)) for name in _KEPT})

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Synthesis:
        """The value that `to_dict` wrote, without the results themselves."""
        return from_json(cls, {**data, "outcomes": []})


_KEPT = ("measure", "scale", "effects", "left_out", "pooled", "overlaps_known")


def synthesise(
    entries: Iterable[Entry],
    measure: str,
    scale: Scale = "difference",
    *,
    overlaps: Sequence[Overlap] | None = None,
    lacking: Container[str] = (),
    method: Method = "reml",
) -> Synthesis:
    """Take together what entries say of one measure.

    Args:
        entries: of a kind of help, or any others that a visitor picks.
        measure: key of the measure.
        scale: of the effects.
        overlaps: from the ledger; None when it was not asked.
        lacking: keys of results that the ledger does not know.
        method: of estimating how far true effects differ.

    Notes:
        Of each request the national analysis counts, or where it was not published the regional one; never both, and no subgroup.
        Of two requests that share more than 10% of the people of the smaller one, the newer counts. This goes from the newest on: a
        request that is itself left out leaves nobody else out.
    """
    picked = [_pick(entry, measure, scale) for entry in entries]
    made = sorted(
        (each.effect for each in picked if each.effect is not None), key=lambda each: (each.released, each.key), reverse=True
    )
    kept, dropped = count_once(made, overlaps or ())
    results = {each.effect.key: each.outcome for each in picked if each.effect is not None and each.outcome is not None}
    inside = tuple(reversed(kept))
    left = [*(each for one in picked for each in one.left_out), *(_overlapping(each, results[each.key]) for each in dropped)]
    return Synthesis(
        measure=measure,
        scale=scale,
        outcomes=tuple((each.key, results[each.key]) for each in inside),
        effects=inside,
        left_out=tuple(sorted(left, key=lambda each: (each.key, each.analysis))),
        pooled=pool(inside, method=method) if len(inside) >= LEAST else None,
        overlaps_known=overlaps is not None and not any(each.key in lacking for each in made),
    )


def count_once(newest_first: Sequence[Effect], overlaps: Sequence[Overlap]) -> tuple[list[Effect], list[Effect]]:
    """Those that count and those that are dropped, when each group of people counts once."""
    partners: dict[str, set[str]] = {}
    for each in overlaps:
        if each.share > MOST_SHARED:
            partners.setdefault(each.first, set()).add(each.second)
            partners.setdefault(each.second, set()).add(each.first)
    kept: list[Effect] = []
    dropped: list[Effect] = []
    inside: set[str] = set()
    for effect in newest_first:
        if partners.get(effect.key, set()) & inside:
            dropped.append(effect)
        else:
            kept.append(effect)
            inside.add(effect.key)
    return kept, dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picked:
    """What one entry gives: an effect with its result, or none; and what of it is left out."""

    effect: Effect | None
    outcome: Outcome | None
    left_out: tuple[LeftOut, ...]


def _pick(entry: Entry, measure: str, scale: Scale) -> _Picked:
    """The one analysis of an entry that counts, and the others with their reasons."""
    mine = sorted((each for each in entry.outcomes if each.measure == measure), key=_rank)
    chosen: Effect | None = None
    result: Outcome | None = None
    left: list[LeftOut] = []
    for outcome in mine:
        made = _one(entry, outcome, scale, taken=chosen is not None)
        if isinstance(made, LeftOut):
            left.append(made)
        else:
            chosen, result = made, outcome
    return _Picked(effect=chosen, outcome=result, left_out=tuple(left))


def _one(entry: Entry, outcome: Outcome, scale: Scale, *, taken: bool) -> Effect | LeftOut:
    if outcome.who in ("after_start", "placebo"):
        return LeftOut(key=entry.key, analysis=outcome.analysis, why="selected_after")
    if taken or (outcome.who == "subgroup" and not outcome.headline):
        return LeftOut(key=entry.key, analysis=outcome.analysis, why="same_people")
    if entry.corrected:
        return LeftOut(key=entry.key, analysis=outcome.analysis, why="corrected")
    return effect_of(entry.key, entry.released.date(), outcome, scale)


def _rank(outcome: Outcome) -> tuple[bool, bool, str]:
    """The national analysis first, then the headline, whatever it is of."""
    return outcome.who != "national", not outcome.headline, outcome.analysis


def _overlapping(effect: Effect, outcome: Outcome) -> LeftOut:
    return LeftOut(key=effect.key, analysis=outcome.analysis, why="overlap")
