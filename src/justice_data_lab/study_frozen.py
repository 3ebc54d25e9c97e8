"""The frozen study of a run: a `Study` as TOML, and what releases read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import tomli_w

from justice_data_lab.study_file import MATCHING_OPTIONS, load_toml

if TYPE_CHECKING:
    from pathlib import Path

    from justice_data_lab.study import Analysis, Method, Study
    from justice_data_lab.toml_section import Toml


def read_supersedes(frozen: Path) -> str:
    """The release that the frozen study of a run takes the place of; empty when it is none."""
    head = load_toml(frozen).get("study", {}) if frozen.is_file() else {}
    return str(cast("dict[str, Toml]", head).get("supersedes", ""))


def read_headline(frozen: Path) -> str:
    """Name of the headline analysis in the frozen study of a run; empty when it does not say."""
    found = load_toml(frozen).get("analysis", []) if frozen.is_file() else []
    return next((str(each["name"]) for each in cast("list[dict[str, Toml]]", found) if each.get("headline")), "")


def study_toml(study: Study) -> bytes:
    """The frozen study as TOML; reading it again gives the same study."""
    return tomli_w.dumps(study_parts(study), multiline_strings=False).encode()


def study_parts(study: Study) -> dict[str, Toml]:
    """Every section of the frozen study that holds something, by its name."""
    head = {key: getattr(study, key) for key in ("name", "organisation", "intervention_type", "setting", "seed", "report_date")}
    parts: dict[str, Toml] = {
        "study": head | {"programme": study.programme_name} | ({"supersedes": study.supersedes} if study.supersedes else {}),
        "programme": _plain(study.programme) if study.programme else {},
        "cohort": _plain(study.cohort),
        "data": _plain(study.data) if study.data else {},
        "measure": [_plain(measure) for measure in study.measures],
        "method": _method_toml(study.method),
        "survival": _plain(study.survival) if study.survival else {},
        "analysis": [_analysis(analysis) for analysis in study.analyses],
        "columns": dict(study.columns),
        "change": [_plain(change) for change in study.changes],
        "disclosure": {"profile": study.disclosure_profile} if study.disclosure_profile else {},
    }
    return {key: part for key, part in parts.items() if part}


def _method_toml(method: Method) -> dict[str, Toml]:
    """The method's options without those that would do nothing."""
    table = _plain(method)
    if method.design == "randomised":
        return {key: value for key, value in table.items() if key not in MATCHING_OPTIONS}
    if method.caliper.width is not None:
        del table["widen"]
    return table


def _analysis(analysis: Analysis) -> dict[str, Toml]:
    return _plain(analysis) | {"where": dict(analysis.where)}


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
