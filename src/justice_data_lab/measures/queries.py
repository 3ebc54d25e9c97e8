"""The SQL of this room as text: read from the `.sql` files, with lists added from the catalogue by sqlglot's builder."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, cast

from sqlglot import exp, parse_one

from justice_data_lab.measures.columns import INDEX_EVENT_COLUMNS, event_columns
from justice_data_lab.register.codes import NEEDS, OFFENCE_GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import duckdb

    from justice_data_lab.measures.catalogue import Covariate

DIALECT = "duckdb"
_TYPES = {column.name: column.sql_type for column in INDEX_EVENT_COLUMNS}


def read_query(name: str) -> exp.Select:
    """The query in `measures/<name>.sql`, parsed.

    Raises:
        FileNotFoundError: there is no such file.
    """
    text = files("justice_data_lab.measures").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    query = parse_one(text, read=DIALECT)
    assert isinstance(query, exp.Select)  # noqa: S101  (narrows the type: every file of this room is one SELECT)
    return query


def reading(query: exp.Select, table: str, instead: str) -> exp.Select:
    """The query with another table read in place of one."""
    for found in query.find_all(exp.Table):
        if found.name == table:
            found.set("this", exp.to_identifier(instead))
    return query


def parameters(query: exp.Select) -> frozenset[str]:
    """Names of the values to bind."""
    return frozenset(str(found.name) for found in query.find_all(exp.Placeholder))


def typed_columns(names: Iterable[str]) -> exp.Select:
    """Columns of `index_event`, each in the type that it has there."""
    return exp.select(*(exp.cast(exp.column(name), _TYPES[name]).as_(name) for name in names))


def covariate_column(covariate: Covariate) -> exp.Expression:
    """How a covariate is worked out from the columns of `index_event`, which the query calls e."""
    column = parse_one(covariate.sql, read=DIALECT) if covariate.sql else exp.column(covariate.source or covariate.name, "e")
    column = exp.cast(column, "VARCHAR") if covariate.kind == "categorical" else column
    return cast("exp.Expression", exp.alias_(column, covariate.name))


def make_table(
    con: duckdb.DuckDBPyConnection, name: str, query: exp.Select, values: Mapping[str, int | str | date] | None = None
) -> None:
    """Make the temporary table of that name out of a query, in place of an older one.

    Args:
        con: the connection.
        name: of the table.
        query: what is in it.
        values: to bind; those that the query does not ask for are left.
    """
    wanted = {key: value for key, value in (values or {}).items() if key in parameters(query)}
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query.sql(dialect=DIALECT)}", wanted)


def with_columns(name: str, template: str, items: tuple[str, ...]) -> exp.Select:
    """A query with one more column for each item; `item` in the template stands for it, as a name or as a text."""
    query = read_query(name)
    for item in items:
        query = query.select(_for_item(template, item), copy=False)
    return query


def _for_item(template: str, item: str) -> exp.Expr:
    column = parse_one(template, read=DIALECT)
    for name in list(column.find_all(exp.Identifier)):
        name.set("this", name.this.replace("item", item))
    for text in list(column.find_all(exp.Literal)):
        if text.is_string:
            text.set("this", text.this.replace("item", item))
    return column


def build_steps(tables: frozenset[str]) -> tuple[tuple[str, exp.Select], ...]:
    """The steps from source tables to `index_event`, in order: name of the relation made, and its query.

    The last is `index_event` itself, in the order in which it is written.

    Args:
        tables: the optional tables the register has, of offence_code, assessment and employment.
    """
    steps = [
        ("index_disposal", read_query("index_disposal")),
        ("proven_offence", read_query("proven_offence")),
        ("index_offence", read_query("index_offence")),
        (
            "life_disposal",
            with_columns(
                "life_disposal", "count(*) FILTER (WHERE is_counted AND offence_group = 'item') AS item", OFFENCE_GROUPS
            ),
        ),
        ("uneven_life", read_query("uneven_life")),
        ("life_day", with_columns("life_day", "sum(d.item) AS item", OFFENCE_GROUPS)),
        ("history", _history()),
        ("event", with_columns("event", "h.previous_item", OFFENCE_GROUPS)),
        ("recent", read_query("recent")),
        ("reoffence", read_query("reoffence")),
        ("reoffending", read_query("reoffending")),
    ]
    if "offence_code" in tables:
        steps.append(("ogrs3_score", read_query("ogrs3_score")))
    if "assessment" in tables:
        steps.append(("assessed", with_columns("assessed", "max(CAST(item AS INTEGER)) AS item", NEEDS)))
        steps.append(("needs", with_columns("needs", "a.item", NEEDS)))
    if "employment" in tables:
        steps += [("spell", read_query("spell")), ("work", read_query("work"))]
    return (*steps, ("index_event", _index_event(tables)))


def _history() -> exp.Select:
    """History by days, and beside it that of uneven lives."""
    even = with_columns("history", "coalesce(sum(item) OVER earlier, 0) AS previous_item", OFFENCE_GROUPS)
    group = "count(*) FILTER (WHERE o.offence_group = 'item') AS previous_item"
    uneven = with_columns("uneven_history", group, OFFENCE_GROUPS)
    return exp.select("*").from_(exp.union(even, uneven, distinct=False).subquery("both_histories"))


def _index_event(tables: frozenset[str]) -> exp.Select:
    query = read_query("index_event")
    same = "{0}.person_id = e.person_id AND {0}.disposal_id = e.disposal_id"
    if "offence_code" in tables:
        query = query.select("o.ogrs3_score").join("ogrs3_score AS o", on=same.format("o"), join_type="left", dialect=DIALECT)
    if "assessment" in tables:
        need = "CASE s.item WHEN 1 THEN 'yes' WHEN 0 THEN 'no' ELSE 'unknown' END AS need_item"
        query = query.select(*(_for_item(need, name) for name in NEEDS))
        query = query.join("needs AS s", on=same.format("s"), join_type="left", dialect=DIALECT)
    if "employment" in tables:
        query = query.select(
            "CASE WHEN w.worked = 1 THEN 'yes' ELSE 'no' END AS employed_year_before",
            "coalesce(w.benefit_days, 0) AS benefit_days_year_before",
            "CASE WHEN e.complete_follow_up THEN coalesce(w.worked_after, 0) = 1 END AS employed_year_after",
            "CASE WHEN e.complete_follow_up THEN coalesce(w.benefit_days_after, 0) END AS benefit_days_year_after",
            dialect=DIALECT,
        ).join("work AS w", on=same.format("w"), join_type="left", dialect=DIALECT)
    wanted = typed_columns(column.name for column in event_columns(tables))
    return wanted.from_(query.subquery("wide")).order_by("kind", "index_date", "person_id", "disposal_id")
