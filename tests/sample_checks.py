"""Invented requests with all that tests a result: a matched one whose checks agree, and a trial whose tests of time do not."""

from dataclasses import replace

from justice_data_lab.disclosure.survival_evidence import SurvivalEvidence
from justice_data_lab.estimation.survival.result import Agreement, Standing
from sample_requests import national, trial
from sample_survival import usual

SURVIVAL = usual()[1]
TIMES = usual(design="randomised", pool=300)[1]


def split_tests():
    """The main test and one of the others find a difference, the rest do not."""
    found = {"official": 0.0496, "restricted mean": 0.094, "log-rank": 0.0501, "Cox": 0.052, "adjusted Cox": 0.047}
    tests = (
        Standing(name=name, p_value=p, significant=p <= 0.05, direction="longer" if p <= 0.05 else "none")
        for name, p in found.items()
    )
    return Agreement(tests=tuple(tests), sides="both sides")


def checked(**changes):
    """The national request with its checks."""
    return replace(national(), **({"survival": SurvivalEvidence(survival=SURVIVAL, headline=True)} | changes))


def checked_trial():
    """The trial, whose tests of time stand on both sides of the line."""
    columns = replace(TIMES.columns, time="week", event="arrest", unit="weeks", horizon=52.0)
    periods = tuple(replace(period, end=float(4 * place)) for place, period in enumerate(TIMES.periods, start=1))
    survival = replace(
        TIMES,
        name="rearrested within 52 weeks",
        columns=columns,
        agreement=split_tests(),
        periods=(*periods[:-1], replace(periods[-1], end=52.0)),
    )
    return replace(trial(), survival=SurvivalEvidence(survival=survival, headline=True))
