"""Invented identifiers of the right shape: police number with its check letter, prison number, opaque ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole: TypeAlias = "NDArray[np.int64]"

_CHECK = "ZABCDEFGHJKLMNPQRTUVWXY"
_SERIALS = 9_999_991  # a prime: multiplying by a step below it visits every serial once
_PRISON = 26 * 10_000 * 26 * 26
_LETTERS = pa.array([chr(ord("A") + i) for i in range(26)])


def pnc_check_letter(year: int, serial: int) -> str:
    """Check letter of a police number: the last two digits of the year before the seven-digit serial, modulo 23.

    Example:
        >>> pnc_check_letter(2012, 123456)
        'Y'
    """
    return _CHECK[((year % 100) * 10_000_000 + serial) % 23]


def number_text(values: Whole, width: int) -> pa.Array:
    """Whole numbers as text with zeros in front."""
    return pc.utf8_lpad(pc.cast(pa.array(values), pa.string()), width=width, padding="0")


def numbered(letter: str, values: Whole, width: int) -> pa.Array:
    """Ids such as `P00000042`."""
    return pc.binary_join_element_wise(pa.scalar(letter), number_text(values, width), "")


def pnc_ids(numbers: Whole, years: Whole) -> pa.Array:
    """A police number for each running number, unlike for all of the first ten million."""
    serial = (numbers * 4_567_891 + 1_234_567) % _SERIALS + 1
    check = pa.array(list(_CHECK)).take(pa.array(((years % 100) * 10_000_000 + serial) % 23))
    tail = pc.binary_join_element_wise(number_text(serial, 7), check, "")
    return pc.binary_join_element_wise(number_text(years, 4), tail, "/")


def prison_numbers(numbers: Whole) -> pa.Array:
    """A prison number such as `A1234BC` for each running number, unlike for all of the first 175 million."""
    place = (numbers * 98_765_437 + 7_654_321) % _PRISON
    first, rest = np.divmod(place, 10_000 * 26 * 26)
    digits, last = np.divmod(rest, 26 * 26)
    letters = [_LETTERS.take(pa.array(part)) for part in (first, last // 26, last % 26)]
    return pc.binary_join_element_wise(letters[0], number_text(digits, 4), letters[1], letters[2], "")
