"""Requests counted from invented people, one by one: every figure is true of somebody, so attacks on it can be judged."""

from dataclasses import dataclass, replace

import numpy as np

from justice_data_lab.disclosure.evidence import (
    BalanceEvidence,
    DisclosureRequest,
    EstimateEvidence,
    LevelEvidence,
    QualityEvidence,
    Side,
    StepEvidence,
)
from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
from sample_requests import ELEVEN, METHOD, STUDY

COURTS = ("indictable", "either_way", "summary")
ETHNICITIES = ("White", "Black", "Asian", "Mixed", "Other", "Unknown")


@dataclass(frozen=True, kw_only=True)
class World:
    """Invented people of one request.

    Attributes:
        people: their traits and outcomes, one array a column.
        analyses: who is in which analysis, in the order of the report; the first is the headline.
        facts: kind and `where` of each analysis.
        sent: records submitted.
        losses: how many were lost at each step before matching.
        whole: whom each further analysis took its people from, before matching.
    """

    people: dict
    analyses: dict
    facts: dict
    sent: int
    losses: tuple
    whole: np.ndarray

    def tokens(self):
        """Tokens of the people of each analysis and of its reoffenders."""
        reoffended = self.people["reoffended"]
        return {
            (name, of): frozenset(f"{number:05d}" for number in np.flatnonzero(inside & (reoffended if of != "all" else True)))
            for name, inside in self.analyses.items()
            for of in ("all", "reoffended")
        }


