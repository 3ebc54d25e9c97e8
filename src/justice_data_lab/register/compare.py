"""What a new extract of the register changed: counts and rates for whoever keeps it, and nobody by name or id."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date  # noqa: TC003 -- a field's type, read when JSON is
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.records import from_json, to_json
from justice_data_lab.register.connect import attach, connect_with_scratch, identifier, parquet
from justice_data_lab.register.describe import NationalRate, describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from justice_data_lab.files import Json
    from justice_data_lab.register.snapshot import Register

_FOLLOWED = "complete_follow_up"
_PERSON, _EVENT = ("person_id",), ("person_id", "disposal_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanChange:
    """First and last date of a dated table, before and now; None where the extract has no such table."""

    table: str
    old_first: date | None
    old_last: date | None
    new_first: date | None
    new_last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """Rows of a table, before and now."""

    table: str
    old: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of people, or of index events.

    Attributes:
        new: in the new extract alone.
        gone: in the old extract alone.
        changed: in both, and not the same.
        same: in both, the same in every column.
    """

    new: int
    gone: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """One-year proven reoffending rate of one group of index events, before and now; None where no event was followed up."""

    grouped_by: str
    level: str
    old_events: int
    new_events: int
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChange:
    """An extract held against the one before it.

    Attributes:
        old_extract: day of the old extract.
        new_extract: of the new one.
        spans: of the dated tables.
        rows: of every prepared table.
        people: by their identities (names, dates of birth, numbers); None where the two extracts know people by other ids.
        events: index events by every column that both have; None likewise.
        newly_followed: of the changed events, those whose follow-up became complete; None likewise.
        rates: of every group that either has.
    """

    old_extract: date
    new_extract: date
    spans: tuple[SpanChange, ...]
    rows: tuple[RowChange, ...]
    people: Moved | None
    events: Moved | None
    newly_followed: int | None
    rates: tuple[RateChange, ...]

    def summary(self) -> str:
        """The change as text for a terminal."""
        lines = [f"Register extract of {self.new_extract}, against that of {self.old_extract}"]
        lines += [
            f"  {span.table}: {_span(span.old_first, span.old_last)}, now {_span(span.new_first, span.new_last)}"
            for span in self.spans
        ]
        lines += [f"  {row.table}: {row.old:,} rows, now {row.new:,} ({row.new - row.old:+,})" for row in self.rows]
        lines += ["", *self._moves(), "", "Proven reoffending within a year, index events with complete follow-up", ""]
        lines.append(f"{'':28}{'events':>12}{'now':>12}{'rate':>8}{'now':>8}{'points':>8}")
        lines += [_line(rate) for rate in self.rates]
        return "\n".join(lines) + "\n"

    def table(self) -> pa.Table:
        """One row a group of index events, with both rates."""
        return pa.Table.from_pylist([dict(to_json(rate)) for rate in self.rates])  # type: ignore[arg-type]  # one flat row each

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name, dates as ISO text."""
        return to_json(self)  # type: ignore[return-value]  # a record is an object

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> RegisterChange:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)

    def _moves(self) -> list[str]:
        if self.people is None or self.events is None:
            return ["People and index events cannot be followed from one to the other: the extracts know people by other ids"]
        return [
            f"People: {_moved(self.people)}",
            f"Index events: {_moved(self.events)}; of the changed, {self.newly_followed:,} have complete follow-up now",
        ]


def compare(old: Register, new: Register) -> RegisterChange:
    """What a new extract changed.

    Args:
        old: the snapshot before.
        new: the snapshot now.

    Notes:
        People are followed by id only where both sources declare one scheme of ids (`id_scheme` in their manifests). Counts are exact
        and for the lab alone.
    """
    before, now = describe(old), describe(new)
    people, events, followed = _moves(old, new) if old.id_scheme == new.id_scheme else (None, None, None)
    return RegisterChange(
        old_extract=old.extract_date,
        new_extract=new.extract_date,
        spans=_spans(before.spans, now.spans),
        rows=_rows(dict(before.rows), dict(now.rows)),
        people=people,
        events=events,
        newly_followed=followed,
        rates=_rates(before.rates, now.rates),
    )


def _spans(before: tuple[tuple[str, date, date], ...], now: tuple[tuple[str, date, date], ...]) -> tuple[SpanChange, ...]:
    first, then = ({name: (start, end) for name, start, end in spans} for spans in (before, now))
    nothing = (None, None)
    return tuple(
        SpanChange(
            table=name,
            old_first=first.get(name, nothing)[0],
            old_last=first.get(name, nothing)[1],
            new_first=then.get(name, nothing)[0],
            new_last=then.get(name, nothing)[1],
        )
        for name in dict.fromkeys((*first, *then))
    )


def _rows(before: dict[str, int], now: dict[str, int]) -> tuple[RowChange, ...]:
    return tuple(RowChange(table=name, old=before.get(name, 0), new=now.get(name, 0)) for name in dict.fromkeys((*before, *now)))


def _rates(before: tuple[NationalRate, ...], now: tuple[NationalRate, ...]) -> tuple[RateChange, ...]:
    first, then = ({(rate.grouped_by, rate.level): rate for rate in rates} for rates in (before, now))
    return tuple(_rate(first.get(group), then.get(group), *group) for group in dict.fromkeys((*first, *then)))


def _rate(old: NationalRate | None, new: NationalRate | None, grouped_by: str, level: str) -> RateChange:
    return RateChange(
        grouped_by=grouped_by,
        level=level,
        old_events=old.events if old else 0,
        new_events=new.events if new else 0,
        old=old.rate if old else None,
        new=new.rate if new else None,
    )


def _moves(old: Register, new: Register) -> tuple[Moved, Moved, int]:
    with _both(old, new) as con:
        people, _ = _moved_between(con, "identity", _PERSON, ignored=("identity",))
        events, followed = _moved_between(con, "index_event", _EVENT, ignored=())
    return people, events, followed


@contextmanager
def _both(old: Register, new: Register) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the identities and index events of both, as `old_identity` and so on."""
    with connect_with_scratch() as con:
        for name, register in (("old", old), ("new", new)):
            attach(con, register.linkage_file, f"{name}_linkage")
            con.execute(f"CREATE VIEW {name}_identity AS FROM {name}_linkage.identity")
            con.execute(f"CREATE VIEW {name}_index_event AS FROM {parquet(register.path / 'index_event')}")
        yield con


