"""Trials of invented people, picked by two columns and measured in ways that hold each other, and what an outsider works out of them.

The attacker knows which groups there can be: two regions, served or not, and which outcomes hold which. Everything else is counted.
"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from attack_suite import released
from attackers import Attacker, Fact, Secret, told_another_way
from justice_data_lab.disclosure.evidence import DisclosureRequest, EstimateEvidence, MeasureFacts, Side
from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
from justice_data_lab.disclosure.known import known_groups
from justice_data_lab.disclosure.request_estimates import measure_key
from justice_data_lab.study import DisclosureRules
from sample_requests import METHOD, STUDY

RULES = DisclosureRules()
LEAST = RULES.min_events
VALUES = {"region": ("north", "south"), "served": ("yes", "no")}
PICKS = [
    *({column: value} for column, values in VALUES.items() for value in values),
    *(dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())),
]
# column and whom it is of
MEASURES = (
    ("had", "all"),
    ("later", "all"),
    ("theft", "all"),
    ("theft", "had"),
    ("had", "works"),
    ("works", "all"),
    ("free", "all"),
)
OUTCOMES = ("had", "later", "theft", "works", "free")
SIDES = ("treated", "comparison")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Invented people with what was asked of them.

    Attributes:
        people: a column each, with `treated`.
        analyses: what each picks people by, by name.
        measures: column and base of each.
    """

    people: dict
    analyses: dict
    measures: tuple

    def side(self, side):
        """The columns of one side."""
        inside = self.people["treated"] == (side == "treated")
        return {name: values[inside] for name, values in self.people.items()}


def crossed_release(seed, *, measures=None):
    """A trial with up to four groups by two columns, and one to four measures of outcomes that hold each other."""
    rng = np.random.default_rng((seed, 3))
    size = int(rng.integers(500, 900))
    people = {name: rng.choice(values, size, p=(share := rng.uniform(0.2, 0.8), 1 - share)) for name, values in VALUES.items()}
    rates = {values: rng.choice((0.02, 0.05, 0.3, 0.5, 0.95)) for values in product(*VALUES.values())}
    had = rng.random(size) < [rates[values] for values in zip(*(people[name] for name in VALUES), strict=True)]
    people |= {
        "treated": np.arange(size) < size // 2,
        "had": had,
        "later": had | (rng.random(size) < rng.choice((0.02, 0.3))),
        "theft": had & (rng.random(size) < rng.choice((0.05, 0.5, 0.95))),
        "works": rng.random(size) < rng.choice((0.05, 0.5, 0.95)),
        "free": ~had,
    }
    asked = [{}, *(PICKS[place] for place in sorted(rng.choice(len(PICKS), int(rng.integers(0, 5)), replace=False)))]
    chosen = sorted(rng.choice(len(MEASURES), int(rng.integers(1, 5)), replace=False))
    made = Trial(
        people=people,
        analyses={" ".join(each.values()) or "national": each for each in asked},
        measures=measures or tuple(MEASURES[place] for place in chosen),
    )
    return made, _request(made)


def _request(made):
    rows = _rows(made)
    whole = int((made.people["treated"]).sum())
    analyses, estimates = [], []
    for name, picks in made.analyses.items():
        inside = {side: _picked(made.side(side), picks) for side in SIDES}
        sizes = {side: int(inside[side].sum()) for side in SIDES}
        analyses.append(
            AnalysisEvidence(
                name=name, kind="subgroup" if picks else "national", where=tuple(picks.items()), headline=not picks, treated=sizes["treated"],
                comparison=sizes["comparison"], n_eff=float(sizes["comparison"]), max_weight_share=0.01, balance=None,
                whole=whole if picks else None,
            )
        )  # fmt: skip
        estimates += [
            EstimateEvidence(
                analysis=name, measure=key, difference=0.1, ci_low=-0.1, ci_high=0.3, p_value=0.3, detectable=0.2, people_needed=None,
                people_to_send=None, verdict="inconclusive", reliable=True, **{side: _side(made.side(side), inside[side], row) for side in SIDES},
            )
            for key, row in rows.items()
        ]  # fmt: skip
    named = {column: {picks[column] for picks in made.analyses.values() if column in picks} for column in VALUES}
    return DisclosureRequest(
        study=replace(STUDY, eligible=None, started=None),
        method=replace(METHOD, design="randomised"),
        measures=tuple(
            MeasureFacts(key=key, name=key, kind="proportion", of=row.of, table=number)
            for number, (key, row) in enumerate(rows.items(), 1)
        ),
        analyses=tuple(analyses),
        estimates=tuple(estimates),
        known=known_groups(list(rows.values()), pa.table({name: made.people[name].astype(float) for name in OUTCOMES})),
        complete=tuple(column for column, values in named.items() if len(values) > 1),
    )


