"""Reads `study.toml` into a frozen `Study`, and writes the frozen study of a run."""

from __future__ import annotations

import math
import tomllib
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import tomli_w

from justice_data_lab.errors import UsageError
from justice_data_lab.study import (
    METHOD_VERSION,
    Analysis,
    Caliper,
    CohortSettings,
    DataColumns,
    MeasureSpec,
    Method,
    Programme,
    Study,
    UnitCost,
)
from justice_data_lab.toml_section import Section, Toml, nearest, refuse

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

Command = Literal["run", "evaluate"]
Value = TypeVar("Value")

_SECTIONS = ("study", "programme", "cohort", "data", "measure", "method", "analysis", "columns", "disclosure")
_OTHER_COMMAND: dict[Command, tuple[str, ...]] = {"run": ("data", "measure"), "evaluate": ("cohort",)}
_MATCHING_OPTIONS = ("caliper", "widen", "exact", "selection", "smd_denominator", "override_balance")
_OWN_WORDS = 300


def load_toml(path: Path) -> dict[str, Toml]:
    """The content of a TOML file.

    Raises:
        UsageError: the file is not there, or is not TOML.
    """
    try:
        return cast("dict[str, Toml]", tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        message = f"{path.name}: cannot be read ({error.strerror}). Give the path of a TOML file."
        raise UsageError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name}: is not a TOML file: {error}. Mend that line and run again."
        raise UsageError(message) from None


def read_study(path: Path, *, command: Command, today: date) -> Study:
    """Read and check a study file for one of the two commands that take one.

    Args:
        path: the `study.toml`.
        command: `run` (a cohort against a register) or `evaluate` (one row a person, already linked).
        today: the report date when the file gives none.

    Raises:
        UsageError: a key is unknown, missing, of the wrong kind, or belongs to a later version.
    """
    values = load_toml(path)
    for key in values:
        if key not in _SECTIONS:
            message = f"{path.name}: unknown section [{key}]. {nearest(key, _SECTIONS)}"
            raise UsageError(message)
    kept = {key: value for key, value in values.items() if key not in _OTHER_COMMAND[command]}
    return _study(kept, command, today)


def study_toml(study: Study) -> bytes:
    """The frozen study as TOML; reading it again gives the same study."""
    head = {key: getattr(study, key) for key in ("name", "organisation", "intervention_type", "setting", "seed", "report_date")}
    parts: dict[str, Toml] = {"study": head | {"programme": study.programme_name}}
    if study.programme:
        parts["programme"] = _plain(study.programme)
    parts["cohort"] = _plain(study.cohort)
    if study.data:
        parts["data"] = _plain(study.data)
    if study.measures:
        parts["measure"] = [_plain(measure) for measure in study.measures]
    method = _plain(study.method)
    if study.method.design == "randomised":
        method = {key: value for key, value in method.items() if key not in _MATCHING_OPTIONS}
    elif study.method.caliper.width is not None:
        del method["widen"]
    parts["method"] = method
    parts["analysis"] = [_plain(analysis) for analysis in study.analyses]
    parts["columns"] = dict(study.columns)
    if study.disclosure_profile:
        parts["disclosure"] = {"profile": study.disclosure_profile}
    return tomli_w.dumps(parts, multiline_strings=False).encode()


def _plain(value: object) -> dict[str, Toml]:
    """A frozen value as a TOML table, without what is None."""
    table: dict[str, Toml] = {}
    for name in value.__slots__:  # type: ignore[attr-defined]
        entry = getattr(value, name)
        if entry is None:
            continue
        if hasattr(entry, "__slots__") and not isinstance(entry, (str, tuple)):
            entry = _plain(entry)
        table[name] = list(entry) if isinstance(entry, tuple) else entry
    return table


def _study(values: dict[str, Toml], command: Command, today: date) -> Study:
    head = _section(values, "study", later={"supersedes": "updates of a published result come with the ledger"})
    method = _method(_section(values, "method"), command)
    study = Study(
        name=head.need("name", str),
        organisation=head.need("organisation", str),
        programme_name=head.need("programme", str),
        intervention_type=head.need("intervention_type", str),
        setting=head.need("setting", str),
        seed=head.need("seed", int),
        report_date=head.get("report_date", _date_type(), today),
        programme=_programme(_section(values, "programme")) if "programme" in values else None,
        cohort=_cohort(_section(values, "cohort")),
        data=_data(_section(values, "data")) if command == "evaluate" else None,
        measures=_measures(_tables(values, "measure")) if command == "evaluate" else (),
        method=method,
        analyses=_analyses(_tables(values, "analysis")),
        columns=_columns(_section(values, "columns")),
        disclosure_profile=_profile(_section(values, "disclosure")),
    )
    head.finish()
    _keep_outcomes_apart(study)
    return study