def world(seed, *, size=None, unmatched=0.004, splits=True):
    """A cohort with regional, subgroup and after-start analyses, some of people matched afresh.

    Args:
        seed: everything follows from it.
        size: people who could be analysed; at random when None.
        unmatched: share whom nobody is like, in each analysis afresh.
        splits: whether there are analyses beside the headline.
    """
    rng = np.random.default_rng(seed)
    size = size or int(rng.integers(60, 900))
    people = _people(rng, size)

    def matched():
        return rng.random(size) >= unmatched * (rng.random() < 0.7)

    everybody = np.ones(size, dtype=bool)
    analyses, facts = {"national": matched()}, {"national": ("national", ())}
    wanted = {
        "regional": ("regional", (), people["region"] < 4),
        "in custody": ("subgroup", (("setting", "custody"),), people["setting"] == 0),
        "in the community": ("subgroup", (("setting", "community"),), people["setting"] == 1),
        "completed": ("after_start", (("completed", "yes"),), people["completed"]),
    }
    for name, (kind, where, inside) in wanted.items():
        if splits and rng.random() < 0.8 and inside.sum() > 30:
            analyses[name], facts[name] = inside & matched(), (kind, where)
    losses = tuple(int(each) for each in (rng.integers(0, size // 4), *rng.integers(0, 14, 3)))
    return World(people=people, analyses=analyses, facts=facts, sent=size + sum(losses), losses=losses, whole=everybody)


def _people(rng, size):
    rate = rng.uniform(0.1, 0.6)
    reoffended = rng.random(size) < rate
    court = rng.choice(3, size, p=(0.03, 0.5, 0.47))
    more = rng.geometric(rng.uniform(0.3, 0.7), size)
    region = rng.choice(6, size, p=(0.4, 0.3, 0.15, 0.1, 0.03, 0.02))
    kinds = rng.choice(3, size, p=rng.dirichlet((6, 4, 0.4)))
    return {
        "reoffended": reoffended,
        "reoffences": np.where(reoffended, more, 0),
        "days": np.where(reoffended, rng.integers(1, 365, size), 0),
        "court": court,
        "custody": reoffended & (rng.random(size) < rng.uniform(0.05, 0.5)),
        "sentences": np.where(reoffended, rng.poisson(0.7, size), 0),
        "region": region,
        "setting": kinds,
        "completed": rng.random(size) < rng.uniform(0.3, 0.97),
        "sex": rng.random(size) < 0.93,
        "ethnicity": rng.choice(6, size, p=(0.76, 0.1, 0.07, 0.04, 0.02, 0.01)),
        "found": rng.random(size),
    }


def request_of(made, seed=0, *, kind=0):
    """The request that those people give, with a comparison group of others."""
    rng = np.random.default_rng((seed, 7))
    names = list(made.analyses)
    analyses, estimates = [], []
    for name in names:
        inside = made.analyses[name]
        others = _people(rng, 8 * int(inside.sum()))
        analyses.append(_analysis(made, name, int(inside.sum()), len(others["reoffended"])))
        own = {key: values[inside] for key, values in made.people.items()}
        estimates += _estimates(name, own, others)
    return DisclosureRequest(
        study=replace(STUDY, eligible=made.sent + 30, started=made.sent + 12),
        method=replace(METHOD, design="matched"),
        measures=ELEVEN,
        analyses=tuple(analyses),
        estimates=tuple(estimates),
        attrition=_way(made),
        levels=_levels(made),
        balance=_balance(made),
        balance_people=int(made.analyses[names[0]].sum()),
        quality=_quality(made),
    )


def _analysis(made, name, treated, comparison):
    kind, where = made.facts[name]
    steps = ()
    if name != "national":
        steps = (
            StepEvidence(key="all", label="People who could be analysed", reason="", lost=0, left=len(made.whole)),
            StepEvidence(key="own", label="Of this analysis", reason="not of it", lost=len(made.whole) - treated, left=treated),
        )
    return AnalysisEvidence(
        name=name, kind=kind, where=where, headline=name == "national", treated=treated, comparison=comparison,
        n_eff=comparison / 4, max_weight_share=0.002, balance="green", attrition=steps,
        whole=len(made.whole) if kind in ("subgroup", "after_start") else None,
    )  # fmt: skip


def _estimates(name, own, others):
    rows = []
    for fact in ELEVEN:
        treated, comparison = _side(fact, own), _side(fact, others, weighted=True)
        known = treated.value is not None and comparison.value is not None
        difference = treated.value - comparison.value if known else None
        spread = 0.9 / max(1, treated.people) ** 0.5
        rows.append(
            EstimateEvidence(
                analysis=name, measure=fact.key, treated=treated, comparison=comparison, difference=difference,
                ci_low=difference - spread if known else None, ci_high=difference + spread if known else None,
                p_value=0.31 if known else None, detectable=1.4 * spread if known else None, people_needed=None,
                people_to_send=None, verdict="inconclusive", reliable=True,
            )
        )  # fmt: skip
    return rows


def _side(fact, people, *, weighted=False):
    inside = people["reoffended"] if fact.of != "all" else np.ones(len(people["reoffended"]), dtype=bool)
    values = _values(fact.key, people)[inside].astype(float)
    weights = {"n_eff": len(values) / 4, "max_weight_share": 0.002} if weighted else {}
    if not len(values):
        return Side(people=0, value=None, events=0 if fact.kind == "proportion" else None, nonzero=0, **weights)
    if fact.kind == "proportion":
        share = values.mean()
        reach = 2 * (share * (1 - share) / max(1, len(values) - 1)) ** 0.5
        ends = {"low": max(0.0, share - reach), "high": min(1.0, share + reach)}
        return Side(people=len(values), value=share, events=int(values.sum()), **ends, **weights)
    largest = values.max() / values.sum() if values.sum() else None
    return Side(people=len(values), value=values.mean(), nonzero=int((values > 0).sum()), largest_share=largest, **weights)


def _values(key, people):
    court = key.removeprefix("first_reoffence_").removesuffix("_reoffences")
    if key.startswith("first_reoffence_"):
        return people["court"] == COURTS.index(court)
    if court in COURTS:
        return np.where(people["court"] == COURTS.index(court), people["reoffences"], 0)
    columns = {"days_to_first_reoffence": "days", "custody_for_first_reoffence": "custody", "custodial_sentences": "sentences"}
    return people[columns.get(key, key)]


def _way(made):
    names = ("not_found", "ambiguous", "duplicate", "no_index")
    left, steps = made.sent, [StepEvidence(key="submitted", label="Records submitted", reason="", lost=0, left=made.sent)]
    for key, lost in zip(names, made.losses, strict=True):
        left -= lost
        steps.append(StepEvidence(key=key, label=key, reason=key, lost=lost, left=left))
    matched = int(made.analyses["national"].sum())
    steps.append(StepEvidence(key="matched", label="Matched", reason="nobody similar", lost=left - matched, left=matched))
    return tuple(steps)


def _traits(made):
    inside = made.analyses["national"]
    sex = np.where(made.people["sex"], "Male", "Female")[inside]
    ethnicity = np.array(ETHNICITIES)[made.people["ethnicity"]][inside]
    return {"sex": ("Sex", sex, ("Male", "Female")), "ethnicity": ("Ethnicity", ethnicity, ETHNICITIES)}


def _levels(made):
    total = int(made.analyses["national"].sum())
    return tuple(
        LevelEvidence(
            variable=key, label=label, level=level, treated=int((values == level).sum()),
            comparison=8 * int((values == level).sum()) + 3, comparison_share=float((values == level).mean()),
        )
        for key, (label, values, order) in _traits(made).items()
        for level in order
        if total
    )  # fmt: skip


def _balance(made):
    """Rows of the annex; "Unknown" has been merged into "Other"."""
    rows = []
    for key, (label, values, order) in _traits(made).items():
        merged = np.where(values == "Unknown", "Other", values)
        rows += [
            BalanceEvidence(
                variable=key, label=label, level=level, treated_in=int((merged == level).sum()), before=0.1, after=0.01
            )
            for level in order
            if level != "Unknown"
        ]  # fmt: skip
    return tuple(rows)


def _quality(made):
    found = made.sent - made.losses[0] - made.losses[1]
    men, lost = int(0.93 * made.sent), made.sent - found
    few = min(lost, int(0.07 * lost) + 1)
    return (
        QualityEvidence(group="All", label="All rows", people=made.sent, linked=found),
        QualityEvidence(group="Sex", label="Male", people=men, linked=men - (lost - few)),
        QualityEvidence(group="Sex", label="Female", people=made.sent - men, linked=made.sent - men - few),
    )
