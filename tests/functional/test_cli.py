"""The command line as a user meets it: help with examples, exit codes, and errors that say what to do."""

import json
import os
import re
import shutil
import sys
from importlib import import_module

import pytest

from justice_data_lab import cli
from justice_data_lab.cohorts.cohort import synthesise_cohort

pytestmark = pytest.mark.usefixtures("no_pdf")
STUDY = """
[study]
name = "Mentoring"
organisation = "Example Trust"
programme = "Mentoring inside"
intervention_type = "mentoring"
setting = "custody"
seed = 5
report_date = 2026-11-22
"""
EVALUATION = """
[study]
name = "Trial"
organisation = "Example Trust"
programme = "Aid"
intervention_type = "finance and debt"
setting = "community"
seed = 5
report_date = 2026-11-22
[data]
treatment = "t"
covariates = ["x"]
[[measure]]
name = "reoffended"
column = "y"
kind = "proportion"
"""


@pytest.fixture
def jdl(monkeypatch, capsys):
    """Run the command; gives exit code and what was printed, colours and line breaks taken out."""

    def invoke(*words):
        monkeypatch.setattr(sys, "argv", ["jdl", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), re.sub(r"\x1b\[[0-9;]*m", "", printed.out + printed.err)

    return invoke


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    return path


COMMANDS = [
    ("demo",),
    ("template",),
    ("check",),
    ("split",),
    ("link",),
    ("review",),
    ("run",),
    ("evaluate",),
    ("feasibility",),
    ("register", "synthesise"),
    ("register", "build"),
    ("register", "check"),
    ("register", "map"),
    ("register", "describe"),
    ("register", "coverage"),
    ("cohort", "synthesise"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(jdl, command):
    code, text = jdl(*command, "--help")
    assert code == 0
    assert f"Example: jdl {' '.join(command)}" in re.sub(r"\s+", " ", text)


def test_wrong_usage_exits_2(jdl, tmp_path, study):
    assert jdl("no-such-command")[0] == 2
    assert jdl("run")[0] == 2
    code, text = jdl("run", study, "--cohort", study, "--register", tmp_path, "--out", tmp_path / "run")
    assert code == 2
    assert "register build" in text
    assert jdl("feasibility", "--size", "100", "--base-rate", "1.4")[0] == 2


def test_a_wrong_study_exits_2_and_names_the_nearest_key(jdl, tmp_path, small_register):
    path = tmp_path / "study.toml"
    path.write_text(STUDY + "[method]\ncalliper = 3\n")
    code, text = jdl("run", path, "--cohort", "c.csv", "--register", small_register.path, "--out", tmp_path / "run")
    assert code == 2
    assert "Did you mean `caliper`" in text


def test_a_missing_cohort_file_is_refused(jdl, tmp_path, study, small_register):
    code, text = jdl("run", study, "--cohort", tmp_path / "no.csv", "--register", small_register.path, "--out", tmp_path / "run")
    assert code in (2, 3)
    assert "no.csv" in text


@pytest.mark.parametrize("command", ["check FOLDER", "split FOLDER --by project"])
def test_a_folder_as_cohort_is_wrong_usage(jdl, tmp_path, command):
    (tmp_path / "cohort.csv").mkdir()
    code, text = jdl(*(tmp_path / "cohort.csv" if word == "FOLDER" else word for word in command.split()))
    assert code == 2, text
    assert "cohort.csv: expected a cohort file (.csv, .xlsx or .ods), found a folder" in text


@pytest.mark.parametrize("command", ["link FOLDER", "run STUDY --cohort FOLDER"])
def test_a_folder_as_cohort_begins_no_run(jdl, tmp_path, study, small_register, command):
    (tmp_path / "cohort.csv").mkdir()
    places = {"FOLDER": tmp_path / "cohort.csv", "STUDY": study}
    words = (places.get(word, word) for word in command.split())
    code, text = jdl(*words, "--register", small_register.path, "--out", tmp_path / "run")
    assert code == 2, text
    assert "cohort.csv: expected a file, found a folder" in text
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("noted", ["", "[]", '{"warnings": 3}'])
def test_warnings_that_cannot_be_read_hide_no_refusal(jdl, tmp_path, study, small_register, noted):
    (tmp_path / "other" / "1-intake").mkdir(parents=True)
    (tmp_path / "other" / "1-intake" / "cohort.json").write_text(noted)
    code, text = jdl("run", study, "--cohort", study, "--register", small_register.path, "--out", tmp_path / "other")
    assert code == 2, text
    assert "other: the folder is not empty and is not a run" in text


def test_a_faulty_cohort_is_refused_with_rows_in_json_and_no_value_on_the_screen(jdl, tmp_path, study, small_register):
    cohort = tmp_path / "cohort.csv"
    cohort.write_text("surname,forename,date_of_birth,sex\nCanaryman,Zebedee,31/02/1990,M\n,Zebedee,01/02/1990,M\n")
    code, text = jdl("run", study, "--cohort", cohort, "--register", small_register.path, "--out", tmp_path / "run")
    assert code == 3
    assert "Canaryman" not in text
    assert "31/02/1990" not in text
    refused = json.loads((tmp_path / "run" / "1-intake" / "refused.json").read_text())
    problems = refused["problems"] if isinstance(refused, dict) else refused
    assert {(problem["row"], problem["column"]) for problem in problems if problem["severity"] == "error"} == {
        (2, "date_of_birth"),
        (3, "surname"),
    }


def test_a_mended_cohort_may_be_run_into_the_same_folder(jdl, tmp_path, study, small_register):
    cohort = tmp_path / "cohort.csv"
    cohort.write_text("surname,forename,date_of_birth,sex\n,Zebedee,01/02/1990,M\n")
    assert jdl("run", study, "--cohort", cohort, "--register", small_register.path, "--out", tmp_path / "run")[0] == 3
    synthesise_cohort(small_register, cohort, size=12, effect=0.0, seed=3)
    assert jdl("run", study, "--cohort", cohort, "--register", small_register.path, "--out", tmp_path / "run")[0] == 4


def test_an_invented_cohort_may_have_a_hidden_trait_and_another_kind_of_disposal(jdl, tmp_path, small_register):
    words = ("--size", 12, "--effect", 0, "--seed", 3, "--hidden", 0.4, "--kind", "community_order")
    code, text = jdl("cohort", "synthesise", tmp_path / "a.csv", "--register", small_register.path, *words)
    assert code == 0, text
    synthesise_cohort(small_register, tmp_path / "b.csv", size=12, effect=0.0, seed=3, hidden=0.4, kind="community_order")
    for name in ("a.csv", "a.truth.csv", "a.truth.json"):
        assert (tmp_path / name).read_bytes() == (tmp_path / name.replace("a.", "b.", 1)).read_bytes()


def test_twelve_people_exit_4_with_a_report_in_bands(jdl, tmp_path, study, small_register):
    cohort = tmp_path / "cohort.csv"
    synthesise_cohort(small_register, cohort, size=12, effect=0.0, seed=3)
    code, text = jdl("run", study, "--cohort", cohort, "--register", small_register.path, "--out", tmp_path / "run")
    assert code == 4
    assert "fewer than 30" in text
    assert "[rows-few]" in text
    html = (tmp_path / "run" / "7-report" / "report.html").read_text()
    assert "fewer than 30" in html
    assert (tmp_path / "run" / "2-linkage" / "links.parquet").is_file()
    assert "Report: " in text
    study.write_text(STUDY.replace("seed = 5", "seed = 6"))
    code, text = jdl("run", study, "--cohort", cohort, "--register", small_register.path, "--out", tmp_path / "run")
    assert (code, "study changed" in text) == (2, True)
    assert not any(told in text for told in ("Report: ", "[rows-few]"))


def write_rows(path, rows):
    path.write_text("t,x,y\n" + "".join(f"{t},{x},{y}\n" for t, x, y in rows))
    return path


def test_no_overlap_exits_4_with_the_balance_table(jdl, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(EVALUATION + "[method]\ncaliper = { width = 0.0001 }\nwiden = []\n")
    rows = [(1, 10 + i * 0.37, i % 2) for i in range(60)] + [(0, 9 + i * 0.211, (i % 3 == 0 and 1) or 0) for i in range(90)]
    code, _ = jdl("evaluate", study, "--data", write_rows(tmp_path / "d.csv", rows), "--out", tmp_path / "run")
    assert code == 4
    assert (tmp_path / "run" / "4-matching" / "balance.csv").is_file()
    assert not (tmp_path / "run" / "5-estimation").exists()
    assert (tmp_path / "run" / "7-report" / "report.html").is_file()


@pytest.mark.parametrize(
    "told", [lambda group, place: 100 * group + place, lambda group, _: group, lambda group, _: ["no", "yes"][group]]
)
def test_groups_that_the_covariates_tell_apart_exit_4(jdl, tmp_path, told):
    study = tmp_path / "study.toml"
    study.write_text(EVALUATION)
    rows = [(group, told(group, i), i % 2) for group in (1, 0) for i in range(60)]
    code, text = jdl("evaluate", study, "--data", write_rows(tmp_path / "d.csv", rows), "--out", tmp_path / "run")
    assert code == 4
    assert "separate them: x." in text
    assert (tmp_path / "run" / "4-matching" / "balance.csv").is_file()
    html = (tmp_path / "run" / "7-report" / "report.html").read_text()
    assert "Standardised differences" in html
    assert "caliper was widened" not in html
    again, resumed = jdl("evaluate", study, "--data", tmp_path / "d.csv", "--out", tmp_path / "run")
    assert (again, resumed.replace(" (finished earlier)", "")) == (code, text)
    assert resumed.count("finished earlier") == 3


PICKED = """[columns]
g = "before_start"
[[analysis]]
name = "all"
headline = true
[[analysis]]
name = "some"
where = { g = "VALUE" }
[disclosure]
profile = "none"
"""


@pytest.mark.parametrize(("value", "code"), [("few", 0), ("fewer", 2)])
def test_an_analysis_of_few_people_is_listed_and_one_of_a_value_nobody_has_is_a_typing_error(jdl, tmp_path, value, code):
    study = tmp_path / "study.toml"
    study.write_text(EVALUATION + PICKED.replace("VALUE", value))
    rows = [f"{group},{i % 40},{i % 2},{'few' if i < 9 else 'many'}" for group in (1, 0) for i in range(120)]
    (tmp_path / "d.csv").write_text("t,x,y,g\n" + "\n".join(rows) + "\n")
    came, text = jdl("evaluate", study, "--data", tmp_path / "d.csv", "--out", tmp_path / "run")
    assert came == code
    if code:
        assert "[[analysis]] some: expected rows of the file with g = 'fewer', found none." in " ".join(text.split())
    else:
        assert "Too few of these people" in (tmp_path / "run" / "7-report" / "report.html").read_text()


def test_red_balance_stops_before_outcomes_unless_a_reviewer_writes_why(jdl, tmp_path):
    rows = [(1, 0.1 * (i % 40) + 1.2 * (i % 2), i % 2) for i in range(300)] + [
        (0, 0.1 * (i % 40), (i % 3 == 0 and 1) or 0) for i in range(300)
    ]
    data = write_rows(tmp_path / "d.csv", rows)
    study = tmp_path / "study.toml"
    wide = EVALUATION + '[method]\ncaliper = { scale = "probability", width = 0.5 }\n'
    study.write_text(wide)
    assert jdl("evaluate", study, "--data", data, "--out", tmp_path / "run")[0] == 4
    assert not (tmp_path / "run" / "5-estimation").exists()
    study.write_text(wide + 'override_balance = "A. Reviewer: shown for a test"\n')
    assert jdl("evaluate", study, "--data", data, "--out", tmp_path / "again")[0] == 0
    assert "A. Reviewer" in (tmp_path / "again" / "7-report" / "report.html").read_text()


FAULTS = {
    "gap in a number": ([(1, "", 0), (0, 1, 0)], (2, "x")),
    "treatment 2": ([(1, 1, 0), (2, 1, 0), (0, 2, 0)], (3, "t")),
    "outcome 2": ([(1, i % 7, 0) for i in range(40)] + [(0, i % 5, 2 if i == 0 else 0) for i in range(40)], (42, "y")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_linked_data_exit_3_with_row_and_column(jdl, tmp_path, fault):
    rows, place = FAULTS[fault]
    study = tmp_path / "study.toml"
    study.write_text(EVALUATION + 'override_balance = "x"\n'.join(["[method]\n", ""]))
    code, _ = jdl("evaluate", study, "--data", write_rows(tmp_path / "d.csv", rows), "--out", tmp_path / "run")
    assert code == 3
    refused = json.loads((tmp_path / "run" / "1-intake" / "refused.json").read_text())
    assert [(problem["row"], problem["column"]) for problem in refused] == [place]


def test_a_column_that_is_not_there_is_refused_with_the_nearest(jdl, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(EVALUATION.replace('"t"', '"treated"'))
    path = tmp_path / "d.csv"
    path.write_text("treat,x,y\n1,2,0\n0,1,0\n")
    code, text = jdl("evaluate", study, "--data", path, "--out", tmp_path / "run")
    assert code == 3
    assert "Did you mean `treat`" in text


def test_the_template_can_be_checked(jdl, tmp_path):
    for suffix in ("csv", "xlsx", "ods"):
        assert jdl("template", tmp_path / f"cohort.{suffix}")[0] == 0
        code, text = jdl("check", tmp_path / f"cohort.{suffix}")
        assert code == 3
        assert "no" in text.lower()


def test_check_writes_the_problems(jdl, tmp_path):
    cohort = tmp_path / "cohort.csv"
    cohort.write_text("surname,forename,date_of_birth,sex\nSmith,Ann,1990-13-01,F\n")
    code, text = jdl("check", cohort, "--errors", tmp_path / "errors.json")
    assert code == 3
    assert "1990-13-01" in text
    problems = json.loads((tmp_path / "errors.json").read_text())
    found = [(problem["row"], problem["column"], problem["value"]) for problem in problems if problem["severity"] == "error"]
    assert found == [(2, "date_of_birth", "1990-13-01")]


@pytest.mark.parametrize("errors", ["list.json", "coverage.json", "map.csv", "lab.json"])
def test_check_overwrites_no_file_that_it_reads(jdl, tmp_path, errors):
    for name in ("list.json", "coverage.json", "map.csv", "lab.json"):
        (tmp_path / name).write_text("mine")
    read = ("--map", tmp_path / "map.csv", "--coverage", tmp_path / "coverage.json", "--lab", tmp_path / "lab.json")
    code, text = jdl("check", tmp_path / "list.json", *read, "--errors", tmp_path / errors)
    assert code == 2
    assert f"{errors}: is a file that is read here" in text
    assert {path.read_text() for path in tmp_path.iterdir()} == {"mine"}


def test_split_counts_the_values_and_writes_a_file_for_each(jdl, tmp_path):
    cohort = tmp_path / "list.csv"
    cohort.write_text("surname,forename,date_of_birth,sex,project\nLowther,Ann,05/11/1984,F,Kiln\nHolt,Bo,05/11/1983,M,Oven\n")
    code, text = jdl("split", cohort, "--by", "project")
    assert (code, text.splitlines()) == (0, ["project: 2 values, 2 people.", "  1 x Kiln", "  1 x Oven"])
    code, text = jdl("split", cohort, "--by", "project", "--out", tmp_path / "parts")
    assert (code, sorted(path.name for path in (tmp_path / "parts").iterdir())) == (0, ["list-1-kiln.csv", "list-2-oven.csv"])
    assert (tmp_path / "parts" / "list-2-oven.csv").read_text().splitlines()[2] == "Holt,Bo,05/11/1983,M,Oven"
    assert jdl("split", cohort, "--by", "site")[0] == 2


def test_register_commands_describe_and_check(jdl, small_source, small_register):
    code, text = jdl("register", "check", small_source)
    assert code == 0, text
    code, text = jdl("register", "describe", small_register.path)
    assert code == 0
    assert "custody" in text
    assert text.rstrip().endswith(f"`jdl feasibility`: {small_register.path / 'coverage.json'}")


def test_spark_without_pyspark_is_refused_with_what_to_install(jdl, small_source, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    code, text = jdl("register", "build", small_source, tmp_path / "s", "--engine", "spark")
    assert code == 2
    assert "justice-data-lab[spark]" in text
    assert not list(tmp_path.iterdir())


def test_an_engine_that_there_is_not_is_refused(jdl, small_source, tmp_path):
    assert jdl("register", "build", small_source, tmp_path / "s", "--engine", "abacus")[0] == 2


def test_register_compare_says_what_changed_and_as_json(jdl, small_register):
    code, text = jdl("register", "compare", small_register.path, small_register.path)
    assert code == 0
    assert "Index events: 0 new, 0 gone, 0 changed" in text
    code, text = jdl("register", "compare", small_register.path, small_register.path, "--json")
    assert code == 0
    assert json.loads(text)["people"]["changed"] == 0


def test_link_alone_prints_its_quality(jdl, tmp_path, small_register):
    cohort = tmp_path / "cohort.csv"
    synthesise_cohort(small_register, cohort, size=100, effect=0.0, seed=3)
    code, text = jdl("link", cohort, "--register", small_register.path, "--out", tmp_path / "run")
    assert code == 0
    assert "found (9" in text
    assert (tmp_path / "run" / "2-linkage" / "links.parquet").is_file()
    assert not (tmp_path / "run" / "3-measures").exists()


def test_feasibility_says_what_could_be_detected(jdl):
    code, text = jdl("feasibility", "--size", "300", "--base-rate", "0.40")
    assert code == 0
    assert "A fall of 8.0 percentage points or more (from 40% to 32% or lower) would probably show" in text


def test_feasibility_takes_people_sent_and_what_the_lab_publishes(jdl, tmp_path, small_register):
    public = small_register.coverage_file
    rates = {rate["sentence"]: rate["reoffended"] for rate in json.loads(public.read_text())["national_rates"]}
    page = tmp_path / "page.html"
    code, text = jdl("feasibility", "--submitted", "500", "--coverage", public, "--sentence", "custody", "--out", page)
    assert code == 0
    assert f"With 250 people analysed, of whom {rates['custody']:.0%} would reoffend" in text
    assert "After a community order" in text
    assert "Wrote" in text
    assert "<svg" in page.read_text()
    code, text = jdl("feasibility", "--submitted", "500", "--coverage", public, "--out", page)
    assert code == 2
    assert "is there already" in text


def test_feasibility_wants_a_size_or_people_sent_and_not_both(jdl):
    for words in (("--size", "100", "--submitted", "200"), ()):
        code, text = jdl("feasibility", *words, "--base-rate", "0.4")
        assert code == 2
        assert "Expected one of --size (people analysed) and --submitted (people sent)" in text
    code, text = jdl("feasibility", "--size", "100", "--base-rate", "0.4", "--out", "x.pdf")
    assert code == 2
    assert ".svg, .html, .json, .csv" in text


@pytest.mark.parametrize(
    "words",
    [
        "register synthesise OUT --people 0 --seed 1",
        "register synthesise OUT --people 10 --seed -1",
        "register synthesise OUT --people 1e400 --seed 1",
        "register synthesise OUT --people 99999999999999999999 --seed 1",
        "cohort synthesise OUT.csv --register SNAPSHOT --size 10 --effect 0 --seed -1",
        "cohort synthesise OUT.csv --register SNAPSHOT --size 0 --effect 0 --seed 1",
        "cohort synthesise OUT.csv --register SNAPSHOT --size 99999999999999999999 --effect 0 --seed 1",
        "cohort synthesise OUT.csv --register SNAPSHOT --size 10 --effect inf --seed 1",
        "cohort synthesise OUT.csv --register SNAPSHOT --size 10 --effect 0 --seed 1 --max-lag-days 9999999999",
        "cohort synthesise OUT.csv --register SNAPSHOT --size 10 --effect 0 --seed 1 --hidden -1",
        "cohort synthesise OUT.csv --register SNAPSHOT --size 10 --effect 0 --seed 1 --kind prison",
        "demo --out OUT --seed -1",
        "library demo --out OUT --seed -1",
        "feasibility --size 0 --base-rate 0.4",
        "feasibility --size 100 --base-rate nan",
        "feasibility --size 100 --base-rate 0.4 --effect nan",
        "feasibility --size 100 --base-rate 0.4 --effect 1e-200",
        "feasibility --size 100 --base-rate 0.4 --ratio 1e-320",
        "feasibility --size 100 --base-rate 0.4 --ratio inf",
        "feasibility --size 100 --base-rate 0.4 --power nan",
        "feasibility --submitted -1 --base-rate 0.4",
    ],
)
def test_a_number_out_of_range_is_wrong_usage_and_makes_nothing(jdl, tmp_path, words):
    places = {"OUT": tmp_path / "out", "OUT.csv": tmp_path / "out.csv"}
    code, text = jdl(*(places.get(word, word) for word in words.split()))
    assert code == 2, text
    assert "Expected a snapshot" not in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["--effect 0.0001", "--ratio 0.001 --effect 0.0001", "--power 0.9999999999999999"])
def test_the_ends_of_the_ranges_of_feasibility_are_answered(jdl, words):
    code, text = jdl("feasibility", "--size", "100", "--base-rate", "0.4", *words.split())
    assert code == 0, text


def test_a_fault_of_the_program_shows_no_data(jdl, monkeypatch, tmp_path):
    def fail(path):
        message = "could not convert 'Canaryman' to DATE"
        raise ValueError(message)

    monkeypatch.setattr("justice_data_lab.intake.template.write_template", fail)
    code, text = jdl("template", tmp_path / "cohort.csv")
    assert code == 1
    assert "ValueError" in text
    assert "Canaryman" not in text


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), RuntimeError("IO Error: cannot write Yardley: File too large")]
)
def test_a_full_disk_is_no_fault_of_the_program(jdl, monkeypatch, tmp_path, fault):
    def full(*args, **options):
        raise fault

    monkeypatch.setattr(import_module("justice_data_lab.prepare"), "prepare", full)
    code, printed = jdl("register", "build", tmp_path / "source", tmp_path / "snapshot")
    assert code == 1
    assert "there is no room left on the disk" in printed
    assert "Finished stages are kept; the same command goes on from there." in printed
    assert "fault of the program" not in printed
    assert "Yardley" not in printed


def test_a_file_that_the_system_withholds_is_no_fault_of_the_program(jdl, monkeypatch, tmp_path):
    def withheld(*args, **options):
        raise PermissionError(13, "Permission denied", str(tmp_path / "snapshot" / "manifest.json"))

    monkeypatch.setattr(import_module("justice_data_lab.prepare"), "prepare", withheld)
    code, printed = jdl("register", "build", tmp_path / "source", tmp_path / "snapshot")
    assert code == 2
    assert "Error: manifest.json cannot be read or written (Permission denied). Check the path, and who may read" in printed
    assert "fault of the program" not in printed


@pytest.mark.parametrize(
    "words", ["template OUT.csv", "feasibility --size 100 --base-rate 0.4 --out OUT.json", "ledger create OUT.a --key OUT.b"]
)
def test_where_nothing_may_be_written_no_work_is_begun(jdl, monkeypatch, tmp_path, words):
    monkeypatch.setattr("os.access", lambda *_: False)
    code, printed = jdl(*words.replace("OUT", str(tmp_path / "closed" / "out")).split())
    assert code == 2
    assert "you may not write in the folder closed. Choose another place, or ask whoever keeps it." in printed
    assert "percentage points" not in printed
    assert list((tmp_path / "closed").iterdir()) == []


# DuckDB tells of the key by an error of its own while it works on a query.
@pytest.mark.parametrize("pressed", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_who_presses_ctrl_c_is_told_what_is_kept(jdl, monkeypatch, tmp_path, pressed):
    def interrupted(*args, **options):
        raise pressed

    monkeypatch.setattr(import_module("justice_data_lab.prepare"), "prepare", interrupted)
    code, printed = jdl("register", "build", tmp_path / "source", tmp_path / "snapshot")
    assert code == 1
    assert "Stopped before the end." in printed
    assert "Finished stages are kept; the same command goes on from there." in printed
    assert "fault of the program" not in printed


def test_what_a_killed_spark_put_aside_goes_whichever_engine_takes_the_build_up(jdl, monkeypatch, tmp_path):
    left, others = tmp_path / ".snap[1].spark-abc", tmp_path / ".snap2.spark-abc"
    for folder in (left, others):
        folder.mkdir()
        (folder / "spilled").write_text("rows")
    monkeypatch.setattr(import_module("justice_data_lab.prepare"), "prepare", lambda *args, **options: 1 / 0)
    jdl("register", "build", tmp_path / "source", tmp_path / "snap[1]")
    assert [path.name for path in tmp_path.iterdir()] == [others.name]


@pytest.mark.parametrize("words", ["protocol STUDY --out OUT", "diff RUN RUN --out OUT"])
def test_json_is_written_under_no_other_ending(jdl, tmp_path, words):
    code, text = jdl(*words.replace("OUT", str(tmp_path / "made.txt")).split())
    assert code == 2
    assert "made.txt: expected a name that ends in .json" in text


@pytest.mark.parametrize("words", ["register describe .", "check .", "evaluate study.toml --data d.csv --out ."])
def test_the_folder_that_one_is_in_is_told_by_its_name(jdl, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(EVALUATION)
    write_rows(tmp_path / "d.csv", [(1, 1, 0), (0, 2, 1)])
    code, text = jdl(*words.split())
    assert code == 2
    assert tmp_path.name in text


def test_nothing_that_is_there_is_overwritten(jdl, tmp_path, small_register):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "letter.csv").write_text("mine")
    commands = [
        ("register", "synthesise", kept, "--people", "10", "--seed", "1"),
        ("template", kept / "letter.csv"),
        (
            "cohort",
            "synthesise",
            kept / "letter.csv",
            "--register",
            small_register.path,
            "--size",
            50,
            "--effect",
            0,
            "--seed",
            1,
        ),
    ]
    for words in commands:
        code, text = jdl(*words)
        assert code == 2
        assert "nothing is lost" in text
    assert (kept / "letter.csv").read_text() == "mine"


def test_places_that_cannot_be_written_are_wrong_usage(jdl, tmp_path, small_source):
    file = tmp_path / "file"
    file.write_text("x")
    study = tmp_path / "study.toml"
    study.write_text(EVALUATION)
    data = write_rows(tmp_path / "d.csv", [(1, 1, 0), (0, 2, 1)])
    for out in (file, file / "run", small_source):
        assert jdl("evaluate", study, "--data", data, "--out", out)[0] == 2
    assert jdl("template", file / "a.csv")[0] == 2
    assert jdl("register", "build", small_source, file)[0] == 2
    assert jdl("register", "synthesise", file, "--people", "10", "--seed", "1")[0] == 2


def test_a_damaged_snapshot_is_noticed(jdl, tmp_path, small_register):
    for damaged in ("linkage.duckdb", "index_event"):
        copy = tmp_path / damaged
        shutil.copytree(small_register.path, copy)
        target = copy / damaged
        target = next(target.glob("*.parquet")) if target.is_dir() else target
        target.write_bytes(b"garbage and more garbage")
        code, text = jdl("register", "describe", copy)
        assert code == 2
        assert "is damaged" in text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (os.fsdecode(b"caf\xe9.csv"), "its name is no text in UTF-8: rename it"),
        ("ring/data.csv", "expected a file, found nothing"),
    ],
)
def test_names_that_lead_nowhere_are_no_fault_of_the_program(jdl, tmp_path, name, why):
    (tmp_path / "ring").symlink_to("ring")
    (tmp_path / "study.toml").write_text(EVALUATION)
    if not name.startswith("ring"):
        write_rows(tmp_path / name, [(1, 1, 0), (0, 2, 1)])
    code, printed = jdl("evaluate", tmp_path / "study.toml", "--data", tmp_path / name, "--out", tmp_path / "run")
    assert code == 2, printed
    assert why in printed


def test_a_ring_of_links_is_no_fault_of_the_program(jdl, tmp_path, small_source):
    (tmp_path / "ring").symlink_to("ring")
    code, printed = jdl("register", "build", small_source, tmp_path / "ring" / "snapshot")
    assert code == 2, printed
    assert "fault of the program" not in printed
