"""The measures and the covariates as data: the fixed published lists of the official method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from justice_data_lab.errors import UsageError
from justice_data_lab.measures.columns import HISTORY_COLUMNS, group_label
from justice_data_lab.register.codes import NEEDS, OFFENCE_GROUPS
from justice_data_lab.study import MeasureSpec, SurvivalColumns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.study import Analysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariate:
    """One thing that is held alike between the two groups.

    Attributes:
        name: its column in `Measures.rows`.
        kind: numeric enters the propensity score linearly, categorical is one-hot coded.
        group: covariates left out together when the report asks how much each group of them matters.
        label: as printed.
        ordered: levels from lowest to highest; empty when they have no order. Other levels may occur beside them.
        source: the column of `index_event` it is worked out from; empty means `name`.
        sql: how, in DuckDB's dialect; empty means the column as it is.
    """

    name: str
    kind: Literal["numeric", "categorical"]
    group: str
    label: str = ""
    ordered: tuple[str, ...] = ()
    source: str = ""
    sql: str = ""


KIND = "kind"
REGION = "region"
# What stands where no region is known: people from everywhere, who have no place in common.
NO_REGION = ("", "unknown")
INDEX_YEAR = "index_year"

SENTENCE_BANDS = ("none", "under_6_months", "6_to_12_months", "1_to_2_years", "2_to_4_years", "4_years_or_more")

# Skewed and null for a first disposal, so it enters in bands; a first disposal is the level "none".
_PREVIOUS_DISPOSAL_BAND = """
CASE
  WHEN days_since_previous_disposal IS NULL THEN 'none'
  WHEN days_since_previous_disposal < 91 THEN 'under_3_months'
  WHEN days_since_previous_disposal < 182 THEN '3_to_6_months'
  WHEN days_since_previous_disposal < 365 THEN '6_to_12_months'
  WHEN days_since_previous_disposal < 730 THEN '1_to_2_years'
  WHEN days_since_previous_disposal < 1826 THEN '2_to_5_years'
  ELSE '5_years_or_more'
