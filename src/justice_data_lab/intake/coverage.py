"""Which of these people can be followed up yet, from the register's public coverage file; it needs no register."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDates:
    """The public dates of a register: its extract, the last start with full follow-up, and when it is next refreshed."""

    extract: date
    last_followed_up: date
    next_refresh: date | None


def read_register_dates(path: Path) -> RegisterDates:
    """Read `coverage.json`.

    Raises:
        UsageError: the file is missing, or is not a register's coverage file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        refresh = content.get("next_refresh")
        return RegisterDates(
            extract=date.fromisoformat(content["extract_date"]),
            last_followed_up=date.fromisoformat(content["last_index_date_with_full_follow_up"]),
            next_refresh=None if refresh is None else date.fromisoformat(refresh),
        )
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as fault:
        message = (
            f"{path.name}: expected a register's coverage.json with extract_date and last_index_date_with_full_follow_up, "
            f"but it cannot be read so ({type(fault).__name__}). Download it again from the lab."
        )
        raise UsageError(message) from None


def follow_up(frame: pl.DataFrame, register: RegisterDates) -> tuple[str, ...]:
    """Plain sentences on how many can be followed up for a year and six months, and what to do about the others.

    Args:
        frame: the list (see `frame.build_frame`).
        register: the register's dates.

    Notes:
        A person's clock starts at the later of index date and start of the programme; where neither is given, the conviction stands in
        for them. Counts are of the file's rows, so they tell the organisation nothing that it does not know.
    """
    if frame.height == 0:
        return ()
    clock = _clock(frame)
    total = frame.height
    late = int((clock > register.last_followed_up).sum())
    unknown = int(clock.is_null().sum())
    sentences = []
    if late:
        sentences.append(
            f"{late:,} of {total:,} started too recently to be followed up: the register runs to {_words(register.extract)}, so only "
            f"people whose clock started on or before {_words(register.last_followed_up)} have a full year and six months behind them."
        )
        if register.next_refresh:
            sentences.append(
                f"The register is next refreshed on {_words(register.next_refresh)}; some of them can be included then."
            )
    elif unknown < total:
        sentences.append(f"All {total - unknown:,} people with a date started early enough to be followed up.")
    if unknown:
        sentences.append(
            f"{unknown:,} of {total:,} have no readable start, index or conviction date, so it cannot be said for them."
        )
    return tuple(sentences)


def _clock(frame: pl.DataFrame) -> pl.Series:
    """When each row's clock starts, as far as the file tells."""

    def given(name: str) -> pl.Expr:
        return pl.col(f"{name}:date") if f"{name}:date" in frame.columns else pl.lit(None, dtype=pl.Date)

    later = pl.max_horizontal(given("index_date"), given("intervention_start"))
    return frame.select(clock=pl.coalesce(later, given("conviction_date"))).to_series()


def _words(day: date) -> str:
    """14 March 2022."""
    return f"{day.day} {day:%B} {day.year}"
