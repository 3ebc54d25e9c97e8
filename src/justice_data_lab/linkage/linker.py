"""The door of this room: find a cohort's people in the register and the disposal that each is followed from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from justice_data_lab.linkage.attrition import Step, steps
from justice_data_lab.linkage.bias import linkage_bias
from justice_data_lab.linkage.candidates import Levels, connection, linkage_attached, score_cohort
from justice_data_lab.linkage.carried import carry_forward
from justice_data_lab.linkage.error_rates import error_rates
from justice_data_lab.linkage.index_choice import REASONS, IndexDisposal, LinkedRow, choose_index
from justice_data_lab.linkage.key_index import open_key_index
from justice_data_lab.linkage.linkable import ethnicity_margins, linkable_rows
from justice_data_lab.linkage.linkage import LINKED, Linkage, links_table
from justice_data_lab.linkage.model import read_model
from justice_data_lab.linkage.quality import Described, completed_years, quality_report
from justice_data_lab.linkage.resolve import CONTESTED, NO_CANDIDATE, TAKEN, TIED, TOO_WEAK, Decision, resolve
from justice_data_lab.linkage.review_queue import review_key
from justice_data_lab.linkage.reviewed import REJECTED, UNSETTLED, apply_reviews, review_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from justice_data_lab.intake.cohort import Cohort
    from justice_data_lab.linkage.candidates import Scored
    from justice_data_lab.linkage.carried import Identity
    from justice_data_lab.linkage.model import LinkageModel
    from justice_data_lab.linkage.quality import QualityRow
    from justice_data_lab.linkage.review import Review
    from justice_data_lab.register.snapshot import Register

# Neither leaves this room.
_SECRET = ("surname", "forename", "date_of_birth", "sex", "pnc_id", "prison_number", "conviction_date", "intervention_end")
_NO_INDEX = "no_index_disposal"
_DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A submitted row with what became of it."""

    given: Mapping[str, str | date | int | None]
    decision: Decision
    index: IndexDisposal | None
    status: str
    reason: str
    levels: Levels = Levels()  # noqa: RUF009 -- frozen
    own_weight: float | None = None


def link(
    cohort: Cohort,
    register: Register,
    *,
    max_lag_days: int = 182,
    decisions: Sequence[Review] = (),
    before: Mapping[Identity, str] | None = None,
    con: DuckDBPyConnection | None = None,
) -> Linkage:
    """Find each person of a cohort in the register, and the disposal at which the person's follow-up starts.

    Args:
        cohort: as intake read it.
        register: an opened snapshot.
        max_lag_days: how long before a start in the community the release or order may lie.
        decisions: what reviewers said of the uncertain rows, one value a reviewer.
        before: the person to whom each identity was linked in the release that this one updates.
        con: a connection to work on; without it one is opened for the length of the call.

    Returns:
        Links without names, attrition with a reason for every lost row, and the quality report.

    Raises:
        UsageError: the decisions are about another cohort, model or register, or `max_lag_days` is no whole number from 0.

    *Notes*: the model is the snapshot's frozen one and is never trained on the request. Rows between the two
    thresholds are lost as `review` unless people decided them. Rows that start after the index date are kept and
    counted (`late_starts`); the pipeline decides what that means.
    """
    model = read_model(register.model_file)
    rows = cohort.rows.to_pylist()
    with connection(con) as own:
        with linkage_attached(own, register.linkage_file):
            scored = score_cohort(own, cohort.rows, model, open_key_index(register.key_index))
        made = resolve(scored.candidates, [row["row"] for row in rows], police_numbers=scored.police_numbers, model=model)
        if decisions:
            made = apply_reviews(decisions, made, scored.candidates, review_key(cohort, register, model))
        if before:
            made = carry_forward(made, scored.candidates, rows, before, model.accept)
        chosen = choose_index(own, _linked_rows(rows, made), register, max_lag_days=max_lag_days)
    settled = _settle(rows, made, chosen, scored)
    return Linkage(
        links=_links(settled, cohort.rows.column_names),
        attrition=_attrition(settled, max_lag_days, reviewed=bool(decisions)),
        quality=_quality(settled, model),
        late_starts=sum(_is_late(row) for row in settled),
        model_sha256=model.sha256(),
    )


def _quality(rows: Sequence[_Row], model: LinkageModel) -> tuple[QualityRow, ...]:
    described = [_described(row) for row in rows]
    return (
        *quality_report(described),
        *review_rows(row.decision for row in rows),
        *error_rates(described, model),
        *linkable_rows(described, model),
        *ethnicity_margins(described, model),
        *linkage_bias(described),
    )


def _linked_rows(rows: Sequence[dict[str, date | str | int | None]], decisions: Mapping[int, Decision]) -> list[LinkedRow]:
    return [
        LinkedRow(
            row=int(str(row["row"])),
            person_id=str(decisions[int(str(row["row"]))].person_id),
            # whoever was not served has no start: the day of being put in the arm stands for it
            intervention_start=_day(row["intervention_start"]) or _day(row.get("arm_date")),
            conviction_date=_day(row["conviction_date"]),
            index_date=_day(row["index_date"]),
        )
        for row in rows
        if decisions[int(str(row["row"]))].outcome == LINKED
    ]


