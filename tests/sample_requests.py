"""Invented requests, exact and complete, for the tests of disclosure and of the report."""

from dataclasses import replace

from justice_data_lab.disclosure.evidence import (
    BalanceEvidence,
    DisclosureRequest,
    EstimateEvidence,
    LevelEvidence,
    MeanEvidence,
    MeasureFacts,
    MethodFacts,
    QualityEvidence,
    Refusal,
    Side,
    StepEvidence,
    StudyFacts,
)
from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
from justice_data_lab.disclosure.linkage_evidence import LinkageEvidence, RateEvidence
from justice_data_lab.disclosure.statement_evidence import OverlapEvidence

TITLES = {
    1: "One-year proven reoffending rate",
    2: "Reoffending frequency",
    3: "Time to first proven reoffence",
    4: "Court outcome of the first proven reoffence",
    5: "Reoffending frequency by court outcome",
    6: "Custody for the first proven reoffence",
    7: "Custodial sentences",
}


def fact(key, name, table, **more):
    return MeasureFacts(key=key, name=name, kind=more.pop("kind", "proportion"), table=table, table_title=TITLES[table], **more)


REOFFENDERS = {"of": "reoffended"}
COURT = REOFFENDERS | {"parts": "first court outcome"}
COURT_COUNT = REOFFENDERS | {"parts": "reoffences by court outcome", "kind": "mean", "unit": "reoffences", "counts": True}
ELEVEN = (
    fact("reoffended", "one-year proven reoffending rate", 1, role="primary"),
    fact("reoffences", "proven reoffences per person", 2, kind="mean", unit="reoffences", counts=True),
    fact("days_to_first_reoffence", "days to first proven reoffence", 3, kind="mean", unit="days", better="higher", of="reoffended"),
    fact("first_reoffence_indictable", "first proven reoffence was indictable only", 4, **COURT),
    fact("first_reoffence_either_way", "first proven reoffence was either way", 4, **COURT),
    fact("first_reoffence_summary", "first proven reoffence was summary", 4, better="higher", **COURT),
    fact("indictable_reoffences", "indictable only reoffences per reoffender", 5, **COURT_COUNT),
    fact("either_way_reoffences", "either way reoffences per reoffender", 5, **COURT_COUNT),
    fact("summary_reoffences", "summary reoffences per reoffender", 5, **COURT_COUNT),
    fact("custody_for_first_reoffence", "custodial sentence for first proven reoffence", 6, **REOFFENDERS),
    fact("custodial_sentences", "custodial sentences per reoffender", 7, kind="mean", unit="custodial sentences", counts=True, **REOFFENDERS),
)  # fmt: skip


def side(people, value, *, mean=False, n_eff=None, hits=None):
    """One group's figure with harmless evidence; `hits` people have the event or a value other than zero."""
    if hits is None:
        hits = round(people * value) if not mean else people
    weight = None if n_eff is None else 0.01
    ends = (None, None) if mean else (value - 1 / people**0.5, value + 1 / people**0.5)
    if mean:
        return Side(people=people, value=value, nonzero=hits, largest_share=0.02, n_eff=n_eff, max_weight_share=weight)
    return Side(people=people, value=value, events=hits, n_eff=n_eff, max_weight_share=weight, low=ends[0], high=ends[1])


def estimate(measure, treated, comparison, spread, *, verdict="inconclusive", **more):
    difference = treated.value - comparison.value
    return EstimateEvidence(
        analysis="national",
        measure=measure,
        treated=treated,
        comparison=comparison,
        difference=difference,
        ci_low=difference - spread,
        ci_high=difference + spread,
        p_value=more.get("p", 0.5),
        detectable=spread * 2.802 / 1.96,
        people_needed=round(943 * (spread / 0.05 * 2.802 / 1.96) ** 2),
        people_to_send=round(1032 * (spread / 0.05 * 2.802 / 1.96) ** 2),
        verdict=verdict,
        reliable=more.get("reliable", True),
    )


