"""The study file: every key is checked, nothing is silently ignored, and what is frozen reads back the same."""

from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.study import Caliper, CohortSettings
from justice_data_lab.study_file import read_study
from justice_data_lab.study_frozen import read_supersedes, study_toml

TODAY = date(2026, 11, 22)
HEAD = """
[study]
name = "Aid"
organisation = "Example Trust"
programme = "Transitional aid"
intervention_type = "finance and debt"
setting = "through the gate"
seed = 7
"""
DATA = """
[data]
treatment = "fin"
covariates = ["age", "race"]
categorical = ["race"]
[[measure]]
name = "rearrested"
column = "arrest"
kind = "proportion"
[[measure]]
name = "weeks"
column = "week"
kind = "mean"
of = "arrest"
better = "higher"
"""


def read(tmp_path, text, command="evaluate"):
    path = tmp_path / "study.toml"
    path.write_text(text)
    return read_study(path, command=command, today=TODAY)


def test_defaults_are_the_official_method(tmp_path):
    study = read(tmp_path, HEAD, "run")
    assert study.method.caliper == Caliper(scale="logit", sd=0.05, width=None)
    assert (study.method.widen, study.method.se, study.method.smd_denominator) == ((0.1, 0.2), "kish", "pooled")
    assert study.report_date == TODAY
    assert [analysis.headline for analysis in study.analyses] == [True]
    assert study.programme is None
    assert study.cohort == CohortSettings(clock="auto", max_lag_days=182)


def test_a_study_names_the_release_that_it_takes_the_place_of(tmp_path):
    study = read(tmp_path, HEAD + 'supersedes = "2026-014 v1"\n', "run")
    assert study.supersedes == "2026-014 v1"
    frozen = tmp_path / "frozen.toml"
    frozen.write_bytes(study_toml(study))
    assert read(tmp_path, frozen.read_text(), "run") == study
    assert read_supersedes(frozen) == "2026-014 v1"
    frozen.write_bytes(study_toml(read(tmp_path, HEAD, "run")))
    assert "supersedes" not in frozen.read_text()
    assert read_supersedes(frozen) == read_supersedes(tmp_path / "none.toml") == ""


def test_the_first_measure_is_primary_and_the_rest_secondary(tmp_path):
    study = read(tmp_path, HEAD + DATA)
    assert [(m.role, m.of, m.better) for m in study.measures] == [
        ("primary", "all", "lower"),
        ("secondary", "arrest", "higher"),
    ]


def test_a_study_in_which_every_measure_is_secondary_is_refused(tmp_path):
    every = DATA.replace('kind = "proportion"', 'kind = "proportion"\nrole = "secondary"')
    with pytest.raises(
        UsageError, match=r'study\.toml: \[\[measure\]\] role: expected at least one measure with role = "primary"'
    ):
        read(tmp_path, HEAD + every)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("seed = true", r"^study\.toml: \[study\] seed: expected a whole number, got true\."),
        ("seed = 2026-01-02T03:04:05", r"got 2026-01-02T03:04:05\."),
        ("seed = [1, 'a', {b = false}]", r"got \[1, 'a', \{b = false\}\]\."),
        ("seed = inf", r"got inf\."),
    ],
)
def test_a_value_is_told_as_the_file_has_it_under_the_files_name(tmp_path, line, words):
    with pytest.raises(UsageError, match=words):
        read(tmp_path, HEAD.replace("seed = 7", line), "run")


def test_where_nothing_is_known_no_empty_list_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"a column declared under \[columns\], got one that is not\. None is known here"):
        read(tmp_path, HEAD + '[[analysis]]\nname = "a"\nwhere = {b = "c"}\n', "run")


def test_a_section_for_the_other_command_is_ignored(tmp_path):
    assert read(tmp_path, HEAD + DATA + "[cohort]\nclock = 7\n").data is not None
    assert read(tmp_path, HEAD + DATA.replace('kind = "mean"', "kind = 3"), "run").measures == ()


FULL = (
    HEAD
    + """report_date = 2026-01-02
[programme]
what = "Weekly payments"
eligible = 216
started = 200
own_words = \"\"\"We pay.
Each "week".\"\"\"
unit_cost = { amount = 780, currency = "USD", year = 1971, source = "annual report" }
"""
    + DATA
    + """
[method]
caliper = { scale = "probability", sd = 0.02 }
exact = ["race"]
selection = "wald"
se = "lechner"
override_balance = "A. Reviewer: small group"
[[analysis]]
name = "main"
headline = true
[[analysis]]
name = "in prison"
where = { setting = "custody" }
exact = ["race"]
[columns]
setting = "before_start"
[survival]
time = "week"
event = "arrest"
horizon = 52
unit = "weeks"
[[change]]
what = "method.caliper"
why = "Too few matched in a rehearsal."
[disclosure]
profile = "none"
"""
)


