"""`jdl library demo`: a register, the programmes, their results on the way to the public, the library, and how near it is to the truth."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import tomli_w

from justice_data_lab.files import whole_folder, write_bytes, write_json
from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.taxonomy import TYPES, place
from justice_data_lab.library_acts import EDITORS_FILE, build_library, read_overlaps
from justice_data_lab.library_demo.analyse import analyse, study_of, write_run
from justice_data_lab.library_demo.people import KINDS, draw, read_people
from justice_data_lab.library_demo.programmes import samples
from justice_data_lab.library_demo.releases import hour_of, release_all, schedule
from justice_data_lab.library_site.desk import Setting
from justice_data_lab.prepare import prepare
from justice_data_lab.register.coverage import read_coverage
from justice_data_lab.register.snapshot import COVERAGE
from justice_data_lab.register.synthetic.source import synthesise as invent
from justice_data_lab.release_folder import opened
from justice_data_lab.release_site import check_link, switch
from justice_data_lab.study import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from justice_data_lab.library.collection import Library
    from justice_data_lab.library.counting import Overlap
    from justice_data_lab.library_demo.programmes import Sample
    from justice_data_lab.register.snapshot import Register

PEOPLE = 200_000
LAB = Lab(name="Justice Data Lab (demonstration)", contacts="lab@example.org", lead_statistician="A. Statistician")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is known of an invented programme alone: its true effect on its own participants, as a fraction, and who they are."""

    effect: float
    people: frozenset[str]


def run_demo(out: Path, *, seed: int, pages: bool) -> Iterator[str]:
    """Make everything in a folder, and tell what came of it.

    Args:
        out: a new folder, or one whose register is there already.
        seed: of the invented world.
        pages: also lay out every report's page, which takes most of the time.

    Yields:
        Lines for the screen.
    """
    check_link(out / "library")
    if not (out / "register" / "manifest.json").is_file():
        invent(out / "register", people=PEOPLE, seed=seed)
    register = prepare(out / "register", out / "snapshot")
    yield f"A register of {PEOPLE:,} invented people is ready."
    every = samples()
    truths = analyse_all(register, every, out / "runs", seed=seed, pages=pages)
    write_bytes(out / "overlaps.csv", overlaps_csv(truths))
    now = hour_of(len(every), LAB) + timedelta(days=1)
    with opened(out / "releases") as folder:
        if not folder.books:
            for number, sample in enumerate(every):
                schedule(folder, sample, out / "runs" / sample.key, hour_of(number, LAB), LAB)
            release_all(folder, every, now, LAB)
        write_bytes(folder.path / EDITORS_FILE, editors_file(every))
        overlaps = read_overlaps(out / "overlaps.csv")
        setting = Setting(overlaps=overlaps, coverage=read_coverage(register.path / COVERAGE))
        built = build_library(folder, now, LAB, setting)
    switch(out / "library", built.files)
    write_json(out / "truth.json", {key: {"effect": 100 * truth.effect} for key, truth in truths.items()})
    yield f"{built.library.summary()}."
    yield from compare(built.library, every, truths, overlaps)
    yield f"The library: {out / 'library' / 'index.html'}"


def analyse_all(register: Register, every: Sequence[Sample], runs: Path, *, seed: int, pages: bool) -> dict[str, Truth]:
    """Analyse each programme into a run folder, and give the truth about each; the same seed gives the same of both."""
    rng = np.random.default_rng(seed)
    people = {kind: read_people(register, kind, rng) for kind in dict.fromkeys(KINDS.values())}
    truths: dict[str, Truth] = {}
    kinds = {sample.key: KINDS[sample.setting] for sample in every}
    for number, sample in enumerate(every):
        # of the same kind of sentence alone: that somebody goes to prison later must not bear on who takes part in the community
        before = {key: truth.people for key, truth in truths.items() if kinds[key] == kinds[sample.key]}
        linked = draw(people[kinds[sample.key]], sample, np.random.default_rng((seed, number)), before)
        truths[sample.key] = Truth(effect=linked.effect, people=linked.people)
        run = runs / sample.key
        if not (run / "manifest.json").is_file():
            with whole_folder(run) as scratch:
                disclosed = analyse(linked, study_of(sample, seed), LAB, scratch)
                write_run(disclosed, LAB, scratch, pages=pages)
    return truths


def overlaps_csv(truths: Mapping[str, Truth]) -> bytes:
    """Which programmes share people, as the ledger would tell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("first", "second", "share"))
    for (first, one), (second, other) in combinations(truths.items(), 2):
        share = len(one.people & other.people) / min(len(one.people), len(other.people))
        if share:
            writer.writerow((first, second, f"{share:.4f}"))
    return stream.getvalue().encode()


def editors_file(every: Sequence[Sample]) -> bytes:
    """`library.toml`: what the lab's editor says of each programme."""
    entries: dict[str, dict[str, list[str] | str]] = {
        each.key: {
            "types": list(each.types),
            "settings": [each.setting],
            "sexes": [each.sex],
            "ages": [each.age],
            "sectors": [each.sector],
            "doses": [each.dose],
            "region": each.region,
        }
        for each in every
    }
    return tomli_w.dumps({"entry": entries}).encode()


def compare(library: Library, every: Sequence[Sample], truths: Mapping[str, Truth], overlaps: Sequence[Overlap]) -> Iterator[str]:
    """How often the printed ranges hold the truth: of each result, and of the average of each kind of help."""
    shown = [each for each in library.entries if each.first and each.first.ci_low.value is not None]
    held = sum(
        _holds(each.first.ci_low.value, each.first.ci_high.value, 100 * truths[each.key].effect) for each in shown if each.first
    )
    yield f"{held} of {len(shown)} printed ranges hold the true effect of their programme."
    inside = kinds = 0
    for option in TYPES.options:
        true = [each.effect for each in every if place(each.types[0], TYPES) == option.key]
        entries = [each for each in library.entries if each.classified.primary == option.key]
        pooled = synthesise(entries, "reoffended", overlaps=overlaps).pooled
        if pooled:
            kinds += 1
            inside += _holds(100 * pooled.ci_low, 100 * pooled.ci_high, float(np.mean(true)))
    yield f"{inside} of {kinds} pooled ranges hold the true average of their kind of help."


def _holds(low: float | None, high: float | None, truth: float) -> bool:
    return low is not None and high is not None and low <= truth <= high
