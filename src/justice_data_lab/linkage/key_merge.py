"""The key index of an earlier extract, brought up to date: keys of identities that stayed are moved, those of new ones are put between."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from justice_data_lab.register.schema import AFTER_EVERY_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

Keys: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.int32]

# Keys merged at once, and identities held against each other at once: bounds memory whatever the size of the register.
AT_ONCE = 4_000_000
IDENTITIES_AT_ONCE = 500_000
_SAME = ("surname", "forename", "middle_names", "date_of_birth", "sex", "pnc_id", "prison_number", "is_primary")


def moved_identities(con: DuckDBPyConnection, *, earlier: str, identities: str) -> Numbers:
    """The number that each identity of an earlier extract has now, at the place of its number then; 0 for one that is gone.

    Args:
        con: the connection.
        earlier: table of the earlier extract's cleaned identities.
        identities: table of this one's.

    Notes:
        An identity stayed when every column but its number is the same. Both tables are numbered in one order of these columns, so
        identities that stayed have kept their order.
    """
    (last,) = con.execute(f"SELECT coalesce(max(identity), 0) FROM {earlier}").fetchall()[0]  # noqa: S608 -- a name of ours
    moved: Numbers = np.zeros(last + 1, np.int32)
    same = " AND ".join(f"o.{column} IS NOT DISTINCT FROM n.{column}" for column in _SAME)
    within = "WHERE person_id >= $low AND person_id < $high"
    query = (
        f"SELECT o.identity AS old, n.identity AS new FROM (FROM {earlier} {within}) AS o "  # noqa: S608 -- names of ours
        f"JOIN (FROM {identities} {within}) AS n ON o.person_id = n.person_id AND {same}"
    )
    for low, high in _ranges(con, identities):
        found = con.execute(query, {"low": low, "high": high}).fetchnumpy()
        moved[found["old"]] = found["new"]
    return moved


def merged_keys(keys: Keys, numbers: Numbers, moved: Numbers, added: tuple[Keys, Numbers]) -> Iterator[tuple[Keys, Numbers]]:
    """Keys in ascending order with the identity of each, those of one key in the order of their numbers; piece by piece.

    Args:
        keys: of the earlier extract, in that order.
        numbers: of their identities.
        moved: as `moved_identities` gives it.
        added: keys of the identities that are new, with these, in that order.
    """
    starts = np.unique(np.searchsorted(keys, keys[::AT_ONCE]))
    # A piece begins at the first place of its key, and the first piece with whatever new key is less than all.
    cuts = np.searchsorted(added[0], keys[starts[1:]])
    olds = zip(np.split(keys, starts[1:]), np.split(numbers, starts[1:]), strict=True)
    news = zip(np.split(added[0], cuts), np.split(added[1], cuts), strict=True)
    for (old_keys, old_numbers), (new_keys, new_numbers) in zip(olds, news, strict=True):
        place = moved[old_numbers]
        stayed = place > 0
        yield _merged(np.concatenate([old_keys[stayed], new_keys]), np.concatenate([place[stayed], new_numbers]))


def _merged(keys: Keys, numbers: Numbers) -> tuple[Keys, Numbers]:
    """Two runs, one behind the other, each in order, as one."""
    # A stable sort of two ascending runs is a merge.
    order = np.argsort(keys, kind="stable")
    keys, numbers = keys[order], numbers[order]
    turned = (keys[1:] == keys[:-1]) & (numbers[1:] < numbers[:-1])
    if turned.any():
        wrong = np.unique(keys[1:][turned])
        first = np.searchsorted(keys, wrong, side="left")
        count = np.searchsorted(keys, wrong, side="right") - first
        place = np.arange(count.sum()) + np.repeat(first - (np.cumsum(count) - count), count)
        numbers[place] = numbers[place][np.lexsort((numbers[place], keys[place]))]
    return keys, numbers


def _ranges(con: DuckDBPyConnection, identities: str) -> Iterator[tuple[str, str]]:
    """Ranges of person ids, [low, high), together all of them, with about so many identities each."""
    query = f"SELECT DISTINCT person_id FROM {identities} WHERE identity % $size = 0 ORDER BY person_id"  # noqa: S608 -- a name of ours
    starts = [str(row[0]) for row in con.execute(query, {"size": IDENTITIES_AT_ONCE}).fetchall()]
    yield from zip(["", *starts], [*starts, AFTER_EVERY_ID], strict=True)