def _moved_between(
    con: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...], ignored: tuple[str, ...]
) -> tuple[Moved, int]:
    """What became of what the key names; the number of a row (`ignored`) says nothing about anybody."""
    shared = [name for name in _columns(con, f"old_{table}") if name in _columns(con, f"new_{table}") and name not in ignored]
    names, values = ", ".join(key), ", ".join(identifier(name) for name in shared)
    followed = f"bool_or({_FOLLOWED})" if _FOLLOWED in shared else "FALSE"
    # The engine's own hash serves: it is compared within this query and kept nowhere. Rows of one key are few and unordered.
    marked = "SELECT {names}, sum(hash({values})) AS mark, {followed} AS followed FROM {side}_{table} GROUP BY {names}"
    sides = {
        side: marked.format(names=names, values=values, followed=followed, side=side, table=table) for side in ("old", "new")
    }
    query = f"""
        SELECT
            count(*) FILTER (WHERE o.mark IS NULL), count(*) FILTER (WHERE n.mark IS NULL),
            count(*) FILTER (WHERE o.mark <> n.mark), count(*) FILTER (WHERE o.mark = n.mark),
            count(*) FILTER (WHERE n.followed AND NOT o.followed)
        FROM ({sides["old"]}) o FULL JOIN ({sides["new"]}) n USING ({names})"""  # noqa: S608 -- names of ours
    new, gone, changed, same, newly = (int(count) for count in con.execute(query).fetchall()[0])
    return Moved(new=new, gone=gone, changed=changed, same=same), newly


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [str(row[0]) for row in con.execute(f"DESCRIBE {table}").fetchall()]


def _span(first: date | None, last: date | None) -> str:
    return f"from {first} to {last}" if first and last else "none"


def _moved(moved: Moved) -> str:
    return f"{moved.new:,} new, {moved.gone:,} gone, {moved.changed:,} changed, {moved.same:,} the same"


def _line(rate: RateChange) -> str:
    name = rate.level if rate.grouped_by == "all" else f"{rate.grouped_by}: {rate.level}"
    old, new = (f"{value:.1%}" if value is not None else "-" for value in (rate.old, rate.new))
    points = f"{(rate.new - rate.old) * 100:+.1f}" if rate.old is not None and rate.new is not None else "-"
    return f"{name:28}{rate.old_events:>12,}{rate.new_events:>12,}{old:>8}{new:>8}{points:>8}"
