"""How a file is sealed: a random data key for each, AES-256-GCM in chunks, the key wrapped to an age recipient.

Every chunk's nonce counts up and says whether it is the last, so that chunks can neither be swapped, dropped nor cut off unseen
(the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyrage import DecryptError, decrypt, encrypt, x25519

from jdl_service.files.keys import IDENTITY
from justice_data_lab.errors import JDLError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK = 1 << 16
_TAG, _KEY, _PREFIX = 16, 32, 7
_MAGIC = b"JDLSEAL1"


class SealBrokenError(JDLError):
    """A sealed file that cannot be opened: changed, cut off, of another key, or destroyed."""


def new_key() -> bytes:
    """A data key for one file."""
    return secrets.token_bytes(_KEY)


def wrap(key: bytes, recipient: str) -> bytes:
    """The data key, readable by nobody but the holder of the recipient's identity."""
    wrapped: bytes = encrypt(key, [x25519.Recipient.from_str(recipient)])
    return wrapped


def unwrap(wrapped: bytes, identities: str) -> bytes:
    """The data key again.

    Args:
        wrapped: the key as it was wrapped.
        identities: an age key file: identities a line, the one in use first, and lines that say something of them.

    Raises:
        SealBrokenError: it was destroyed, or wrapped for another.
    """
    known = [x25519.Identity.from_str(line) for line in identities.split() if line.startswith(IDENTITY)]
    try:
        key: bytes = decrypt(wrapped, known)
    except DecryptError:
        message = "A sealed file cannot be opened: its key was destroyed, or was wrapped for another worker's key."
        raise SealBrokenError(message) from None
    return key


def seal(chunks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The sealed bytes of plain ones, piece by piece, never holding more than two chunks."""
    cipher, prefix = AESGCM(key), secrets.token_bytes(_PREFIX)
    yield _MAGIC + prefix
    waiting, number = b"", 0
    for piece in chunks:
        waiting += piece
        while len(waiting) > CHUNK:
            yield cipher.encrypt(_nonce(prefix, number, last=False), waiting[:CHUNK], _MAGIC)
            waiting, number = waiting[CHUNK:], number + 1
    yield cipher.encrypt(_nonce(prefix, number, last=True), waiting, _MAGIC)


def unseal(chunks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The plain bytes again; each piece is checked before it is given.

    Raises:
        SealBrokenError: a byte was changed, or the end is missing.
    """
    cipher, buffer, prefix, number = AESGCM(key), b"", b"", 0
    for piece in chunks:
        buffer += piece
        if not prefix and len(buffer) >= len(_MAGIC) + _PREFIX:
            prefix, buffer = _head(buffer)
        while prefix and len(buffer) > CHUNK + _TAG:
            yield _open(cipher, _nonce(prefix, number, last=False), buffer[: CHUNK + _TAG])
            buffer, number = buffer[CHUNK + _TAG :], number + 1
    if not prefix:
        _broken()
    yield _open(cipher, _nonce(prefix, number, last=True), buffer)


def _head(buffer: bytes) -> tuple[bytes, bytes]:
    if not buffer.startswith(_MAGIC):
        _broken()
    return buffer[len(_MAGIC) : len(_MAGIC) + _PREFIX], buffer[len(_MAGIC) + _PREFIX :]


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _open(cipher: AESGCM, nonce: bytes, data: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, data, _MAGIC)
    except InvalidTag:
        _broken()


def _broken() -> NoReturn:
    message = "A sealed file cannot be opened: it was changed or cut off, or this is not its key. Restore it from a backup."
    raise SealBrokenError(message)
