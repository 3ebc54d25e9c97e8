"""The published lists: eleven measures, and covariates that can be estimated beside each other."""

import numpy as np
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.measures.catalogue import (
    COVARIATES,
    MEASURES,
    OPTIONAL_MEASURES,
    OUTCOME_SQL,
    covariates_for,
    merge_indictable,
    specs_for,
)
from justice_data_lab.measures.columns import INDEX_EVENT_COLUMNS, OUTCOME_COLUMNS, event_columns
from justice_data_lab.register.codes import OFFENCE_GROUPS
from justice_data_lab.study import Analysis

ALL = frozenset({"offence_code", "assessment", "employment"})


def names(covariates):
    return [covariate.name for covariate in covariates]


def test_there_are_eleven_measures_and_the_rate_alone_is_primary():
    assert len(MEASURES) == 11
    assert [spec.column for spec in MEASURES if spec.role == "primary"] == ["reoffended"]
    assert [spec.of for spec in MEASURES] == ["all", "all", *["reoffended"] * 9]
    assert len({spec.name for spec in MEASURES}) == len({spec.column for spec in MEASURES}) == 11


def test_no_covariate_is_worked_out_from_an_outcome():
    sources = {covariate.source or covariate.name for covariate in COVARIATES}
    assert sources.isdisjoint(OUTCOME_COLUMNS)
    assert sources <= {column.name for column in INDEX_EVENT_COLUMNS if column.role != "outcome"}


def test_a_register_without_optional_tables_has_the_covariates_that_are_left():
    always = covariates_for(column.name for column in event_columns(frozenset()))
    everything = covariates_for(column.name for column in event_columns(ALL))
    assert everything == COVARIATES
    gone = set(names(everything)) - set(names(always))
    assert len(gone) == 13
    assert {"ogrs3_score", "need_drugs", "employed_year_before", "benefit_days_year_before"} <= gone


def test_the_counts_in_the_list_do_not_determine_each_other():
    counts = np.random.default_rng(1).poisson(1.0, (500, len(OFFENCE_GROUPS)))
    made = dict(zip((f"previous_{group}" for group in OFFENCE_GROUPS), counts.T, strict=True)) | {
        "previous_offences": counts.sum(axis=1)
    }
    listed = np.column_stack([made[name] for name in names(COVARIATES) if name in made])
    assert listed.shape[1] == 11
    assert np.linalg.matrix_rank(listed) == 11


def test_indictable_only_and_either_way_are_taken_together_in_place():
    merged = merge_indictable(MEASURES)
    assert [spec.column for spec in merged[:6]] == [
        "reoffended",
        "reoffences",
        "days_to_first_reoffence",
        "first_reoffence_indictable_or_either_way",
        "first_reoffence_summary",
        "indictable_or_either_way_reoffences",
    ]
    assert len(merged) == 9


def columns_with(tables):
    return [column.name for column in event_columns(frozenset(tables))]


def test_one_year_takes_the_eleven_and_work_where_the_snapshot_has_it():
    assert specs_for(Analysis(), columns_with({"assessment"})) == MEASURES
    found = specs_for(Analysis(), columns_with({"employment"}))
    assert found[:11] == MEASURES
    assert [(spec.column, spec.kind, spec.better, spec.role) for spec in found[11:]] == [
        ("employed_year_after", "proportion", "higher", "secondary"),
        ("benefit_days_year_after", "mean", "lower", "secondary"),
    ]


def test_two_years_take_the_two_year_rate_as_primary_and_the_frequency():
    found = specs_for(Analysis(name="two years", headline=False, years=2), columns_with({"employment"}))
    assert [(spec.column, spec.kind, spec.of, spec.role) for spec in found] == [
        ("reoffended_two_years", "proportion", "all", "primary"),
        ("reoffences_two_years", "mean", "all", "secondary"),
    ]


def test_two_years_without_two_year_outcomes_are_refused():
    with pytest.raises(UsageError, match="Analysis long, years = 2: expected reoffended_two_years"):
        specs_for(Analysis(name="long", years=2), ["reoffended", "reoffences"])


def test_every_measure_is_of_an_outcome_and_no_two_share_a_name_or_column():
    specs = (*MEASURES, *OPTIONAL_MEASURES)
    assert {spec.column for spec in specs} - set(OUTCOME_SQL) <= set(OUTCOME_COLUMNS)
    assert len({spec.name for spec in specs}) == len({spec.column for spec in specs}) == 15


@pytest.mark.parametrize("covariate", COVARIATES, ids=lambda covariate: covariate.name)
def test_every_covariate_has_a_label_and_a_group(covariate):
    assert covariate.label
    assert covariate.group
    assert covariate.kind == "categorical" or not covariate.ordered
