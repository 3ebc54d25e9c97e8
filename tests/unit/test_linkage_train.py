"""Training: shares of counts, drawn towards what is shipped; and EM without labels."""

from dataclasses import replace

import numpy as np
import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.model import Comparison, Level, shipped_model
from justice_data_lab.linkage.train import estimate_m, estimate_u
from justice_data_lab.linkage.train_em import Patterns, maximise

NAME = Comparison(
    name="name",
    missing=("absent", "name"),
    levels=(
        Level(name="same", when=("same", "name"), m=0.8, u=0.01),
        Level(name="near", when=("similar", "name", 0.9), m=0.15, u=0.02),
        Level(name="else", when=("else",), m=0.05, u=0.97),
    ),
)
NUMBER = replace(NAME, name="number", by_design=True)


def levels(comparison, field):
    return [getattr(level, field) for level in comparison.levels]


def test_u_is_the_share_among_strangers():
    trained = estimate_u((NAME,), {"name": {"same": 100, "near": 300, "else": 9600}})
    assert levels(trained.comparisons[0], "u") == [0.01, 0.03, 0.96]
    assert trained.kept == ()


def test_a_level_that_the_sample_hardly_reaches_keeps_the_shipped_u():
    trained = estimate_u((NAME,), {"name": {"same": 19, "near": 20, "else": 9961}})
    assert levels(trained.comparisons[0], "u") == [0.01, 0.002, 0.9961]
    assert trained.kept == ("name/same",)


def test_a_number_keeps_its_u_by_design():
    assert estimate_u((NUMBER,), {"number": {"same": 500, "near": 0, "else": 500}}).comparisons == (NUMBER,)


def test_m_is_drawn_towards_the_shipped_value():
    trained = estimate_m((NAME,), {"name": {"same": 100, "near": 90, "else": 10}}, known_by="number")
    assert levels(trained.comparisons[0], "m") == [0.65, 0.3, 0.05]


def test_the_comparison_that_chose_the_pairs_is_not_trained_by_them():
    counts = {"name": {"same": 150, "near": 30, "else": 20}, "number": {"same": 200, "near": 0, "else": 0}}
    assert estimate_m((NAME, NUMBER), counts, known_by="number").comparisons[1] == NUMBER


def test_a_number_that_nobody_gave_keeps_its_m():
    counts = {"name": {"same": 150, "near": 30, "else": 20}, "number": {"same": 0, "near": 0, "else": 0}}
    assert estimate_m((NAME, NUMBER), counts, known_by="other").comparisons[1] == NUMBER


def test_too_few_labelled_pairs_are_refused():
    with pytest.raises(UsageError, match="at least 100 rows"):
        estimate_m((NAME,), {"name": {"same": 50, "near": 30, "else": 10}}, known_by="number")


def test_a_level_that_was_due_and_never_came_is_refused():
    with pytest.raises(UsageError, match="name/near without a single pair, though 30 were due"):
        estimate_m((NAME,), {"name": {"same": 190, "near": 0, "else": 10}}, known_by="number")


def drawn(rng, m, u, matches, others):
    """Pairs of four comparisons, drawn from known m and u; Splink's numbers of the levels."""
    rows = [
        np.stack([rng.choice(3, size, p=chances[::-1]) for chances in sets], axis=1) for size, sets in ((matches, m), (others, u))
    ]
    found, pairs = np.unique(np.concatenate(rows), axis=0, return_counts=True)
    return Patterns(levels=found, pairs=pairs.astype(float))


def test_em_recovers_m_u_and_the_share_of_matches_without_labels():
    rng = np.random.default_rng(3)
    m, u = [[0.85, 0.1, 0.05]] * 4, [[0.02, 0.03, 0.95]] * 4
    candidates, others = drawn(rng, m, u, 20_000, 40_000), drawn(rng, m, u, 0, 940_000)
    model = replace(shipped_model(), comparisons=tuple(replace(NAME, name=f"c{at}") for at in range(4)))
    trained = maximise(model, candidates, others)
    assert trained.prior == pytest.approx(0.02, rel=0.05)
    for comparison in trained.comparisons:
        assert levels(comparison, "m") == pytest.approx([0.85, 0.1, 0.05], abs=0.02)
        assert levels(comparison, "u") == pytest.approx([0.02, 0.03, 0.95], abs=0.002)


def test_em_counts_a_comparison_that_says_nothing_as_no_evidence():
    silent = Patterns(levels=np.array([[2, -1], [0, -1]]), pairs=np.array([50.0, 50.0]))
    others = Patterns(levels=np.array([[0, 0], [0, -1]]), pairs=np.array([5000.0, 5000.0]))
    model = replace(shipped_model(), comparisons=(NAME, replace(NAME, name="other")))
    other = maximise(model, silent, others).comparisons[1]
    assert other.levels[-1].u > 0.99
