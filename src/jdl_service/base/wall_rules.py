"""What the second wall lets through, drawn from the `paths` of the query sets: one policy a table and role, made anew at each migration."""

# ruff: noqa: SLF001 -- `_meta` and the managers are how Django tells of its models

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from jdl_service.base.tenancy import TenantQuerySet
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db import models

    from jdl_service.accounts.models import User

ROLES = ("jdl_member", "jdl_lab")
_ON = ("all", "select", "insert", "update", "delete")
# Stands in a query for the person until the query is a function, where the person is a setting of the connection.
_SOMEBODY = 8_765_432_109_876_543_210
_PERSON = "NULLIF(current_setting('jdl.user', true), '')::bigint"
_MAKE_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
  IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN GRANT {role} TO CURRENT_USER; END IF;
END $$
"""
_GRANT = """
DO $$ BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO {role}', current_schema());
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO {role}', current_schema());
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %1$I TO {role}', current_schema());
END $$
"""


def build(**told: object) -> None:  # noqa: ARG001 -- a signal's receiver
    """Build the wall anew; on PostgreSQL, once every table is there.

    Raises:
        UsageError: the database does not let its roles be made.
    """
    if connection.vendor != "postgresql":
        return
    there = set(connection.introspection.table_names())
    walled = [model for model in apps.get_models() if paths_of(model)]
    if not all(model._meta.db_table in there for model in walled):
        return
    with transaction.atomic():
        _roles()
        for model in walled:
            for statement in _statements(model):
                _run(statement)


def paths_of(model: type[models.Model]) -> tuple[str, ...]:
    """The paths from a row to the organisations whose pages may be made from it.

    Rows of the lab have none of their own; they hang on a row that has, and stand behind the same wall.
    """
    found = _query_set(model)
    if found is None or found.paths:
        return found.paths if found is not None else ()
    for field in model._meta.concrete_fields:
        related = field.related_model
        if isinstance(related, type) and related is not model and (further := paths_of(related)):
            return tuple(f"{field.name}__{path}" for path in further)
    return ()


def _query_set(model: type[models.Model]) -> TenantQuerySet[Any] | None:
    found = model._default_manager.all() if model._meta.managed else None
    return found if isinstance(found, TenantQuerySet) else None


def _roles() -> None:
    for role in ROLES:
        try:
            with transaction.atomic():
                _run(_MAKE_ROLE.format(role=role))
        except ProgrammingError:
            message = (
                "The database does not let this user make roles. Have its administrator run once: "
                "CREATE ROLE jdl_member NOLOGIN; CREATE ROLE jdl_lab NOLOGIN; GRANT jdl_member, jdl_lab TO the user of JDL_DATABASE;"
            )
            raise UsageError(message) from None
        _run(_GRANT.format(role=role))


def _statements(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    # policies add up: one of an earlier version would let through what it let through then
    yield from (f'DROP POLICY IF EXISTS "{role}_{on}" ON "{table}"' for role in ROLES for on in _ON)
    yield from _for_member(model, table)
    yield from _for_lab(model, table)


def _for_member(model: type[models.Model], table: str) -> Iterator[str]:
    """The rows to which a path leads from an organisation of the person."""
    parts = []
    for number, path in enumerate(paths_of(model)):
        column, query = _column(model, path)
        yield _function(f"jdl_wall_{table}_{number}", query)
        parts.append(f'"{column}" IN (SELECT jdl_wall_{table}_{number}())')
    theirs = " OR ".join(parts)
    if "" not in paths_of(model):
        yield _policy(table, "jdl_member", "all", theirs)
        return
    # An organisation is known to all who may have to do with it, and changed by its own people alone; a new one belongs to nobody yet.
    for on, seen in (("select", "true"), ("insert", "true"), ("update", theirs), ("delete", theirs)):
        yield _policy(table, "jdl_member", on, seen)


def _for_lab(model: type[models.Model], table: str) -> Iterator[str]:
    """What the query set gives the lab: everything, or its own choice of rows, which looks at no person."""
    found = cast("TenantQuerySet[Any]", _query_set(model))
    seen = "true"
    if type(found).for_lab is not TenantQuerySet.for_lab:
        yield _function(f"jdl_wall_{table}_lab", found.for_lab(cast("User", None)))
        seen = f'"{_key(model)}" IN (SELECT jdl_wall_{table}_lab())'
    yield _policy(table, "jdl_lab", "all", seen)


def _column(model: type[models.Model], path: str) -> tuple[str, models.QuerySet[Any]]:
    """A column of the row and the values at which it is theirs: of a new row too, which no query finds yet."""
    head, _, rest = path.partition("__")
    field = model._meta.get_field(head) if head else None
    if field is not None and (field.many_to_one or field.one_to_one):
        return str(getattr(field, "column", "")), _reaching(cast("type[models.Model]", field.related_model), rest)
    return _key(model), _reaching(model, path)


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


def _reaching(model: type[models.Model], path: str) -> models.QuerySet[Any]:
    return model._base_manager.filter(**{f"{path}__memberships__user" if path else "memberships__user": _SOMEBODY})


def _function(name: str, query: models.QuerySet[Any]) -> str:
    """The keys of a query as a function that reads past the wall, since a table cannot ask itself."""
    sql, params = query.order_by().values("pk").query.sql_with_params()
    text = str(connection.ops.compose_sql(sql, params)).replace(str(_SOMEBODY), _PERSON)  # type: ignore[attr-defined]  # of PostgreSQL
    return (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER '
        f"SET search_path FROM CURRENT AS $wall$ {text} $wall$"
    )


def _policy(table: str, role: str, on: str, seen: str) -> str:
    using = "" if on == "insert" else f"USING ({seen})"
    check = f"WITH CHECK ({seen})" if on in ("all", "insert", "update") else ""
    return f'CREATE POLICY "{role}_{on}" ON "{table}" FOR {on.upper()} TO {role} {using} {check}'


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
