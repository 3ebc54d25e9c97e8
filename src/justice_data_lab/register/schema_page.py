"""Writes `docs/reference/register-schema.md` from the schema and the rules: run it after either was changed.

`python -m justice_data_lab.register.schema_page docs/reference/register-schema.md`
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from justice_data_lab.register.rule import EARLIEST, ROWS_IN_ANY_CASE
from justice_data_lab.register.rules import STRUCTURE, all_rules
from justice_data_lab.register.schema import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from justice_data_lab.register.rule import Rule
    from justice_data_lab.register.schema import Column, SourceTable

_HEAD = f"""# The source register

*Made from `register/schema.py` and `register/rules.py`; schema version `{SCHEMA_VERSION}`.*

A source register is a folder of Parquet, one folder a table (`SOURCE/person/*.parquet` …), or a DuckDB file or a
[PostgreSQL database](../how-to/bring-your-own-register.md#a-register-in-postgresql) with tables of these names. Beside the folders stands `SOURCE/manifest.json`, `{{"extract_date": "YYYY-MM-DD"}}`, and in it, where it is announced,
`"next_refresh"`; where people keep their `person_id` from extract to extract, also `"id_scheme"`, a name for those ids, without which the [ledger](../how-to/keep-a-ledger.md)
clears nothing of a later extract. Ids are text or whole numbers and are compared as text. Dates are `DATE`, without a time of day. Columns that
are not listed are not read. The files of a table stand side by side in its folder, with no folders in it, and each is held to this page: a column that may be null may be in some
of them only, and is noted.
"""

_RULES = f"""## Rules

A rule is *fatal* (the build stops), *sets aside* (the rows are left out of the snapshot and counted; `set_aside/` in the snapshot
holds their keys and the rule) or *warns*, which changes nothing. Above its ceiling, a share of the table's rows, a rule that sets aside
is fatal too: so many faults are no longer chance. But of a small table {ROWS_IN_ANY_CASE} rows may always be set aside under a rule, if they are no more
than half of it. The earliest date that is believed is {EARLIEST}.

A broken key is fatal, for it means that tables are of different extracts or that people were lost on the way: only assessments and
employment, which come from other systems and hold people the register never had, may have some. When a person is set aside, all
rows of that person are. When a disposal is set aside, its offences stay: they were proven, and count as reoffences and as history.
Rules on rows are tested only when every table is there with the right types, and keys are unique.

### Tables and columns themselves

| rule | severity | broken when | remedy |
|---|---|---|---|
"""


def schema_page() -> str:
    """The page, from what the schema and the rules say now."""
    structure = "".join(
        f"| `{code}` | {severity} | {message} | {remedy} |\n" for code, (severity, message, remedy) in STRUCTURE.items()
    )
    rules = "".join(_rules(table, [rule for rule in all_rules() if rule.table == table.name]) for table in TABLES)
    return _HEAD + "".join(_table(table) for table in TABLES) + "\n" + _RULES + structure + rules


def _table(table: SourceTable) -> str:
    optional = f" Optional: without it, {table.left_out}." if table.optional else ""
    key = ", ".join(f"`{name}`" for name in table.key)
    named = f" Key: {key}." if table.unique else f" Rows are named by {key}, which need not be unique."
    parents = "".join(f" `{column}` stands in `{parent}`." for column, parent in table.parents)
    head = f"\n## `{table.name}`\n\nOne row for each {table.row}.{optional}{named}{parents}\n\n| column | type | null | values | |\n|---|---|---|---|---|\n"
    return head + "".join(_column(column) for column in table.columns)


def _column(column: Column) -> str:
    kind = {"id": "text or whole number", "text": "text", "code": "text"}.get(column.kind, column.sql_type)
    values = ", ".join(column.allowed)
    if column.kind == "integer":
        values = column.unit if column.high == 1 else f"{column.unit}, {column.low} to {column.high:,}"
    return f"| `{column.name}` | {kind} | {'yes' if column.nullable else 'no'} | {values} | {column.doc} |\n"


def _rules(table: SourceTable, rules: list[Rule]) -> str:
    head = f"\n### Rows of `{table.name}`\n\n| rule | column | severity | ceiling | rows | remedy |\n|---|---|---|---|---|---|\n"
    return head + "".join(_rule(rule) for rule in rules)


def _rule(rule: Rule) -> str:
    ceiling = "" if rule.ceiling is None else f"{rule.ceiling:.0%}"
    return f"| `{rule.code}` | {rule.column or ''} | {rule.severity} | {ceiling} | {rule.message} | {rule.remedy} |\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_page(), encoding="utf-8")
