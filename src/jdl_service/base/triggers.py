"""Rules that the database itself keeps, on SQLite and PostgreSQL, whoever writes to it: a trigger that refuses a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that may not be written.

    Attributes:
        name: of the trigger.
        table: on which it stands.
        on: what is refused; `TRUNCATE`, which empties a table at a stroke, is a statement of PostgreSQL alone.
        when: SQL condition on NEW and OLD; the same on both databases.
        message: what the database answers.
    """

    name: str
    table: str
    on: Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE"]
    when: str
    message: str

    def make(self, vendor: str) -> tuple[str, ...]:
        """The statements that make it."""
        if vendor == "sqlite" and self.on == "TRUNCATE":
            return ()
        if vendor == "sqlite":
            body = f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            return (f'CREATE TRIGGER "{self.name}" BEFORE {self.on} ON "{self.table}" FOR EACH ROW WHEN {self.when} {body}',)
        kept = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.on, "NEW")
        each = "STATEMENT" if self.on == "TRUNCATE" else "ROW"
        raised = f"RAISE EXCEPTION '{self.message}' USING ERRCODE = 'integrity_constraint_violation'"
        body = f"BEGIN IF {self.when} THEN {raised}; END IF; RETURN {kept}; END"
        return (
            f'CREATE FUNCTION "{self.name}"() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$',
            f'CREATE TRIGGER "{self.name}" BEFORE {self.on} ON "{self.table}" FOR EACH {each} EXECUTE FUNCTION "{self.name}"()',
        )

    def drop(self, vendor: str) -> tuple[str, ...]:
        """The statements that take it away."""
        if vendor == "sqlite" and self.on == "TRUNCATE":
            return ()
        if vendor == "sqlite":
            return (f'DROP TRIGGER "{self.name}"',)
        return (f'DROP TRIGGER "{self.name}" ON "{self.table}"', f'DROP FUNCTION "{self.name}"()')


def refuse(*refusals: Refusal) -> migrations.RunPython:
    """A step of a migration that makes these triggers, and takes them away again."""

    def make(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
        for refusal in refusals:
            for statement in refusal.make(editor.connection.vendor):
                editor.execute(statement)

    def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
        for refusal in reversed(refusals):
            for statement in refusal.drop(editor.connection.vendor):
                editor.execute(statement)

    return migrations.RunPython(make, drop)


def append_only(table: str, *, fixed: tuple[str, ...] = ()) -> tuple[Refusal, ...]:
    """Rows that are neither changed nor deleted once they are written.

    Args:
        table: which.
        fixed: the columns that stay as they are; all, when none is named.
    """
    message = f"{table} is append-only"
    # a null beside a value makes neither side of "<>" true
    changed = " OR ".join(f"NEW.{column} <> OLD.{column} OR (NEW.{column} IS NULL) <> (OLD.{column} IS NULL)" for column in fixed)
    return (
        Refusal(name=f"{table}_no_update", table=table, on="UPDATE", when=changed or "1 = 1", message=message),
        Refusal(name=f"{table}_no_delete", table=table, on="DELETE", when="1 = 1", message=message),
    )