@pytest.mark.parametrize(
    "text",
    [
        FULL,
        HEAD + DATA,
        HEAD + DATA + '[method]\ndesign = "randomised"\n',
        HEAD + DATA + '[method]\ncaliper = { width = 0.01, scale = "probability" }\n',
    ],
)
def test_the_frozen_study_reads_back_the_same(tmp_path, text):
    study = read(tmp_path, text)
    assert read(tmp_path, study_toml(study).decode()) == study


RUN = """
[cohort]
max_lag_days = 90
clock = "index"
clock_reason = "A. Reviewer: starts are recorded late"
[[analysis]]
name = "national"
headline = true
[[analysis]]
name = "two years"
years = 2
assessment = "without"
"""


def test_the_frozen_run_study_reads_back_the_same(tmp_path):
    study = read(tmp_path, HEAD + RUN, "run")
    assert read(tmp_path, study_toml(study).decode(), "run") == replace(study, report_date=TODAY)


def test_an_absolute_caliper_never_widens(tmp_path):
    study = read(tmp_path, HEAD + DATA + '[method]\ncaliper = { scale = "probability", width = 0.01 }\n')
    assert study.method.caliper == Caliper(scale="probability", sd=None, width=0.01)
    assert study.method.widen == ()


COST = '[programme]\nunit_cost = {{ amount = {}, currency = "USD", year = 1971, source = "annual report" }}\n'
WRONG = {
    "unknown section": (HEAD + "[metod]\n", "Did you mean `method`"),
    "unknown key": (HEAD + DATA + "[method]\ncalliper = 3\n", "Did you mean `caliper`"),
    "unknown key far from all": (HEAD + DATA + "[method]\nzzz = 3\n", "Known here: version"),
    "missing key": (HEAD.replace("seed = 7", "") + DATA, "required"),
    "empty name": (HEAD.replace('"Aid"', '""') + DATA, "required"),
    "wrong type": (HEAD.replace("seed = 7", 'seed = "7"') + DATA, "a whole number"),
    "bool is no number": (HEAD.replace("seed = 7", "seed = true") + DATA, "a whole number"),
    "timestamp is no date": (HEAD + "report_date = 2026-01-02T03:04:05\n" + DATA, "a date"),
    "not toml": (HEAD + "[[[", "not a TOML file"),
    "number of 5,000 digits": (HEAD.replace("seed = 7", f"seed = {'9' * 5000}") + DATA, "a number with thousands of digits"),
    "thousands of brackets": (HEAD + f"x = {'[' * 5000}{']' * 5000}\n" + DATA, "or thousands of brackets"),
    "section is a number": ("study = 3\n", "a table"),
    "measure is a table": (HEAD + DATA.split("[[measure]]", maxsplit=1)[0] + "[measure]\nname = 'x'\n", "list of tables"),
    "no data": (HEAD + DATA[DATA.index("[[measure]]") :], "required"),
    "no measure": (HEAD + DATA.split("[[measure]]", maxsplit=1)[0], "at least one measure"),
    "no kind": (HEAD + DATA.replace('kind = "mean"', ""), "required"),
    "unknown kind": (HEAD + DATA.replace('"mean"', '"median"'), "one of proportion, mean"),
    "name of spaces": (HEAD.replace('"Aid"', '"  "') + DATA, "required"),
    "control character": (HEAD.replace('"Aid"', '"Aid\\u0001"') + DATA, "text without control characters"),
    "control character in a text": (HEAD + DATA + '[programme]\nwhat = "a\\u001bb"\n', "text without control characters"),
    "line break in a name": (HEAD.replace('"Aid"', '"Aid\\nmore"') + DATA, "text in one line"),
    "line break at an end": (HEAD.replace('"Aid"', '"Aid\\n"') + DATA, "text in one line"),
    "line separator in a name": (HEAD.replace('"Aid"', '"Aid\u2028"') + DATA, "text in one line"),
    "same name in capitals": (HEAD + DATA.replace('"weeks"', '"Rearrested "'), "a different name"),
    "same name twice": (HEAD + DATA.replace('"weeks"', '"rearrested"'), "a different name"),
    "no covariates": (HEAD + DATA.replace('["age", "race"]', "[]").replace('categorical = ["race"]', ""), "at least one column"),
    "treatment as covariate": (HEAD + DATA.replace('["age", "race"]', '["fin", "race"]'), "other than the treatment"),
    "covariate twice": (HEAD + DATA.replace('["age", "race"]', '["race", "race"]'), "each entry once"),
    "categorical unknown": (HEAD + DATA.replace('categorical = ["race"]', 'categorical = ["rce"]'), "Did you mean `race`"),
    "list of numbers": (HEAD + DATA.replace('["age", "race"]', "[1]"), "a list, each entry text"),
    "robustness": (HEAD + DATA + "[method]\nrobustness = 3\n", "true or false"),
    "two headlines": (
        HEAD + DATA + '[[analysis]]\nname = "a"\nheadline = true\n[[analysis]]\nname = "b"\nheadline = true\n',
        "one analysis with headline",
    ),
    "two analyses, no headline": (HEAD + DATA + '[[analysis]]\nname = "a"\n[[analysis]]\nname = "b"\n', "headline"),
    "one name for two analyses": (
        HEAD + DATA + '[[analysis]]\nname = "a"\nheadline = true\n[[analysis]]\nname = "A"\n',
        "a different name",
    ),
    "analysis that is no folder": (HEAD + DATA + '[[analysis]]\nname = "a/b"\n', "a folder's"),
    "analysis named as a file": (HEAD + DATA + '[[analysis]]\nname = "design.json"\n', "a folder's"),
    "analysis named as a side study": (HEAD + DATA + '[[analysis]]\nname = "Placebo waiting"\n', "a name of your own"),
    "analysis by an undeclared column": (
        HEAD + DATA + '[[analysis]]\nname = "a"\nwhere = { setting = "x" }\n',
        "declared under",
    ),
    "analysis by an outcome": (
        HEAD + DATA + '[columns]\narrest = "before_start"\n[[analysis]]\nname = "a"\nwhere = { arrest = "1" }\n',
        "picks people by",
    ),
    "headline known afterwards": (
        HEAD + DATA + '[columns]\ndone = "after_start"\n[[analysis]]\nname = "a"\nwhere = { done = "yes" }\n',
        "known only afterwards",
    ),
    "three years": (HEAD + DATA + '[[analysis]]\nname = "a"\nyears = 3\n', "1 or 2 years"),
    "years in evaluate": (HEAD + DATA + '[[analysis]]\nname = "a"\nyears = 2\n', "does nothing"),
    "assessment in evaluate": (HEAD + DATA + '[[analysis]]\nname = "a"\nassessment = "with"\n', "does nothing"),
    "survival without a horizon": (HEAD + DATA + '[survival]\ntime = "week"\nevent = "arrest"\n', "required"),
    "horizon below 0": (HEAD + DATA + '[survival]\ntime = "week"\nevent = "arrest"\nhorizon = -1\n', "above 0"),
    "survival time as covariate": (
        HEAD + DATA + '[survival]\ntime = "age"\nevent = "arrest"\nhorizon = 52\n',
        "is a covariate",
    ),
    "change without a reason": (HEAD + DATA + '[[change]]\nwhat = "method.caliper"\n', "required"),
    "no headline": (HEAD + DATA + '[[analysis]]\nname = "a"\nheadline = false\n', "headline"),
    "supersedes": (HEAD + 'supersedes = "x"\n' + DATA, "not in this version"),
    "method version": (HEAD + DATA + '[method]\nversion = "jdl/2"\n', "jdl/1"),
    "sd and width": (HEAD + DATA + "[method]\ncaliper = { sd = 1, width = 1 }\n", "sd or width"),
    "negative caliper": (HEAD + DATA + "[method]\ncaliper = { sd = -1 }\n", "above 0"),
    "caliper a number": (HEAD + DATA + "[method]\ncaliper = 3\n", "a table"),
    "widen with width": (HEAD + DATA + "[method]\ncaliper = { width = 1 }\nwiden = [2]\n", "does nothing"),
    "widen falls": (HEAD + DATA + "[method]\nwiden = [0.2, 0.1]\n", "rising"),
    "widen below caliper": (HEAD + DATA + "[method]\nwiden = [0.01]\n", "rising"),
    "matching option in a trial": (HEAD + DATA + '[method]\ndesign = "randomised"\nwiden = []\n', "does nothing"),
    "outcome as covariate": (HEAD + DATA.replace('column = "arrest"', 'column = "race"'), "is a covariate"),
    "treatment as outcome": (HEAD + DATA.replace('column = "arrest"', 'column = "fin"'), "is the treatment"),
    "outcome matched exactly": (HEAD + DATA + '[method]\nexact = ["week"]\n', "is matched exactly"),
    "treatment matched exactly": (
        HEAD + DATA + '[method]\nexact = ["fin"]\n',
        "[method] exact: expected columns other than the treat",
    ),
    "treatment matched exactly in an analysis": (
        HEAD + DATA + '[[analysis]]\nname = "a"\nexact = ["fin"]\n',
        "[[analysis]] 1 exact: expected columns other than the treatment, got 'fin'",
    ),
    "people picked by the treatment": (
        HEAD + DATA + '[columns]\nfin = "before_start"\n[[analysis]]\nname = "a"\nwhere = { fin = "1" }\n',
        "[[analysis]] 1 where: expected columns other than the treatment, got 'fin'",
    ),
    "covariate called as the treatment's indicator": (
        HEAD + DATA.replace('["age", "race"]', '["treated", "race"]'),
        "[data] covariates: expected a column that is not called row or treated",
    ),
    "covariate called as the number of a row": (HEAD + DATA.replace('["age", "race"]', '["row", "race"]'), "its own"),
    "matched exactly on our own name": (HEAD + DATA + '[method]\nexact = ["treated"]\n', "its own"),
    "an analysis matched exactly on our own name": (HEAD + DATA + '[[analysis]]\nname = "a"\nexact = ["row"]\n', "its own"),
    "outcome called as the number of a row": (HEAD + DATA.replace('column = "week"', 'column = "row"'), "its own"),
    "who counts called as the number of a row": (HEAD + DATA.replace('of = "arrest"', 'of = "row"'), "its own"),
    "survival time called as the number of a row": (
        HEAD + DATA + '[survival]\ntime = "row"\nevent = "arrest"\nhorizon = 52\n',
        "[survival]: expected a column that is not called row, got `row`",
    ),
    "a caliper without an end": (HEAD + DATA + "[method]\ncaliper = { sd = inf }\n", "a finite number, got inf"),
    "widening without an end": (HEAD + DATA + "[method]\nwiden = [0.1, inf]\n", "each entry a finite number"),
    "widening to nothing known": (HEAD + DATA + "[method]\nwiden = [nan]\n", "each entry a finite number"),
    "a horizon without an end": (HEAD + DATA + '[survival]\ntime = "week"\nevent = "arrest"\nhorizon = inf\n', "a finite number"),
    "a horizon of too many digits": (
        HEAD + DATA + f'[survival]\ntime = "week"\nevent = "arrest"\nhorizon = 1{"0" * 400}\n',
        "a finite number",
    ),
    "a cost that is no number": (HEAD + DATA + COST.format("nan"), "a finite number, got nan"),
    "a cost below 0": (HEAD + DATA + COST.format("-780"), "0 or more, got -780"),
    "required key misspelt": (HEAD.replace("setting", "seting") + DATA, "Did you mean this by `seting`"),
    "negative people": (HEAD + DATA + "[programme]\neligible = -1\n", "a number of people"),
    "long own words": (HEAD + DATA + f'[programme]\nown_words = "{"word " * 301}"\n', "at most 300 words"),
    "column kind": (HEAD + DATA + '[columns]\nsetting = "later"\n', "before_start"),
    "profile": (HEAD + DATA + '[disclosure]\nprofile = "off"\n', "default, none"),
    "programme a number": (HEAD + DATA + "[programme]\nunit_cost = 3\n", "a table"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_study_file_is_refused_with_the_remedy(tmp_path, case):
    text, hint = WRONG[case]
    with pytest.raises(UsageError, match=hint.replace("[", r"\[")):
        read(tmp_path, text)


def test_the_treatment_and_an_outcome_may_be_called_as_the_indicator(tmp_path):
    study = read(tmp_path, HEAD + DATA.replace('"fin"', '"row"').replace('column = "arrest"', 'column = "treated"'))
    assert (study.data.treatment, study.measures[0].column) == ("row", "treated")


RUN_WRONG = {
    '[cohort]\nclock_reason = "A. Reviewer"\n': "the one clock that needs a reason",
    '[cohort]\nclock = "sundial"\n': "one of auto, index, intervention",
    "[cohort]\nmax_lag_days = -1\n": "0 or more",
    "[cohort]\nmax_lag_days = 36526\n": "at most 36525",
    '[method]\ndesign = "randomised"\nexact = ["sex"]\n': "does nothing",
    '[method]\ndesign = "randomised"\n[[analysis]]\nname = "a"\nexact = ["region"]\n': "analysis.. 1 exact: does nothing",
    '[method]\ndesign = "randomised"\n[[analysis]]\nname = "a"\nassessment = "without"\n': "analysis.. 1 assessment: does nothing",
}


@pytest.mark.parametrize("text", RUN_WRONG)
def test_a_wrong_run_study_is_refused(tmp_path, text):
    with pytest.raises(UsageError, match=RUN_WRONG[text]):
        read(tmp_path, HEAD + text, "run")


def test_a_trial_may_be_sent_through_run(tmp_path):
    text = HEAD + '[method]\ndesign = "randomised"\n[[analysis]]\nname = "assessed"\nassessment = "with"\n'
    study = read(tmp_path, text, "run")
    assert study.method.design == "randomised"
    (tmp_path / "again.toml").write_bytes(study_toml(study))
    assert read_study(tmp_path / "again.toml", command="run", today=TODAY) == study


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_study(tmp_path / "none.toml", command="run", today=TODAY)
