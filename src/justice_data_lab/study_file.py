"""Reads `study.toml` into a frozen `Study`."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from justice_data_lab.errors import UsageError
from justice_data_lab.study import (
    METHOD_VERSION,
    Caliper,
    CohortSettings,
    DataColumns,
    MeasureSpec,
    Method,
    Programme,
    Study,
    UnitCost,
)
from justice_data_lab.study_analyses import read_analyses, read_changes, read_columns, read_survival, refuse_by_treatment
from justice_data_lab.toml_section import (
    Section,
    Toml,
    done,
    in_file,
    nearest,
    refuse,
    refuse_unknown_sections,
    section,
    spelled,
    tables,
)

if TYPE_CHECKING:
    from datetime import date

    from justice_data_lab.files import FilePath
    from justice_data_lab.study import Clock

Command = Literal["run", "evaluate"]
_SECTIONS = (
    "study", "programme", "cohort", "data", "measure", "survival", "method", "analysis", "columns", "change", "disclosure",
)  # fmt: skip
_OTHER_COMMAND: dict[Command, tuple[str, ...]] = {"run": ("data", "measure", "survival"), "evaluate": ("cohort",)}
MATCHING_OPTIONS = ("caliper", "widen", "exact", "selection", "smd_denominator", "override_balance")
_OWN_WORDS, _CENTURY = 300, 36_525
# What the tables of matching and of outcomes call their own: a column of the data would take its place there.
_ROW, _TREATED = "row", "treated"


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
    except (ValueError, RecursionError):  # a number or a nest of brackets that Python itself gives up on
        message = f"{path.name}: expected TOML, found a number with thousands of digits, or thousands of brackets. Take them out."
        raise UsageError(message) from None


def read_study(path: FilePath, *, command: Command = "run", today: date | None = None) -> Study:
    """Read and check a study file for one of the two commands that take one.

    Args:
        path: the `study.toml`.
        command: `run` (a cohort against a register) or `evaluate` (one row a person, already linked).
        today: the report date when the file gives none; without it the file has to.

    Raises:
        UsageError: a key is unknown, missing, of the wrong kind, or belongs to a later version.
    """
    path = Path(path)
    values = load_toml(path)
    kept = {key: value for key, value in values.items() if key not in _OTHER_COMMAND[command]}
    with in_file(path.name):
        return _study(kept, command, today)


def _study(values: dict[str, Toml], command: Command, today: date | None) -> Study:
    refuse_unknown_sections(values, _SECTIONS)
    later = {"supersedes": "data that came linked have no ledger to be updated in"} if command == "evaluate" else {}
    head = section(values, "study", later=later)
    method = _method(section(values, "method"))
    columns = read_columns(section(values, "columns"))
    study = Study(
        name=head.line("name"),
        organisation=head.line("organisation"),
        programme_name=head.line("programme"),
        intervention_type=head.line("intervention_type"),
        setting=head.line("setting"),
        seed=head.need("seed", int),
        report_date=head.get("report_date", _date_type(), today) if today else head.need("report_date", _date_type()),
        supersedes=head.get("supersedes", str, "") if command == "run" else "",
        programme=_programme(section(values, "programme")) if "programme" in values else None,
        cohort=_cohort(section(values, "cohort")),
        data=_data(section(values, "data")) if command == "evaluate" else None,
        measures=_measures(tables(values, "measure")) if command == "evaluate" else (),
        method=method,
        survival=read_survival(section(values, "survival")) if "survival" in values else None,
        analyses=read_analyses(tables(values, "analysis"), columns),
        columns=columns,
        changes=read_changes(tables(values, "change")),
        disclosure_profile=_profile(section(values, "disclosure")),
    )
    head.finish()
    _keep_outcomes_apart(study)
    _refuse_names_of_our_own(study)
    _refuse_register_options(study)
    _refuse_matching_analyses(study)
    return study


def _keep_outcomes_apart(study: Study) -> None:
    """Matching never sees an outcome: no column may be both, and no analysis may be of people picked by one."""
    if study.data is None:
        return
    refuse_by_treatment(study.data.treatment, study.method.exact, study.analyses)
    known = {study.data.treatment: "the treatment", **dict.fromkeys(study.method.exact, "matched exactly")}
    for analysis in study.analyses:
        known |= dict.fromkeys(analysis.exact, "matched exactly")
        known |= {name: f"what the analysis \u201c{analysis.name}\u201d picks people by" for name, _ in analysis.where}
    known |= dict.fromkeys(study.data.covariates, "a covariate")
    outcomes = [("[[measure]] column", measure.column) for measure in study.measures]
    if study.survival:
        outcomes += [("[survival] time", study.survival.time), ("[survival] event", study.survival.event)]
    for where, column in outcomes:
        if column in known:
            message = f"{where}: `{column}` is {known[column]}, so it cannot be an outcome. Take it out of one."
            raise UsageError(message)


def _refuse_names_of_our_own(study: Study) -> None:
    """Columns of linked data that would be taken for who had the programme, or for the number of a row."""
    if study.data is None:
        return
    exact = [*study.method.exact, *(name for analysis in study.analyses for name in analysis.exact)]
    outcomes = [name for measure in study.measures for name in (measure.column, measure.of)]
    if study.survival:
        outcomes += [study.survival.time, study.survival.event]
    for where, columns, own in (
        ("[data] covariates", study.data.covariates, (_ROW, _TREATED)),
        ("exact", exact, (_ROW, _TREATED)),
        ("[[measure]] and [survival]", outcomes, (_ROW,)),
    ):
        for name in columns:
            if name in own:
                expected, remedy = f"a column that is not called {' or '.join(own)}", "Rename it in the data and here."
                refuse(where, expected, f"`{name}`, which the program calls its own", remedy)


def _refuse_register_options(study: Study) -> None:
    """Options of an analysis that need a register, in a study of data that are already linked."""
    for number, analysis in enumerate(study.analyses if study.data else (), 1):
        for key, given in (("years", analysis.years != 1), ("assessment", bool(analysis.assessment))):
            if given:
                message = f"[[analysis]] {number} {key}: does nothing in `jdl evaluate`, which has no register. Take it out."
                raise UsageError(message)


def _refuse_matching_analyses(study: Study) -> None:
    """Options of an analysis that say how to match, in a trial, where nobody is matched."""
    for number, analysis in enumerate(study.analyses if study.method.design == "randomised" else (), 1):
        for key, given in (("exact", bool(analysis.exact)), ("assessment", analysis.assessment == "without")):
            if given:
                message = (
                    f'[[analysis]] {number} {key}: does nothing with design = "randomised", where nobody is matched. Take it out.'
                )
                raise UsageError(message)


def _date_type() -> type[date]:
    from datetime import date  # noqa: PLC0415 -- the type is needed at run time only here

    return date


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
    return done(section, programme)


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
    if cost.amount < 0:
        refuse(f"{section.where} amount", "0 or more", f"{cost.amount:g}")
    return done(section, cost)


def _cohort(section: Section) -> CohortSettings:
    clock = cast("Clock", section.choice("clock", ("auto", "index", "intervention"), "auto"))
    lag = section.get("max_lag_days", int, 182)
    if not 0 <= lag <= _CENTURY:
        refuse("[cohort] max_lag_days", f"0 or more days, at most {_CENTURY}", str(lag))
    reason = section.get("clock_reason", str, "").strip()
    if reason and clock != "index":
        refuse("[cohort] clock_reason", 'clock = "index", the one clock that needs a reason', f'"{clock}"', "Take it out.")
    return done(section, CohortSettings(clock=clock, max_lag_days=lag, clock_reason=reason))


def _data(section: Section) -> DataColumns:
    treatment = section.need("treatment", str)
    covariates = section.texts("covariates")
    categorical = section.texts("categorical")
    if not covariates:
        refuse("[data] covariates", "a list of at least one column", "none")
    if treatment in covariates:
        refuse("[data] covariates", "columns other than the treatment", spelled(treatment), "Take it out of the list.")
    for name in categorical:
        if name not in covariates:
            refuse("[data] categorical", "columns that stand in covariates", spelled(name), nearest(name, covariates))
    return done(section, DataColumns(treatment=treatment, covariates=covariates, categorical=categorical))


def _measures(sections: list[Section]) -> tuple[MeasureSpec, ...]:
    if not sections:
        refuse("[[measure]]", "at least one measure with name, column and kind", "none")
    measures = tuple(_measure(section, first=number == 0) for number, section in enumerate(sections))
    names = [measure.name for measure in measures]
    # the library knows an outcome by its name, whatever its capitals and spaces
    if len({" ".join(name.casefold().split()) for name in names}) < len(names):
        refuse("[[measure]] name", "a different name for each measure", spelled(names))
    if not any(measure.role == "primary" for measure in measures):
        refuse("[[measure]] role", 'at least one measure with role = "primary", of which page one speaks', "none")
    return measures


def _measure(section: Section, *, first: bool) -> MeasureSpec:
    if "kind" not in section.values:
        refuse(f"{section.where} kind", 'one of "proportion", "mean"', "nothing", "This key is required.")
    measure = MeasureSpec(
        name=section.line("name"),
        column=section.line("column"),
        kind=cast("Literal['proportion', 'mean']", section.choice("kind", ("proportion", "mean"), "")),
        of=section.get("of", str, "all"),
        better=cast("Literal['lower', 'higher']", section.choice("better", ("lower", "higher"), "lower")),
        role=cast(
            "Literal['primary', 'secondary']",
            section.choice("role", ("primary", "secondary"), "primary" if first else "secondary"),
        ),
        unit=section.get("unit", str, ""),
    )
    return done(section, measure)


def _method(section: Section) -> Method:
    version = section.get("version", str, METHOD_VERSION)
    if version != METHOD_VERSION:
        refuse("[method] version", f'"{METHOD_VERSION}"', spelled(version), "This program has no other method.")
    design = section.choice("design", ("matched", "randomised"), "matched")
    if design == "randomised":
        _refuse_matching_options(section)
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
        robustness=section.get("robustness", bool, True),
        override_balance=section.get("override_balance", str, "").strip(),
    )
    return done(section, method)


def _refuse_matching_options(section: Section) -> None:
    for key in MATCHING_OPTIONS:
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


def _profile(section: Section) -> Literal["default", "none"] | None:
    if not section.values:
        return None
    return done(section, cast("Literal['default', 'none']", section.choice("profile", ("default", "none"), "default")))
