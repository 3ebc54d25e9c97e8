"""The keys. The worker's opens cohort files, the web's opens what goes back to whoever sent a file; the ledger has its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pyrage import x25519

from justice_data_lab.errors import UsageError
from justice_data_lab.ledger_file import create_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from jdl_service.conf.environment import Environment

PUBLIC = ".public"


def make_keys(found: Environment) -> None:
    """Make the keys and the ledger that are not there yet, each readable by its owner alone; age keys with their public half beside."""
    wanted = (found.web_key, *(() if found.worker_recipient else (found.worker_key,)))
    for path in wanted:
        if not path.exists():
            identity = x25519.Identity.generate()
            _write(path, f"{identity}\n")
            path.with_suffix(PUBLIC).write_text(f"{identity.to_public()}\n", encoding="utf-8")
    if not found.ledger.exists():
        create_ledger(found.ledger, found.ledger_key)


def worker_recipient(found: Environment) -> str:
    """The worker's public key: all that the web process needs, and has.

    Raises:
        UsageError: there is none.
    """
    return found.worker_recipient or _read(found.worker_key.with_suffix(PUBLIC), "JDL_WORKER_RECIPIENT")


def worker_identity(found: Environment) -> str:
    """The worker's own key; only the worker asks for it.

    Raises:
        UsageError: there is none.
    """
    return _read(found.worker_key, "JDL_WORKER_KEY")


def web_recipient(found: Environment) -> str:
    """The web's public key, for the worker.

    Raises:
        UsageError: there is none.
    """
    return _read(found.web_key.with_suffix(PUBLIC), "JDL_WEB_KEY")


def web_identity(found: Environment) -> str:
    """The web's own key.

    Raises:
        UsageError: there is none.
    """
    return _read(found.web_key, "JDL_WEB_KEY")


def _read(path: Path, variable: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        message = f"{variable}: expected a key in {path.name}, found none. `jdl serve keys` makes keys; see the operator's guide."
        raise UsageError(message) from None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
