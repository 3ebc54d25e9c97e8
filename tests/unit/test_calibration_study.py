"""The calibration study's own parts: batches that survive a stop, a table worked by hand, bars that can fail, a known truth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm

from calibration.bars import BARS, Bar, judge
from calibration.draw import Programme, draw_cohort, live
from calibration.experiment import Experiment, run_experiment
from calibration.from_matching import EFFECTS, simulate_cohort, weakened
from calibration.page import bars_table, fill_page, lines_table
from calibration.people import People
from calibration.rows import Row, read_rows
from calibration.table import read_table, summarise, table_bytes
from justice_data_lab.measures.catalogue import Covariate

ROOT = Path(__file__).parents[2]


def row(cohort, difference, **other):
    known = {
        "experiment": "e",
        "analysis": "a",
        "size": 100,
        "effect": -0.08,
        "measure": 1,
        "truth": -0.08,
        "se": 0.05,
        "ci_low": difference - 0.1,
        "ci_high": difference + 0.1,
        "p_value": 0.04,
        "n_treated": 90,
        "n_eff": 400.0,
        "mean_comparison": 0.4,
        "balance": "green",
    }
    return Row(cohort=cohort, difference=difference, **(known | other))


def counting(seen, stop=None):
    def simulate(variant, cohort):
        seen.append((variant, cohort))
        if (variant, cohort) == stop:
            raise KeyboardInterrupt
        return [row(cohort, 0.01 * cohort, analysis=variant)]

    return Experiment(name="any name", variants=("x", "y"), cohorts=4, quick=2, batch=2, start=lambda made, people: simulate)


def silent(line):
    del line


def test_a_study_that_was_killed_goes_on_from_its_last_whole_batch(tmp_path):
    seen = []
    with pytest.raises(KeyboardInterrupt):
        run_experiment(counting(seen, stop=("y", 1)), 4, tmp_path, tmp_path, silent)
    assert [found.cohort for found in read_rows(tmp_path)] == [0, 1]
    again = []
    run_experiment(counting(again), 4, tmp_path, tmp_path, silent)
    assert again == [("y", 0), ("y", 1), ("x", 2), ("x", 3), ("y", 2), ("y", 3)]
    assert len(read_rows(tmp_path)) == 8


def test_a_finished_study_starts_nothing(tmp_path):
    run_experiment(counting([]), 4, tmp_path, tmp_path, silent)

    def start(made, people):
        raise AssertionError

    run_experiment(replace(counting([]), start=start), 4, tmp_path, tmp_path, silent)


def test_the_short_study_has_fewer_cohorts_and_no_more_people():
    full = replace(counting([]), people=400_000)
    assert (full.short().cohorts, full.short().people) == (2, 200_000)
    assert replace(full, people=1000).short().people == 1000


def test_rows_come_back_as_they_were_written(tmp_path):
    rows = [row(0, -0.1 / 3), Row(experiment="any name", analysis="x", size=1, effect=0.0, measure=2, cohort=1, status="too_few")]
    experiment = Experiment(
        name="any name", variants=("x",), cohorts=1, quick=1, batch=1, start=lambda made, people: lambda *_: rows
    )
    run_experiment(experiment, 1, tmp_path, tmp_path, silent)
    assert read_rows(tmp_path) == rows


def test_the_table_is_what_a_hand_works_out():
    rows = [row(place, value) for place, value in enumerate((-0.10, -0.08, 0.03, -0.11))]
    rows[3] = replace(rows[3], p_value=0.06, se=0.07)
    rows.append(replace(row(4, 0.0), status="too_few", difference=None, se=None))
    (line,) = summarise(rows)
    assert (line.cohorts, line.not_possible) == (5, pytest.approx(0.2))
    assert line.bias == pytest.approx(0.015)  # errors -0.02, 0, 0.11, -0.03
    assert line.sd == pytest.approx(np.sqrt((0.035**2 + 0.015**2 + 0.095**2 + 0.045**2) / 3))
    assert line.bias_mc == pytest.approx(line.sd / 2)
    assert line.se == pytest.approx(0.055)
    assert line.se_ratio == pytest.approx(0.055 / line.sd)
    assert line.coverage == pytest.approx(0.75)  # -0.07 to 0.13 does not hold -0.08
    assert line.coverage_mc == pytest.approx(np.sqrt(5 / 8 * 3 / 8 / 8))  # two more of each kind
    assert line.significant == pytest.approx(0.75)
    error = np.sqrt(0.32 * 0.68 / 90 + 0.4 * 0.6 / (8 * 90))
    assert line.feasible == pytest.approx(norm.cdf(0.08 / error - 1.96))
    assert line.power_gap == pytest.approx(0.75 - line.feasible)
    assert line.feasible_seen == pytest.approx(norm.cdf(0.08 / np.sqrt(0.32 * 0.68 / 90 + 0.4 * 0.6 / 400) - 1.96))


def test_lines_stand_by_measure_then_analysis_then_size_then_effect():
    rows = [
        row(cohort, 0.01 * cohort, analysis=analysis, size=size, effect=effect, measure=measure)
        for analysis in ("national", "a later one")
        for size in (60, 300)
        for effect in (-0.08, 0.0)
        for measure in (2, 1)
        for cohort in (0, 1)
    ]
    lines = summarise(rows)
    assert [(line.measure, line.analysis, line.size, line.effect) for line in lines] == [
        (measure, analysis, size, effect)
        for measure in (1, 2)
        for analysis in ("national", "a later one")
        for size in (60, 300)
        for effect in (0.0, -0.08)
    ]
    assert [line.feasible is None for line in lines if line.measure == 1] == [True, False] * 4
    assert all(line.feasible is None for line in lines if line.measure == 2)


def test_a_setting_with_one_cohort_has_no_table():
    with pytest.raises(ValueError, match="Run more cohorts"):
        summarise([row(0, 0.1)])


def test_the_error_of_the_ratio_is_the_spread_of_the_ratio():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(300):
        errors, se = rng.normal(0, 1, 200), rng.normal(1.1, 0.05, 200)
        found.append(summarise([row(0, -0.08 + e, se=s) for e, s in zip(errors, se, strict=True)])[0])
    assert np.mean([line.se_ratio_mc for line in found]) == pytest.approx(np.std([line.se_ratio for line in found]), rel=0.1)


def test_the_table_is_read_as_it_was_written(tmp_path):
    lines = summarise([row(place, value, effect=effect) for effect in (0.0, -0.08) for place, value in enumerate((0.1, -0.2))])
    (tmp_path / "table.csv").write_bytes(table_bytes(lines))
    assert table_bytes(read_table(tmp_path / "table.csv")) == table_bytes(lines)


def line(**other):
    (made,) = summarise([row(place, value) for place, value in enumerate((-0.06, -0.10))])
    return replace(made, experiment="from matching on", **other)


@pytest.mark.parametrize(
    ("value", "error", "verdict"),
    [(0.94, 0.01, "holds"), (0.935, 0.003, "within chance"), (0.93, 0.003, "fails"), (0.986, 0.0001, "fails")],
)
def test_a_bar_tells_chance_from_failure(value, error, verdict):
    (judged,) = judge([line(coverage=value, coverage_mc=error)], bars=BARS[:1])
    assert judged.verdict == verdict


def test_the_bias_bar_is_the_wider_of_points_and_two_monte_carlo_errors():
    bar = next(bar for bar in BARS if bar.figure == "bias")

    def verdict(bias, error):
        return judge([line(bias=bias, bias_mc=error)], bars=(bar,))[0].verdict

    assert [verdict(bias, 0.001) for bias in (-0.003, 0.003, -0.0031, 0.0049, 0.0051)] == [
        "holds", "holds", "within chance", "within chance", "fails",
    ]  # fmt: skip
    assert [verdict(bias, 0.003) for bias in (-0.0059, 0.0059, 0.0061, -0.0121)] == ["holds", "holds", "within chance", "fails"]


def test_each_bar_speaks_of_its_own_settings():
    null, small, large = line(effect=0.0), line(n_treated=58.0, measure=2), line(measure=2, n_treated=100.0)
    assert [one.bar.figure for one in judge([null])] == ["coverage", "significant", "se_ratio", "bias"]
    assert [one.bar.figure for one in judge([line()])] == ["coverage", "se_ratio", "bias", "power_gap"]
    assert [one.bar.low for one in judge([small])] == [0.91]
    assert judge([large]) == ()
    assert judge([replace(null, experiment="another")]) == ()
    only = Bar(name="n", short="n", figure="bias", low=0, high=0, variant="a")
    assert judge([null, replace(null, analysis="b")], bars=(only,))[0].line is null


def test_the_bars_are_those_of_the_design():
    assert [(bar.figure, bar.low, bar.high, bar.measure, bar.effects, bar.errors) for bar in BARS[:6]] == [
        ("coverage", 0.94, 0.985, 1, "any", 0),
        ("significant", 0.015, 0.065, 1, "none", 0),
        ("se_ratio", 0.97, 1.15, 1, "any", 0),
        ("bias", -0.003, 0.003, 1, "any", 2),
        ("power_gap", -0.03, 0.03, 1, "some", 0),
        ("coverage", 0.91, 1.0, 2, "any", 0),
    ]


def test_a_page_is_filled_between_its_markers_and_nowhere_else():
    lines = [line(effect=0.0, coverage=0.5, coverage_mc=0.01)]
    page = "a\n<!-- bars -->\nold\n<!-- end -->\nb\n<!-- from matching on: measure 1 -->\nold\n<!-- end -->\nc\n"
    filled = fill_page(page, lines)
    assert filled == (
        f"a\n<!-- bars -->\n{bars_table(lines)}<!-- end -->\nb\n<!-- from matching on: measure 1 -->\n"
        f"{lines_table(lines, 'from matching on', 1)}<!-- end -->\nc\n"
    )
    assert "| a | 100 | no effect | 2 | 90 | 0% |" in filled
    assert "50.0% (1.0)" in filled
    assert "coverage fails" in filled
    assert fill_page(filled, lines) == filled


def invented(number, seed=1):
    rng = np.random.default_rng(seed)
    history = rng.poisson(3, number)
    region = rng.choice(["East", "North", "South", "West"], number, p=[0.4, 0.3, 0.25, 0.05])
    sex = rng.choice(["F", "M"], number)
    risk = 1 / (1 + np.exp(1 - 0.2 * history))
    names = (("sex", "categorical"), ("region", "categorical"), ("previous_offences", "numeric"))
    return People(
        rows=pa.table({"sex": sex, "region": region, "previous_offences": history}),
        covariates=tuple(Covariate(name=name, kind=kind, group=name) for name, kind in names),
        risk=risk,
        leaning=0.1 * history,
        tenth=np.minimum(history, 9),
        counts=tuple(np.arange(1.0, 3.0 + place) for place in range(10)),
    )


def test_the_truth_is_what_happens_on_average():
    people = invented(4000)
    drawn = draw_cohort(people, Programme(size=400, regions=3), np.random.default_rng(2))
    lives = [live(people, drawn, people.risk, -0.08, np.random.default_rng([3, draw])) for draw in range(400)]
    rate = np.mean([one.reoffended for one in lives], axis=0)
    number = np.mean([one.reoffences for one in lives], axis=0)
    chance = people.risk[drawn.at]
    typical = np.array([counts.mean() for counts in people.counts])[people.tenth[drawn.at]]
    assert lives[0].rate_change[drawn.treated].mean() == pytest.approx(-0.08)
    assert not lives[0].rate_change[~drawn.treated].any()
    for group in (drawn.treated, ~drawn.treated):
        assert rate[group].mean() == pytest.approx((chance + lives[0].rate_change)[group].mean(), abs=0.004)
        assert number[group].mean() == pytest.approx((chance * typical + lives[0].number_change)[group].mean(), abs=0.02)


def test_the_number_of_reoffenders_is_not_fixed():
    people = invented(4000)
    drawn = draw_cohort(people, Programme(size=400, regions=3), np.random.default_rng(2))
    found = [live(people, drawn, people.risk, -0.08, np.random.default_rng([3, draw])) for draw in range(40)]
    assert len({int(one.reoffended[drawn.treated].sum()) for one in found}) > 10


def test_who_takes_part_does_not_depend_on_outcomes_and_is_the_same_every_time():
    people, programme = invented(3000), Programme(size=60, regions=2)
    first, again = (simulate_cohort(people, programme, 7) for _ in range(2))
    assert first == again
    assert len({one.n_treated for one in first if one.analysis == "national"}) == 1
    assert {(one.analysis, one.effect, one.measure) for one in first} == {
        (analysis, effect, measure)
        for analysis in ("national", "national, weak record", "regional", "subgroup")
        for effect in EFFECTS
        for measure in (1, 2)
    }


def test_a_cohort_too_small_for_an_analysis_says_so():
    rows = simulate_cohort(invented(3000), Programme(size=40, regions=2), 1)
    small = [one for one in rows if one.analysis == "subgroup"]
    assert {one.status for one in small} == {"too_few"}
    assert all(one.difference is None for one in small)


def test_a_weak_record_halves_the_log_odds_apart():
    risk = np.array([0.2, 0.5, 0.9])
    assert weakened(risk) == pytest.approx([1 / 3, 0.5, 0.75])


def test_the_committed_page_shows_the_committed_table():
    page = (ROOT / "docs" / "explanation" / "calibration.md").read_text(encoding="utf-8")
    lines = read_table(ROOT / "validation" / "calibration" / "table.csv")
    assert fill_page(page, lines) == page, "run: python3 dev.py validate --write"
    for name, measure in {(line.experiment, line.measure) for line in lines}:
        assert f"<!-- {name}: measure {measure} -->" in page
