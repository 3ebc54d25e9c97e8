"""Which groups of people that figures count hold which others: whoever reads a report knows such things, and the data show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from justice_data_lab.disclosure.request_estimates import measure_key
from justice_data_lab.estimation.effects import outcome_values
from justice_data_lab.study import MeasureSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from justice_data_lab.estimation.estimates import Estimate
    from justice_data_lab.matching.inputs import Bools

What: TypeAlias = Literal["people", "base", "with", "value"]
_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGroup:
    """A group of people whom a figure counts, in kinds of people; holds no number of anybody.

    Attributes:
        measure: key of the measure; empty of everybody.
        what: all `people`, those whom the measure is of (`base`), those of them `with` the event, or those whose `value` is not zero.
        column: of a value, the column; values of one column alone are told from each other.
        kinds: numbers of the kinds that it holds; a kind is a way of being in some groups and not in others that somebody in the data has.
    """

    measure: str
    what: What
    column: str = ""
    kinds: frozenset[int]


def known_groups(rows: Sequence[Estimate], outcomes: pa.Table) -> tuple[KnownGroup, ...]:
    """The groups behind the measures, as the outcomes of everybody in the comparison show them.

    Args:
        rows: the estimates.
        outcomes: one row a person of either group, with the columns that the measures name.

    Notes:
        A group that holds another one in the data of everybody does so for readers too, mostly by its meaning: whoever had it within a year had it
        within two, and of those who reoffended only some reoffended by theft. The people of a measure whose values are two or fewer have the event
        where the value is the larger, as the evidence counts it.
    """
    found = list(_masks(rows, outcomes))
    if not found:
        return ()
    masks = np.array([mask for _, _, _, mask in found])
    _, first = np.unique(np.packbits(masks.T, axis=1), axis=0, return_index=True)
    return tuple(
        KnownGroup(measure=measure, what=what, column=column, kinds=frozenset(np.flatnonzero(own).tolist()))
        for (measure, what, column, _), own in zip(found, masks[:, first], strict=True)
    )


def _masks(rows: Sequence[Estimate], outcomes: pa.Table) -> Iterator[tuple[str, What, str, Bools]]:
    """Each group with who is in it, everybody first."""
    if rows:
        yield "", "people", "", np.ones(outcomes.num_rows, dtype=np.bool_)
    for key, row in {measure_key(row, rows): row for row in rows}.items():
        values, counted = outcome_values(outcomes, _spec(row))
        yield key, "base", "", counted
        different = np.unique(values[counted])
        if row.kind == "proportion" or 0 < len(different) <= _TWO:
            yield key, "with", "", counted & (values == (1.0 if row.kind == "proportion" else different[-1]))
        else:
            yield key, "value", row.column, counted & (values != 0)


def _spec(row: Estimate) -> MeasureSpec:
    return MeasureSpec(name=row.measure, column=row.column, kind=row.kind, of=row.of)
