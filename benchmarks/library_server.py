"""The web process of the service on a library of so many invented results, for `library.py`: everything else is the real thing."""

import random
import sys
from dataclasses import replace
from datetime import timedelta

import django

from justice_data_lab.library.classified import Classified
from justice_data_lab.library.collection import Library
from justice_data_lab.library.entry import Entry, Outcome, Shown
from justice_data_lab.library.taxonomy import AGES, NEEDS, SECTORS, SENTENCES, SETTINGS, SEXES, TYPES, Facet
from sample_library import FIRST, NOW, book, collected

WORDS = ("Bridge", "Harbour", "Northgate", "Willow", "Anchor", "Lantern", "Compass", "Garden", "Choir", "Forge", "Kiln", "Thread")
PLACES = ("North", "South", "East", "West", "Midlands")


def library(results: int) -> Library:
    """One result of the tests with all its outcomes, so many times: each with its own name, place in the taxonomy, people and figures."""
    model, rng = collected(book("model")).entries[0], random.Random(7)  # noqa: S311 -- figures of a benchmark
    made = [_entry(model, number, rng) for number in range(results)]
    return Library(at=NOW, entries=tuple(sorted(made, key=lambda each: (each.released, each.key), reverse=True)))


def _entry(model: Entry, number: int, rng: random.Random) -> Entry:
    def some(facet: Facet, most: int = 1) -> tuple[str, ...]:
        return tuple(each.key for each in rng.sample(facet.options, rng.randint(1, most)))

    moved = rng.gauss(0, 4)
    verdict = "reduction" if moved < -3 else "increase" if moved > 3 else "inconclusive"
    outcomes = tuple(replace(each, **_figures(each, round(moved, 1), number)) for each in model.outcomes)
    classified = Classified(
        types=some(TYPES, 2), settings=some(SETTINGS), sectors=some(SECTORS), sexes=some(SEXES), ages=some(AGES), sentences=some(SENTENCES),
        needs=some(NEEDS, 3), region=rng.choice(PLACES),
    )  # fmt: skip
    name = f"{rng.choice(WORDS)} {rng.choice(WORDS).lower()} {number}"
    return replace(
        model, key=f"B-{number:05}", title=name, organisation=f"{rng.choice(WORDS)} Trust {number % 900}", outcomes=outcomes, verdict=verdict,
        released=FIRST + timedelta(hours=number), classified=classified,
    )  # fmt: skip


def _figures(outcome: Outcome, moved: float, number: int) -> dict[str, Shown]:
    values = [each.value for each in (outcome.difference, outcome.ci_low, outcome.ci_high) if each.value is not None]
    if len(values) < 3:
        return {}
    shift = moved if outcome.kind == "proportion" else moved / 100
    shown = [Shown(value=round(value + shift, 2), text=f"{value + shift:.2f}") for value in values]
    people = Shown(value=float(200 + number % 900), text=str(200 + number % 900))
    return {"difference": shown[0], "ci_low": shown[1], "ci_high": shown[2], "n_treated": people}


if __name__ == "__main__":
    django.setup()
    from jdl_service import web
    from jdl_service.library import standing

    made = library(int(sys.argv[2]))
    standing.read_library = lambda *_: made
    web.main("127.0.0.1", int(sys.argv[1]))
