"""The ledger's key on disk: 32 random bytes that only the lab may read, kept apart from the ledger."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.files import new_file
from justice_data_lab.linkage.tokens import KEY_BYTES

if TYPE_CHECKING:
    from pathlib import Path

_MARK = b"justice-data-lab/ledger/1"


def create_key(path: Path) -> bytes:
    """Write a new key that nobody but its owner can read.

    Raises:
        UsageError: there is a file of that name; a key that is lost makes its ledger worthless.
    """
    new_file(path)
    key = secrets.token_bytes(KEY_BYTES)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(handle, "wb") as stream:
        stream.write(key)
        stream.flush()
        os.fsync(stream.fileno())
    return key


def read_key(path: Path) -> bytes:
    """The key.

    Raises:
        UsageError: there is none, it is not a key, or everybody on the machine can read it.
    """
    if not path.is_file():
        message = (
            f"{path.name}: expected the ledger's key, found none. Check the path; `jdl ledger create` makes a ledger and its key."
        )
        raise UsageError(message)
    if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        message = (
            f"{path.name}: everybody on this machine can read or change the ledger's key. Run `chmod 600` on it, then try again."
        )
        raise UsageError(message)
    key = _key_in(path.read_bytes())
    if len(key) != KEY_BYTES:
        message = (
            f"{path.name}: expected a key of {KEY_BYTES} bytes made by `jdl ledger create`, found {len(key)}. Give the right file, "
            "or restore it from its backup."
        )
        raise UsageError(message)
    return key


def _key_in(content: bytes) -> bytes:
    """The bytes of a key, which may also be written down as hexadecimal digits, as on paper."""
    try:
        return bytes.fromhex(content.decode("ascii")) if len(content.strip()) == 2 * KEY_BYTES else content
    except (UnicodeDecodeError, ValueError):
        return content


def mark_of(key: bytes) -> str:
    """By what a key is known again without being told: tokens are of one ledger when their keys have one mark."""
    return hmac.new(key, _MARK, "sha256").hexdigest()
