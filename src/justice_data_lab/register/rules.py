"""What a source register must obey: every rule with its severity, its ceiling and its test, generated from the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from justice_data_lab.register import schema
from justice_data_lab.register.rule import EARLIEST, OTHER_SYSTEM_CEILING, QUIET_DAYS, ROW_CEILING, Rule
from justice_data_lab.register.rules_between import BETWEEN
from justice_data_lab.register.schema import TABLES

if TYPE_CHECKING:
    from justice_data_lab.register.rule import Severity
    from justice_data_lab.register.schema import Column, SourceTable

# A nullable column that is not there at all is read as null; every other structural fault stops the build.
STRUCTURE: dict[str, tuple[Severity, str, str]] = {
    "table-missing": ("fatal", "a required table is not in the source", "Add the table, or name it in the map."),
    "table-elsewhere": (
        "fatal",
        "a table is not, or not all of it, in Parquet files of its own folder: in folders within it, in another form, or beside it",
        "Write it unpartitioned, as Parquet files side by side in the folder of its name, and nothing else.",
    ),
    "table-unreadable": ("fatal", "a table cannot be read as Parquet", "Export it again; a file may have been cut short."),
    "table-empty": ("fatal", "a required table has no rows", "Check the export: a register has people and offences."),
    "column-missing": ("fatal", "a required column is not in its table", "Add the column, or map one of yours to it."),
    "column-type": ("fatal", "a column has another type than the schema's", "Convert it, e.g. with `jdl register map`."),
    "column-absent": ("warned", "a column that may be null is not in its table, and is read as null", "Add it if you hold it."),
    "column-in-some-files": (
        "warned",
        "a column that may be null is in some files of its table but not in all, and is read as null from the others",
        "Add it to every file if you hold it.",
    ),
    "ends-early": (
        "warned",
        f"the dates of a table end more than {QUIET_DAYS} days before the extract date, as if nobody had been dealt with since",
        "Give the day up to which the rows reach as the extract date: what it says of follow-up would be wrong.",
    ),
    "column-extra": ("warned", "a column that the schema does not know is not read", "Nothing, unless its name is misspelt."),
    "table-extra": ("warned", "a table that the schema does not know is not read", "Nothing, unless its name is misspelt."),
}


def rules_of(table: SourceTable, present: frozenset[str]) -> tuple[Rule, ...]:
    """Every rule of a table, keys first, given which tables the source has."""
    own = [
        *_key_rules(table),
        *(rule for column in table.columns for rule in _column_rules(table, column)),
        *BETWEEN[table.name],
    ]
    if table.parents:
        own.append(_cascade(table))
    return tuple(rule for rule in own if rule.needs is None or rule.needs in present)


def all_rules() -> tuple[Rule, ...]:
    """Every rule of every table, for the reference page."""
    everything = frozenset(schema.BY_NAME)
    return tuple(rule for table in TABLES for rule in rules_of(table, everything))


def joined(table: SourceTable) -> str:
    """The FROM clause over which a table's rules are tested: the table and, where they exist, its parents' rows."""
    joins = (f"LEFT JOIN {parent} ON {parent}.{column} = {table.name}.{column}" for column, parent in table.parents)
    return " ".join((f"FROM {table.name}", *joins))


def _key_rules(table: SourceTable) -> list[Rule]:
    rules = []
    if table.unique:
        key = table.key[0]
        rules.append(
            Rule(
                code="key-duplicated",
                table=table.name,
                column=key,
                severity="fatal",
                test="count(*) > 1",
                group_by=key,
                message=f"whose {key} names more than one row",
                remedy="Keep one row a key, or make the key unique.",
            )
        )
    other_system = table.optional
    for column, parent in table.parents:
        rules.append(
            Rule(
                code="key-broken",
                table=table.name,
                column=column,
                severity="set aside" if other_system else "fatal",
                ceiling=OTHER_SYSTEM_CEILING if other_system else None,
                test=f"{parent}.{column} IS NULL AND {table.name}.{column} IS NOT NULL",
                message=f"whose {column} is not in the table {parent}",
                remedy=f"Add the missing rows to {parent}, or take these rows out; check that both keys are written alike.",
            )
        )
    return rules


def _keys(table: SourceTable) -> set[str]:
    """Columns without which a row stands for nothing: its own key and those of its parents."""
    return {column for column, _parent in table.parents} | (set(table.key) if table.unique else set())


def _column_rules(table: SourceTable, column: Column) -> list[Rule]:
    at = f"{table.name}.{column.name}"
    rules = []
    if not column.nullable:
        blank = f"{at} IS NULL" if column.kind in ("date", "boolean", "integer") else f"{at} IS NULL OR trim({at}) = ''"
        is_key = column.name in _keys(table)
        rules.append(
            Rule(
                code="key-missing" if is_key else "value-missing",
                table=table.name,
                column=column.name,
                severity="fatal" if is_key else "set aside",
                ceiling=None if is_key else ROW_CEILING,
                test=blank,
                message=f"without {column.name}, which may not be null",
                remedy="Fill it in, or map null to the code for unknown where there is one.",
            )
        )
    if column.kind == "code":
        rules.append(_code_rule(table, column))
    if column.kind == "integer":
        rules.append(_range_rule(table, column, at))
    if column.kind == "date":
        rules.extend(_date_rules(table, column, at))
    return rules


def _code_rule(table: SourceTable, column: Column) -> Rule:
    listed = exp.column(column.name, table=table.name).isin(*column.allowed)
    known = f"one of the {len(column.allowed)} listed" if len(column.allowed) > 8 else ", ".join(column.allowed)
    return Rule(
        code="code-unknown",
        table=table.name,
        column=column.name,
        severity="set aside",
        ceiling=ROW_CEILING,
        test=exp.not_(listed).sql(dialect="duckdb"),
        message=f"whose {column.name} is not {known}",
        remedy="Map the code to a listed one with `jdl register map`.",
    )


def _range_rule(table: SourceTable, column: Column, at: str) -> Rule:
    return Rule(
        code="number-out-of-range",
        table=table.name,
        column=column.name,
        severity="set aside",
        ceiling=ROW_CEILING,
        test=f"{at} < {column.low} OR {at} > {column.high}",
        message=f"whose {column.name} is not from {column.low} to {column.high:,}",
        remedy="Correct it, or leave it null where that is allowed.",
    )


def _date_rules(table: SourceTable, column: Column, at: str) -> list[Rule]:
    planned = column.future == "warn"
    return [
        Rule(
            code="date-after-extract",
            table=table.name,
            column=column.name,
            severity="warned" if planned else "set aside",
            ceiling=None if planned else ROW_CEILING,
            test=f"{at} > $extract_date",
            message=f"whose {column.name} is after the extract date",
            remedy="Nothing, if it is a plan." if planned else "Correct the date, or give the right --extract-date.",
        ),
        Rule(
            code="date-too-early",
            table=table.name,
            column=column.name,
            severity="set aside",
            ceiling=ROW_CEILING,
            test=f"{at} < DATE '{EARLIEST}'",
            message=f"whose {column.name} is before {EARLIEST}",
            remedy="Correct the date; a made-up date that stands for unknown must be null.",
        ),
    ]


def _cascade(table: SourceTable) -> Rule:
    person_rules = [
        rule.test
        for column in schema.PERSON.columns
        for rule in _column_rules(schema.PERSON, column)
        if rule.severity == "set aside"
    ]
    person_rules += [rule.test for rule in BETWEEN["person"] if rule.severity == "set aside"]
    return Rule(
        code="person-set-aside",
        table=table.name,
        column=schema.PERSON_ID,
        severity="set aside",
        test=f"person.person_id IS NOT NULL AND ({' OR '.join(f'({test})' for test in person_rules)})",
        message="of a person whose own row was set aside",
        remedy="Correct the person's row.",
    )
