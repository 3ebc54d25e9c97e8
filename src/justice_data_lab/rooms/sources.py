"""Where the rooms after linkage get what they need: from a register, or from a file that came linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.indictable import settle_specs
from justice_data_lab.linkage.model import read_model
from justice_data_lab.measures.analyses import restrict
from justice_data_lab.measures.catalogue import FIRST_REOFFENCE, WORK_MEASURES, specs_for
from justice_data_lab.measures.linked import read_outcomes, read_traits
from justice_data_lab.measures.negative_control import control_outcomes
from justice_data_lab.measures.outcomes import outcomes
from justice_data_lab.measures.scan import event_columns_of
from justice_data_lab.register.describe import indictable_rate
from justice_data_lab.study import Analysis

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.matching.result import Match
    from justice_data_lab.measures.design import Measures
    from justice_data_lab.measures.outcomes import Outcomes
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab, MeasureSpec, Study, SurvivalColumns

# As submitted it is used to find people, and goes no further: a subgroup goes by the register's own record, as matching does.
_SEX = "sex"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWeights:
    """How strongly each row was linked.

    Attributes:
        weights: match weight in bits, one a row; None for the pool, which was not linked.
        accept: least weight at which a link was accepted.
    """

    weights: tuple[float | None, ...]
    accept: float


class Source(Protocol):
    """What matching and estimation ask for."""

    @property
    def times(self) -> SurvivalColumns | None:
        """Which columns of the outcomes say when the first event came; None when none do."""

    @property
    def apart(self) -> frozenset[str]:
        """Columns of measures that are not adjusted together with the others, nor count among them."""

    def among(self, measures: Measures, analysis: Analysis) -> Measures:
        """The rows and covariates of one analysis."""

    def specs(self, analysis: Analysis, match: Match) -> tuple[MeasureSpec, ...]:
        """The measures of one analysis, settled before outcomes are read."""

    def outcomes(self, measures: Measures, specs: tuple[MeasureSpec, ...], *, design: bytes, design_hash: str) -> Outcomes:
        """What happened afterwards to everybody of `measures`, once the design is written down."""

    def control(self, measures: Measures, *, design: bytes, design_hash: str) -> Outcomes:
        """What had happened long before to everybody of the negative control, once its design is written down."""

    def link_weights(self, measures: Measures) -> LinkWeights | None:
        """How strongly each row was linked; None when the data came linked."""


def complete_columns(source: Source, measures: Measures, study: Study) -> tuple[str, ...]:
    """The columns by which analyses pick people of whom each of the treated has one of the values, two or more, that the analyses name.

    Args:
        source: knows who has which value.
        measures: everybody of the request.
        study: its analyses.
    """
    picks = list(dict.fromkeys((name, value.strip().lower()) for analysis in study.analyses for name, value in analysis.where))
    everybody = _treated(measures)
    found = []
    for column in dict.fromkeys(name for name, _ in picks):
        values = [value for name, value in picks if name == column]
        ones = [Analysis(name=column, where=((column, value),)) for value in values] if len(values) > 1 else []
        if ones and sum(_treated(source.among(measures, one)) for one in ones) == everybody:
            found.append(column)
    return tuple(found)


def _treated(measures: Measures) -> int:
    return int(pc.sum(measures.rows.column("treated")).as_py() or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FromRegister:
    """A cohort that was found in a register.

    Attributes:
        register: the snapshot.
        linkage: of the whole cohort.
        study: the request as frozen.
        lab: its least numbers.
        con: an open connection, which may have read of these people before; None: each question opens one of its own.
    """

    register: Register
    linkage: Linkage
    study: Study
    lab: Lab
    con: duckdb.DuckDBPyConnection | None = None

    def among(self, measures: Measures, analysis: Analysis) -> Measures:
        """The rows and covariates of one analysis."""
        return restrict(measures, analysis, self._traits(measures, analysis))

    @property
    def times(self) -> SurvivalColumns:
        """Days to the first proven reoffence, within the year."""
        return FIRST_REOFFENCE

    @property
    def apart(self) -> frozenset[str]:
        """Work in the year after: that a register knows of it must not change what the eleven measures say."""
        return frozenset(spec.column for spec in WORK_MEASURES)

    def specs(self, analysis: Analysis, match: Match) -> tuple[MeasureSpec, ...]:
        """The catalogue's measures, with indictable only and either way merged where the first are too few."""
        every = specs_for(analysis, event_columns_of(self.register, self.con))
        return settle_specs(every, match.design.n_matched, indictable_rate(self.register), self.lab)

    def outcomes(self, measures: Measures, specs: tuple[MeasureSpec, ...], *, design: bytes, design_hash: str) -> Outcomes:
        """Outcomes as the snapshot holds them."""
        return outcomes(measures, self.register, design=design, design_hash=design_hash, specs=specs, con=self.con)

    def control(self, measures: Measures, *, design: bytes, design_hash: str) -> Outcomes:
        """Offences of the control year, as the snapshot holds them."""
        return control_outcomes(measures, self.register, design=design, design_hash=design_hash, con=self.con)

    def link_weights(self, measures: Measures) -> LinkWeights:
        """Match weights by person, as linkage scored them."""
        links = self.linkage.linked()
        known = dict(zip(links.column("person_id").to_pylist(), links.column("weight").to_pylist(), strict=True))
        weights = tuple(known.get(person) for person in measures.rows.column("person_id").to_pylist())
        return LinkWeights(weights=weights, accept=read_model(self.register.model_file).accept)

    def _traits(self, measures: Measures, analysis: Analysis) -> Mapping[str, pa.ChunkedArray]:
        """The organisation's columns, by person; of the pool nothing is known but the sex, which is the register's for everybody."""
        links = self.linkage.linked()
        people = links.column("person_id").to_pylist()
        wanted = measures.rows.column("person_id").to_pylist()
        found = {}
        for name, _ in analysis.where:
            if name == _SEX:
                found[name] = pc.cast(measures.rows.column(_SEX), pa.string())
                continue
            known = dict(zip(people, links.column(name).to_pylist(), strict=True))
            found[name] = pa.chunked_array([pa.array([known.get(person) for person in wanted], pa.string())])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FromFile:
    """Data that came linked, one row a person."""

    data: Path
    study: Study

    @property
    def times(self) -> SurvivalColumns | None:
        """The study's own columns, where it names any."""
        return self.study.survival

    @property
    def apart(self) -> frozenset[str]:
        """None: whatever the study measures is one family."""
        return frozenset()

    def among(self, measures: Measures, analysis: Analysis) -> Measures:
        """The rows and covariates of one analysis."""
        return restrict(measures, analysis, read_traits(self.data, [name for name, _ in analysis.where]))

    def specs(self, analysis: Analysis, match: Match) -> tuple[MeasureSpec, ...]:  # noqa: ARG002
        """The study's own measures."""
        return self.study.measures

    def outcomes(self, measures: Measures, specs: tuple[MeasureSpec, ...], *, design: bytes, design_hash: str) -> Outcomes:  # noqa: ARG002
        """Outcome columns of the same file."""
        return read_outcomes(self.data, self.study, design=design, design_hash=design_hash)

    def control(self, measures: Measures, *, design: bytes, design_hash: str) -> Outcomes:  # noqa: ARG002
        """No register, no history: `measure_all` makes no negative control for such data, so nobody asks.

        Raises:
            UsageError: always.
        """
        message = "A negative control needs a register: data that came linked hold no history to look at."
        raise UsageError(message)

    def link_weights(self, measures: Measures) -> None:
        """Nobody was linked here."""
