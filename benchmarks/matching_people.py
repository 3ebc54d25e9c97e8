"""People to match: one Parquet file of a treated group and a pool, with covariates like the published ones and three outcomes."""

from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.measures.catalogue import SENTENCE_BANDS
from justice_data_lab.register.codes import KINDS, OFFENCE_GROUPS
from justice_data_lab.study import DataColumns, MeasureSpec, Study

Floats = npt.NDArray[np.float64]
ROWS_A_GROUP = 131_072
EFFECT = -0.05
ETHNICITIES = ("asian", "black", "mixed", "other", "unknown", "white")
SINCE = ("under_3_months", "3_to_6_months", "6_to_12_months", "1_to_2_years", "2_to_5_years", "5_years_or_more", "none")
GROUPS = tuple(name for name in OFFENCE_GROUPS if name != "summary_other")
# Levels and how many people in a hundred have each: 41 columns of the model beside the twenty numbers.
LEVELS: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "sex": (("female", "male"), (15, 85)),
    "ethnicity": (ETHNICITIES, (7, 9, 4, 2, 8, 70)),
    "uk_national": (("no", "unknown", "yes"), (8, 4, 88)),
    "kind": (KINDS, (18, 14, 28, 15, 25)),
    "sentence_band": (SENTENCE_BANDS, (60, 14, 8, 8, 6, 4)),
    "index_offence_group": (OFFENCE_GROUPS, (17, 3, 2, 20, 9, 9, 4, 5, 3, 13, 15)),
    "index_year": (("2019", "2020", "2021", "2022"), (29, 22, 24, 25)),
    "index_quarter": (("1", "2", "3", "4"), (26, 25, 25, 24)),
    "previous_disposal_band": (SINCE, (12, 10, 13, 14, 16, 10, 25)),
    "employed_year_before": (("no", "unknown", "yes"), (52, 8, 40)),
}
COUNTS = (
    "previous_offences",
    "previous_convictions",
    "previous_cautions",
    "previous_custodial_sentences",
    *(f"previous_{name}" for name in GROUPS),
    "offences_last_year",
    "offences_last_three_years",
)
AGES = ("age_at_index", "age_at_first_disposal")
RATES = ("copas_rate", "ogrs3_score")
NUMBERS = (*AGES, *COUNTS, *RATES)

STUDY = Study(
    name="Benchmark",
    organisation="Invented",
    programme_name="Invented",
    intervention_type="mentoring",
    setting="custody",
    seed=1,
    report_date=date(2026, 1, 1),
    data=DataColumns(treatment="treated", covariates=(*NUMBERS, *LEVELS), categorical=tuple(LEVELS)),
    measures=(
        MeasureSpec(name="one-year proven reoffending rate", column="reoffended", kind="proportion", role="primary"),
        MeasureSpec(name="proven reoffences per person", column="reoffences", kind="mean"),
        MeasureSpec(name="days to first proven reoffence", column="days", kind="mean", of="reoffended", better="higher"),
    ),
)


def write_people(path: Path, treated: int, pool: int) -> None:
    """Write the file: the treated first; whoever has a longer and busier record is likelier to be among them."""
    rng = np.random.default_rng([treated, pool])
    with pq.ParquetWriter(path, _table(rng, 1, treated=False).schema) as writer:
        writer.write_table(_table(rng, treated, treated=True))
        for start in range(0, pool, ROWS_A_GROUP):
            writer.write_table(_table(rng, min(ROWS_A_GROUP, pool - start), treated=False))


def _table(rng: np.random.Generator, people: int, *, treated: bool) -> pa.Table:
    """People whose traits hang together by how busy their record is; the treated are a little busier and younger."""
    busy = rng.gamma(1.3, 1.0, people) * (1.35 if treated else 1.0)
    columns: dict[str, pa.Array] = {"treated": pa.array(np.full(people, treated, dtype=np.int8))}
    first = np.clip(12 + rng.gamma(2.0, 5.0, people), 10, 80)
    age = np.clip(first + rng.gamma(1.6, 7.0, people) - 2.0 * treated, 18, 95)
    columns |= {"age_at_index": pa.array(age.astype(np.float32)), "age_at_first_disposal": pa.array(first.astype(np.float32))}
    for place, name in enumerate(COUNTS):
        mean = busy * (4.0 / (1 + place) + 0.15)
        columns[name] = pa.array(rng.poisson(mean).astype(np.int16))
    columns["copas_rate"] = pa.array(np.log((columns["previous_offences"].to_numpy() + 1.0) / (age - 8.0)))
    columns["ogrs3_score"] = pa.array(1 / (1 + np.exp(1.2 - 0.5 * busy + 0.02 * (age - 30) + rng.normal(0, 0.3, people))))
    for name, (levels, shares) in LEVELS.items():
        tilt = np.exp(0.25 * treated * np.cos(np.arange(len(levels)) * 2.1))
        codes = rng.choice(len(levels), people, p=np.array(shares) * tilt / (np.array(shares) * tilt).sum())
        columns[name] = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(levels))
    return pa.table(columns | _outcomes(rng, columns["ogrs3_score"].to_numpy(), treated=treated))


def _outcomes(rng: np.random.Generator, risk: Floats, *, treated: bool) -> dict[str, pa.Array]:
    again = rng.random(len(risk)) < np.clip(risk + EFFECT * treated, 0, 1)
    days = rng.integers(1, 366, len(risk))
    return {
        "reoffended": pa.array(again.astype(np.int8)),
        "reoffences": pa.array(np.where(again, 1 + rng.poisson(2.0 * risk), 0).astype(np.int16)),
        "days": pa.array(days.astype(np.int16), mask=~again),
    }
