"""The columns of `index_event` as data: in order, each with its type, its role and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from justice_data_lab.register.codes import NEEDS, OFFENCE_GROUPS

Role: TypeAlias = Literal["key", "eligibility", "covariate", "outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventColumn:
    """One column of `index_event`.

    Attributes:
        name: as in the snapshot.
        sql_type: VARCHAR, DATE, BOOLEAN, INTEGER or DOUBLE.
        role: what it may be used for; matching never sees an `outcome`.
        doc: what it holds, one sentence.
        table: the optional source table it needs; empty when it is always there.
    """

    name: str
    sql_type: str
    role: Role
    doc: str
    table: str = ""


def _columns(role: Role, rows: tuple[tuple[str, str, str], ...], table: str = "") -> tuple[EventColumn, ...]:
    return tuple(EventColumn(name=name, sql_type=kind, role=role, doc=doc, table=table) for name, kind, doc in rows)


def group_label(group: str) -> str:
    """An offence group in words, e.g. public order."""
    return group.replace("_", " ")


_KEYS = _columns(
    "key",
    (
        ("person_id", "VARCHAR", "The register's opaque number of the person."),
        ("disposal_id", "VARCHAR", "The index disposal; with person_id it names the row."),
    ),
)

_ELIGIBILITY = _columns(
    "eligibility",
    (
        ("kind", "VARCHAR", "Kind of disposal: custody, suspended_sentence_order, community_order, caution, other."),
        ("disposal_date", "DATE", "Day of the index disposal."),
        ("index_date", "DATE", "Release for custody, else the day of the disposal: the clock starts here."),
        ("complete_follow_up", "BOOLEAN", "Whether index date + 18 months is on or before the extract date."),
        ("complete_two_year_follow_up", "BOOLEAN", "Whether index date + 30 months is on or before the extract date."),
        ("region", "VARCHAR", "Region of the disposal; unknown where the register has none."),
    ),
)

_PROFILE = _columns(
    "covariate",
    (
        ("sex", "VARCHAR", "F, M or U."),
        ("ethnicity", "VARCHAR", "white, black, asian, mixed, other, unknown."),
        ("uk_national", "VARCHAR", "yes, no, unknown."),
        ("age_at_index", "INTEGER", "Completed years at the index date."),
        ("age_at_first_disposal", "INTEGER", "Completed years on the day something was first proven (or of this disposal)."),
        (
            "sentence_band",
            "VARCHAR",
            "Length of the sentence or order: under 182, 365, 730, 1,460 days, or more; none, or unknown (custody), without a length.",
        ),
        ("index_year", "INTEGER", "Calendar year of the index date."),
        ("index_quarter", "INTEGER", "Calendar quarter of the index date, 1 to 4."),
        ("index_offence_group", "VARCHAR", "Group of the most serious offence of the index disposal; unknown without one."),
    ),
)

_HISTORY = _columns(
    "covariate",
    (
        ("previous_offences", "INTEGER", "Counted offences proven on a day before the index disposal, elsewhere than at it."),
        ("previous_convictions", "INTEGER", "Disposals among them at which there was a conviction."),
        ("previous_cautions", "INTEGER", "Disposals among them at which there was a caution."),
        ("previous_custodial_sentences", "INTEGER", "Disposals among them with a sentence of custody."),
        *((f"previous_{group}", "INTEGER", f"Previous offences in the group {group_label(group)}.") for group in OFFENCE_GROUPS),
        ("offences_last_year", "INTEGER", "Previous offences committed in the 12 months before the index date."),
        ("offences_last_three_years", "INTEGER", "Previous offences committed in the 36 months before the index date."),
        (
            "days_since_previous_disposal",
            "INTEGER",
            "Days from the last day something was proven to the index date; null if none.",
        ),
        ("years_since_first_disposal", "DOUBLE", "Days from the first disposal to the index date, over 365.25."),
        ("copas_rate", "DOUBLE", "ln((previous convictions + cautions + 1) / (years since the first disposal + 10))."),
    ),
)

_ONE_YEAR = _columns(
    "outcome",
    (
        (
            "reoffended",
            "BOOLEAN",
            "Whether there was a proven reoffence; this and every other outcome of one year is null without follow-up.",
        ),
        ("reoffences", "INTEGER", "Proven reoffences; 0 for people who did not reoffend."),
        ("days_to_first_reoffence", "INTEGER", "Days from the index date to the first; null if none."),
        ("first_court_outcome", "VARCHAR", "indictable, either_way or summary: the first reoffence; null if none."),
        ("indictable_reoffences", "INTEGER", "Proven reoffences triable on indictment only."),
        ("either_way_reoffences", "INTEGER", "Proven reoffences triable either way."),
        ("summary_reoffences", "INTEGER", "Proven reoffences triable summarily only."),
        ("custody_for_first_reoffence", "BOOLEAN", "Whether the first reoffence was sentenced to custody; null if none."),
        ("custodial_sentences", "INTEGER", "Distinct disposals with custody among the reoffences."),
    ),
)

_TWO_YEARS = _columns(
    "outcome",
    (
        (
            "reoffended_two_years",
            "BOOLEAN",
            "Whether there was a proven reoffence in two years; this and the next are null without two years of follow-up.",
        ),
        ("reoffences_two_years", "INTEGER", "Proven reoffences in two years; 0 for people who did not reoffend."),
    ),
)

_WORK = _columns(
    "outcome",
    (
        ("employed_year_after", "BOOLEAN", "Whether there was any work in the 12 months from the index date."),
        ("benefit_days_year_after", "INTEGER", "Days on out-of-work benefit in the 12 months from the index date."),
    ),
    "employment",
)

_OUTCOMES = (*_ONE_YEAR, *_TWO_YEARS, *_WORK)

INDEX_EVENT_COLUMNS = (
    *_KEYS,
    *_ELIGIBILITY,
    *_PROFILE,
    *_HISTORY,
    *_columns(
        "covariate",
        (("ogrs3_score", "DOUBLE", "Published OGRS3 one-year probability; null where a part of it is unknown."),),
        "offence_code",
    ),
    *_columns(
        "covariate",
        tuple((f"need_{need}", "VARCHAR", f"Need with {need}: yes, no, unknown, by the latest assessment.") for need in NEEDS),
        "assessment",
    ),
    *_columns(
        "covariate",
        (
            ("employed_year_before", "VARCHAR", "yes or no: any work in the 12 months before the index date."),
            ("benefit_days_year_before", "INTEGER", "Days on out-of-work benefit in the 12 months before the index date."),
        ),
        "employment",
    ),
    *_OUTCOMES,
)

HISTORY_COLUMNS = tuple(column.name for column in _HISTORY)
OUTCOME_COLUMNS = tuple(column.name for column in _OUTCOMES)
# What offences and a date alone give, and so is known as at another date than the index date: eligibility and covariates,
# then outcomes.
AS_AT_COLUMNS = (
    "complete_follow_up",
    "complete_two_year_follow_up",
    "index_year",
    "index_quarter",
    *HISTORY_COLUMNS,
)
AS_AT_OUTCOMES = tuple(column.name for column in (*_ONE_YEAR, *_TWO_YEARS))


def event_columns(tables: frozenset[str]) -> tuple[EventColumn, ...]:
    """The columns of `index_event` of a register that has these optional tables."""
    return tuple(column for column in INDEX_EVENT_COLUMNS if not column.table or column.table in tables)
