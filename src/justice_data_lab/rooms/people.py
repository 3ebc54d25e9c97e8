"""Of whom a run wants to publish figures, by register id: made in room 5 and kept there, never in a room that is handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from justice_data_lab.disclosure.ledger.sets import EVERYBODY, REQUEST, USABLE
from justice_data_lab.disclosure.linked.names import stricter
from justice_data_lab.estimation.linkage_threshold import STRICTER as STRICTER_LINKS
from justice_data_lab.rooms.measured import PLACEBO

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import pyarrow as pa

    from justice_data_lab.disclosure.ledger.sets import Tokens
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.measures.outcomes import Outcomes
    from justice_data_lab.rooms.designs import Designed
    from justice_data_lab.rooms.measured import Measured
    from justice_data_lab.rooms.work import Work


def usable(measured: Measured) -> Tokens:
    """The register ids of those whom the request could use, whether or not it was analysed."""
    return {(REQUEST, USABLE): _of(measured.main, _numbers(measured.main.rows, "treated") == 1)}


def counted(work: Work, after: Outcomes) -> Tokens:
    """The register ids of everybody behind a figure, by analysis and by whom of it, as `request_sets` wants them.

    Args:
        work: rooms 3 and 4.
        after: outcomes of the request's own people.
    """
    found = dict(usable(work.measured))
    for designed, match in _told(work):
        side = designed.role == "side"
        measures = work.measured.side(designed.name) if side else work.measured.main
        matched = (_numbers(match.weights, "treated") == 1) & (_numbers(match.weights, "weight") > 0)
        found[designed.name, EVERYBODY] = _of(measures, matched)
        for of in () if side else sorted({spec.of for spec in after.specs} - {EVERYBODY}):
            found[designed.name, of] = _of(measures, matched & (_numbers(after.rows, of) == 1))
    return {**found, **_stricter(work)}


def _stricter(work: Work) -> Tokens:
    """Those of the headline who would be left with stricter links."""
    match, bits = work.designs.headline.usable, work.source.link_weights(work.measured.main)
    if match is None or bits is None:
        return {}
    weights = np.array([0.0 if weight is None else weight for weight in bits.weights])
    matched = (_numbers(match.weights, "treated") == 1) & (_numbers(match.weights, "weight") > 0)
    return {
        (stricter(round(2**more)), EVERYBODY): _of(work.measured.main, matched & (weights >= bits.accept + more))
        for more in STRICTER_LINKS
    }


def _told(work: Work) -> Iterator[tuple[Designed, Match]]:
    """The comparisons of which figures are printed: every analysis and every placebo group that could be made."""
    for designed in work.designs.all:
        if designed.usable and (designed.role != "side" or designed.name.startswith(PLACEBO)):
            yield designed, designed.usable


def _of(measures: Measures, which: npt.NDArray[np.bool_]) -> frozenset[str]:
    people = measures.rows.column("person_id").to_pylist()
    return frozenset(cast("str", people[place]) for place in np.flatnonzero(which))


def _numbers(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    return np.asarray(table.column(name).to_numpy(), dtype=np.float64)
