"""Cohorts with a known effect, from the file to the estimate: intervals that hold the truth, and no effect where there is none."""

import os
from datetime import date

import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.files import sha256
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.linkage.linker import link
from justice_data_lab.matching.matcher import match
from justice_data_lab.measures.catalogue import MEASURES
from justice_data_lab.measures.design import measure
from justice_data_lab.measures.outcomes import outcomes
from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise
from justice_data_lab.study import Lab, Method, Study

TODAY = date(2026, 11, 22)
# `dev.py validate` takes the full number; every change is checked with a few.
COHORTS = int(os.environ.get("JDL_COHORTS", "5"))


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    folder = tmp_path_factory.mktemp("national")
    synthesise(folder / "source", people=200_000, seed=2)
    return prepare(folder / "source", folder / "snapshot")


def study(seed):
    return Study(
        name="s",
        organisation="o",
        programme_name="p",
        intervention_type="mentoring",
        setting="custody",
        seed=seed,
        report_date=TODAY,
    )


def headline(register, folder, seed, effect):
    """The reoffending row of one invented cohort of 1,000, through every room but the report."""
    path = folder / f"{seed}.csv"
    synthesise_cohort(register, path, size=1000, effect=effect, seed=seed)
    cohort = read_cohort(path, today=TODAY, lab=Lab())
    measures = measure(link(cohort, register), register, study(seed), Lab())
    matched = match(measures, Method())
    design = matched.design.to_bytes()
    read = outcomes(measures, register, design=design, design_hash=sha256(design), specs=MEASURES[:1])
    return estimate(matched, read, Method(), Lab()).rows[0]


@pytest.mark.slow
def test_intervals_hold_a_true_effect_of_eight_points(register, tmp_path):
    rows = [headline(register, tmp_path, 100 + place, -0.08) for place in range(COHORTS)]
    covered = sum(row.ci_low <= -0.08 <= row.ci_high for row in rows)
    mean = sum(row.difference for row in rows) / COHORTS
    print(f"{covered} of {COHORTS} intervals hold -8 points; mean difference {100 * mean:.2f} points")  # noqa: T201
    assert covered >= round(0.85 * COHORTS)
    assert abs(mean + 0.08) < 3 * rows[0].se / COHORTS**0.5


@pytest.mark.slow
def test_no_effect_is_seldom_significant(register, tmp_path):
    rows = [headline(register, tmp_path, 200 + place, 0.0) for place in range(COHORTS)]
    significant = sum(row.p_value <= 0.05 for row in rows)
    mean = sum(row.difference for row in rows) / COHORTS
    print(f"{significant} of {COHORTS} null cohorts significant; mean difference {100 * mean:.2f} points")  # noqa: T201
    assert significant <= round(0.15 * COHORTS)
    assert abs(mean) < 3 * rows[0].se / COHORTS**0.5
