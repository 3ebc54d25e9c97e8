"""Invented requests with all that tests a result: a matched one whose checks agree, and a trial whose tests of time do not."""

from dataclasses import replace

from justice_data_lab.disclosure.linkage_evidence import ThresholdEvidence
from justice_data_lab.disclosure.robustness_evidence import HelpedEvidence, RobustnessEvidence
from justice_data_lab.disclosure.survival_evidence import SurvivalEvidence
from justice_data_lab.estimation.evidence import Evidence
from justice_data_lab.estimation.robustness.result import (
    Alternative,
    Capped,
    CountRatio,
    Discovery,
    Equivalence,
    EValue,
    HiddenBias,
    LeaveOneOut,
    LeftOut,
    MarginTest,
    MeasureChecks,
    NegativeControl,
    NotDone,
    RateRatio,
    Robustness,
)
from justice_data_lab.estimation.survival.result import Agreement, Standing
from sample_requests import LINKAGE, national, trial
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
    known = {
        "survival": SurvivalEvidence(survival=SURVIVAL, headline=True),
        "robustness": RobustnessEvidence(robustness=tier()),
        "linkage": replace(LINKAGE, measure="reoffended", thresholds=stricter_links()),
        "helped": HelpedEvidence(people=2100, others=79137, share=0.0312),
    }
    return replace(national(), **(known | changes))


def stricter_links():
    """The result itself; a threshold that loses four people, one that loses 29 more, and one that loses 70."""
    return tuple(
        ThresholdEvidence(
            times=times, n_treated=people, n_comparison=80000, n_eff=6100.0, difference=difference, ci_low=difference - 0.032,
            ci_high=difference + 0.032, evidence=evidence(treated=(events, people - events)),
        )
        for times, people, events, difference in ((1, 943, 329, -0.0782), (4, 939, 327, -0.0791), (16, 910, 317, -0.0811), (64, 840, 291, -0.0867))
    )  # fmt: skip


def with_tier(**changes):
    """The national request whose tier differs in these fields."""
    return checked(robustness=RobustnessEvidence(robustness=tier(**changes)))


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
    return replace(
        trial(),
        survival=SurvivalEvidence(survival=survival, headline=True),
        robustness=RobustnessEvidence(robustness=trial_tier()),
    )


def evidence(treated=(300, 600), comparison=(3000, 4000), *, nonzero=None, largest=0.01, heaviest=0.001):
    """Counts of people with and without the event on each side; or, for a mean, how many have a value."""
    if nonzero is None:
        return Evidence(
            events_treated=treated[0], non_events_treated=treated[1], nonzero_treated=treated[0], largest_share_treated=1 / max(treated[0], 1),
            events_comparison=comparison[0], non_events_comparison=comparison[1], nonzero_comparison=comparison[0],
            largest_share_comparison=1 / max(comparison[0], 1), max_weight_share=heaviest,
        )  # fmt: skip
    return Evidence(
        events_treated=None, non_events_treated=None, nonzero_treated=nonzero[0], largest_share_treated=largest,
        events_comparison=None, non_events_comparison=None, nonzero_comparison=nonzero[1], largest_share_comparison=largest,
        max_weight_share=heaviest,
    )  # fmt: skip


def alternative(check, difference, *, se=0.016, flagged=False, **changes):
    behind = changes.pop("evidence", evidence())
    found = Alternative(
        check=check, population="different" if check == "overlap_weights" else "same", difference=difference, se=se, df=900.0,
        ci_low=difference - 1.96 * se, ci_high=difference + 1.96 * se, p_value=0.0004, n_treated=943, n_comparison=81237,
        n_eff_treated=700.0, n_eff=6000.0, max_weight_share_treated=0.004, max_weight_share=0.001, largest_imbalance=0.02,
        imbalanced=False, flagged=None if check == "overlap_weights" else flagged, evidence=behind, reason="",
    )  # fmt: skip
    return replace(found, **changes)


def left_out(group, difference, **changes):
    found = LeftOut(
        group=group, difference=difference, se=0.016, n_treated=943, n_comparison=80000, n_eff=6100.0, max_weight_share=0.001,
        evidence=evidence(), reason="",
    )  # fmt: skip
    return replace(found, **changes)


