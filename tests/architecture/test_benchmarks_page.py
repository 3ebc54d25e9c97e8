"""The page of benchmarks, and the times in the how-to on Spark, are what the committed results make; no row is typed by hand."""

from dataclasses import replace

import pytest

from benchmark_page.cells import growth, number, power, table
from benchmark_page.linkage import BY_HAND, OURS, linkage_section
from benchmark_page.page import ON_SPARK, PAGE, RESULTS, SECTIONS, page, with_times, write_page
from benchmark_page.register import register_section, spark_times
from benchmark_page.results import Result, add_results, read_results

ONE = Result(
    work="build",
    people=1_000,
    figures={"cpu": 4.0, "wall": 2.0, "memory": 0.5, "others": 0.1},
    seen="2026-11-05",
    load=2.0,
    machine="m",
)


def test_the_page_is_what_the_committed_results_make():
    assert PAGE.read_text(encoding="utf-8") == page(RESULTS)


def test_the_times_on_spark_are_what_the_committed_results_make():
    text = ON_SPARK.read_text(encoding="utf-8")
    assert text == with_times(text, RESULTS)
    assert "of processor" in text


def test_every_file_of_results_belongs_to_a_section():
    assert {file.stem for file in RESULTS.iterdir()} <= set(SECTIONS)


def test_a_result_of_the_same_work_and_size_takes_the_place_of_the_older(tmp_path):
    file = tmp_path / "new" / "register.jsonl"
    add_results(file, [ONE, replace(ONE, people=2_000)])
    add_results(file, [replace(ONE, seen="2026-11-06")])
    assert [(each.people, each.seen) for each in read_results(file)] == [(1_000, "2026-11-06"), (2_000, "2026-11-05")]
    assert write_page(file.parent).read_text() == page(file.parent)


def test_a_row_says_when_it_was_seen_and_the_clock_only_of_a_free_machine():
    row = "| 1,000 | build | 4.00 | 2.00 | 0.5 |  |  | 5 November 2026, 1 run, load 2.0 |"
    assert row in register_section([ONE])
    busy = replace(ONE, figures={**ONE.figures, "others": 0.5}, load=None, runs=3)
    assert "| 4.00 |  | 0.5 |  |  | 5 November 2026, 3 runs |" in register_section([busy])


def test_a_refresh_says_whether_it_came_to_the_same():
    refreshes = [
        replace(ONE, work="refresh", people=people, figures={"cpu": 1.0, "same": same}) for people, same in ((1, 1.0), (2, 0.0))
    ]
    text = register_section(refreshes)
    assert "| 1 | refresh | 1.00 |  |  |  | yes |" in text
    assert "| 2 | refresh | 1.00 |  |  |  | NO |" in text


def test_a_peer_that_failed_is_told_in_its_row_and_the_rest_stands():
    found = [replace(ONE, work=OURS, cohort=1_000), replace(ONE, work=BY_HAND, cohort=1_000, figures={}, failed="no such module")]
    assert f"| {BY_HAND} | failed: no such module |  |  |  |  |  |  | 5 November 2026, 1 run, load 2.0 |" in linkage_section(
        found
    )


def test_a_peer_stands_beside_this_program_as_a_ratio():
    peer = replace(ONE, work=BY_HAND, cohort=1_000, figures={"cpu": 10.0, "memory": 1.0, "precision": 1.0, "recall": 0.99})
    text = linkage_section([replace(ONE, work=OURS, cohort=1_000), peer])
    assert f"| {BY_HAND} | 10.0 |  | 1.00 | 2.50 | 2.00 | 1.0000 | 0.9900 |" in text


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.00456, "0.00456"), (0.8831, "0.883"), (1.005, "1.00"), (11.95, "11.9"), (1_622.7, "1,623"), (None, "")],
)
def test_three_digits_are_printed_that_count(value, printed):
    assert number(value) == printed


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.1])
def test_the_power_of_growth_is_found_again(exponent):
    assert power([(size, 3 * size**exponent) for size in (100, 1_000, 50_000)]) == pytest.approx(exponent)


def test_growth_tells_of_all_sizes_and_of_the_two_largest():
    sizes = [replace(ONE, people=people, figures={"cpu": float(cpu)}) for people, cpu in ((10_000, 1), (1_000, 1), (100_000, 10))]
    assert growth("A build", sizes) == (
        "A build: from 1,000 to 100,000 people, processor seconds grow with people to the power 0.50; between the two largest, 1.00."
    )
    assert growth("A build", sizes[:1]) == ""


def test_a_size_that_only_one_engine_built_says_so():
    assert "| 1,000 | 4.00 s of processor, 2.00 s on the clock | not measured |" in spark_times([ONE], [])
    assert "| 1,000 | 4.00 s of processor, 2.00 s on the clock | 4.00 s" in spark_times([ONE], [replace(ONE, work="Spark")])


def test_numbers_stand_to_the_right():
    assert table(["a", "b", "c"], [["x", "1", "y"]]) == "| a | b | c |\n|---|--:|---|\n| x | 1 | y |"


def test_a_size_beyond_the_largest_is_told_on_paper_by_the_growth_between_the_two_largest():
    builds = [replace(ONE, people=people, figures={"cpu": cpu}) for people, cpu in ((5_000_000, 100.0), (25_000_000, 500.0))]
    text = spark_times(builds, [])
    assert "| 50,000,000, on paper | 1,000 s of processor |  |" in text
    assert "| 100,000,000, on paper | 2,000 s of processor |  |" in text