def eleven_estimates(people=943, reoffenders=329, pool=81237, n_eff=6412.0):
    """A fall of eight points in the rate; the rest inconclusive, one unreliable, one with a longer time (better)."""

    def of_reoffenders(value, *, mean=False, hits=None):
        return side(reoffenders, value, mean=mean, hits=hits)

    def others(value, *, mean=False, share=0.427):
        return side(round(pool * share), value, mean=mean, n_eff=n_eff * share)

    rate, spread = reoffenders / people, 1.0 / people**0.5
    return (
        estimate("reoffended", side(people, rate, hits=reoffenders), side(pool, 0.4271, n_eff=n_eff), spread, verdict="reduction", p=0.00001),
        estimate("reoffences", side(people, 1.1834, mean=True, hits=reoffenders), side(pool, 1.4312, mean=True, n_eff=n_eff), 0.19, verdict="reduction", p=0.0113),
        estimate("days_to_first_reoffence", of_reoffenders(141.3, mean=True), others(128.7, mean=True), 11.9, verdict="increase", p=0.038),
        estimate("first_reoffence_indictable", of_reoffenders(0.0182, hits=6), others(0.0213), 0.015, p=0.7, reliable=False),
        estimate("first_reoffence_either_way", of_reoffenders(0.5502), others(0.5391), 0.056, p=0.7),
        estimate("first_reoffence_summary", of_reoffenders(0.4316), others(0.4396), 0.056, p=0.78),
        estimate("indictable_reoffences", of_reoffenders(0.0334, mean=True, hits=9), others(0.0391, mean=True), 0.02, p=0.6, reliable=False),
        estimate("either_way_reoffences", of_reoffenders(2.101, mean=True, hits=244), others(1.9, mean=True), 0.31, p=0.2),
        estimate("summary_reoffences", of_reoffenders(1.259, mean=True, hits=190), others(1.412, mean=True), 0.24, p=0.21),
        estimate("custody_for_first_reoffence", of_reoffenders(0.3891), others(0.4102), 0.054, p=0.44),
        estimate("custodial_sentences", of_reoffenders(0.741, mean=True, hits=171), others(0.802, mean=True), 0.11, p=0.28),
    )  # fmt: skip


STUDY = StudyFacts(
    name="Bridge workshops, 2019 to 2021",
    organisation="Northgate Works",
    programme="Bridge workshops",
    intervention_type="employment",
    setting="custody",
    report_date="2026-11-22",
    what="Twelve weeks of paid workshop training before release, with a named mentor",
    who_delivers="Northgate Works, with prison education staff",
    where="Four prisons in the north of England",
    dose="Three half days a week for 12 weeks",
    how_chosen="People with four to nine months left to serve asked to join and were seen by the workshop manager",
    own_words=(
        "We train people in joinery and catering in real workshops, and we stay in touch after release. "
        "Our mentors meet people at the gate when they ask us to."
    ),
    unit_cost="£1,450 a place (2021, our annual accounts)",
    eligible=1604,
    started=1012,
)
METHOD = MethodFacts(
    version="jdl/1",
    design="matched",
    caliper_sd=0.05,
    widened=True,
    exact=("Sex",),
    covariates=("Sex", "Age at index date", "Ethnicity", "Index offence", "Previous offences"),
)
STEPS = (
    ("submitted", "Records submitted", "", 0),
    ("not_found", "Found in the register", "no match was found in the register", 48),
    ("ambiguous", "Found for certain", "more than one person in the register could be meant", 4),
    ("duplicate", "Different people", "the same person was submitted more than once", 9),
    ("no_index", "With an index disposal", "no sentence in the register fits the dates given", 21),
    ("follow_up", "With a full year of follow-up", "less than 18 months had passed since release", 3),
    ("matched", "Matched to similar people", "nobody similar enough was found", 4),
)


def steps(first=1032, rows=STEPS):
    left, made = first, []
    for key, label, reason, lost in rows:
        left -= lost
        made.append(StepEvidence(key=key, label=label, reason=reason, lost=lost, left=left))
    return tuple(made)


def levels(key, label, rows, total=943, pool=81237):
    return tuple(
        LevelEvidence(
            variable=key,
            label=label,
            level=level,
            treated=people,
            comparison=round(pool * people / total * 1.01),
            comparison_share=people / total * 1.004,
        )
        for level, people in rows
    )


PROFILE = (
    *levels("sex", "Sex", (("Male", 872), ("Female", 71))),
    *levels("age_band", "Age at index date", (("18 to 20", 61), ("21 to 24", 150), ("25 to 29", 214), ("30 to 34", 201), ("35 to 39", 140), ("40 to 49", 131), ("50 to 59", 42), ("60 or over", 4))),
    *levels("ethnicity", "Ethnicity", (("White", 742), ("Black", 96), ("Asian", 61), ("Mixed", 32), ("Other", 7), ("Unknown", 5))),
    *levels("index_year", "Year of index date", (("2019", 303), ("2020", 311), ("2021", 329))),
)  # fmt: skip
MEANS = (
    MeanEvidence(
        variable="previous_offences",
        label="Previous offences",
        unit="offences",
        treated=side(943, 21.37, mean=True, hits=901),
        comparison=side(81237, 21.52, mean=True, n_eff=6412.0),
    ),
)


