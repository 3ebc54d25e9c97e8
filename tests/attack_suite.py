"""Releases of invented people under attack: what an outsider who reads them works out, with the walls up and with the walls down."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from unittest.mock import patch

import numpy as np

from attackers import EVENTS, PLACES, Attacker, Fact, Secret, groups_left_over, kinds_of_people, told_another_way
from invented_people import request_of, world
from justice_data_lab.disclosure import disclosed
from justice_data_lab.disclosure.linked.protection import Protection
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.disclosure.linked.system import hidden_units, with_what_they_take
from justice_data_lab.errors import NothingDisclosable
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.study import DisclosureRules, Lab

RULES = DisclosureRules()
LEAST = RULES.min_events
SMALL = ("reoffended", "first_reoffence_indictable", "first_reoffence_either_way", "first_reoffence_summary")
KINDS = kinds_of_people()
_EMPTY = {"meta", "link", "img", "br", "hr", "input", "circle", "path", "use", "rect", "line", "col"}


def small_release(seed):
    """At most 40 figures of people: the headline, and one or two parts of it; the rate and the court outcomes."""
    rng = np.random.default_rng((seed, 1))
    made = world(seed, size=int(rng.integers(40, 240)), unmatched=0.0)
    kept = rng.permutation([name for name in made.analyses if name != "national"])[: int(rng.integers(1, 3))]
    made = replace(made, analyses={name: inside for name, inside in made.analyses.items() if name == "national" or name in kept})
    request = request_of(made, seed)
    return made, replace(
        request,
        estimates=tuple(row for row in request.estimates if row.measure in SMALL),
        analyses=tuple(replace(each, attrition=()) for each in request.analyses),
        attrition=(), levels=(), balance=(), balance_people=0, quality=(),
    )  # fmt: skip


def full_release(seed):
    """Everything: seven tables, up to five analyses, profile, balance, the way from records to people, records found."""
    made = world(seed, size=int(np.random.default_rng((seed, 2)).integers(60, 1200)), unmatched=0.0)
    return made, request_of(made, seed)


@contextmanager
def walls_down():
    """Rule 1 hides its own figures and what is made from them, and nothing is hidden for their sake."""

    def alone(request, rules, limits=None):
        linked = linked_system(request, rules)
        units = hidden_units(linked.failing & {cell.key for cell in linked.system.cells if cell.unit}, linked.system)
        return Protection(units=frozenset(with_what_they_take(units | linked.forced, linked.system)))

    with patch.object(disclosed, "protect_request", alone):
        yield


def released(request):
    """What may leave of a request; None where too few had the outcome."""
    try:
        return disclosed.disclose(request, RULES)
    except NothingDisclosable as stopped:
        if not str(stopped).startswith("No estimate of the headline"):
            raise
        return None


def attacked(made, request):
    """What an outsider works out of one release: a count of each kind of finding.

    Returns:
        `secrets` that could be looked for, those `worked out`, rates `told another way`; or `refused` alone, where too few had the outcome.

    Raises:
        NothingDisclosable: hiding more was not enough; that stops the suite, since no ordinary request should come to that.
    """
    release = released(request)
    if release is None:
        return Counter(refused=1)
    rows = release.table().to_pylist()
    found = Counter(releases=1, hidden=sum(row["marker"] == "c" for row in rows), told_another_way=len(told_another_way(rows)))
    found += outcomes_worked_out(made, rows) + profile_worked_out(made, rows) + records_worked_out(made, release, rows)
    return found


def outcomes_worked_out(made, rows):
    """Outcomes of the people of an analysis, or of those in one analysis and not in another, of whom fewer than ten have them, or have them not."""
    shown = {(row["analysis"], row["measure"], row["statistic"], row["group"]): row for row in rows if not row["marker"]}
    analyses = list(made.analyses)
    inside = {name: PLACES[name](KINDS) for name in analyses}
    facts = []
    for name in analyses:
        people = made.analyses[name]
        if (name, "", "people", "treated") in shown:
            facts.append(_exactly(inside[name], people.sum()))
        for event, of in EVENTS.items():
            if (name, event, "rate", "treated") in shown:
                facts.append(_exactly(inside[name] & of(KINDS), (people & _true(made, event)).sum()))
        if any((name, event, "people", "treated") in shown for event in EVENTS if event != "reoffended"):
            facts.append(_exactly(inside[name] & KINDS["reoffended"], (people & _true(made, "reoffended")).sum()))
    attacker = Attacker(len(KINDS["region"]), facts)
    secrets = list(_secret_outcomes(made, analyses, {row["measure"] for row in rows}))
    return Counter(secrets=len(secrets), worked_out=sum(attacker.works_out(secret) for secret in secrets))


def _exactly(kinds, count):
    """Rounding is the second wall: the attacker is given the exact count of whatever is printed."""
    return Fact(kinds=kinds, low=float(count), high=float(count))


def _true(made, event):
    people = made.people
    kinds = {
        "reoffended": people["reoffended"],
        "court": np.where(people["reoffended"], people["court"], -1),
        "custody": people["custody"],
    }
    return EVENTS[event](kinds)


def _secret_outcomes(made, analyses, measures):
    for name, group in groups_left_over(analyses).items():
        people = sum(sign * made.analyses[each].astype(int) for each, sign in group)
        kinds = sum(sign * PLACES[each](KINDS).astype(int) for each, sign in group)
        if not people.sum():
            continue
        for event in EVENTS:
            if event not in measures:
                continue
            base = people if event == "reoffended" else people * _true(made, "reoffended")
            among = kinds if event == "reoffended" else kinds * KINDS["reoffended"]
            for had in (True, False):
                count = int((base * (_true(made, event) == had)).sum())
                if count < LEAST and base.sum():
                    yield Secret(
                        name=f"{name}: {event} {had}", kinds=among * (EVENTS[event](KINDS) == had), among=among, truth=count
                    )


def profile_worked_out(made, rows):
    """Levels of a characteristic at which fewer than ten people are, or are not, from the profile and the balance annex."""
    found = Counter()
    for variable, (levels, merged, counts) in _levels(made).items():
        own = [row for row in rows if row["measure"] == variable]
        if not own:
            continue
        attacker = Attacker(len(levels), _profile_facts(own, levels, merged, counts))
        everybody = np.ones(len(levels), dtype=bool)
        for place, level in enumerate(levels):
            at = np.eye(len(levels), dtype=bool)[place]
            for kinds in (at, ~at):
                if counts @ kinds < LEAST:
                    secret = Secret(name=f"{variable}: {level}", kinds=kinds, among=everybody, truth=int(counts @ kinds))
                    found += Counter(secrets=1, worked_out=int(attacker.works_out(secret)))
    return found


def _profile_facts(rows, levels, merged, counts):
    unit = np.eye(len(levels), dtype=bool)
    facts = [_exactly(np.ones(len(levels), dtype=bool), counts.sum())]
    for row in (row for row in rows if not row["marker"]):
        if row["table"] == "profile" and row["group"] == "treated":
            kinds = unit[levels.index(row["level"])]
        elif row["table"] == "balance" and row["kind"] == "d":
            kinds = sum(unit[levels.index(level)] for level in merged.get(row["level"], (row["level"],)))
        else:
            continue
        facts.append(_exactly(kinds, counts @ kinds))
    return facts


def _levels(made):
    """Levels of each characteristic, which of them are one in the balance annex, and how many people are at each."""
    inside = made.analyses["national"]
    sex = np.array([made.people["sex"][inside].sum(), (~made.people["sex"][inside]).sum()])
    ethnicity = np.bincount(made.people["ethnicity"][inside], minlength=6)
    return {
        "sex": (["Male", "Female"], {}, sex),
        "ethnicity": (["White", "Black", "Asian", "Mixed", "Other", "Unknown"], {"Other": ("Other", "Unknown")}, ethnicity),
    }


def records_worked_out(made, release, rows):
    """Steps at which fewer than ten people were lost, from the way, the records found, and the people analysed.

    Notes:
        A kind is a step at which somebody was lost, men and women apart, or nobody. The organisation knows how many men and women it sent.
    """
    quality = {row["level"]: row for row in rows if row["key"].startswith("linkage/") and row["statistic"] == "found"}
    if not release.content.attrition:
        return Counter()
    lost = [*made.losses, 0]
    size = 2 * (len(lost) + 1)
    facts = _records_facts(made, lost, quality, size)
    for last in np.cumsum([len(step.labels) for step in release.content.attrition])[1:] - 1:
        gone = np.zeros(size, dtype=bool)
        for step in range(last):
            gone[[step, step + size // 2]] = True
        facts.append(_exactly(gone, sum(lost[:last])))
    attacker = Attacker(size, facts)
    found = Counter()
    told = sum(lost)
    for step, count in enumerate(lost[:-1]):
        kinds = np.zeros(size, dtype=bool)
        kinds[[step, step + size // 2]] = True
        every = np.arange(size) % (size // 2) < len(lost)
        if count < LEAST:
            secret = Secret(name=f"step {step}", kinds=kinds, among=every, truth=count)
            found += Counter(secrets=1, worked_out=int(told > 0 and attacker.works_out(secret)))
    return found


def _records_facts(made, lost, quality, size):
    half = size // 2
    first = np.zeros(size, dtype=bool)
    first[:half] = True
    missed = np.zeros(size, dtype=bool)
    missed[[0, 1, half, half + 1]] = True
    men = int(0.93 * made.sent)
    gone = lost[0] + lost[1]
    few = min(gone, int(0.07 * gone) + 1)
    stays = np.zeros(size, dtype=bool)
    stays[[half - 1, size - 1]] = True
    facts = [_exactly(first, men), _exactly(~first, made.sent - men), _exactly(stays, made.sent - sum(lost))]
    for label, kinds, count in (
        ("Male", first & missed, gone - few),
        ("Female", ~first & missed, few),
        ("All rows", missed, gone),
    ):
        if label in quality and not quality[label]["marker"]:
            facts.append(_exactly(kinds, count))
    return facts


class _Keyed(HTMLParser):
    """Every number of a page that says which figure it is."""

    def __init__(self, text):
        super().__init__()
        self.found, self._open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in _EMPTY:
            self._open.append(dict(attributes).get("data-key"))

    def handle_endtag(self, tag):
        if tag not in _EMPTY:
            self._open.pop()

    def handle_data(self, data):
        if self._open and self._open[-1]:
            self.found.append((self._open[-1], data))


def told_by_the_page(request):
    """Figures in the page, its sentences and its tables, that are not as the data file has them, hidden ones above all."""
    release = disclosed.disclose(request, RULES)
    printed = {row["key"]: row["text"] for row in release.table().to_pylist()}
    found = _Keyed(render_html(lay_out(release, Lab()))).found
    return len(found), [(key, text) for key, text in found if printed[key] != text]
