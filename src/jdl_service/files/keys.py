"""The keys. The worker's opens cohort files, the web's opens what goes back to whoever sent a file; the ledger has its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pyrage import IdentityError, RecipientError, x25519

from justice_data_lab.errors import JDLError
from justice_data_lab.ledger_file import create_ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jdl_service.conf.environment import Environment

PUBLIC = ".public"
IDENTITY = "AGE-SECRET-KEY-"


class NoKeyError(JDLError):
    """A key that a process works with is not there, or is none: for the operator to read, and nobody else to see."""


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
        NoKeyError: there is none.
    """
    name = "JDL_WORKER_RECIPIENT"
    return _recipient(found.worker_recipient or _public(found.worker_key, name), name)


def worker_identity(found: Environment) -> str:
    """The worker's own key; only the worker asks for it.

    Raises:
        NoKeyError: there is none.
    """
    return _identities(found.worker_key, "JDL_WORKER_KEY")


def web_recipient(found: Environment) -> str:
    """The web's public key, for the worker.

    Raises:
        NoKeyError: there is none.
    """
    return _recipient(_public(found.web_key, "JDL_WEB_KEY"), "JDL_WEB_KEY")


def web_identity(found: Environment) -> str:
    """The web's own key.

    Raises:
        NoKeyError: there is none.
    """
    return _identities(found.web_key, "JDL_WEB_KEY")


def lacking(found: Environment, *, only: str | None) -> tuple[str, ...]:
    """Every key that web, worker or both (None) cannot work without and have not, in words; none when they are all there."""
    needs = {"web": (worker_recipient, web_identity), "worker": (worker_identity, web_recipient)}
    return tuple(filter(None, (_lack(found, key) for process, keys in needs.items() if only in (None, process) for key in keys)))


def _lack(found: Environment, key: Callable[[Environment], str]) -> str:
    try:
        key(found)
    except NoKeyError as error:
        return str(error)
    return ""


def _public(key: Path, variable: str) -> str:
    path = key.with_suffix(PUBLIC)
    return _read(path, variable, f"age-keygen -y {key.name} > {path.name}")


def _read(path: Path, variable: str, made: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        message = f"{variable}: expected a key in {path}, found none that can be read. It is made with `{made}`"
        raise NoKeyError(message) from None


def _recipient(text: str, variable: str) -> str:
    try:
        x25519.Recipient.from_str(text)
    except RecipientError:
        message = f"{variable}: expected the public half of a key, such as age1…, found something else"
        raise NoKeyError(message) from None
    return text


def _identities(path: Path, variable: str) -> str:
    text = _read(path, variable, f"age-keygen -o {path.name}")
    try:
        known = [x25519.Identity.from_str(line) for line in text.split() if line.startswith(IDENTITY)]
    except IdentityError:
        known = []
    if not known:
        message = f"{variable}: expected a key of age in {path}, one or more lines that begin with {IDENTITY}, found none"
        raise NoKeyError(message)
    return text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
