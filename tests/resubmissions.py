"""An organisation sends nearly the same people again, to learn what became of one of them."""

from dataclasses import dataclass

import numpy as np

from justice_data_lab.disclosure.ledger.check import check
from justice_data_lab.disclosure.ledger.sets import LedgerSet
from justice_data_lab.study import DisclosureRules

RULES = DisclosureRules()
WAYS = ("add one", "remove one", "swap one", "two unions", "a union and one more")
# How a count is told: as it is, in whole percent of a known number of people, or to the nearest five.
PRINTED = {
    "exactly": lambda count, people: count,
    "in whole percent": lambda count, people: int(np.floor(100 * count / people + 0.5)),
    "to the nearest five": lambda count, people: 5 * int(np.floor(count / 5 + 0.5)),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Sets that are sent one after the other, and how their counts add up to the target's outcome.

    Attributes:
        sent: groups of people by number, in order.
        signs: of each; their sum is the target alone, or the target less somebody else.
        target: whom the organisation wants to know about.
        other: somebody who is taken away as well; None when there is nobody.
    """

    sent: tuple
    signs: tuple
    target: int
    other: int | None = None


def plan(way, rng):
    """One attempt on people numbered from 0; the target is the last."""
    size = int(rng.integers(30, 240))
    first, second, target = range(size), range(size, 2 * size), 2 * size
    plans = {
        "add one": ((first, (*first, target)), (-1, 1)),
        "remove one": (((*first, target), first), (1, -1)),
        "swap one": ((first, (*first[1:], target)), (-1, 1)),
        "two unions": ((first, second, (*first, *second, target)), (-1, -1, 1)),
        "a union and one more": (((*first, *second), first, (*second, target)), (-1, 1, 1)),
    }
    sent, signs = plans[way]
    return Plan(
        sent=tuple(frozenset(each) for each in sent), signs=signs, target=target, other=first[0] if way == "swap one" else None
    )


def allowed(made, events):
    """Whether every set of a plan would be cleared, each after those before it."""
    told = []
    for place, people in enumerate(made.sent):
        tokens = frozenset(f"{person:05d}" for person in people)
        each = LedgerSet(
            analysis="national", tokens=tokens, events=(("reoffended", len(people & events)),), released_as=f"release {place}"
        )
        if not check((each,), told, RULES)[0].clear:
            return False
        told.append(each)
    return True


def learnt(made, events, way_printed):
    """Whether the printed counts leave one outcome of the target only; the organisation knows whom it sent, and tries every count."""
    show = PRINTED[way_printed]
    possible = []
    for people in made.sent:
        printed = show(len(people & events), len(people))
        possible.append([count for count in range(len(people) + 1) if show(count, len(people)) == printed])
    sums = {0}
    for sign, counts in zip(made.signs, possible, strict=True):
        sums = {total + sign * count for total in sums for count in counts}
    outcomes = {
        (target, other) for target in (0, 1) for other in ((0, 1) if made.other is not None else (0,)) if target - other in sums
    }
    return len({target for target, _ in outcomes}) == 1


def attempts(number, seed=0):
    """Shares of attempts that tell the target's outcome, by way and by how counts are printed, and of those that are allowed."""
    rng = np.random.default_rng(seed)
    told = {way: dict.fromkeys((*PRINTED, "allowed"), 0) for way in WAYS}
    for way in WAYS:
        for _ in range(number):
            made = plan(way, rng)
            people = sorted(frozenset().union(*made.sent))
            events = frozenset(person for person in people if rng.random() < 0.4)
            for printed in PRINTED:
                told[way][printed] += learnt(made, events, printed)
            told[way]["allowed"] += allowed(made, events)
    return {way: {name: round(count / number, 2) for name, count in found.items()} for way, found in told.items()}
