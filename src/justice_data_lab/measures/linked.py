"""Data that are already linked: one row a person, read into the same values as a cohort against a register.

The columns of the design and those of the outcomes are read by two functions, and the second wants the hash of the design.
"""

from __future__ import annotations

from difflib import get_close_matches
from os import SEEK_END
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from justice_data_lab.errors import DataRefused, Problem, UsageError
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.measures.catalogue import Covariate
from justice_data_lab.measures.design import Measures
from justice_data_lab.measures.outcomes import Outcomes, check_design
from justice_data_lab.tables import narrow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    from justice_data_lab.study import DataColumns, MeasureSpec, Study, SurvivalColumns

_MISSING = ("", "NA", "NaN", "nan", "null", "None", ".")
_PARQUET, _PARQUET_ENDINGS = b"PAR1", (".parquet", ".pq")
_HEADING_ROW = 1
_SHOWN = 1000
LARGEST = 1e12
# Types whose every value single precision holds.
_SINGLE = (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.float16(), pa.float32())
_MOSTLY, _MANY_LEVELS = 0.9, 20


def read_design(path: Path, study: Study) -> Measures:
    """Treatment and covariates of every row of a file; no other column is read.

    Args:
        path: CSV (comma, with a heading) or Parquet.
        study: names the columns; none but the treatment is called `row` or `treated`, as `read_study` sees to.

    Raises:
        DataRefused: a column that the study names is missing, the treatment is not 0/1, or a numeric covariate has a gap; every fault
            is listed.
    """
    data = _data_columns(study)
    exact = [*study.method.exact, *(name for analysis in study.analyses for name in analysis.exact)]
    wanted = list(dict.fromkeys([data.treatment, *data.covariates, *exact]))
    # of the columns that are read later, no more than their headings
    table = _read(path, wanted, [*_outcome_columns(study), *(name for each in study.analyses for name, _ in each.where)])
    problems: list[Problem] = []
    treated = _zero_one(path, data.treatment, table.column(data.treatment), problems)
    covariates, columns = _covariates(path, data, table, problems)
    for name in exact:
        columns.setdefault(name, _levels(table.column(name)))
    if not problems and not 0 < int(treated.sum()) < len(treated):
        problems.append(
            _problem(path, data.treatment, "one-group-only", "expected people with 0 and people with 1.", "Send both groups.")
        )
    _refuse(path, problems)
    rows = pa.table({"row": pa.array(np.arange(len(treated))), "treated": pa.array(treated.astype(np.int8)), **columns})
    return Measures(rows=rows, covariates=covariates, exact=(), attrition=_attrition(treated))


def read_traits(path: Path, names: Iterable[str]) -> dict[str, pa.ChunkedArray]:
    """Columns by which an analysis picks people, as text; no other column is read.

    Raises:
        DataRefused: a column is missing.
    """
    wanted = list(names)
    table = _read(path, wanted) if wanted else None
    return {name: _texts(table.column(name)) for name in wanted} if table else {}


def read_outcomes(path: Path, study: Study, *, design: bytes, design_hash: str) -> Outcomes:
    """Outcome columns of the same file, in the same order, once the design is settled.

    Args:
        path: the file that `read_design` read.
        study: names the measures, and where the time to the first event stands.
        design: the bytes of `design.json`.
        design_hash: their SHA-256, as written down when the design was.

    Raises:
        UsageError: the hash is missing or is not that of the design.
        DataRefused: a column is missing, a proportion is not 0/1, a value is missing for somebody it is about, or a time is
            not from 0 to the horizon.
    """
    check_design(design, design_hash)
    table = _read(path, _outcome_columns(study))
    problems: list[Problem] = []
    columns: dict[str, npt.NDArray[np.float64]] = {}
    for spec in study.measures:
        counted = np.ones(table.num_rows, dtype=bool)
        if spec.of != "all":
            counted = _zero_one(path, spec.of, table.column(spec.of), problems) == 1
            _keep(columns, spec.of, counted.astype(np.float64))
        _keep(columns, spec.column, _outcome(path, spec, table.column(spec.column), counted, problems))
    if study.survival:
        _keep(columns, study.survival.event, _zero_one(path, study.survival.event, table.column(study.survival.event), problems))
        _keep(columns, study.survival.time, _times(path, study.survival, table.column(study.survival.time), problems))
    _refuse(path, problems)
    gaps = {name: pa.array(values, mask=np.isnan(values)) for name, values in columns.items()}
    return Outcomes(rows=pa.table({"row": pa.array(np.arange(table.num_rows)), **gaps}), specs=study.measures)


def _outcome_columns(study: Study) -> list[str]:
    names = [name for spec in study.measures for name in ((spec.column,) if spec.of == "all" else (spec.column, spec.of))]
    if study.survival:
        names += [study.survival.event, study.survival.time]
    return list(dict.fromkeys(names))


def _keep(columns: dict[str, npt.NDArray[np.float64]], name: str, values: npt.NDArray[np.float64]) -> None:
    """A column may serve several measures, each of other people: what one of them needs, no other may take away."""
    known = columns.get(name)
    columns[name] = values if known is None else np.where(np.isnan(known), values, known)