def rate_checks(**changes):
    """Of the rate: every way near the official fall of eight points."""
    found = MeasureChecks(
        measure="one-year proven reoffending rate",
        column="reoffended",
        kind="proportion",
        role="primary",
        difference=-0.0782,
        se=0.0166,
        alternatives=(
            alternative("doubly_robust", -0.0741),
            alternative("entropy_balancing", -0.0716),
            alternative("overlap_weights", -0.0562),
        ),
        rate_ratio=RateRatio(ratio=0.8169, se_log=0.045, ci_low=0.7480, ci_high=0.8922),
        e_value=EValue(point=1.7472, interval=1.4901),
        hidden_bias=HiddenBias(gamma=1.2134, p_value=0.00002, strata=20, n_treated=943, n_comparison=81237),
        left_out=LeaveOneOut(
            lowest=-0.0934,
            lowest_group="previous offences",
            highest=-0.0662,
            highest_group="needs",
            rows=(left_out("needs", -0.0662), left_out("previous offences", -0.0934), left_out("time", -0.0771)),
        ),
        counts=None,
        agreement="agree",
        not_done=(),
    )
    return replace(found, **changes)


def count_checks(**changes):
    """Of the frequency: one way further from the official figure than its standard error; large counts matter little."""
    behind = evidence(nonzero=(329, 34000))
    found = MeasureChecks(
        measure="proven reoffences per person",
        column="reoffences",
        kind="mean",
        role="secondary",
        difference=-0.2478,
        se=0.097,
        alternatives=(
            alternative("doubly_robust", -0.3612, se=0.1, flagged=True, evidence=behind),
            alternative("entropy_balancing", -0.2011, se=0.1, evidence=behind),
            alternative("overlap_weights", -0.1893, se=0.08, evidence=behind, imbalanced=True),
        ),
        rate_ratio=RateRatio(ratio=0.8269, se_log=0.07, ci_low=0.7208, ci_high=0.9486),
        e_value=EValue(point=1.7084, interval=1.2896),
        hidden_bias=None,
        left_out=LeaveOneOut(
            lowest=-0.3333,
            lowest_group="previous offences",
            highest=-0.1511,
            highest_group="time",
            rows=(
                left_out("previous offences", -0.3333, se=0.1, evidence=behind),
                left_out("time", -0.1511, se=0.1, evidence=behind),
            ),
        ),
        counts=CountRatio(
            ratio=0.8269, se_log=0.081, ci_low=0.7055, ci_high=0.9692, p_value=0.0189, dispersion=3.1, capped=capped()
        ),
        agreement="differ",
        not_done=(NotDone(check="hidden_bias", why="the bounds are for shares of people"),),
    )
    return replace(found, **changes)


def capped(**changes):
    found = Capped(
        cap=1777.0,
        above_treated=11,
        above_comparison=800,
        difference=-0.2311,
        se=0.08,
        ci_low=-0.3881,
        ci_high=-0.0741,
        p_value=0.0041,
    )
    return replace(found, **changes)


def equivalence(column="reoffended", measure="one-year proven reoffending rate", margin=None):
    tests = tuple(
        MarginTest(margin=each, p_value=0.031 if each == margin else 0.4, passed=each == margin) for each in (0.02, 0.05)
    )
    return Equivalence(measure=measure, column=column, ci90_low=-0.1055, ci90_high=-0.0509, tests=tests, margin=margin)


def control(**changes):
    """No difference before the programme."""
    found = NegativeControl(
        n_treated=943, n_comparison=79000, n_eff=6200.0, difference=0.0062, se=0.014, df=1100.0, ci_low=-0.0213, ci_high=0.0337,
        p_value=0.6581, flagged=False, evidence=evidence(),
    )  # fmt: skip
    return replace(found, **changes)


FLAGGED = {"difference": -0.0441, "ci_low": -0.0716, "ci_high": -0.0166, "p_value": 0.0017, "flagged": True}


def tier(**changes):
    found = Robustness(
        analysis="national",
        design="matched",
        measures=(rate_checks(), count_checks()),
        equivalence=(
            equivalence(),
            equivalence("custody_for_first_reoffence", "custodial sentence for first proven reoffence", 0.05),
        ),
        discoveries=(
            Discovery(measure="proven reoffences per person", column="reoffences", p_value=0.0113, q_value=0.0339),
            Discovery(measure="days to first proven reoffence", column="days_to_first_reoffence", p_value=0.038, q_value=0.057),
            Discovery(measure="custodial sentences per reoffender", column="custodial_sentences", p_value=0.28, q_value=0.28),
        ),
        negative_control=control(),
        agreement="agree",
        warnings=(),
    )
    return replace(found, **changes)


def trial_tier():
    """A trial: chance decided, so nothing is asked of hidden traits."""
    whys = tuple(NotDone(check=check, why="chance decided") for check in ("hidden_bias", "left_out", "overlap_weights"))
    none = replace(alternative("overlap_weights", 0.0), difference=None, ci_low=None, ci_high=None, p_value=None, evidence=None)
    measure = rate_checks(
        measure="rearrested within 52 weeks",
        alternatives=(alternative("doubly_robust", -0.081), none),
        hidden_bias=None,
        left_out=None,
        not_done=whys,
    )
    return tier(design="randomised", measures=(measure,), equivalence=(), discoveries=(), negative_control=None)
