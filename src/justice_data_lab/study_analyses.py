"""Reads what a study compares: its analyses, the columns they speak of, survival, and changes since the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from justice_data_lab.study import Analysis, ChangeReason, SurvivalColumns
from justice_data_lab.toml_section import done, nearest, refuse, spelled

if TYPE_CHECKING:
    from justice_data_lab.toml_section import Section

SIDE_STUDIES = ("placebo", "negative control")
Columns: TypeAlias = "tuple[tuple[str, Literal['before_start', 'after_start']], ...]"


def read_columns(section: Section) -> Columns:
    """What was known of each of the organisation's columns when the programme started."""
    kinds = ("before_start", "after_start")
    return tuple(
        (name, cast("Literal['before_start', 'after_start']", section.choice(name, kinds, ""))) for name in section.values
    )


def read_survival(section: Section) -> SurvivalColumns:
    """Which columns say when the first event came."""
    horizon = section.need("horizon", float)
    if not horizon > 0:
        refuse("[survival] horizon", "a time above 0", str(horizon))
    time, event, unit = section.need("time", str), section.need("event", str), section.get("unit", str, "days")
    return done(section, SurvivalColumns(time=time, event=event, horizon=horizon, unit=unit))


def read_changes(sections: list[Section]) -> tuple[ChangeReason, ...]:
    """Reasons for what differs from the protocol."""
    return tuple(done(item, ChangeReason(what=item.need("what", str), why=item.need("why", str))) for item in sections)


def read_analyses(sections: list[Section], columns: Columns) -> tuple[Analysis, ...]:
    """The analyses of a study, one of them the headline.

    Args:
        sections: none means one national headline.
        columns: the declared columns: an analysis on one that is only known afterwards cannot be the headline.
    """
    if not sections:
        return (Analysis(),)
    found = tuple(_analysis(section, columns, alone=len(sections) == 1) for section in sections)
    names = [analysis.name.casefold() for analysis in found]
    if len(set(names)) < len(names):
        refuse("[[analysis]] name", "a different name for each analysis", spelled([analysis.name for analysis in found]))
    headlines = [analysis.name for analysis in found if analysis.headline]
    if len(headlines) != 1:
        refuse("[[analysis]] headline", "one analysis with headline = true", spelled(headlines) if headlines else "none")
    return found


def refuse_by_treatment(treatment: str, exact: tuple[str, ...], analyses: tuple[Analysis, ...]) -> None:
    """Refuse to match exactly on who took part, or to pick people by it: one of the groups would be left with nobody.

    Args:
        treatment: the column that says so.
        exact: columns matched exactly in every analysis.
        analyses: of the study.
    """
    named = {"[method] exact": exact}
    for number, analysis in enumerate(analyses, 1):
        named[f"[[analysis]] {number} exact"] = analysis.exact
        named[f"[[analysis]] {number} where"] = tuple(name for name, _ in analysis.where)
    for where, columns in named.items():
        if treatment in columns:
            refuse(where, "columns other than the treatment", repr(treatment), "Take it out.")


def _analysis(section: Section, columns: Columns, *, alone: bool) -> Analysis:
    where = _where(section, columns)
    years = section.get("years", int, 1)
    if years not in (1, 2):
        refuse(f"{section.where} years", "1 or 2 years of follow-up", str(years))
    analysis = Analysis(
        name=section.line("name"),
        headline=section.get("headline", bool, alone),
        exact=section.texts("exact"),
        where=where,
        years=cast("Literal[1, 2]", years),
        assessment=cast("Literal['', 'with', 'without']", section.choice("assessment", ("", "with", "without"), "")),
    )
    _check_name(section, analysis.name)
    after = [name for name, _ in where if dict(columns)[name] == "after_start"]
    if analysis.headline and after:
        refuse(
            f"{section.where} headline",
            "an analysis by what was known when the programme started",
            f"`{after[0]}`, which was known only afterwards",
            "Such an analysis selects on what happened later: set headline = false and make another one the headline.",
        )
    return done(section, analysis)


def _check_name(section: Section, name: str) -> None:
    """The name is also a folder's, beside those of the side studies."""
    odd = name != name.strip() or name.startswith(".") or any(sign in name for sign in '/\\:*?"<>|') or len(name) > 60
    if odd or name.endswith((".json", ".csv", ".parquet")):
        refuse(f"{section.where} name", "a name of at most 60 letters that can be a folder's, without / or :", spelled(name))
    if name.casefold().startswith(SIDE_STUDIES):
        refuse(f"{section.where} name", "a name of your own", spelled(name), "The lab's own tests of the result are called so.")


def _where(section: Section, columns: Columns) -> tuple[tuple[str, str], ...]:
    table = section.table("where")
    if table is None:
        return ()
    declared = tuple(name for name, _ in columns)
    for name in table.values:
        if name not in declared:
            refuse(f"{table.where} {name}", "a column declared under [columns]", "one that is not", nearest(name, declared))
    return done(table, tuple((name, table.need(name, str)) for name in table.values))
