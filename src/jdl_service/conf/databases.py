"""Which database: SQLite in the home folder, or PostgreSQL by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote, urlsplit

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from jdl_service.conf.environment import Environment

Settings: TypeAlias = "dict[str, str | int | bool | dict[str, str | int | float]]"


def database(found: Environment) -> Settings:
    """Django's settings of the database.

    Raises:
        UsageError: the address is none of PostgreSQL.
    """
    if not found.database:
        return _sqlite(found)
    address = urlsplit(found.database)
    if address.scheme not in ("postgres", "postgresql") or not address.path.strip("/"):
        message = "JDL_DATABASE: expected postgresql://user:password@host:port/name; found another kind of address."
        raise UsageError(message)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.strip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": unquote(address.hostname or ""),
        "PORT": str(address.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _options(address.query),
    }


def _sqlite(found: Environment) -> Settings:
    # A write waits for the one before it; a transaction that will write says so at once, so that none has to be undone.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(found.home / "service.sqlite3"),
        # a public page costs less than opening the file does
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas},
    }


def _options(query: str) -> dict[str, str | int | float]:
    return {name: unquote(value) for name, _, value in (part.partition("=") for part in query.split("&")) if name}