def _keep_outcomes_apart(study: Study) -> None:
    """Matching never sees an outcome: no column may be both."""
    if study.data is None:
        return
    known = {study.data.treatment: "the treatment", **dict.fromkeys(study.method.exact, "matched exactly")}
    known |= dict.fromkeys(study.data.covariates, "a covariate")
    for measure in study.measures:
        if measure.column in known:
            message = f"[[measure]] column: `{measure.column}` is {known[measure.column]}, so it cannot be an outcome. Take it out of one."
            raise UsageError(message)


def _date_type() -> type[date]:
    from datetime import date  # noqa: PLC0415 -- the type is needed at run time only here

    return date


def _section(values: dict[str, Toml], name: str, later: dict[str, str] | None = None) -> Section:
    found = values.get(name, {})
    if not isinstance(found, dict):
        refuse(f"[{name}]", "a table", repr(found))
    return Section(f"[{name}]", found, later or {})


def _tables(values: dict[str, Toml], name: str) -> list[Section]:
    found = values.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        refuse(f"[[{name}]]", f"a list of tables, each headed [[{name}]]", "something else")
    return [Section(f"[[{name}]] {number}", cast("dict[str, Toml]", entry)) for number, entry in enumerate(found, 1)]


def _done(section: Section, value: Value) -> Value:
    section.finish()
    return value


def _programme(section: Section) -> Programme:
    cost = section.table("unit_cost")
    words = section.get("own_words", str, "")
    if len(words.split()) > _OWN_WORDS:
        refuse("[programme] own_words", f"at most {_OWN_WORDS} words", f"{len(words.split())} words", "Shorten it.")
    texts = {key: section.get(key, str, "") for key in ("what", "who_delivers", "where", "dose", "how_chosen")}
    programme = Programme(
        what=texts["what"],
        who_delivers=texts["who_delivers"],
        where=texts["where"],
        dose=texts["dose"],
        how_chosen=texts["how_chosen"],
        eligible=_people(section, "eligible"),
        started=_people(section, "started"),
        unit_cost=_unit_cost(cost) if cost else None,
        own_words=words,
    )
    return _done(section, programme)


def _people(section: Section, key: str) -> int | None:
    count = section.optional(key, int)
    if count is not None and count < 0:
        refuse(f"{section.where} {key}", "a number of people", str(count))
    return count


def _unit_cost(section: Section) -> UnitCost:
    cost = UnitCost(
        amount=section.need("amount", float),
        currency=section.need("currency", str),
        year=section.need("year", int),
        source=section.need("source", str),
    )
    return _done(section, cost)


def _cohort(section: Section) -> CohortSettings:
    if section.values.get("clock") == "intervention":
        message = '[cohort] clock = "intervention": not in this version. Use "auto" or "index".'
        raise UsageError(message)
    clock = section.choice("clock", ("auto", "index"), "auto")
    lag = section.get("max_lag_days", int, 182)
    if lag < 0:
        refuse("[cohort] max_lag_days", "0 or more days", str(lag))
    return _done(section, CohortSettings(clock=cast("Literal['auto', 'index']", clock), max_lag_days=lag))


def _data(section: Section) -> DataColumns:
    treatment = section.need("treatment", str)
    covariates = section.texts("covariates")
    categorical = section.texts("categorical")
    if not covariates:
        refuse("[data] covariates", "a list of at least one column", "none")
    if treatment in covariates:
        refuse("[data] covariates", "columns other than the treatment", repr(treatment), "Take it out of the list.")
    for name in categorical:
        if name not in covariates:
            refuse("[data] categorical", "columns that stand in covariates", repr(name), nearest(name, covariates))
    return _done(section, DataColumns(treatment=treatment, covariates=covariates, categorical=categorical))


def _measures(sections: list[Section]) -> tuple[MeasureSpec, ...]:
    if not sections:
        refuse("[[measure]]", "at least one measure with name, column and kind", "none")
    measures = tuple(_measure(section, first=number == 0) for number, section in enumerate(sections))
    names = [measure.name for measure in measures]
    if len(set(names)) < len(names):
        refuse("[[measure]] name", "a different name for each measure", repr(names))
    return measures


