"""The sample library: programmes of every kind of help with known true effects, through the rooms and states of real ones."""

import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from typer.testing import CliRunner

from justice_data_lab.cli.options import app
from justice_data_lab.library.taxonomy import AGES, DOSES, SECTORS, SETTINGS, SEXES, TYPES, place
from justice_data_lab.library_demo import demo
from justice_data_lab.library_demo.people import KINDS, draw, read_people
from justice_data_lab.library_demo.programmes import samples
from justice_data_lab.library_demo.releases import hour_of

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

# Enough for the first kinds of help, a trial, a result too small to analyse, one corrected and one withdrawn.
PICKED = ("S-001", "S-002", "S-003", "S-007", "S-031", "S-061", "S-069")


def test_there_are_sixty_programmes_and_more_over_all_kinds_of_help_each_in_its_place():
    every = samples()
    assert len(every) >= 60
    counts = Counter(place(each.types[0], TYPES) for each in every)
    assert set(counts) == {option.key for option in TYPES.options}
    assert min(counts.values()) >= 4
    assert len({each.key for each in every}) == len({each.title for each in every}) == len(every)
    for each in every:
        for words, among in (
            (each.setting, SETTINGS),
            (each.sex, SEXES),
            (each.age, AGES),
            (each.sector, SECTORS),
            (each.dose, DOSES),
        ):
            assert place(words, among), (each.key, words)
        assert all(place(words, TYPES) for words in each.types)
        assert each.shares_with in {"", *(one.key for one in every)}


def test_one_result_a_week_comes_out_on_a_working_day():
    hours = [hour_of(place, demo.LAB) for place in range(70)]
    assert all(after > before for before, after in pairwise(hours))
    assert all(each.weekday() < 5 for each in hours)


@pytest.fixture(scope="module")
def people(small_register):
    return read_people(small_register, "community_order", np.random.default_rng(1))


@pytest.mark.parametrize("effect", [-8.0, 0.0, 6.0])
def test_the_planted_effect_is_the_one_that_is_wanted(people, effect):
    sample = next(each for each in samples() if KINDS[each.setting] == "community_order" and each.sex == "Women and men")
    wanted = type(sample)(**{name: getattr(sample, name) for name in sample.__slots__} | {"effect": effect, "size": 120})
    found = [draw(people, wanted, np.random.default_rng(seed), {}).effect for seed in range(40)]
    assert 100 * np.mean(found) == pytest.approx(effect, abs=1.0)


def test_nobody_takes_part_twice_but_where_programmes_share_people(people):
    women = next(each for each in samples() if each.sex == "Women")
    small = type(women)(**{name: getattr(women, name) for name in women.__slots__} | {"size": 20})
    first = draw(people, small, np.random.default_rng(1), {})
    second = draw(people, small, np.random.default_rng(1), {"first": first.people})
    assert len(first.people) == len(second.people) == 20
    assert not first.people & second.people
    again = type(women)(**{name: getattr(small, name) for name in women.__slots__} | {"shares_with": "first"})
    assert len(first.people & draw(people, again, np.random.default_rng(2), {"first": first.people}).people) == 6
    assert set(first.table.column("sex").to_pylist()) == {"F"}


def test_the_same_seed_gives_the_same_data(people):
    sample = next(each for each in samples() if each.setting == "Community")
    one, other = (draw(people, sample, np.random.default_rng(5), {}) for _ in range(2))
    assert one.table.equals(other.table)
    assert one.people == other.people


@pytest.fixture
def small_world(small_register, monkeypatch):
    """The demonstration on a small register, with a few programmes, smaller ones."""
    few = [each for each in samples() if each.key in PICKED]
    small = tuple(type(each)(**{n: getattr(each, n) for n in each.__slots__} | {"size": min(each.size, 90)}) for each in few)
    monkeypatch.setattr(demo, "samples", lambda: small)
    monkeypatch.setattr(demo, "prepare", lambda source, out: small_register)
    monkeypatch.setattr(demo, "invent", lambda out, people, seed: None)


def test_the_demonstration_builds_a_whole_library_and_says_how_near_the_truth_it_is(small_world, tmp_path):
    done = CliRunner().invoke(app, ["library", "demo", "--out", str(tmp_path / "demo"), "--reports"])
    assert done.exception is None, done.exception
    lines = done.stdout.splitlines()
    assert lines[1].startswith("7 entries: ")
    assert "1 withdrawn" in lines[1]
    assert "printed ranges hold the true effect of their programme" in lines[2]
    assert "pooled ranges hold the true average of their kind of help" in lines[3]
    out = tmp_path / "demo"
    assert set(json.loads((out / "truth.json").read_bytes())) == set(PICKED)
    site = out / "library"
    assert "Could not be analysed" in (site / "results" / "S-069" / "index.html").read_text(encoding="utf-8")
    assert "Withdrawn" in (site / "results" / "S-031" / "index.html").read_text(encoding="utf-8")
    assert "A date was read wrongly." in (site / "results" / "S-007" / "index.html").read_text(encoding="utf-8")
    assert (site / "results" / "S-061" / "v1" / "report.html").is_file()
    assert "Level 5 of 5" in (site / "results" / "S-061" / "index.html").read_text(encoding="utf-8")
    assert "National reoffending" in (site / "national" / "index.html").read_text(encoding="utf-8")


def test_what_is_finished_is_used_again_and_nothing_changes(small_world, tmp_path):
    out = tmp_path / "demo"
    first = list(demo.run_demo(out, seed=3, pages=False))
    before = (out / "library" / "downloads" / "library.csv").read_bytes()
    assert list(demo.run_demo(out, seed=3, pages=False)) == first
    assert (out / "library" / "downloads" / "library.csv").read_bytes() == before
