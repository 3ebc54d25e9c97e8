"""What many tests share: a small invented register, made and built once; an empty folder of releases; and in which order they are run."""

import fcntl
import gc
import os
from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, settings

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.prepare import prepare
from justice_data_lab.register.snapshot import open_register
from justice_data_lab.register.synthetic.source import synthesise
from justice_data_lab.release_folder import opened
from run_jdl import MENTORING, said
from uncounted import uncounted
from without_pango import without_pdf

PEOPLE = 20_000
MANY = 100_000
# The files that take longest come first, so that two workers end together: they are handed out whole, in this order.
LONGEST = (
    "test_postgres", "test_every_page", "test_killed_spark_build", "test_killed_build", "test_spark_cluster", "test_refresh",
    "test_registering_to_response", "test_killed_worker", "test_requests_at_once", "test_end_to_end",
    "test_whole_run", "test_clock", "test_spark", "test_other_ends", "test_site_in_browser", "test_browser", "test_database_away",
    "test_ledger_commands", "test_whole_analysis", "test_evaluate_golden", "test_analyses", "test_with_scripts", "test_argus", "test_batch", "test_diff",
    "test_demo_history", "test_canary", "test_keyboard", "test_somebody_new", "test_disclosure_wall", "test_fuzzed_forms", "test_fuzzed_uploads",
)  # fmt: skip
# Folders and files in which coverage rests, as it does in a browser's: simulations, fuzzing, golden values and long ways, whose lines
# others walk one by one.
RESTING = {
    "architecture", "backtests", "crash", "journeys", "spec", "validation", "test_canary", "test_disclosure_analyses",
    "test_disclosure_robustness", "test_disclosure_wall", "test_embargo", "test_evaluate_golden", "test_examples", "test_fuzzed_forms",
    "test_fuzzed_uploads", "test_hostile_files", "test_lab_coverage", "test_ledger_commands", "test_library_by_path",
    "test_library_schemathesis", "test_many_rows", "test_matching_packed", "test_matrix", "test_measures_clock",
    "test_measures_negative_control", "test_nsw", "test_planted_faults", "test_refresh", "test_release_site", "test_same_numbers",
    "test_statement", "test_survival_pages", "test_use_words", "test_whole_analysis", "test_wording_analyses", "test_workbooks",
}  # fmt: skip

# Hypothesis tries the same examples each time, and no busy machine is a fault; JDL_RANDOM_EXAMPLES=1 hunts with others.
settings.register_profile(
    "tests", deadline=None, derandomize="JDL_RANDOM_EXAMPLES" not in os.environ, database=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
settings.load_profile("tests")


def pytest_collection_modifyitems(items):
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))


def pytest_collection_finish():
    # all that was imported stays: it is not looked through again and again for what could be thrown away
    gc.collect()
    gc.freeze()


def pytest_unconfigure():
    gc.unfreeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    rests = RESTING & {item.path.parent.name, item.path.stem} or item.get_closest_marker("browser")
    with uncounted() if rests else nullcontext():
        return (yield)


@pytest.fixture(scope="session")
def made_once(request, tmp_path_factory):
    """`made_once(name, make)` is what `make(path)` wrote there: once for all workers, by the first that asks. Nobody changes it."""
    base = tmp_path_factory.getbasetemp()
    everybodys = base.parent if hasattr(request.config, "workerinput") else base

    def find(name, make):
        path, made = everybodys / name, everybodys / f"{name}.made"
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                with uncounted():
                    make(path)
                made.touch()
        return path

    return find


@pytest.fixture(scope="session")
def small_source(made_once):
    """An invented source register of 20,000 people."""
    return made_once("source", lambda path: synthesise(path, people=PEOPLE, seed=11))


@pytest.fixture(scope="session")
def small_register(made_once, small_source):
    """Its snapshot, opened."""
    return open_register(made_once("snapshot", lambda path: prepare(small_source, path)))


@pytest.fixture(scope="session")
def large_source(made_once):
    """An invented source register of 100,000 people, for simulations and for the published figures."""
    return made_once("large-source", lambda path: synthesise(path, people=MANY, seed=2))


@pytest.fixture(scope="session")
def large_register(made_once, large_source):
    """Its snapshot, opened."""
    return open_register(made_once("large-snapshot", lambda path: prepare(large_source, path)))


@pytest.fixture(scope="session")
def two_requests(made_once, small_register):
    """Two requests and their runs without a PDF, `first` and `second`: a cohort of 200, and one five rows shorter with a narrower caliper."""

    def make(folder):
        folder.mkdir()
        synthesise_cohort(small_register, folder / "cohort.csv", size=200, effect=-0.05, seed=3)
        lines = (folder / "cohort.csv").read_text().splitlines()
        (folder / "shorter.csv").write_text("\n".join(lines[:-5]) + "\n")
        (folder / "study.toml").write_text(MENTORING)
        (folder / "narrow.toml").write_text(MENTORING + 'caliper = { scale = "logit", sd = 0.02 }\n')
        for out, study, cohort in (("first", "study.toml", "cohort.csv"), ("second", "narrow.toml", "shorter.csv")):
            words = ("--cohort", folder / cohort, "--register", small_register.path, "--out", folder / out)
            with without_pdf():
                assert said("run", folder / study, *words) == 0

    return made_once("two-requests", make)


@pytest.fixture(scope="module")
def no_pdf():
    """Reports without a PDF, which the tests of a module never look at."""
    with without_pdf():
        yield


@pytest.fixture
def no_charts(monkeypatch):
    """Pages without the charts of results, which are drawn anew for each page: for tests of its words."""
    pages = "justice_data_lab.reporting.result_pages"
    for name in ("effect_chart", "interval_chart"):
        monkeypatch.setattr(f"{pages}.{name}", lambda *given: None)


@pytest.fixture
def no_waiting_for_the_disk(monkeypatch):
    """Writes are not made to last: a test's folder goes with the test."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.fixture
def folder(tmp_path):
    """An open folder of releases, empty."""
    with opened(tmp_path / "releases") as found:
        yield found