def _measure(section: Section, *, first: bool) -> MeasureSpec:
    if "kind" not in section.values:
        refuse(f"{section.where} kind", 'one of "proportion", "mean"', "nothing", "This key is required.")
    measure = MeasureSpec(
        name=section.need("name", str),
        column=section.need("column", str),
        kind=cast("Literal['proportion', 'mean']", section.choice("kind", ("proportion", "mean"), "")),
        of=section.get("of", str, "all"),
        better=cast("Literal['lower', 'higher']", section.choice("better", ("lower", "higher"), "lower")),
        role=cast(
            "Literal['primary', 'secondary']",
            section.choice("role", ("primary", "secondary"), "primary" if first else "secondary"),
        ),
        unit=section.get("unit", str, ""),
    )
    return _done(section, measure)


def _method(section: Section, command: Command) -> Method:
    version = section.get("version", str, METHOD_VERSION)
    if version != METHOD_VERSION:
        refuse("[method] version", f'"{METHOD_VERSION}"', repr(version), "This program has no other method.")
    design = section.choice("design", ("matched", "randomised"), "matched")
    if design == "randomised":
        _refuse_matching_options(section, command)
    if section.get("robustness", bool, False):
        message = "[method] robustness = true: not in this version. Set it to false or take it out."
        raise UsageError(message)
    caliper = _caliper(section.table("caliper"))
    method = Method(
        version=version,
        design=cast("Literal['matched', 'randomised']", design),
        caliper=caliper,
        widen=_widen(section, caliper),
        exact=section.texts("exact"),
        selection=cast("Literal['none', 'wald']", section.choice("selection", ("none", "wald"), "none")),
        smd_denominator=cast("Literal['pooled', 'treated']", section.choice("smd_denominator", ("pooled", "treated"), "pooled")),
        se=cast("Literal['kish', 'lechner']", section.choice("se", ("kish", "lechner"), "kish")),
        override_balance=section.get("override_balance", str, "").strip(),
    )
    return _done(section, method)


def _refuse_matching_options(section: Section, command: Command) -> None:
    if command == "run":
        message = '[method] design = "randomised": not in this version of `jdl run`. Use `jdl evaluate` with both arms.'
        raise UsageError(message)
    for key in _MATCHING_OPTIONS:
        if key in section.values:
            message = f'[method] {key}: does nothing with design = "randomised", where nobody is matched. Take it out.'
            raise UsageError(message)


def _caliper(section: Section | None) -> Caliper:
    if section is None:
        return Caliper()
    scale = cast("Literal['logit', 'probability']", section.choice("scale", ("logit", "probability"), "logit"))
    sd, width = section.optional("sd", float), section.optional("width", float)
    section.finish()
    if sd is not None and width is not None:
        refuse("[method] caliper", "sd or width", "both", "Keep one.")
    size = width if width is not None else (0.05 if sd is None else sd)
    if not (math.isfinite(size) and size > 0):
        refuse("[method] caliper", "a size above 0", str(size))
    return Caliper(scale=scale, sd=None, width=width) if width is not None else Caliper(scale=scale, sd=size)


def _widen(section: Section, caliper: Caliper) -> tuple[float, ...]:
    given = "widen" in section.values
    steps = section.numbers("widen", () if caliper.sd is None else (0.1, 0.2))
    if caliper.sd is None:
        if given and steps:
            message = "[method] widen: counts standard deviations, so it does nothing with caliper width. Write widen = []."
            raise UsageError(message)
        return ()
    if not given:
        return tuple(step for step in steps if step > caliper.sd)
    if list(steps) != sorted({*steps}) or any(step <= caliper.sd for step in steps):
        refuse("[method] widen", f"rising numbers above the caliper's {caliper.sd} sd", str(list(steps)))
    return steps


def _analyses(sections: list[Section]) -> tuple[Analysis, ...]:
    if not sections:
        return (Analysis(),)
    found = []
    for section in sections:
        section.later = dict.fromkeys(("exact", "where"), "one national analysis only")
        headline = section.get("headline", bool, len(sections) == 1)
        found.append(_done(section, Analysis(name=section.need("name", str), headline=headline)))
    if len(found) > 1:
        message = f"[[analysis]]: {len(found)} analyses are not in this version (one national analysis only). Keep one."
        raise UsageError(message)
    if not found[0].headline:
        refuse("[[analysis]] headline", "one analysis with headline = true", "none")
    return tuple(found)


def _columns(section: Section) -> tuple[tuple[str, Literal["before_start", "after_start"]], ...]:
    kinds = ("before_start", "after_start")
    return tuple(
        (name, cast("Literal['before_start', 'after_start']", section.choice(name, kinds, ""))) for name in section.values
    )


def _profile(section: Section) -> Literal["default", "none"] | None:
    if not section.values:
        return None
    return _done(section, cast("Literal['default', 'none']", section.choice("profile", ("default", "none"), "default")))