def _data_columns(study: Study) -> DataColumns:
    if study.data is None:
        message = "[data]: expected treatment and covariates, got none. `jdl evaluate` needs this section."
        raise UsageError(message)
    return study.data


def _read(path: Path, wanted: list[str], later: Iterable[str] = ()) -> pa.Table:
    """The wanted columns as text, in file order; those that are read later have to be there."""
    try:
        names = _headings(path)
        named = list(dict.fromkeys([*wanted, *later]))
        free = [name for name in names if name not in named]
        _refuse(path, [_no_column(path, name, free) for name in named if name not in names])
        _refuse(path, [_repeated(path, name) for name in wanted if names.count(name) > 1])
        if _is_parquet(path):
            return pq.ParquetFile(path, read_dictionary=wanted).read(columns=wanted)
        options = pv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, pa.string()),
            null_values=list(_MISSING),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )
        return pv.read_csv(path, convert_options=options, parse_options=pv.ParseOptions(newlines_in_values=True))
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError):
        problem = _problem(
            path,
            None,
            "file-unreadable",
            "expected CSV with one heading row and as many cells in every row, or Parquet.",
            "Save it again as CSV in UTF-8.",
        )
        _refuse(path, [problem])
        raise


def _is_parquet(path: Path) -> bool:
    """Whether the file is called Parquet, or begins and ends as Parquet does."""
    if path.suffix.lower() in _PARQUET_ENDINGS:
        return True
    with path.open("rb") as stream:
        begins = stream.read(len(_PARQUET)) == _PARQUET
        stream.seek(-min(len(_PARQUET), stream.seek(0, SEEK_END)), SEEK_END)
        return begins and stream.read() == _PARQUET


def _headings(path: Path) -> list[str]:
    if _is_parquet(path):
        return list(pq.read_schema(path).names)
    with pv.open_csv(path, read_options=pv.ReadOptions(block_size=1 << 20)) as stream:
        return list(stream.schema.names)