def balance():
    rows = []
    for index, level in enumerate(PROFILE):
        before = 0.31 * (-1) ** index / (1 + index % 5)
        rows.append(
            BalanceEvidence(
                variable=level.variable,
                label=level.label,
                level=level.level,
                treated_in=level.treated,
                before=before,
                after=before / 12,
                colour="green",
            )
        )
    numeric = [
        ("previous_offences", "Previous offences", 0.412),
        ("previous_custodial_sentences", "Previous custodial sentences", -0.22),
        ("copas_rate", "Copas rate", 0.38),
        ("ogrs3_score", "OGRS3 score", 0.29),
        ("age_at_index", "Age at index date in years", -0.18),
        *((f"previous_{n}", f"Previous offences: {n}", 0.02 * i - 0.1) for i, n in enumerate(("violence", "sexual", "robbery", "theft", "drugs", "public order", "weapons", "damage", "fraud", "motoring"))),
    ]  # fmt: skip
    rows += [
        BalanceEvidence(
            variable=key, label=label, level=None, treated_in=None, before=d, after=d / 9, variance_ratio=1.04, ks=0.021
        )
        for key, label, d in numeric
    ]
    rows[-1] = replace(rows[-1], after=0.061, colour="amber")
    return tuple(rows)


LINKAGE = LinkageEvidence(
    rates=(
        RateEvidence(key="wrong", share=0.0021, low=0.0004, high=0.0143, rows=980),
        RateEvidence(key="missed", share=0.0312, low=0.0151, high=0.0664, rows=1032),
        RateEvidence(key="missed at most", share=52 / 1032, low=None, high=None, rows=1032),
    ),
    linkable=(
        QualityEvidence(group="Could be found", label="All rows", people=1032, linked=996),
        QualityEvidence(group="Could be found, by fields given", label="Police number", people=610, linked=595),
        QualityEvidence(group="Could be found, by fields given", label="No number", people=422, linked=401),
    ),
)


def national():
    """A register request of about 1,000 people: eleven measures, some withheld, some unreliable."""
    return DisclosureRequest(
        study=STUDY,
        method=METHOD,
        measures=ELEVEN,
        analyses=(
            AnalysisEvidence(
                name="national",
                headline=True,
                treated=943,
                comparison=81237,
                n_eff=6412.0,
                max_weight_share=0.0011,
                balance="green",
            ),
        ),
        estimates=eleven_estimates(),
        attrition=steps(),
        pool=(
            StepEvidence(key="candidates", label="People with a sentence of the same kind", reason="", lost=0, left=214310),
            StepEvidence(
                key="not_drawn",
                label="With an index date on or after the drawn one",
                reason="no sentence ended on or after the date drawn for them",
                lost=83112,
                left=131198,
            ),
            StepEvidence(
                key="unlike", label="Similar to someone in the programme group", reason="nobody in the programme group was similar enough",
                lost=49961, left=81237,
            ),
        ),
        levels=PROFILE,
        means=MEANS,
        balance=balance(),
        balance_people=943,
        quality=(
            QualityEvidence(group="All", label="All records", people=1032, linked=980),
            QualityEvidence(group="Sex", label="Male", people=948, linked=905),
            QualityEvidence(group="Sex", label="Female", people=84, linked=75),
            QualityEvidence(group="Fields given", label="With a PNC id", people=610, linked=598),
            QualityEvidence(group="Fields given", label="Without a PNC id", people=422, linked=382),
        ),
        linkage=LINKAGE,
        overlap=OverlapEvidence(treated=947, matched=943, off_support=312),
        warnings=("caliper_widened", "merged_levels"),
    )  # fmt: skip


def few_outcomes():
    """The same people, of whom hardly anybody had any outcome, so that rule 1 hides every estimate."""
    request = national()
    few = [
        replace(row, treated=side(row.treated.people, 4 / row.treated.people, mean=row.treated.events is None, hits=4))
        for row in request.estimates
    ]
    return replace(request, estimates=tuple(few))


