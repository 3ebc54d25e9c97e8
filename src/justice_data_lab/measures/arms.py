"""The arms that an organisation sends: whom the programme served, and whom it did not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.errors import DataRefused, Problem
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.linkage.linkage import LINKED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.linkage.linkage import Linkage
    from justice_data_lab.measures.design import Measures

SERVED: Final = "served"
CONTROL: Final = "control"
WAITING: Final = "waiting"
REFUSED: Final = "refused"
# A trial is analysed as assigned: whoever was offered the programme and refused it was still put in its group.
OFFERED = (SERVED, REFUSED)
NOT_OFFERED = (CONTROL, WAITING)
# People who were like those served and were not: an effect on them would be a sign of who they are, not of the programme.
PLACEBO_ARMS: tuple[Literal["waiting", "refused"], ...] = (WAITING, REFUSED)
OTHER_ARM = "other_arm"
OFFERED_STEP = "offered"


def arms_of(linkage: Linkage) -> pa.ChunkedArray:
    """The arm of each submitted row; a row without one was served."""
    links = linkage.links
    if "arm" not in links.column_names:
        return pa.chunked_array([pa.array([SERVED] * links.num_rows, pa.string())])
    return pc.fill_null(links.column("arm"), SERVED)


def only(linkage: Linkage, arms: Iterable[str], *, from_arm_date: bool = False) -> Linkage:
    """The linkage with only these arms linked; everybody else stays known, so that nobody of them enters the pool.

    Args:
        linkage: of the whole cohort.
        arms: which of served, control, waiting, refused.
        from_arm_date: the clock starts no earlier than the day somebody was put in the arm, where that is known: for arms whose
            people never started, and for a trial.
    """
    links = linkage.links
    inside = pc.is_in(arms_of(linkage), value_set=pa.array(list(arms), pa.string()))
    outside = pc.and_(pc.invert(inside), pc.equal(links.column("status"), LINKED))
    status = pc.if_else(outside, OTHER_ARM, links.column("status"))
    links = links.set_column(links.column_names.index("status"), "status", status)
    if from_arm_date and "arm_date" in links.column_names:
        start = pc.coalesce(links.column("arm_date"), links.column("intervention_start"))
        links = links.set_column(links.column_names.index("intervention_start"), "intervention_start", start)
    return replace(linkage, links=links)


def not_served(linkage: Linkage) -> tuple[Step, ...]:
    """The step that leaves out linked people of other arms; none when everybody was served."""
    before = linkage.linked().num_rows
    left = only(linkage, (SERVED,)).linked().num_rows
    if "arm" not in linkage.links.column_names or before == left:
        return ()
    reason = "sent as a control, waiting or refused: not served by the programme"
    return (Step(key="served", label="Served by the programme", reason=reason, lost=before - left, left=left),)


def as_assigned(measures: Measures, linkage: Linkage) -> Measures:
    """Both arms of a trial and nobody else: the offered first, then those not offered.

    Args:
        measures: of everybody linked, whatever the arm; the pool is left out.
        linkage: says who was in which arm.

    Raises:
        DataRefused: one of the two groups is empty.
    """
    kept = replace(linkage, links=linkage.linked())
    people = dict(zip(kept.links.column("person_id").to_pylist(), arms_of(kept).to_pylist(), strict=True))
    rows = measures.rows.filter(pc.equal(measures.rows.column("treated"), 1))
    offered = np.array([people[person] in OFFERED for person in rows.column("person_id").to_pylist()], dtype=np.bool_)
    if offered.all() or not offered.any():
        _refuse_one_arm()
    order = np.argsort(~offered, kind="stable")
    rows = rows.take(pa.array(order))
    rows = rows.set_column(0, rows.schema.field("row"), pa.array(np.arange(len(order)), rows.schema.field("row").type))
    place = rows.column_names.index("treated")
    flags = pa.array(offered[order].astype(np.int8))
    left = int(offered.sum())
    reason = "put in the control group, with whom they are compared"
    step = Step(key=OFFERED_STEP, label="Offered the programme", reason=reason, lost=len(order) - left, left=left)
    return replace(
        measures,
        rows=rows.set_column(place, rows.schema.field("treated"), flags),
        exact=(),
        pool=(),
        attrition=(*measures.attrition, step),
    )


def _refuse_one_arm() -> None:
    message = (
        "expected people offered the programme (served, refused) and people not offered it (control, waiting) among those found."
    )
    problem = Problem(
        file="cohort",
        column="arm",
        rule="one-group-only",
        message=message,
        remedy="Send both arms of the trial, with the arm of every row.",
    )
    raise DataRefused(message, (problem,))