def _no_column(path: Path, name: str, free: list[str]) -> Problem:
    """A column that is not there, with the nearest of those that the study does not name yet."""
    close = get_close_matches(name, free, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else "Name a column of the file."
    if any(";" in heading for heading in free):
        hint = "The file seems to be separated by semicolons; save it with commas."
    return _problem(path, name, "column-missing", "the study names this column and the file does not have it.", hint)


def _repeated(path: Path, name: str) -> Problem:
    return _problem(path, name, "column-repeated", "two columns have this heading.", "Rename one of them.")


def _problem(path: Path, column: str | None, rule: str, message: str, remedy: str, row: int | None = None) -> Problem:
    return Problem(file=path.name, column=column, rule=rule, message=message, remedy=remedy, row=row)


def _refuse(path: Path, problems: list[Problem]) -> None:
    if problems:
        message = f"{path.name}: refused, {len(problems)} fault(s) found."
        raise DataRefused(message, tuple(problems))


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as trimmed text, gaps as null; each distinct text is looked at once where the file keeps a dictionary of them."""
    if not pa.types.is_dictionary(column.type):
        text = pc.utf8_trim_whitespace(pc.cast(column, pa.string()))
        return pc.if_else(pc.is_in(text, value_set=pa.array(_MISSING)), pa.scalar(None, pa.string()), text)
    whole = column.unify_dictionaries().combine_chunks()
    words = _texts(pa.chunked_array([whole.dictionary])).combine_chunks()
    if words.equals(pc.cast(whole.dictionary, pa.string())) and len(words.unique()) == len(words):
        return pa.chunked_array([pa.DictionaryArray.from_arrays(whole.indices, words)])
    merged = words.dictionary_encode()
    return pa.chunked_array([pa.DictionaryArray.from_arrays(merged.indices.take(whole.indices), merged.dictionary)])


def _levels(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as trimmed text under a dictionary, gaps as null."""
    texts = _texts(column)
    return texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float64] | npt.NDArray[np.float32] | None:
    """A column as numbers with NaN for gaps; None when some value is not a number."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        values = pc.cast(column, pa.float32() if column.type in _SINGLE else pa.float64(), safe=False)
    else:
        is_bool = pa.types.is_boolean(column.type)
        text = pc.if_else(pc.equal(column, True), "1", "0") if is_bool else _texts(pc.cast(column, pa.string()))  # noqa: FBT003
        try:
            values = pc.cast(text, pa.float64())
        except pa.ArrowInvalid:
            return None
    numbers = np.asarray(values.to_numpy())
    # Beyond this, sums of squares run out of digits; no count, age, day or amount of money about a person comes near.
    beyond = np.abs(numbers) > LARGEST
    return np.where(beyond, np.nan, numbers) if beyond.any() else numbers


def _at_rows(bad: npt.NDArray[np.bool_]) -> list[int]:
    return [int(place) + _HEADING_ROW + 1 for place in np.flatnonzero(bad)[:_SHOWN]]


def _zero_one(path: Path, name: str, column: pa.ChunkedArray, problems: list[Problem]) -> npt.NDArray[np.float64]:
    values = _numbers(column)
    if values is None:
        problems.append(_problem(path, name, "not-0-or-1", "expected 0 or 1 in every row, got text.", "Code it as 0 and 1."))
        return np.zeros(len(column))
    bad = (values != 0) & (values != 1)
    problems += [_problem(path, name, "not-0-or-1", "expected 0 or 1.", "Write 0 or 1.", row) for row in _at_rows(bad)]
    return np.where(bad, 0.0, values.astype(np.float64))


def _covariates(
    path: Path, data: DataColumns, table: pa.Table, problems: list[Problem]
) -> tuple[tuple[Covariate, ...], dict[str, pa.Array]]:
    """Each covariate with its values: numbers when all are, else levels."""
    found, columns = [], {}
    for name in data.covariates:
        numbers = None if name in data.categorical else _numbers(table.column(name))
        if numbers is None:
            if name not in data.categorical:
                problems += _typing_errors(path, name, table.column(name))
            found.append(Covariate(name=name, kind="categorical", group=name, label=name))
            columns[name] = _levels(table.column(name))
            continue
        problems += _gaps(path, name, table.column(name), ~np.isfinite(numbers))
        found.append(Covariate(name=name, kind="numeric", group=name, label=name))
        columns[name] = pa.array(narrow(numbers))
    return tuple(found), columns


def _gaps(path: Path, name: str, column: pa.ChunkedArray, bad: npt.NDArray[np.bool_]) -> list[Problem]:
    """Where there is no number, or one that cannot be meant."""
    if not bad.any():
        return []
    is_text = not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type))
    absent = pc.is_null(_texts(pc.cast(column, pa.string())) if is_text else column, nan_is_null=True).to_numpy()
    remedy = "take the row out, or list the column as categorical."
    missing = [
        _problem(path, name, "number-missing", "a number is missing.", f"Fill it in, {remedy}", row) for row in _at_rows(absent)
    ]
    message = f"expected a number below {LARGEST:g}."
    return missing + [
        _problem(path, name, "number-too-large", message, f"Mend it, {remedy}", row) for row in _at_rows(bad & ~absent)
    ]


def _typing_errors(path: Path, name: str, column: pa.ChunkedArray) -> list[Problem]:
    """Cells that are no number in a column that is one in nearly every other row: taken as levels, it would be lost as a covariate."""
    texts = _texts(column).to_pylist()
    known = [text for text in texts if text is not None]
    wrong = np.array([text is not None and not _is_number(text) for text in texts])
    if wrong.sum() > (1 - _MOSTLY) * len(known) or len(set(known)) <= _MANY_LEVELS:
        return []
    message = "expected a number, as in nearly every other row."
    remedy = "Write a number (a point, no comma), or list the column under [data] categorical."
    return [_problem(path, name, "not-a-number", message, remedy, row) for row in _at_rows(wrong)]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _outcome(
    path: Path, spec: MeasureSpec, column: pa.ChunkedArray, counted: npt.NDArray[np.bool_], problems: list[Problem]
) -> npt.NDArray[np.float64]:
    values = _numbers(column)
    if values is None:
        problems.append(_problem(path, spec.column, "not-a-number", "expected numbers, got text.", "Code it as numbers."))
        return np.zeros(len(column))
    bad = counted & ~np.isfinite(values)
    if spec.kind == "proportion":
        bad = counted & (values != 0) & (values != 1)
    message = "expected 0 or 1." if spec.kind == "proportion" else "expected a number."
    remedy = "Fill it in, or give the measure an `of` column that leaves this person out."
    rule = "not-0-or-1" if spec.kind == "proportion" else "outcome-missing"
    problems += [_problem(path, spec.column, rule, message, remedy, row) for row in _at_rows(bad)]
    return np.where(counted & ~bad, values.astype(np.float64), np.nan)


def _times(path: Path, survival: SurvivalColumns, column: pa.ChunkedArray, problems: list[Problem]) -> npt.NDArray[np.float64]:
    """Everybody's time under observation, from 0 to the horizon."""
    values = _numbers(column)
    if values is None:
        problems.append(_problem(path, survival.time, "not-a-number", "expected numbers, got text.", "Code it as numbers."))
        return np.zeros(len(column))
    times = values.astype(np.float64)
    horizon = f"{survival.horizon:g} {survival.unit}"
    message = f"expected a time from 0 to the horizon of {horizon}."
    for rule, bad, remedy in (
        ("time-missing", ~np.isfinite(values), "Write the time to the event or, without one, to the end of follow-up."),
        ("time-negative", values < 0, "Count from the start of follow-up."),
        ("time-beyond-horizon", values > survival.horizon, "Give a later horizon, or end the time there and set the event to 0."),
    ):
        problems += [_problem(path, survival.time, rule, message, remedy, row) for row in _at_rows(bad)]
    return times


def _attrition(treated: npt.NDArray[np.float64]) -> tuple[Step, ...]:
    people = int(treated.sum())
    return (Step(key="submitted", label="People in the treatment group of the file", reason="", lost=0, left=people),)