def _settle(
    rows: Sequence[dict[str, date | str | int | None]],
    decisions: Mapping[int, Decision],
    chosen: Mapping[int, IndexDisposal],
    scored: Scored,
) -> list[_Row]:
    settled = []
    for given in rows:
        number = int(str(given["row"]))
        decision, index = decisions[number], chosen.get(number)
        status: str = decision.outcome
        reason = decision.reason
        if index is not None and index.reason:
            status, reason = _NO_INDEX, index.reason
        levels, own_weight = scored.levels.get(number, Levels()), scored.own_weight.get(number)
        settled.append(
            _Row(given=given, decision=decision, index=index, status=status, reason=reason, levels=levels, own_weight=own_weight)
        )
    return _once_a_person(settled)


def _once_a_person(rows: list[_Row]) -> list[_Row]:
    """Keep of each person's rows the one with the earliest eligible start; the others are duplicates."""
    kept: dict[str | None, _Row] = {}
    for row in sorted((row for row in rows if row.index is not None), key=_eligible_first):
        kept.setdefault(row.decision.person_id, row)
    return [
        row
        if row.index is None or kept[row.decision.person_id] is row
        else replace(row, status=_DUPLICATE, reason=_DUPLICATE, index=None)
        for row in rows
    ]


def _eligible_first(row: _Row) -> tuple[bool, date, int]:
    start = row.given["intervention_start"] or row.given["conviction_date"] or row.given["index_date"]
    return row.status != LINKED, _day(start) or date.max, int(str(row.given["row"]))


def _day(value: date | str | float | None) -> date | None:
    return value if isinstance(value, date) else None


def _links(rows: Sequence[_Row], names: Sequence[str]) -> pa.Table:
    columns: dict[str, list[object]] = {
        "row": [row.given["row"] for row in rows],
        "person_id": [row.decision.person_id if row.decision.outcome == LINKED else None for row in rows],
        "disposal_id": [row.index.disposal_id if row.index else None for row in rows],
        "weight": [row.decision.weight for row in rows],
        "status": [row.status for row in rows],
        "reason": [row.reason for row in rows],
        "index_date": [row.index.index_date if row.index else None for row in rows],
        "intervention_start": [row.given["intervention_start"] for row in rows],
        "kind": [row.index.kind if row.index else None for row in rows],
    }
    own = [name for name in names if name not in columns and name not in _SECRET]
    return links_table(columns | {name: [row.given[name] for row in rows] for name in own})


def _attrition(rows: Sequence[_Row], max_lag_days: int, *, reviewed: bool) -> tuple[Step, ...]:
    start = Step(key="submitted", label="Rows submitted", reason="", lost=0, left=len(rows))
    lost = Counter((row.status, row.reason) for row in rows)
    known = _REVIEWED_STEPS if reviewed else _STEPS
    losses = [(key, label, reason, sum(lost[status, code] for code in codes)) for key, label, reason, status, codes in known]
    for code, reason in REASONS.items():
        text = reason.format(max_lag_days=max_lag_days)
        losses.append((f"{_NO_INDEX}_{code}", "With an index disposal", f"no index disposal: {text}", lost[_NO_INDEX, code]))
    # Of the reasons that no index disposal fits, only those that cost a row; one of them stands when none did.
    wanted = losses[: len(known)] + ([loss for loss in losses[len(known) :] if loss[3]] or losses[-1:])
    return steps(start, wanted)


_STEPS = (
    (
        "no_candidate",
        "Someone like them in the register",
        "nobody in the register is like the person",
        "not_found",
        (NO_CANDIDATE,),
    ),
    (
        "not_found",
        "Found in the register",
        "the most similar person in the register is too different, or is another row's person",
        "not_found",
        (TOO_WEAK, TAKEN),
    ),
    (
        "ambiguous",
        "One person, not several",
        "several people fit, or several rows fit one person, equally well",
        "ambiguous",
        (TIED, CONTESTED),
    ),
    (
        "review",
        "Certain enough",
        "likely the same person but not certain: for review by people",
        "review",
        ("between_thresholds",),
    ),
    ("duplicate", "Each person once", "another row of the same person was kept", "duplicate", ("duplicate",)),
)
# With decisions: what is left after the review is certain or was linked by people.
_REVIEWED_STEPS = (
    *_STEPS[:2],
    (
        REJECTED,
        "Not rejected by review",
        "rejected by review: people who compared the details found that it is nobody in the register",
        "not_found",
        (REJECTED,),
    ),
    (
        UNSETTLED,
        "Settled by review",
        "the reviewers disagree, or cannot tell",
        "review",
        (UNSETTLED,),
    ),
    _STEPS[2],
    ("review", "Certain enough, or linked after review", "uncertain, and not reviewed", *_STEPS[3][3:]),
    _STEPS[4],
)


def _described(row: _Row) -> Described:
    given = row.given
    day = _day(given["intervention_start"]) or _day(given["conviction_date"]) or _day(given["index_date"])
    numbers = {
        (True, True): "both numbers",
        (True, False): "police number",
        (False, True): "prison number",
        (False, False): "no number",
    }
    return Described(
        decision=row.decision,
        sex=str(given["sex"] or "U"),
        age=completed_years(_day(given["date_of_birth"]), day),
        fields=numbers[bool(given["pnc_id"]), bool(given["prison_number"])],
        ethnicity=row.index.ethnicity if row.index else None,
        setting=str(given["setting"] or "unknown"),
        year=day.year if day else None,
        levels=row.levels,
        own_weight=row.own_weight,
    )


def _is_late(row: _Row) -> bool:
    start = _day(row.given["intervention_start"])
    return bool(row.index and row.index.index_date and start and start > row.index.index_date)