def analysing(people, request=None):
    """The same request, had all but so many been lost at the last step: every count of them says so."""
    request = request or national()
    *before, last = request.attrition
    lost = last.lost + last.left - people
    return replace(
        request,
        analyses=tuple(replace(each, treated=people) for each in request.analyses),
        estimates=eleven_estimates(people=people, reoffenders=round(0.35 * people))[:1],
        attrition=(*before, replace(last, lost=lost, left=people)),
        levels=(),
        balance=(),
        means=(),
        balance_people=people,
        overlap=replace(request.overlap, matched=people),
    )


TRIAL_MEASURES = (
    MeasureFacts(key="arrest", name="rearrested within 52 weeks", kind="proportion", role="primary", table=1, table_title="Rearrested within 52 weeks"),
    MeasureFacts(key="week", name="weeks to first rearrest", kind="mean", of="arrest", unit="weeks", better="higher", table=2, table_title="Weeks to first rearrest"),
)  # fmt: skip


def trial():
    """A randomised trial on public data: 216 people offered money, 216 not."""
    return DisclosureRequest(
        study=replace(
            STUDY,
            name="Financial aid after release",
            organisation="Example Trust",
            programme="Transitional aid",
            intervention_type="finance and debt",
            setting="through the gate",
            source="own data",
            what="Weekly payments for 13 weeks after release",
            who_delivers="State employment service",
            where="Georgia and Texas",
            dose="13 weeks",
            how_chosen="at random",
            own_words="",
            unit_cost="",
            eligible=216,
            started=216,
        ),
        method=MethodFacts(version="jdl/1", design="randomised", covariates=("age", "race", "wexp", "mar", "paro", "prio")),
        measures=TRIAL_MEASURES,
        analyses=(AnalysisEvidence(name="national", headline=True, treated=216, comparison=216, n_eff=216.0, max_weight_share=1 / 216, balance="amber"),),
        estimates=(
            EstimateEvidence(
                analysis="national", measure="arrest", treated=side(216, 48 / 216), comparison=side(216, 66 / 216, n_eff=216.0),
                difference=-18 / 216, ci_low=-0.1664, ci_high=-0.00015, p_value=0.0496, detectable=0.1187, people_needed=1217, people_to_send=1217,
                verdict="reduction", reliable=True,
            ),
            EstimateEvidence(
                analysis="national", measure="week", treated=side(48, 28.896, mean=True), comparison=side(66, 28.47, mean=True, n_eff=66.0),
                difference=0.426, ci_low=-5.72, ci_high=6.57, p_value=0.8907, detectable=8.71, people_needed=None, people_to_send=None,
                verdict="inconclusive", reliable=True,
            ),
        ),
        attrition=(
            StepEvidence(key="submitted", label="Records submitted", reason="", lost=0, left=432),
            StepEvidence(key="treated", label="Offered the programme", reason="were not offered it", lost=216, left=216),
        ),
        means=tuple(
            MeanEvidence(variable=name, label=name, unit="", treated=side(216, one, mean=True), comparison=side(216, other, mean=True, n_eff=216.0))
            for name, one, other in (("age", 24.95, 24.24), ("race", 0.894, 0.861), ("prio", 2.98, 2.99))
        ),
        balance_people=216,
        balance=tuple(
            BalanceEvidence(variable=name, label=name, level=None, treated_in=None, before=d, after=None, variance_ratio=None, ks=None, colour=colour)
            for name, d, colour in (("age", 0.117, "red"), ("race", 0.101, "red"), ("wexp", 0.03, "green"), ("mar", 0.07, "amber"), ("paro", 0.01, "green"), ("prio", -0.004, "green"))
        ),
    )  # fmt: skip


def refused():
    """Twelve people: not enough to analyse."""
    rows = tuple((key, label, reason, {"submitted": 0, "not_found": 3}.get(key, 0)) for key, label, reason, _ in STEPS)
    return DisclosureRequest(
        study=replace(STUDY, own_words="", eligible=14, started=12),
        method=METHOD,
        status="not_analysable",
        measures=ELEVEN,
        attrition=steps(12, rows),
        warnings=("small_cohort",),
        refusal=Refusal(code="too_few", needed=30, submitted=12, usable=9),
    )


def no_overlap():
    """Enough people, but nobody like them in the register: the balance table says why."""
    rows = tuple(
        replace(row, after=row.before / 2, colour="red" if index % 2 else "amber") for index, row in enumerate(balance())
    )
    return replace(
        refused(), attrition=steps(), balance=rows, balance_people=943, warnings=(), refusal=Refusal(code="no_balance", needed=30, submitted=1032, usable=943)
    )  # fmt: skip
