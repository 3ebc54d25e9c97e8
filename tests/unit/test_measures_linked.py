"""Data that are already linked: every fault by row and column, and no measure that takes from another."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from justice_data_lab.errors import DataRefused, UsageError
from justice_data_lab.estimation.effects import estimate
from justice_data_lab.files import sha256
from justice_data_lab.matching.inputs import read_columns
from justice_data_lab.matching.matcher import match
from justice_data_lab.measures.analyses import restrict
from justice_data_lab.measures.catalogue import COVARIATES
from justice_data_lab.measures.linked import read_design, read_outcomes
from justice_data_lab.study import Analysis, Caliper, DataColumns, Lab, MeasureSpec, Method, Study, SurvivalColumns
from justice_data_lab.tables import table_from_dict, table_to_dict

DESIGN = b"{}"
ROWS = "t,x,kind,y,sub,days\n1,1.5,a,1,1,10\n1,2,b,0,0,\n0,3,a,1,0,\n0,4,,0,1,7\n"


def study(*measures, covariates=("x", "kind"), categorical=(), exact=(), survival=None):
    return Study(
        name="s",
        organisation="o",
        programme_name="p",
        intervention_type="mentoring",
        setting="custody",
        seed=1,
        report_date=date(2026, 11, 22),
        data=DataColumns(treatment="t", covariates=covariates, categorical=categorical),
        measures=measures,
        survival=survival,
        method=Method(exact=exact),
    )


ALL = MeasureSpec(name="all", column="y", kind="proportion")
SOME = MeasureSpec(name="some", column="y", kind="proportion", of="sub")
DAYS = MeasureSpec(name="days", column="days", kind="mean", of="sub")


def write(tmp_path, text=ROWS):
    path = tmp_path / "people.csv"
    path.write_text(text)
    return path


def read(path, *measures):
    return read_outcomes(path, study(*measures), design=DESIGN, design_hash=sha256(DESIGN)).rows.to_pydict()


def faults(error):
    return [(problem.row, problem.column, problem.rule) for problem in error.value.problems]


def test_columns_that_are_not_all_numbers_are_categorical_without_being_listed(tmp_path):
    measures = read_design(write(tmp_path), study(ALL))
    assert [(c.name, c.kind) for c in measures.covariates] == [("x", "numeric"), ("kind", "categorical")]
    rows = measures.rows.to_pydict()
    assert rows == {"row": [0, 1, 2, 3], "treated": [1, 1, 0, 0], "x": [1.5, 2.0, 3.0, 4.0], "kind": ["a", "b", "a", None]}
    assert measures.attrition[0].left == 2


def test_no_outcome_is_read_with_the_design(tmp_path):
    measures = read_design(write(tmp_path), study(ALL, DAYS, exact=("sub",)))
    assert measures.rows.column_names == ["row", "treated", "x", "kind", "sub"]


def test_a_listed_column_is_categorical_though_it_holds_numbers(tmp_path):
    measures = read_design(write(tmp_path), study(ALL, categorical=("x",)))
    assert measures.covariates[0].kind == "categorical"
    assert measures.rows.column("x").to_pylist() == ["1.5", "2", "3", "4"]


def test_parquet_gives_the_same_as_csv(tmp_path):
    columns = {"t": [True, True, False, False], "x": [1.5, 2.0, 3.0, 4.0], "kind": ["a", "b", "a", None], "y": [1, 0, 1, 0]}
    pq.write_table(pa.table(columns), tmp_path / "people.parquet")
    one, other = (read_design(path, study(ALL)) for path in (write(tmp_path), tmp_path / "people.parquet"))
    assert one.rows.equals(other.rows)
    assert read(tmp_path / "people.parquet", ALL)["y"] == [1.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize("name", ["PEOPLE.PARQUET", "people.pq", "people.data"])
def test_parquet_is_known_by_any_of_its_endings_and_by_its_content(tmp_path, name):
    columns = {"t": [1, 1, 0, 0], "x": [1.5, 2.0, 3.0, 4.0], "kind": ["a", "b", "a", None], "y": [1, 0, 1, 0]}
    pq.write_table(pa.table(columns), tmp_path / name)
    one, other = (read_design(path, study(ALL)) for path in (write(tmp_path), tmp_path / name))
    assert one.rows.equals(other.rows)
    assert read(tmp_path / name, ALL)["y"] == [1.0, 0.0, 1.0, 0.0]


def test_text_may_begin_with_the_letters_of_parquet(tmp_path):
    path = write(tmp_path)
    path.write_text("PAR1," + path.read_text().replace("\n", "\n9,")[:-2])
    assert read(path, ALL)["y"] == [1.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    "kind",
    [
        pa.array(["a ", "b", " a", "NA"]),
        pa.array(["a ", "b", " a", "NA"]).dictionary_encode(),
        pa.DictionaryArray.from_arrays([2, 1, 2, None], ["never seen", "b", "a"]),
    ],
)
@pytest.mark.parametrize("number", [pa.int16(), pa.int64(), pa.float32(), pa.float64(), pa.string()])
def test_parquet_columns_are_read_alike_whatever_their_types(tmp_path, kind, number):
    columns = {"t": [1, 1, 0, 0], "x": pa.array([1, 2, 3, 40]).cast(number), "kind": kind, "y": [1, 0, 1, 0]}
    pq.write_table(pa.table(columns), tmp_path / "people.parquet", row_group_size=3)
    found = read_design(tmp_path / "people.parquet", study(ALL))
    assert found.rows.column("kind").to_pylist() == ["a", "b", "a", None]
    assert found.rows.column("x").to_pylist() == [1.0, 2.0, 3.0, 40.0]
    assert [item.kind for item in found.covariates] == ["numeric", "categorical"]
    column = read_columns(found)[1]
    assert column.levels == ("a", "b", "unknown")
    assert column.codes.tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize(
    ("gap", "rule", "message"),
    [
        (None, "number-missing", "a number is missing."),
        (float("nan"), "number-missing", "a number is missing."),
        (2e12, "number-too-large", "expected a number below 1e+12."),
    ],
)
def test_a_gap_in_a_typed_column_is_refused_like_one_in_text(tmp_path, gap, rule, message):
    columns = {"t": [1, 1, 0, 0], "x": [1.0, gap, 3.0, 4.0], "kind": ["a"] * 4, "y": [1, 0, 1, 0]}
    pq.write_table(pa.table(columns), tmp_path / "people.parquet")
    with pytest.raises(DataRefused) as caught:
        read_design(tmp_path / "people.parquet", study(ALL))
    assert [(problem.rule, problem.row, problem.message) for problem in caught.value.problems] == [(rule, 3, message)]


def test_texts_under_a_dictionary_come_back_from_json_as_they_were(tmp_path):
    rows = read_design(write(tmp_path), study(ALL)).rows
    assert pa.types.is_dictionary(rows.column("kind").type)
    assert table_from_dict(table_to_dict(rows)).equals(rows)


@pytest.mark.parametrize("order", [(ALL, SOME), (SOME, ALL)])
def test_measures_that_share_a_column_do_not_take_from_each_other(tmp_path, order):
    rows = read(write(tmp_path), *order)
    assert rows["y"] == [1.0, 0.0, 1.0, 0.0]
    assert rows["sub"] == [1.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_column_that_says_who_counts_may_be_a_measure_of_others(tmp_path, order):
    of_y = MeasureSpec(name="sub of y", column="sub", kind="proportion", of="y")
    specs = (DAYS, of_y)
    rows = read(write(tmp_path), *(specs[place] for place in order))
    assert rows["sub"] == [1.0, 0.0, 0.0, 1.0]
    assert rows["days"] == [10.0, None, None, 7.0]


def differences(folder, names):
    """What a file of sixty people gives, its columns t, x, kind, y and sub under other headings."""
    t, x, kind, y, sub = names
    rows = [f"{n % 2},{n * 7 % 11},{'ab'[n % 3 == 0]},{int(n % 5 < 2 + n % 2)},{int(n % 7 > 1)}" for n in range(60)]
    path = write(folder, ",".join(names) + "\n" + "\n".join(rows) + "\n")
    specs = (MeasureSpec(name="all", column=y, kind="proportion"), MeasureSpec(name="some", column=y, kind="proportion", of=sub))
    asked = replace(study(*specs, covariates=(x, kind)), data=DataColumns(treatment=t, covariates=(x, kind)))
    method = Method(caliper=Caliper(scale="probability", width=0.5), widen=(), exact=(kind,))
    made = match(read_design(path, replace(asked, method=method)), method)
    seen = read_outcomes(path, asked, design=DESIGN, design_hash=sha256(DESIGN))
    return [row.difference for row in estimate(made, seen, method, Lab()).rows]


@pytest.mark.parametrize(
    "names",
    [
        ("treated", "x", "kind", "y", "sub"),
        ("row", "score", "weight", "treated", "k"),
        ("weight", "person_id", "disposal_id", "all", "treated"),
        ("complete_two_year_follow_up", "lag_days", "sex", "score", "person_id"),
        ("x_missing", "age_at_index", "region", "reoffended", "all_of_them"),
    ],
)
def test_no_heading_of_the_data_changes_a_figure(tmp_path, names):
    expected = differences(tmp_path, ("t", "x", "kind", "y", "sub"))
    assert expected[0] != expected[1] != 0
    assert differences(tmp_path, names) == expected


@pytest.mark.parametrize("name", [item.name for item in COVARIATES if item.kind == "numeric"][:3])
def test_a_column_called_as_a_number_of_ours_is_matched_exactly_as_text(tmp_path, name):
    path = write(tmp_path, ROWS.replace("sub", name))
    asked = replace(study(ALL), analyses=(Analysis(name="a", exact=(name,)),))
    found = restrict(read_design(path, asked), asked.analyses[0], {})
    assert [(item.name, item.kind) for item in found.covariates][2:] == [(name, "categorical")]
    assert read_columns(found)[2].levels == ("0", "1")


def test_a_wrong_hash_reads_nothing(tmp_path):
    for design, known in ((DESIGN, "0" * 64), (b"", sha256(b"")), (DESIGN, "")):
        with pytest.raises(UsageError):
            read_outcomes(write(tmp_path), study(ALL), design=design, design_hash=known)


DESIGN_FAULTS = {
    "treatment 2": (ROWS.replace("1,2,b", "2,2,b"), [(3, "t", "not-0-or-1")]),
    "treatment in words": (ROWS.replace("1,2,b", "yes,2,b"), [(None, "t", "not-0-or-1")]),
    "gap in a number": (ROWS.replace("1,2,b", "1,,b"), [(3, "x", "number-missing")]),
    "infinite": (ROWS.replace("1,2,b", "1,inf,b"), [(3, "x", "number-too-large")]),
    "too large": (ROWS.replace("1,2,b", "1,1e200,b"), [(3, "x", "number-too-large")]),
    "one group": (ROWS.replace("\n0,", "\n1,"), [(None, "t", "one-group-only")]),
    "no such column": (ROWS.replace("kind", "kynd"), [(None, "kind", "column-missing")]),
    "heading twice": (ROWS.replace("days", "x"), [(None, "x", "column-repeated")]),
    "empty": ("", [(None, None, "file-unreadable")]),
    "ragged": (ROWS + "1,2,3\n", [(None, None, "file-unreadable")]),
}


@pytest.mark.parametrize("fault", DESIGN_FAULTS)
def test_faults_of_the_design_are_told_by_row_and_column(tmp_path, fault):
    text, expected = DESIGN_FAULTS[fault]
    with pytest.raises(DataRefused) as error:
        read_design(write(tmp_path, text), study(ALL))
    assert faults(error) == expected


def test_every_column_that_the_study_names_and_the_file_lacks_is_told_at_once(tmp_path):
    with pytest.raises(DataRefused) as error:
        read_design(write(tmp_path, ROWS.replace("kind,y", "kynd,z")), study(ALL))
    hints = {problem.column: problem.remedy for problem in error.value.problems}
    assert hints["kind"] == "Did you mean `kynd`?"
    assert set(hints) == {"kind", "y"}


def test_a_column_that_the_study_names_already_is_not_proposed(tmp_path):
    with pytest.raises(DataRefused) as error:
        read_design(write(tmp_path), study(replace(ALL, column="kin")))
    assert [problem.remedy for problem in error.value.problems] == ["Name a column of the file."]


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "people.parquet"
    path.write_bytes(b"PAR?")
    with pytest.raises(DataRefused) as error:
        read_design(path, study(ALL))
    assert faults(error) == [(None, None, "file-unreadable")]


OUTCOME_FAULTS = {
    "outcome 2": (ROWS.replace("1.5,a,1", "1.5,a,2"), ALL, [(2, "y", "not-0-or-1")]),
    "outcome in words": (ROWS.replace("1.5,a,1", "1.5,a,yes"), ALL, [(None, "y", "not-a-number")]),
    "days of somebody counted": (ROWS.replace("1,1,10", "1,1,"), DAYS, [(2, "days", "outcome-missing")]),
    "who counts is neither": (ROWS.replace("1,1,10", "1,3,10"), DAYS, [(2, "sub", "not-0-or-1")]),
}


@pytest.mark.parametrize("fault", OUTCOME_FAULTS)
def test_faults_of_the_outcomes_are_told_by_row_and_column(tmp_path, fault):
    text, spec, expected = OUTCOME_FAULTS[fault]
    with pytest.raises(DataRefused) as error:
        read(write(tmp_path, text), spec)
    assert faults(error) == expected


TIMES = "t,x,kind,y,sub,days\n1,1.5,a,1,1,10\n1,2,b,0,0,30\n0,3,a,1,0,0\n0,4,,0,1,7.5\n"
MONTH = SurvivalColumns(time="days", event="y", horizon=30, unit="days")


def read_survival(path, *measures):
    asked = study(*measures, survival=MONTH)
    return read_outcomes(path, asked, design=DESIGN, design_hash=sha256(DESIGN)).rows.to_pydict()


def test_time_and_event_are_read_beside_the_measures_and_take_nothing_from_them(tmp_path):
    rows = read_survival(write(tmp_path, TIMES), ALL, DAYS)
    assert rows["y"] == [1.0, 0.0, 1.0, 0.0]
    assert rows["days"] == [10.0, 30.0, 0.0, 7.5]
    assert rows["sub"] == [1.0, 0.0, 0.0, 1.0]
    assert read_survival(write(tmp_path, TIMES), SOME)["days"] == rows["days"]


SURVIVAL_FAULTS = {
    "event 2": ("1.5,a,1", "1.5,a,2", [(2, "y", "not-0-or-1")]),
    "event in words": ("1.5,a,1", "1.5,a,yes", [(None, "y", "not-0-or-1")]),
    "no time": ("0,30", "0,", [(3, "days", "time-missing")]),
    "time in words": ("0,30", "0,long", [(None, "days", "not-a-number")]),
    "before the start": ("0,30", "0,-1", [(3, "days", "time-negative")]),
    "after the horizon": ("0,30", "0,31", [(3, "days", "time-beyond-horizon")]),
    "infinite": ("0,30", "0,inf", [(3, "days", "time-missing")]),
    "several": ("0,30\n0,3,a,1,0,0", "0,-2\n0,3,a,1,0,400", [(3, "days", "time-negative"), (4, "days", "time-beyond-horizon")]),
    "no such column": ("days", "dayz", [(None, "days", "column-missing")]),
}


@pytest.mark.parametrize("fault", SURVIVAL_FAULTS)
def test_faults_of_times_are_told_by_row_and_column(tmp_path, fault):
    good, bad, expected = SURVIVAL_FAULTS[fault]
    assert TIMES.count(good) == 1
    with pytest.raises(DataRefused) as error:
        read_survival(write(tmp_path, TIMES.replace(good, bad)))
    assert faults(error) == expected


def test_a_fault_of_a_time_says_what_the_study_asks_for_and_never_the_value(tmp_path):
    with pytest.raises(DataRefused) as error:
        read_survival(write(tmp_path, TIMES.replace("0,30", "0,4177")))
    problem = error.value.problems[0]
    assert problem.message == "expected a time from 0 to the horizon of 30 days."
    assert "4177" not in problem.message + problem.remedy + str(error.value)


def test_evaluate_needs_its_section(tmp_path):
    bare = Study(
        name="s",
        organisation="o",
        programme_name="p",
        intervention_type="mentoring",
        setting="custody",
        seed=1,
        report_date=date(2026, 11, 22),
    )
    with pytest.raises(UsageError, match="needs this section"):
        read_design(write(tmp_path), bare)


def test_a_typing_error_in_a_number_is_told_and_does_not_lose_the_covariate(tmp_path):
    rows = [f"{place % 2},{place}.5,a,1,1,1" for place in range(60)]
    rows[10] = "0,thirty,a,1,1,1"
    path = write(tmp_path, "t,x,kind,y,sub,days\n" + "\n".join(rows) + "\n")
    with pytest.raises(DataRefused) as error:
        read_design(path, study(ALL))
    assert faults(error) == [(12, "x", "not-a-number")]
    assert read_design(path, study(ALL, categorical=("x",))).covariates[0].kind == "categorical"


def test_a_file_with_semicolons_is_told_so(tmp_path):
    with pytest.raises(DataRefused) as error:
        read_design(write(tmp_path, ROWS.replace(",", ";")), study(ALL))
    assert "semicolons" in error.value.problems[0].remedy
