"""Room 3: everybody in the comparison, and the people of the side studies that test it. No outcome is here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.measures.arms import NOT_OFFERED, OFFERED, PLACEBO_ARMS, SERVED, arms_of, as_assigned, not_served, only
from justice_data_lab.measures.design import Measures, measure
from justice_data_lab.measures.negative_control import measure_control

if TYPE_CHECKING:
    import duckdb

    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab, Study

PLACEBO, CONTROL = "placebo", "negative control"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A comparison that tests the headline: one where the truth is known to be no difference.

    Attributes:
        name: of its folders.
        measures: its rows and covariates.
    """

    name: str
    measures: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What room 3 hands on.

    Attributes:
        main: the request's own people and their pool.
        sides: the side studies.
    """

    main: Measures
    sides: tuple[Side, ...] = ()

    def side(self, name: str) -> Measures:
        """The measures of one side study."""
        return next(side.measures for side in self.sides if side.name == name)


def measure_all(
    linkage: Linkage,
    register: Register,
    study: Study,
    lab: Lab,
    *,
    earlier: tuple[str, ...],
    con: duckdb.DuckDBPyConnection | None = None,
) -> Measured:
    """Covariates and eligibility of everybody the request is about.

    Args:
        linkage: of the whole cohort, whatever the arm.
        register: the snapshot.
        study: says whether the arms are those of a trial.
        lab: its floor decides which placebo tests are possible.
        earlier: people of earlier cohorts of the same programme.
        con: an open connection, on which what was read stays for later rooms; without it each part opens one of its own.
    """

    def measured(arms: tuple[str, ...], *, from_arm_date: bool, asked: Study = study) -> Measures:
        return measure(only(linkage, arms, from_arm_date=from_arm_date), register, asked, lab, earlier=earlier, con=con)

    if study.method.design == "randomised":
        return Measured(main=as_assigned(measured((*OFFERED, *NOT_OFFERED), from_arm_date=True), linkage))
    main = measured((SERVED,), from_arm_date=False)
    main = replace(main, attrition=(*not_served(linkage), *main.attrition))
    if not study.method.robustness:
        return Measured(main=main)
    arms = arms_of(linkage).to_pylist()
    large = (arm for arm in PLACEBO_ARMS if arms.count(arm) >= lab.min_matched)
    own = _with_a_clock_of_its_own(study)
    placebos = (Side(name=f"{PLACEBO} {arm}", measures=measured((arm,), from_arm_date=True, asked=own)) for arm in large)
    return Measured(main=main, sides=(_control(main, register, con), *placebos))


def _with_a_clock_of_its_own(study: Study) -> Study:
    """The study of a placebo group: the index clock that was asked for those served needs no reason where others began late.

    Notes:
        A reviewer's reason speaks of how starts were recorded, so with one the clock is that of the study everywhere.
    """
    if study.cohort.clock != "index" or study.cohort.clock_reason:
        return study
    return replace(study, cohort=replace(study.cohort, clock="auto"))


def _control(main: Measures, register: Register, con: duckdb.DuckDBPyConnection | None) -> Side:
    """The request's own people as they stood before their control year, numbered from 0 as a study of its own."""
    control = measure_control(main, register, con=con)
    numbers = pa.array(np.arange(control.rows.num_rows), control.rows.schema.field("row").type)
    rows = control.rows.set_column(control.rows.schema.get_field_index("row"), control.rows.schema.field("row"), numbers)
    return Side(name=CONTROL, measures=replace(control, rows=rows))
