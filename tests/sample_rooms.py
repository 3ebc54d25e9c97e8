"""What the rooms hand on, invented: a treated group on four covariates, its linkage and its outcomes."""

from datetime import date

import numpy as np
import pyarrow as pa

from justice_data_lab.linkage.attrition import Step
from justice_data_lab.linkage.linkage import Linkage
from justice_data_lab.linkage.quality import QualityRow
from justice_data_lab.measures.catalogue import MEASURES, Covariate
from justice_data_lab.measures.design import Measures
from justice_data_lab.measures.outcomes import Outcomes
from justice_data_lab.study import Study

TREATED, POOL = 400, 3000
COVARIATES = (
    Covariate(name="sex", kind="categorical", group="sex", label="Sex"),
    Covariate(name="age_at_index", kind="numeric", group="age", label="Age at index date"),
    Covariate(name="kind", kind="categorical", group="index disposal", label="Kind of index disposal"),
    Covariate(name="wexp", kind="numeric", group="work"),
)


def study(**changes):
    return Study(
        name="Bridge", organisation="Trust", programme_name="Bridge workshops", intervention_type="employment",
        setting="custody", seed=1, report_date=date(2026, 11, 22), **changes,
    )  # fmt: skip


def made_measures():
    """A pool around the treated, on four covariates, one of them 0 and 1."""
    random = np.random.default_rng(5)
    people = TREATED + POOL
    return Measures(
        rows=pa.table(
            {
                "row": pa.array(range(people), pa.int64()),
                "treated": pa.array([1] * TREATED + [0] * POOL, pa.int8()),
                "sex": random.choice(["M", "F"], people, p=[0.9, 0.1]).tolist(),
                "age_at_index": random.integers(18, 70, people).tolist(),
                "kind": random.choice(["custody", "community_order"], people).tolist(),
                "wexp": random.integers(0, 2, people).tolist(),
            }
        ),
        covariates=COVARIATES,
        exact=("sex",),
        attrition=(Step(key="follow_up", label="Complete follow-up", reason="too recent", lost=20, left=TREATED),),
        pool=(Step(key="candidates", label="Candidates", reason="", lost=0, left=POOL),),
    )


def made_linkage():
    return Linkage(
        links=pa.table({"row": pa.array([], pa.int32())}),
        attrition=(
            Step(key="submitted", label="Rows submitted", reason="", lost=0, left=470),
            Step(key="not_found", label="Found", reason="no match", lost=50, left=420),
        ),
        quality=(
            QualityRow(section="overall", group="All rows", rows=470, found=420),
            QualityRow(section="sex", group="F", rows=47, found=30),
            QualityRow(section="sex", group="M", rows=423, found=390),
            QualityRow(section="band", group="linked", rows=420),
            QualityRow(section="estimate", group="Wrong links expected", rows=420, expected=2.1),
            QualityRow(section="error rate", group="False-match rate", rows=420, expected=0.005, low=0.001, high=0.02),
            QualityRow(section="error rate", group="Missed-match rate", rows=470, expected=0.03, low=0.01, high=0.07),
            QualityRow(section="error rate", group="Missed at most", rows=470, expected=50 / 470),
            QualityRow(section="linkable", group="All rows", rows=470, found=451),
            QualityRow(section="linkable", group="no number", rows=200, found=183),
            QualityRow(section="bias", group="sex: F", rows=47, found=30, expected=-0.05),
        ),
        late_starts=0,
        model_sha256="",
    )


def made_outcomes(specs=MEASURES):
    random = np.random.default_rng(9)
    people = TREATED + POOL
    reoffended = random.integers(0, 2, people)
    columns = {"reoffended": reoffended}
    for spec in specs:
        if spec.column not in columns:
            values = random.integers(0, 2, people) if spec.kind == "proportion" else random.integers(0, 9, people)
            columns[spec.column] = np.where((reoffended == 1) | (spec.of == "all"), values, 0)
    return Outcomes(rows=pa.table({name: pa.array(values.tolist()) for name, values in columns.items()}), specs=specs)