def _rows(made):
    """The measures as estimates name them, by key."""
    rows = [
        SimpleNamespace(analysis="national", measure=f"{column} of {of}", column=column, kind="proportion", of=of)
        for column, of in made.measures
    ]
    return {measure_key(row, rows): row for row in rows}


def _picked(people, picks):
    return np.logical_and.reduce([people["treated"] | True, *(people[column] == value for column, value in picks.items())])


def _base(people, of):
    return people["treated"] | True if of == "all" else people[of]


def _side(people, inside, row):
    base = inside & _base(people, row.of)
    events = int((base & people[row.column]).sum())
    return Side(people=int(base.sum()), value=events / max(1, int(base.sum())), events=events)


def kinds_of_people(people):
    """One row a kind: region, served, and what some of these people had."""
    outcomes = np.unique(np.array([people[name] for name in OUTCOMES]), axis=1).T
    rows = [(*values, *each) for values in product(*VALUES.values()) for each in outcomes]
    names = (*VALUES, *OUTCOMES)
    return {name: np.array([row[place] for row in rows]) for place, name in enumerate(names)} | {
        "treated": np.zeros(len(rows), dtype=bool)
    }


def crossed_attacked(made, request):
    """What an outsider works out of one such release: a count of each kind of finding, as `attacked` gives it."""
    release = released(request)
    if release is None:
        return Counter(refused=1)
    rows = release.table().to_pylist()
    found = Counter(releases=1, hidden=sum(row["marker"] == "c" for row in rows), told_another_way=len(told_another_way(rows)))
    shown = {(row["analysis"], row["measure"], row["statistic"], row["group"]) for row in rows if not row["marker"]}
    kinds = kinds_of_people(made.people)
    for side in SIDES:
        attacker = Attacker(len(kinds["had"]), list(_told(made, kinds, shown, side)))
        secrets = list(_secrets(made, kinds, side))
        found += Counter(secrets=len(secrets), worked_out=sum(_works_out(attacker, secret) for secret in secrets))
    return found


def _told(made, every, shown, side):
    """Everything that is printed of one side, exactly."""
    people = made.side(side)
    for name, picks in made.analyses.items():
        inside, kinds = _picked(people, picks), _picked(every, picks)
        if (name, "", "people", side) in shown:
            yield _exactly(kinds, inside)
        for key, row in _rows(made).items():
            base, among = inside & _base(people, row.of), kinds & _base(every, row.of)
            if (name, key, "people", side) in shown or (name, key, "rate", side) in shown:
                yield _exactly(among, base)
            if (name, key, "rate", side) in shown:
                yield _exactly(among & every[row.column], base & people[row.column])


def _exactly(kinds, people):
    return Fact(kinds=kinds, low=float(people.sum()), high=float(people.sum()))


def _secrets(made, every, side):
    """Counts below ten of any group by the two columns: of each outcome that is measured, with it and without, among all and among those with another."""
    people, seen = made.side(side), set()
    columns = list(dict.fromkeys(name for measure in made.measures for name in measure if name != "all"))
    for picks in ({}, *PICKS):
        inside, kinds = _picked(people, picks), _picked(every, picks)
        for column, of, had, within in product(columns, ("all", *columns), (True, False), (True, False)):
            if column == of or (of == "all" and not within):
                continue
            base, among = inside & (_base(people, of) == within), kinds & (_base(every, of) == within)
            secret = among & (every[column] == had)
            count = int((base & (people[column] == had)).sum())
            if count < LEAST and secret.any() and secret.tobytes() not in seen:
                seen.add(secret.tobytes())
                yield Secret(name=f"{side} {picks}: {column} {had} among {of} {within}", kinds=secret, among=among, truth=count)


def _works_out(attacker, secret):
    """Whether a count that no figure names is known within fewer than ten people; a part of a printed count is no larger than that."""
    if np.ptp(attacker.seen(secret.kinds)) >= LEAST:
        return False
    low, high = attacker.interval(secret.kinds)
    return high - low < LEAST
