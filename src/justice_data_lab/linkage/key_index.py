"""The sorted key index: which identities have a blocking key, and what the register says of them, without reading the rest.

Keys and identities stand in plain files in the order of the key, and the cleaned identities in an Arrow file in the order of
their numbers. All three are mapped into memory: a request touches the few pages that it looks up, and two requests on one machine
share them. A look-up lets go of its pages every so often, since the system maps the neighbours of each page that is touched: on a large
register a request would otherwise end up holding most of the index. See `docs/explanation/linkage.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from justice_data_lab.errors import UsageError
from justice_data_lab.files import file_sha256, whole_folder
from justice_data_lab.linkage.key_merge import merged_keys, moved_identities
from justice_data_lab.linkage.keys import read_sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt
    from duckdb import DuckDBPyConnection

    from justice_data_lab.linkage.key_merge import Keys, Numbers

KEYS, NUMBERS, IDENTITIES = "keys.int64", "identities.int32", "identity.arrow"
# Little-endian on every machine, so that a snapshot can be carried from one to another.
_KEY, _NUMBER = np.dtype("<i8"), np.dtype("<i4")
# Identities in one batch of the Arrow file: a look-up finds its batch by division.
BATCH = 65_536
# Batches read from the engine at once: a million rows.
_AT_ONCE = 16 * BATCH
# Keys looked up, and batches taken from, before the pages that were touched are let go.
_KEYS_A_MAPPING, _BATCHES_A_MAPPING = 1_024, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIndex:
    """A snapshot's key index, read-only.

    Attributes:
        folder: where its files are.
    """

    folder: Path

    @property
    def keys(self) -> npt.NDArray[np.int64]:
        """Every blocking key, ascending, mapped into memory; a key that several identities have stands once for each."""
        return _mapped(self.folder / KEYS, _KEY)

    @property
    def numbers(self) -> npt.NDArray[np.int32]:
        """The identity of each key, mapped into memory."""
        return _mapped(self.folder / NUMBERS, _NUMBER)

    def find(self, wanted: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Identities that have one of the wanted keys.

        Args:
            wanted: keys, in any order.

        Returns:
            For each match the place in `wanted`, and the identity.
        """
        # In ascending order one look-up after the other touches neighbouring pages.
        order = np.argsort(wanted, kind="stable")
        parts = [
            self._found(wanted, order[start : start + _KEYS_A_MAPPING]) for start in range(0, max(len(order), 1), _KEYS_A_MAPPING)
        ]
        places, numbers = zip(*parts, strict=True)
        return np.concatenate(places), np.concatenate(numbers)

    def identities(self, numbers: npt.NDArray[np.int32]) -> pa.Table:
        """The cleaned identities of those numbers.

        Args:
            numbers: ascending, each once.
        """
        batches, starts = np.unique((numbers - 1) // BATCH, return_index=True)
        parts = np.split((numbers - 1) % BATCH, starts)[1:]
        groups = range(0, max(len(parts), 1), _BATCHES_A_MAPPING)
        return pa.concat_tables(
            self._taken(batches[start : start + _BATCHES_A_MAPPING], parts[start : start + _BATCHES_A_MAPPING])
            for start in groups
        )

    def _found(
        self, wanted: npt.NDArray[np.int64], places: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """The same for the wanted keys of those places, by mappings that end with it."""
        keys, numbers = self.keys, self.numbers
        first = np.searchsorted(keys, wanted[places], side="left")
        count = np.searchsorted(keys, wanted[places], side="right") - first
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(places, count), np.asarray(numbers[np.repeat(first, count) + within])

    def _taken(self, batches: npt.NDArray[np.int32], parts: list[npt.NDArray[np.int32]]) -> pa.Table:
        """Rows of some batches, copied out of a mapping that ends with it."""
        with pa.memory_map(str(self.folder / IDENTITIES)) as source:
            reader = pa.ipc.open_file(source)
            found = [reader.get_batch(int(batch)).take(pa.array(part)) for batch, part in zip(batches, parts, strict=True)]
            return pa.Table.from_batches(found, schema=reader.schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierKeys:
    """The key index of an earlier extract, made by the same query.

    Attributes:
        index: it.
        identities: table of the identities that its numbers are of.
    """

    index: KeyIndex
    identities: str


def open_key_index(folder: Path) -> KeyIndex:
    """A snapshot's key index, whose files are whole.

    Raises:
        UsageError: a file is missing or was cut short.
    """
    sizes = [(folder / name).stat().st_size if (folder / name).is_file() else -1 for name in (KEYS, NUMBERS, IDENTITIES)]
    if min(sizes) < 0 or sizes[0] % _KEY.itemsize or sizes[0] // _KEY.itemsize * _NUMBER.itemsize != sizes[1]:
        message = f"Expected a whole key index in {folder.name}, found parts of one. Build the snapshot again from its source."
        raise UsageError(message)
    return KeyIndex(folder=folder)


def write_key_index(
    con: DuckDBPyConnection,
    folder: Path,
    *,
    identities: str,
    rows: Callable[[str], str] = read_sql,
    earlier: EarlierKeys | None = None,
) -> int:
    """Write the key index of a table of cleaned identities; the folder appears whole or not at all.

    Args:
        con: the connection.
        folder: to write.
        identities: the table, with a column `identity` that numbers its rows from 1.
        rows: for a query's name, the SQL by which its rows are had.
        earlier: where the keys of identities that stayed are taken from.

    Returns:
        How many keys there are.
    """
    with whole_folder(folder) as scratch:
        con.execute(f"CREATE OR REPLACE VIEW identity_for_keys AS FROM {identities}")
        pairs = _refreshed(con, identities, earlier) if earlier else _worked_out(con, rows("register_keys"))
        keys = _write_keys(scratch, pairs)
        con.execute("DROP VIEW identity_for_keys")
        _write_identities(con, scratch / IDENTITIES, identities)
    return keys


def index_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the two key files; what the Arrow file holds is hashed as the table `identity`."""
    return {name: file_sha256(folder / name) for name in (KEYS, NUMBERS)}


def same_identities(con: DuckDBPyConnection, folder: Path, identities: str) -> bool:
    """Whether the Arrow file of an index holds the cleaned identities of a table, as `write_key_index` wrote it."""
    rows = f"FROM {identities} WHERE identity > $after AND identity <= $upto ORDER BY identity"
    last = int(con.execute(f"SELECT coalesce(max(identity), 0) FROM {identities}").fetchall()[0][0])  # noqa: S608 -- a name of ours
    with pa.memory_map(str(folder / IDENTITIES)) as source:
        reader = pa.ipc.open_file(source)
        if reader.num_record_batches != -(-last // BATCH):
            return False
        for number in range(reader.num_record_batches):
            table = con.sql(rows, params={"after": number * BATCH, "upto": (number + 1) * BATCH}).to_arrow_table()
            if not table.equals(pa.Table.from_batches([reader.get_batch(number)])):
                return False
    return True


def _mapped(file: Path, kind: np.dtype[np.signedinteger]) -> npt.NDArray[np.signedinteger]:
    # A file without a byte cannot be mapped.
    return np.asarray(np.memmap(file, dtype=kind, mode="r")) if file.stat().st_size else np.empty(0, kind)


def _worked_out(con: DuckDBPyConnection, query: str) -> Iterator[tuple[Keys, Numbers]]:
    for batch in con.sql(query).to_arrow_reader(_AT_ONCE):
        yield batch.column("key").to_numpy(), batch.column("identity").to_numpy()


def _refreshed(con: DuckDBPyConnection, identities: str, earlier: EarlierKeys) -> Iterator[tuple[Keys, Numbers]]:
    """The same pairs: only identities that are new have their keys worked out, and held in memory."""
    moved = moved_identities(con, earlier=earlier.identities, identities=identities)
    con.register("stayed_identity", pa.table({"identity": pa.array(moved[moved > 0])}))
    con.execute(f"CREATE OR REPLACE VIEW identity_for_keys AS FROM {identities} ANTI JOIN stayed_identity USING (identity)")
    added = con.sql(read_sql("register_keys")).to_arrow_table()
    keys, numbers = (added.column(name).to_numpy() for name in ("key", "identity"))
    yield from merged_keys(earlier.index.keys, earlier.index.numbers, moved, (keys, numbers))
    con.unregister("stayed_identity")


def _write_keys(folder: Path, pairs: Iterable[tuple[Keys, Numbers]]) -> int:
    written = 0
    with (folder / KEYS).open("wb") as keys, (folder / NUMBERS).open("wb") as numbers:
        for key, identity in pairs:
            keys.write(key.astype(_KEY, copy=False).tobytes())
            numbers.write(identity.astype(_NUMBER, copy=False).tobytes())
            written += len(key)
    return written


def _write_identities(con: DuckDBPyConnection, file: Path, identities: str) -> None:
    rows = f"FROM {identities} WHERE identity > $after AND identity <= $upto ORDER BY identity"
    last = int(con.execute(f"SELECT coalesce(max(identity), 0) FROM {identities}").fetchall()[0][0])  # noqa: S608 -- a name of ours
    schema = con.sql(f"FROM {identities} LIMIT 0").to_arrow_table().schema
    with pa.ipc.new_file(str(file), schema) as writer:
        for after in range(0, last, _AT_ONCE):
            table = con.sql(rows, params={"after": after, "upto": after + _AT_ONCE}).to_arrow_table()
            for batch in table.combine_chunks().to_batches(max_chunksize=BATCH):
                writer.write_batch(batch)
