"""A part of the benchmarks writes down what it measured, tells what failed in its row, and can be taken up again."""

import sys
from resource import RUSAGE_SELF, getrusage

import pytest

from benchmark_page.results import read_results
from justice_data_lab.errors import UsageError
from measured import GIB, FailedError, Meter, command_measured, in_a_process, medians
from part import Sizes, parser_of, part_of

USUAL, QUICK = Sizes(people=(1_000, 2_000), cohorts=(5,)), Sizes(people=(10,), runs=1)
COST = {"cpu": 1.23456789, "wall": 2.0, "memory": 0.1, "clean/cpu": 0.5}


def part(tmp_path, *words):
    return part_of(
        "register",
        parser_of(None).parse_args(["--folder", str(tmp_path), "--results", str(tmp_path / "r"), *words]),
        USUAL,
        QUICK,
    )


def results(tmp_path):
    return read_results(tmp_path / "r" / "register.jsonl")


def test_what_was_measured_is_written_down_and_stands_on_the_page(tmp_path):
    part(tmp_path).measure("build", 1_000, lambda: COST, cohort=5)
    (found,) = results(tmp_path)
    assert (found.size, found.runs, found.figures["cpu"]) == (("build", 1_000, 5), 5, 1.2346)
    assert "| 1,000 | build | 1.23 |" in (tmp_path / "r" / "benchmarks.md").read_text()


@pytest.mark.parametrize("fault", [FailedError("out of memory"), UsageError("out of memory"), OSError("out of memory")])
def test_what_failed_is_told_in_its_row_and_the_rest_goes_on(tmp_path, fault, capsys):
    def fail():
        raise fault

    part(tmp_path).measure("build", 1_000, fail)
    part(tmp_path).measure("build", 2_000, lambda: COST)
    assert [bool(each.failed) for each in results(tmp_path)] == [True, False]
    assert "failed: " in (tmp_path / "r" / "benchmarks.md").read_text()
    assert "out of memory" in capsys.readouterr().out


def test_results_of_a_day_or_later_stand_when_a_run_is_taken_up_but_failures_do_not(tmp_path):
    part(tmp_path).measure("build", 1_000, lambda: COST)
    again = part(tmp_path, "--since", results(tmp_path)[0].seen)
    again.measure("build", 1_000, lambda: pytest.fail("was measured before"))
    later = part(tmp_path, "--since", "2999-01-01")
    later.measure("build", 1_000, lambda: {"cpu": 9.0})
    assert results(tmp_path)[0].figures["cpu"] == 9.0
    part(tmp_path).measure(
        "build",
        2_000,
        lambda: command_measured(sys.executable, "-c", "import json; raise json.JSONDecodeError('no | way', '', 0)"),
    )
    assert results(tmp_path)[1].failed == "JSONDecodeError: no / way: line 1 column 1 (char 0)"
    again.measure("build", 2_000, lambda: COST)
    assert not results(tmp_path)[1].failed


def test_a_quick_run_has_its_own_sizes_and_leaves_the_committed_results_alone(tmp_path):
    asked = parser_of(None).parse_args(["--quick", "--folder", str(tmp_path)])
    quick = part_of("register", asked, USUAL, QUICK)
    assert (quick.people, quick.runs) == ((10,), 1)
    assert quick.results == tmp_path / "quick" / "results"
    assert part(tmp_path, "--people", "7", "--cohort", "3").people == (7,)


def test_a_process_is_charged_for_what_it_did_and_held():
    found = command_measured(sys.executable, "-c", "x = bytearray(300_000_000); sum(range(3_000_000))")
    # what the process that starts it holds at that moment is counted too
    own = getrusage(RUSAGE_SELF).ru_maxrss * 1024 / GIB
    assert 0.28 < found["memory"] < 0.6 + own
    assert found["cpu"] > 0
    meter = Meter()
    sum(range(1_000_000))
    assert 0 < meter.read()["cpu"] <= 60


def test_a_script_tells_by_its_last_line_and_figures_are_medians(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import json, sys\nprint('on the way')\nprint(json.dumps({'cpu': float(sys.argv[1])}))")
    turns = iter("915")
    assert medians(lambda: in_a_process(script, next(turns)), 3) == {"cpu": 5.0}