END
"""


def _numeric(group: str, rows: Iterable[tuple[str, str]]) -> tuple[Covariate, ...]:
    return tuple(Covariate(name=name, kind="numeric", group=group, label=label) for name, label in rows)


def _levels(group: str, rows: Iterable[tuple[str, str]]) -> tuple[Covariate, ...]:
    return tuple(Covariate(name=name, kind="categorical", group=group, label=label) for name, label in rows)


# Left out, because the others determine them: previous_summary_other (previous offences less the ten other groups) and
# years_since_first_disposal (age at index less age at first disposal, but for rounding). Both stand in `index_event`.
COVARIATES: tuple[Covariate, ...] = (
    *_levels("sex", (("sex", "Sex"),)),
    *_numeric("age", (("age_at_index", "Age at index date"), ("age_at_first_disposal", "Age at first disposal"))),
    *_levels("nationality and ethnicity", (("ethnicity", "Ethnicity"), ("uk_national", "UK national"))),
    *_levels("index disposal", ((KIND, "Kind of index disposal"),)),
    Covariate(
        name="sentence_band", kind="categorical", group="index disposal", label="Length of sentence", ordered=SENTENCE_BANDS
    ),
    *_levels("index disposal", (("index_offence_group", "Index offence"),)),
    *_levels("region", ((REGION, "Region"),)),
    *_levels("time", ((INDEX_YEAR, "Year of index date"),)),
    Covariate(
        name="index_quarter", kind="categorical", group="time", label="Quarter of index date", ordered=("1", "2", "3", "4")
    ),
    *_numeric(
        "history",
        (
            ("previous_offences", "Previous offences"),
            ("previous_convictions", "Previous convictions"),
            ("previous_cautions", "Previous cautions"),
            ("previous_custodial_sentences", "Previous custodial sentences"),
            *(
                (f"previous_{name}", f"Previous offences: {group_label(name)}")
                for name in OFFENCE_GROUPS
                if name != "summary_other"
            ),
        ),
    ),
    *_numeric(
        "recent history",
        (("offences_last_year", "Offences in the last year"), ("offences_last_three_years", "Offences in the last three years")),
    ),
    Covariate(
        name="previous_disposal_band",
        kind="categorical",
        group="recent history",
        label="Time since previous disposal",
        ordered=("under_3_months", "3_to_6_months", "6_to_12_months", "1_to_2_years", "2_to_5_years", "5_years_or_more"),
        source="days_since_previous_disposal",
        sql=_PREVIOUS_DISPOSAL_BAND,
    ),
    *_numeric("rate of offending", (("copas_rate", "Copas rate"), ("ogrs3_score", "OGRS3 score"))),
    *_levels("needs", ((f"need_{name}", f"Need: {name}") for name in NEEDS)),
    *_levels("employment and benefits", (("employed_year_before", "Any work in the year before"),)),
    *_numeric("employment and benefits", (("benefit_days_year_before", "Days on benefit in the year before"),)),
)


def covariates_for(columns: Iterable[str]) -> tuple[Covariate, ...]:
    """The published covariates that a snapshot with these columns of `index_event` can give, in the published order."""
    there = frozenset(columns)
    return tuple(covariate for covariate in COVARIATES if (covariate.source or covariate.name) in there)


# Joins them when the clock starts at the intervention: a longer wait leaves people who are less likely to reoffend.
LAG = Covariate(name="lag_days", kind="numeric", group="start", label="Days from index date to start")
_AT_START = {INDEX_YEAR: "Year of start", "index_quarter": "Quarter of start"}


def covariates_at_start(covariates: Iterable[Covariate]) -> tuple[Covariate, ...]:
    """The covariates when the clock starts at the intervention: the same, named after the start, and the days to it."""
    return (*(replace(item, label=_AT_START.get(item.name, item.label)) for item in covariates), LAG)


# The negative control's, beside the published ones: how long the record was when the control year began, and what came between
# that year and the index disposal.
CONTROL_COVARIATES = (
    Covariate(
        name="years_since_first_disposal",
        kind="numeric",
        group="age",
        label="Years since the first disposal, as at the start of the control year",
    ),
    *_numeric(
        "since the control year",
        (
            ("offences_since_control_year", "Offences between the control year and the index disposal"),
            ("disposals_since_control_year", "Disposals between the control year and the index disposal"),
        ),
    ),
)
# Age at the first disposal would say when somebody began, and the OGRS3 score how many sanctions the control year brought; needs and
# work are not known as at another date than the index date.
_NOT_OF_THE_CONTROL = (
    "age_at_first_disposal",
    "ogrs3_score",
    *(f"need_{name}" for name in NEEDS),
    "employed_year_before",
    "benefit_days_year_before",
)


def control_covariates(covariates: Iterable[Covariate]) -> tuple[Covariate, ...]:
    """The covariates of the negative control: history as at the start of the control year, the rest as it is, none that holds that year.

    Args:
        covariates: of the official score.

    Notes:
        Why these, and what is left to the margin of the flag: `docs/adr/0015-what-the-negative-control-holds-alike.md` and
        `docs/adr/0058-the-negative-control-has-a-margin.md`.
    """
    kept = (item for item in covariates if item.name not in _NOT_OF_THE_CONTROL)
    then = "{}, as at the start of the control year"
    moved = (
        replace(item, label=then.format(item.label)) if (item.source or item.name) in HISTORY_COLUMNS else item for item in kept
    )
    return (*moved, *CONTROL_COVARIATES)


def _of_reoffenders(
    rows: Iterable[tuple[str, str, Literal["lower", "higher"]]], kind: Literal["proportion", "mean"], unit: str = ""
) -> tuple[MeasureSpec, ...]:
    return tuple(
        MeasureSpec(name=name, column=column, kind=kind, of="reoffended", better=better, unit=unit)
        for name, column, better in rows
    )


MEASURES: tuple[MeasureSpec, ...] = (
    MeasureSpec(name="one-year proven reoffending rate", column="reoffended", kind="proportion", role="primary"),
    MeasureSpec(name="proven reoffences per person", column="reoffences", kind="mean", unit="reoffences"),
    *_of_reoffenders((("days to first proven reoffence", "days_to_first_reoffence", "higher"),), "mean", "days"),
    *_of_reoffenders(
        (
            ("first proven reoffence was indictable only", "first_reoffence_indictable", "lower"),
            ("first proven reoffence was either way", "first_reoffence_either_way", "lower"),
            ("first proven reoffence was summary", "first_reoffence_summary", "higher"),
        ),
        "proportion",
    ),
    *_of_reoffenders(
        (
            ("indictable only reoffences per reoffender", "indictable_reoffences", "lower"),
            ("either way reoffences per reoffender", "either_way_reoffences", "lower"),
            ("summary reoffences per reoffender", "summary_reoffences", "lower"),
        ),
        "mean",
        "reoffences",
    ),
    *_of_reoffenders((("custodial sentence for first proven reoffence", "custody_for_first_reoffence", "lower"),), "proportion"),
    *_of_reoffenders((("custodial sentences per reoffender", "custodial_sentences", "lower"),), "mean", "custodial sentences"),
)

# Beside measure 3, when the first proven reoffence came. A follow-up year with a leap day has a day 365: it counts at the horizon.
FIRST_REOFFENCE = SurvivalColumns(time="days_to_first_reoffence", event="reoffended", horizon=365, unit="days")

# In place of measures 4-5 and 7-8 when there are too few indictable only reoffences to speak of them apart.
MERGED_MEASURES: tuple[MeasureSpec, ...] = (
    *_of_reoffenders(
        (("first proven reoffence was indictable only or either way", "first_reoffence_indictable_or_either_way", "lower"),),
        "proportion",
    ),
    *_of_reoffenders(
        (("indictable only or either way reoffences per reoffender", "indictable_or_either_way_reoffences", "lower"),),
        "mean",
        "reoffences",
    ),
)

# Beyond the eleven. Two years are an analysis of their own, since only people followed so long are in it.
TWO_YEAR_MEASURES: tuple[MeasureSpec, ...] = (
    MeasureSpec(name="two-year proven reoffending rate", column="reoffended_two_years", kind="proportion", role="primary"),
    MeasureSpec(name="proven reoffences per person in two years", column="reoffences_two_years", kind="mean", unit="reoffences"),
)
# Where the register has the table `employment`, beside the eleven.
WORK_MEASURES: tuple[MeasureSpec, ...] = (
    MeasureSpec(
        name="any employment in the year after the index date",
        column="employed_year_after",
        kind="proportion",
        better="higher",
    ),
    MeasureSpec(
        name="days on out-of-work benefit in the year after the index date",
        column="benefit_days_year_after",
        kind="mean",
        unit="days",
    ),
)
OPTIONAL_MEASURES = (*TWO_YEAR_MEASURES, *WORK_MEASURES)


# An outcome that no programme can have changed, compared as the others are.
NEGATIVE_CONTROL = MeasureSpec(
    name="proven offence in the year that ended a year before the index offence",
    column="offended_in_control_year",
    kind="proportion",
)


def specs_for(analysis: Analysis, columns: Iterable[str]) -> tuple[MeasureSpec, ...]:
    """The measures of an analysis: the two-year ones for two years, else the eleven and what the snapshot has of work.

    Args:
        analysis: its `years` decide.
        columns: of the snapshot's `index_event`.

    Raises:
        UsageError: two years are asked for, and the snapshot has no outcomes of two years.
    """
    there = frozenset(columns)
    if analysis.years == 1:
        return (*MEASURES, *(spec for spec in WORK_MEASURES if spec.column in there))
    missing = [spec.column for spec in TWO_YEAR_MEASURES if spec.column not in there]
    if missing:
        message = (
            f"Analysis {analysis.name}, years = 2: expected {missing[0]} in the snapshot, found no such column. "
            "Build the snapshot again, or take years = 1."
        )
        raise UsageError(message)
    return TWO_YEAR_MEASURES


# How an outcome column is worked out from `index_event`, where it is not one of its columns as it stands.
OUTCOME_SQL: dict[str, str] = {
    "first_reoffence_indictable": "first_court_outcome = 'indictable'",
    "first_reoffence_either_way": "first_court_outcome = 'either_way'",
    "first_reoffence_summary": "first_court_outcome = 'summary'",
    "first_reoffence_indictable_or_either_way": "first_court_outcome IN ('indictable', 'either_way')",
    "indictable_or_either_way_reoffences": "indictable_reoffences + either_way_reoffences",
}


def merge_indictable(specs: tuple[MeasureSpec, ...]) -> tuple[MeasureSpec, ...]:
    """The same measures with indictable only and either way taken together (4 with 5, 7 with 8), in the same order."""
    merged: dict[str, MeasureSpec] = {
        "first_reoffence_indictable": MERGED_MEASURES[0],
        "indictable_reoffences": MERGED_MEASURES[1],
    }
    gone = ("first_reoffence_either_way", "either_way_reoffences")
    return tuple(merged.get(spec.column, spec) for spec in specs if spec.column not in gone)
