"""One contender of the matching benchmark on one file: `matching_contender.py NAME FILE COEFFICIENTS`; prints one line of JSON."""

# ruff: noqa: PLC0415 -- a contender imports what it needs and no more, so that its memory is its own
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from matching_people import LEVELS, NUMBERS, STUDY, Floats
from measured import Meter

OUTCOME = "reoffended"


def whole(file: Path) -> tuple[dict[str, float], Floats]:
    """This program from the file to the tests: columns, score, weights, balance, outcomes and three tests."""
    from justice_data_lab.estimation.effects import estimate
    from justice_data_lab.files import sha256
    from justice_data_lab.matching.matcher import match
    from justice_data_lab.measures.linked import read_design, read_outcomes
    from justice_data_lab.study import Lab

    meter = Meter()
    made = match(read_design(file, STUDY), STUDY.method)
    design = made.design.to_bytes()
    outcomes = read_outcomes(file, STUDY, design=design, design_hash=sha256(design))
    estimates = estimate(made, outcomes, STUDY.method, Lab())
    taken = meter.read()
    largest = made.balance.largest or 0.0
    return taken | {"largest": largest, "effect": estimates.rows[0].difference or 0.0}, _by_name(
        {each.column: each.value for each in made.design.coefficients}
    )


def fit(file: Path) -> tuple[dict[str, float], Floats]:
    """This program's score: columns that others determine looked for, standardised, fitted."""
    from justice_data_lab.matching.design_matrix import build_design
    from justice_data_lab.matching.inputs import read_columns, read_treated
    from justice_data_lab.matching.propensity import fit_propensity
    from justice_data_lab.matching.support import find_support
    from justice_data_lab.measures.linked import read_design

    measures = read_design(file, STUDY)
    treated = read_treated(measures.rows)
    support = find_support(read_columns(measures), treated)
    meter = Meter()
    matrix, _ = build_design(support.columns, np.flatnonzero(support.inside))
    found = fit_propensity(matrix, treated)
    taken = meter.read()
    names = ("(intercept)", *(term.name for term in matrix.terms))
    return taken, _by_name(dict(zip(names, found.coefficients.tolist(), strict=True)))


def glum(file: Path, tolerance: float | None = None) -> tuple[dict[str, float], Floats]:
    """The fit by glum on its own sparse columns, without a penalty; by default as precise as its authors set it."""
    from glum import GeneralizedLinearRegressor

    frame, treated = _frame(file)
    numbers = frame.astype(dict.fromkeys(NUMBERS, "float64"))
    # The reference levels are those of this program, so that coefficients can be compared.
    ordered = numbers.assign(**{name: pd.Categorical(numbers[name], _levels(numbers[name])) for name in LEVELS})
    model = GeneralizedLinearRegressor(
        family="binomial", alpha=0, drop_first=True, max_iter=200, gradient_tol=tolerance, categorical_format="{name}={category}"
    )
    meter = Meter()
    model.fit(ordered, treated)
    taken = meter.read()
    names = [str(name) for name in model.feature_names_]
    return taken, _by_name({"(intercept)": float(model.intercept_)} | dict(zip(names, model.coef_.tolist(), strict=True)))


def glum_precise(file: Path) -> tuple[dict[str, float], Floats]:
    """The same, asked for coefficients that agree in six digits."""
    return glum(file, 1e-8)


def newton_cholesky(file: Path) -> tuple[dict[str, float], Floats]:
    """The fit by scikit-learn's unpenalised newton-cholesky on a matrix made beforehand."""
    from sklearn.linear_model import LogisticRegression

    matrix, names, treated = _matrix(file)
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8, max_iter=100)
    meter = Meter()
    model.fit(matrix, treated)
    taken = meter.read()
    return taken, _by_name({"(intercept)": float(model.intercept_[0])} | dict(zip(names, model.coef_[0].tolist(), strict=True)))


def statsmodels(file: Path) -> tuple[dict[str, float], Floats]:
    """The fit by statsmodels' logit on a matrix made beforehand."""
    import statsmodels.api as sm

    matrix, names, treated = _matrix(file)
    with_constant = sm.add_constant(matrix)
    meter = Meter()
    found = sm.Logit(treated, with_constant).fit(disp=0)
    taken = meter.read()
    return taken, _by_name(dict(zip(("(intercept)", *names), found.params.tolist(), strict=True)))


def causallib(file: Path) -> tuple[dict[str, float], Floats]:
    """The file to one effect by causallib: an unpenalised score, and for each treated person the one nearest on it."""
    from causallib.estimation import Matching
    from causallib.preprocessing.transformers import PropensityTransformer
    from sklearn.linear_model import LogisticRegression

    meter = Meter()
    matrix, names, treated = _matrix(file)
    outcome = pd.Series(pq.read_table(file, columns=[OUTCOME]).column(OUTCOME).to_numpy().astype(np.float64))
    columns, group = pd.DataFrame(matrix, columns=names), pd.Series(treated.astype(np.int64))
    learner = LogisticRegression(C=np.inf, solver="newton-cholesky", max_iter=100)
    score = PropensityTransformer(learner=learner, include_covariates=False)
    model = Matching(propensity_transform=score, matching_mode="treatment_to_control")
    model.fit(columns, group, outcome)
    means = model.estimate_population_outcome(columns, group)
    taken = meter.read()
    return taken | {"effect": float(means[1] - means[0])}, np.zeros(0)


def _frame(file: Path) -> tuple[pd.DataFrame, Floats]:
    table = pq.read_table(file, columns=["treated", *NUMBERS, *LEVELS])
    frame = table.to_pandas()
    return frame.drop(columns="treated"), frame["treated"].to_numpy().astype(np.float64)


def _matrix(file: Path) -> tuple[Floats, list[str], Floats]:
    """Numbers and one-hot columns in one matrix, with their names."""
    frame, treated = _frame(file)
    names, columns = list(NUMBERS), [frame[name].to_numpy().astype(np.float64) for name in NUMBERS]
    for name in LEVELS:
        for level in _levels(frame[name])[1:]:
            names.append(f"{name}={level}")
            columns.append((frame[name] == level).to_numpy().astype(np.float64))
    return np.column_stack(columns), names, treated


def _levels(column: "pd.Series[str]") -> list[str]:
    return sorted(column.unique())


def _by_name(coefficients: dict[str, float]) -> Floats:
    return np.array([coefficients[name] for name in sorted(coefficients)])


CONTENDERS = {each.__name__: each for each in (whole, fit, glum, glum_precise, newton_cholesky, statsmodels, causallib)}


def main() -> None:
    """Run the contender that the first word names."""
    name, file, kept = sys.argv[1:4]
    taken, coefficients = CONTENDERS[name](Path(file))
    np.save(kept, coefficients)
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
