"""Attackers on a release: they have its tidy table and know what everybody knows of counts of people, and nothing of the engine.

They reason about people and not about tables. A kind of person is one who is, say, in custody, completed the programme, and reoffended with an
either-way offence; how many there are of each kind is not known. Every printed figure is a sum over some kinds. The attacker finds the
least and the largest number that a hidden sum could be.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

COURTS = ("indictable", "either_way", "summary")
SLACK = 1e-6
LARGE = 10_000


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A sum over kinds of people that a release tells: its kinds, and the least and the largest it can be."""

    kinds: np.ndarray
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A count that fails rule 1: its kinds, those of the people among whom it is counted, and the truth."""

    name: str
    kinds: np.ndarray
    among: np.ndarray
    truth: int


class Attacker:
    """What can be worked out of sums over kinds of people from other such sums."""

    def __init__(self, size, facts):
        self._size = size
        self._matrix = np.array([fact.kinds for fact in facts], dtype=float).reshape(len(facts), size)
        self._ends = np.array([[fact.low, fact.high] for fact in facts]).reshape(len(facts), 2)
        self._seen = []
        self.possible = self._solve(np.zeros(size)) is not None

    def _solve(self, goal):
        same = self._ends[:, 0] == self._ends[:, 1]
        loose = self._matrix[~same]
        done = linprog(
            goal,
            A_eq=self._matrix[same] if same.any() else None,
            b_eq=self._ends[same, 0] if same.any() else None,
            A_ub=np.vstack([loose, -loose]) if len(loose) else None,
            b_ub=np.concatenate([self._ends[~same, 1], -self._ends[~same, 0]]) if len(loose) else None,
            bounds=(0, LARGE),
            method="highs",
        )
        if done.x is not None:
            self._seen.append(done.x)
        return done.x

    def _end(self, kinds, sign):
        found = self._solve(sign * kinds.astype(float))
        return None if found is None else float(kinds @ found)

    def seen(self, kinds):
        """What a sum was in each solution that was found so far."""
        return [float(kinds @ each) for each in self._seen]

    def reaches(self, kinds, low, high):
        """Whether a sum could be this small or smaller, and this large or larger."""
        seen = self.seen(kinds)
        if min(seen) > low + SLACK and self._end(kinds, 1) > low + SLACK:
            return False
        return max(seen) >= high - SLACK or self._end(kinds, -1) >= high - SLACK

    def interval(self, kinds):
        """The least and the largest that a sum could be, in whole people."""
        return int(np.ceil(self._end(kinds, 1) - SLACK)), int(np.floor(self._end(kinds, -1) + SLACK))

    def works_out(self, secret, width=10):
        """Whether a secret is known within fewer than ten people, or not possible five below and above, as far as anybody can be uncertain."""
        reach = (width + 1) // 2
        low = max(0, secret.truth - reach)
        high = max(secret.truth + reach, low + width)
        if self.reaches(secret.kinds, low, high):
            return False
        return not self.reaches(secret.kinds, low, min(high, self.interval(secret.among)[1]))


def kinds_of_people(settings=3):
    """One row a kind: in a counted region, setting, completed, reoffended, court outcome, custody."""
    outcomes = [(False, -1, False), *((True, court, custody) for court in range(len(COURTS)) for custody in (False, True))]
    rows = itertools.product((True, False), range(settings), (True, False), outcomes)
    names = ("region", "setting", "completed", "reoffended", "court", "custody")
    table = [(region, setting, completed, *outcome) for region, setting, completed, outcome in rows]
    return {name: np.array([row[place] for row in table]) for place, name in enumerate(names)}


PLACES = {
    "national": lambda kinds: np.ones(len(kinds["region"]), dtype=bool),
    "regional": lambda kinds: kinds["region"],
    "in custody": lambda kinds: kinds["setting"] == 0,
    "in the community": lambda kinds: kinds["setting"] == 1,
    "completed": lambda kinds: kinds["completed"],
}
EVENTS = {
    "reoffended": lambda kinds: kinds["reoffended"],
    **{f"first_reoffence_{name}": (lambda kinds, court=court: kinds["court"] == court) for court, name in enumerate(COURTS)},
    "custody_for_first_reoffence": lambda kinds: kinds["custody"],
}


def groups_left_over(analyses):
    """Whom an attacker looks at: everybody of an analysis, whoever is in the headline and not in another, or in neither of two that share nobody."""
    groups = {name: ((name, 1),) for name in analyses}
    others = [name for name in analyses if name != "national"]
    groups |= {f"national less {name}": (("national", 1), (name, -1)) for name in others}
    if {"in custody", "in the community"} <= set(analyses):
        groups["neither"] = (("national", 1), ("in custody", -1), ("in the community", -1))
    return groups


# What a figure is made from: any of these, printed beside a hidden rate, tells it.
def told_another_way(rows):
    """Hidden rates that other printed figures of the same row tell, by the figure that tells them.

    Args:
        rows: the tidy table.
    """
    shown = {(row["table"], row["analysis"], row["measure"], row["level"], row["statistic"], row["group"]): row for row in rows}
    hidden = [
        key for key, row in shown.items() if key[4] in ("rate", "mean") and key[0].startswith("table ") and row["marker"] == "c"
    ]

    def told(key, statistic, group=""):
        row = shown.get((key[0], key[1], key[2], key[3], statistic, group))
        return row is not None and not row["marker"] and (row["value"] is not None or bool(row["text"]))

    found = []
    for key in hidden:
        kind, group = key[4], key[5]
        other = "comparison" if group == "treated" else "treated"
        ways = {
            "difference": told(key, "difference") and told(key, kind, other),
            "interval": told(key, "interval low") and told(key, "interval high") and told(key, kind, other),
            "p-value": told(key, "p-value"),
            "detectable difference": told(key, "detectable difference"),
            "own interval": told(key, f"{kind} interval low", group) or told(key, f"{kind} interval high", group),
            "for 100 people": told(key, "for 100 people", group),
            "people needed": told(key, "people needed") or told(key, "people to send"),
            "verdict": told(key, "verdict"),
        }
        beside = [row for row in rows if (row["analysis"], row["measure"]) == key[1:3] and row["table"] in _MADE_FROM]
        ways |= {row["key"]: True for row in beside if not row["marker"] and _is_figure(row)}
        found += [(key, way) for way, tells in ways.items() if tells]
    return found


_MADE_FROM = ("robustness", "survival", "interactions", "linkage", "larger group")


def _is_figure(row):
    return row["kind"] != "verdict" and (row["value"] is not None or bool(row["text"]))


def counts_behind(share, people, low, high):
    """Every count and number of people that agree with what is printed of a share and its own interval, by trying all of them.

    Args:
        share: as printed, in whole percent.
        people: as printed, to the nearest five.
        low: lower end of the share's own interval, as printed.
        high: upper end.
    """
    sizes = range(max(2, int(people) - 2), int(people) + 3)
    return [(count, of) for of in sizes for count in range(of + 1) if _as_printed(count, of) == (share, low, high)]


def _as_printed(count, of):
    """A share and its own interval in whole percent, by the formula that everybody can read."""
    exact = count / of
    reach = 2 * (exact * (1 - exact) / (of - 1)) ** 0.5
    return tuple(float(np.floor(100 * each + 0.5)) for each in (exact, max(0.0, exact - reach), min(1.0, exact + reach)))
