"""The study of the negative control: a table worked by hand, bars that can fail, and the committed page."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from calibration import __main__ as calibration_main
from calibration.options import NAMES, read_options
from calibration.rows import Row
from negative_control import __main__ as main
from negative_control.page import fill_page, lines_table
from negative_control.simulate import CHOSEN, EXPERIMENT, OFFICIAL, RESULT, WITH_OGRS3
from negative_control.table import read_table, summarise, table_bytes, verdict
from negative_control.worlds import WORLDS

ROOT = Path(__file__).parents[2]
NOBODY, SHOWED, NEVER, LITTLE, LASTING = (WORLDS[place].name for place in (0, 5, 6, 7, 8))


def row(world, cohort, score, difference, **other):
    usual = {"se": 0.02, "ci_low": None if difference is None else difference - 0.04}
    usual["ci_high"] = None if difference is None else difference + 0.04
    return Row(
        experiment=score,
        analysis=world,
        size=1000,
        effect=0.0,
        measure=0,
        cohort=cohort,
        difference=difference,
        **(usual | other),
    )


def cohort(world, number, chosen, others=(0.0, 0.0), *, result=0.0, shift=(None, None)):
    ogrs3, official = others
    future, past = shift
    found = ((CHOSEN, chosen, past), (WITH_OGRS3, ogrs3, past), (OFFICIAL, official, past), (RESULT, result, future))
    return [row(world, number, score, difference, truth=truth) for score, difference, truth in found]


def test_the_table_is_what_a_hand_works_out():
    rows = [
        *cohort(SHOWED, 0, -0.09, (-0.05, 0.0), result=-0.10, shift=(-0.08, -0.07)),
        *cohort(SHOWED, 1, -0.03, (0.05, 0.06), result=-0.06, shift=(-0.06, -0.09)),
        *cohort(SHOWED, 2, -0.041, result=-0.08, shift=(-0.07, -0.08)),
        *cohort(NOBODY, 0, 0.0),
        *cohort(NOBODY, 1, 0.079),
        *cohort(NOBODY, 2, None),
    ]
    first, second = summarise(rows)
    assert (first.world, first.cohorts, first.not_possible) == (NOBODY, 3, pytest.approx(1 / 3))
    assert (first.flagged, first.significant, first.before) == (0.0, 0.5, pytest.approx(0.0395))
    assert (first.future, first.past) == (None, None)
    assert (second.world, second.cohorts, second.not_possible) == (SHOWED, 3, 0.0)
    assert (second.flagged, second.significant) == pytest.approx((1 / 3, 2 / 3))
    assert (second.with_ogrs3, second.official) == pytest.approx((2 / 3, 1 / 3))
    assert (second.future, second.past, second.result) == pytest.approx((-0.07, -0.08, -0.08))
    assert second.flagged_mc == pytest.approx((3 / 7 * 4 / 7 / 7) ** 0.5)  # two more of each kind
    assert second.significant_mc == pytest.approx((4 / 7 * 3 / 7 / 7) ** 0.5)
    assert (second.before, second.before_mc) == pytest.approx((-0.161 / 3, 0.0319426 / 3**0.5), abs=1e-6)
    assert second.result_mc == pytest.approx(0.02 / 3**0.5)


def test_a_way_with_one_cohort_has_no_table():
    with pytest.raises(ValueError, match="Run more cohorts"):
        summarise(cohort(NOBODY, 0, 0.0))


def line(world, flagged, error=0.01):
    made = summarise([one for number in (0, 1) for one in cohort(NOBODY, number, 0.0)])[0]
    return replace(made, world=world, flagged=flagged, flagged_mc=error)


@pytest.mark.parametrize(
    ("world", "flagged", "expected"),
    [
        (NOBODY, 0.07, "holds"),
        (NOBODY, 0.08, "within chance"),
        (NOBODY, 0.10, "fails"),
        (SHOWED, 0.80, "holds"),
        (SHOWED, 0.79, "within chance"),
        (SHOWED, 0.77, "fails"),
        (LASTING, 0.77, "fails"),
        (NEVER, 0.01, ""),
        (LITTLE, 0.3, ""),
    ],
)
def test_the_bars_are_those_of_the_design(world, flagged, expected):
    assert verdict(line(world, flagged)) == expected


def test_the_table_is_read_as_it_was_written(tmp_path):
    lines = summarise([one for number in (0, 1) for one in cohort(SHOWED, number, -0.08, shift=(-0.08, -0.07))])
    (tmp_path / "table.csv").write_bytes(table_bytes(lines))
    again = read_table(tmp_path / "table.csv")
    assert table_bytes(again) == table_bytes(lines)
    assert (again[0].world, again[0].cohorts, again[0].past) == (SHOWED, 2, pytest.approx(-0.07))


def test_a_page_is_filled_between_its_markers_and_nowhere_else():
    lines = [line(NOBODY, 0.031)]
    filled = fill_page("a\n<!-- worlds -->\nold\n<!-- end -->\nb\n", lines)
    assert filled == f"a\n<!-- worlds -->\n{lines_table(lines)}<!-- end -->\nb\n"
    assert "| 2 |  | 0.0 (0.0) | 3.1% (1.0) |" in filled
    assert filled.endswith("| holds |\n<!-- end -->\nb\n")


def test_the_committed_page_shows_the_committed_table_of_every_way():
    page = (ROOT / "docs" / "explanation" / "negative-control.md").read_text(encoding="utf-8")
    lines = read_table(main.TABLE)
    assert fill_page(page, lines) == page, 'run: python3 dev.py validate --write --only "negative control"'
    assert [one.world for one in lines] == [world.name for world in WORLDS]


def test_every_experiment_can_be_asked_for_by_name():
    assert (*(experiment.name for experiment in calibration_main.EXPERIMENTS), EXPERIMENT.name) == NAMES


def asked(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["dev.py validate", *words])
    return read_options("what it does")


def test_a_study_that_was_not_asked_for_does_nothing_and_writes_nothing(monkeypatch, tmp_path, capsys):
    for module, other in ((main, "clocks"), (calibration_main, "negative control")):
        monkeypatch.setattr(module, "TABLE", tmp_path / "table.csv")
        asked(monkeypatch, "--only", other, "--write", "--out", str(tmp_path))
        module.main()
    asked(monkeypatch, "--so-far", "--write", "--out", str(tmp_path))
    main.main()
    assert not (tmp_path / "table.csv").exists()
    assert "how people come to take part" in capsys.readouterr().out


def test_the_study_tells_what_it_found_and_writes_table_and_page(monkeypatch, tmp_path, capsys):
    rows = {name: cohort(name, 0, 0.0) + cohort(name, 1, 0.0) for name in EXPERIMENT.variants}
    experiment = replace(
        EXPERIMENT,
        quick=2,
        start=lambda made, people: lambda variant, number: [one for one in rows[variant] if one.cohort == number],
    )
    (tmp_path / "page.md").write_text("<!-- worlds -->\n<!-- end -->\n")
    monkeypatch.setattr(main, "EXPERIMENT", experiment)
    monkeypatch.setattr(main, "TABLE", tmp_path / "table.csv")
    monkeypatch.setattr(main, "PAGE", tmp_path / "page.md")
    asked(monkeypatch, "--quick", "--write", "--out", str(tmp_path))
    main.main()
    assert [one.cohorts for one in read_table(tmp_path / "table.csv")] == [2] * len(WORLDS)
    assert lines_table(read_table(tmp_path / "table.csv")) in (tmp_path / "page.md").read_text()
    assert "negative control: nobody hidden: at random, 2 of 2" in capsys.readouterr().out
