"""Makes effects.csv and reference.csv: what R's metafor, PyMARE and the definitions in 50 digits give for the same studies.

Needs `pymare==0.0.13` and `mpmath`, in an environment of their own; the tests read the two files only.
"""

# ruff: noqa: ANN001, ANN201, ANN202 -- its numbers are of packages that the checks do not have

import csv
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pymare
from mpmath import findroot, log, mp, mpf, sqrt
from pymare.datasets import michael2013
from pymare.estimators import VarianceBasedLikelihoodEstimator, WeightedLeastSquares
from scipy.stats import t as student

HERE = Path(__file__).parent
DATA = Path(pymare.__file__).parent / "tests" / "data"
mp.dps = 50

# Colditz et al. 1994: tuberculosis and no tuberculosis, vaccinated and not.
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761), (180, 1361, 372, 1079),
    (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197),
    (5, 2493, 3, 2338), (27, 16886, 29, 17825),
)  # fmt: skip
# Viechtbauer 2010 (Journal of Statistical Software 36:3), section 3: rma(yi, vi, data = dat.bcg), as printed.
PRINTED = {"tau2": 0.3132, "effect": -0.7145, "q": 152.2330, "i2": 0.9222}


def studies():
    """Every data set: name, effects, variances."""
    pinned = pd.read_csv(DATA / "metafor_small_sample.csv")
    for name, rows in pinned.groupby("case"):
        yield str(name), rows.y.to_numpy(), rows.v.to_numpy()
    ratios = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in BCG]
    variances = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in BCG]
    yield "bcg", np.array(ratios), np.array(variances)
    frame = michael2013()[0]
    yield "michael2013", frame.yi.to_numpy(), frame.vi.to_numpy()


def by_metafor(name):
    """What metafor gave for a data set, by method and test, as pinned in PyMARE's own tests."""
    reference = json.loads((DATA / "metafor_reference.json").read_text())
    source = f"metafor {reference['source']['metafor_version']}"
    for case in reference["cases"]:
        if case["design"] == name and case["model"] == "intercept" and case["test"] != "z":
            one = {key: case[key][0] for key in ("beta", "se", "pval", "ci_lb", "ci_ub")}
            found = {
                "tau2": case["tau2"], "effect": one["beta"], "se": one["se"], "p_value": one["pval"], "ci_low": one["ci_lb"],
                "ci_high": one["ci_ub"], "q": case["QE"], "q_p_value": case["QEp"],
            }  # fmt: skip
            if case["method"] in ("HE", "REML", "ML"):
                found["i2"] = case["I2"] / 100
            yield source, case["method"].lower(), case["test"], found


def by_pymare(values, variances):
    """PyMARE's REML, and what it makes of that tau squared with Knapp and Hartung's correction."""
    design = np.ones((len(values), 1))
    reml = VarianceBasedLikelihoodEstimator(method="reml").fit(values, variances, design).params_["tau2"].item()
    for test in ("knapp-hartung", "knapp-hartung-conservative"):
        fitted = WeightedLeastSquares(tau2=reml, small_sample_correction=test).fit_dataset(
            pymare.Dataset(values, variances, design, add_intercept=False)
        )
        stats, spread = fitted.summary().get_fe_stats(), fitted.summary().get_heterogeneity_stats()
        found = {"tau2": reml, "q": np.ravel(spread["Q"])[0], "q_p_value": np.ravel(spread["p(Q)"])[0]}
        names = {"est": "effect", "se": "se", "ci_l": "ci_low", "ci_u": "ci_high", "p": "p_value"}
        found |= {ours: np.ravel(stats[theirs])[0] for theirs, ours in names.items()}
        yield "PyMARE 0.0.13", "reml", "adhoc" if test.endswith("conservative") else "knha", found


def by_definition(values, variances):
    """REML and Paule-Mandel with Knapp and Hartung's interval and the prediction interval, solved in 50 digits."""
    y, v = [mpf(float(each)) for each in values], [mpf(float(each)) for each in variances]
    df = len(y) - 1
    reach = mpf(float(student.ppf(0.975, df)))
    for method, equation in (("reml", _score), ("paule_mandel", _excess)):
        tau2 = _solve(lambda at, chosen=equation: chosen(y, v, at), lambda at: _restricted(y, v, at))
        weights = [1 / (each + tau2) for each in v]
        effect = sum(w * each for w, each in zip(weights, y, strict=True)) / sum(weights)
        spread = sum(w * (each - effect) ** 2 for w, each in zip(weights, y, strict=True)) / df
        alone = [1 / each for each in v]
        typical = df * sum(alone) / (sum(alone) ** 2 - sum(each**2 for each in alone))
        for test, scale in (("knha", spread), ("adhoc", max(spread, mpf(1)))):
            se = sqrt(scale / sum(weights))
            ahead = reach * sqrt(tau2 + se**2)
            yield "definition", method, test, {
                "tau2": tau2, "effect": effect, "se": se, "ci_low": effect - reach * se, "ci_high": effect + reach * se,
                "pi_low": effect - ahead, "pi_high": effect + ahead, "i2": tau2 / (tau2 + typical),
            }  # fmt: skip


def _score(y, v, tau2):
    weights = [1 / (each + tau2) for each in v]
    mean = sum(w * each for w, each in zip(weights, y, strict=True)) / sum(weights)
    squares = sum(w**2 for w in weights)
    return sum(w**2 * (each - mean) ** 2 for w, each in zip(weights, y, strict=True)) - sum(weights) + squares / sum(weights)


def _excess(y, v, tau2):
    weights = [1 / (each + tau2) for each in v]
    mean = sum(w * each for w, each in zip(weights, y, strict=True)) / sum(weights)
    return sum(w * (each - mean) ** 2 for w, each in zip(weights, y, strict=True)) - (len(y) - 1)


def _restricted(y, v, tau2):
    total = [each + tau2 for each in v]
    return -sum(log(each) for each in total) - log(sum(1 / each for each in total)) - _excess(y, v, tau2)


def _solve(equation, height):
    """Of zero and every crossing from above to below, the one where the likelihood is highest; Paule and Mandel's has one at most."""
    grid = [mpf(0), *(mpf(10) ** (mpf(step) / 40) for step in range(-240, 160))]
    signs = [equation(each) > 0 for each in grid]
    crossings = [(low, high) for (low, high), (was, now) in zip(pairwise(grid), pairwise(signs), strict=True) if was and not now]
    found = [findroot(equation, ends, solver="anderson", tol=mpf(10) ** -60) for ends in crossings]
    return max([*found, *([mpf(0)] if equation(mpf(0)) <= 0 else [])], key=height)


def main():
    """Write both files."""
    effects, reference = [], []
    for name, values, variances in studies():
        pairs = zip(values.tolist(), variances.tolist(), strict=True)
        effects += [(name, number, repr(value), repr(variance)) for number, (value, variance) in enumerate(pairs, 1)]
        sources = [*by_metafor(name), *by_pymare(values, variances), *by_definition(values, variances)]
        if name == "bcg":
            sources.append(("metafor, printed", "reml", "z", PRINTED))
        for source, method, test, found in sources:
            reference += [(name, source, method, test, key, mp.nstr(mpf(value), 17)) for key, value in found.items()]
    for file, heading, rows in (
        ("effects.csv", ("data", "study", "effect", "variance"), effects),
        ("reference.csv", ("data", "source", "method", "test", "quantity", "value"), reference),
    ):
        with (HERE / file).open("w", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows([heading, *rows])


if __name__ == "__main__":
    main()
