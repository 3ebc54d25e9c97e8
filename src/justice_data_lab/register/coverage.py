"""The public coverage file: how far follow-up reaches, the share of past submissions analysed, and national rates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from justice_data_lab.errors import UsageError
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from justice_data_lab.files import Json

ALL = "all"
# Groups of people of whom national rates are published, and their levels in order.
GROUP_LEVELS = {
    "sex": ("F", "M"),
    "age": ("10 to 17", "18 to 20", "21 to 24", "25 to 29", "30 to 39", "40 to 49", "50 or over"),
    "previous_offences": ("none", "1 to 2", "3 to 6", "7 to 10", "11 to 14", "15 or more"),
}
# Which identifiers a submitted row came with, best first; the linkage report uses the same words.
FIELDS = ("both numbers", "police number", "prison number", "no number")


def fields_given(*, police: bool, prison: bool) -> str:
    """Which of `FIELDS` a row is, by whether it came with a police and a prison number."""
    return FIELDS[2 * (not police) + (not prison)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedShare:
    """Of the rows of past submissions with these identifiers, the share that was analysed.

    Attributes:
        fields: `all`, or one of `FIELDS`.
        analysed: a fraction, in whole percents.
        low: tenth percentile over submissions, in whole percents; None with fewer than ten of them.
        high: ninetieth percentile, likewise.
    """

    fields: str
    analysed: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRates:
    """National reoffending within a year of one kind of sentence: fractions in whole percents, None where not shown.

    Attributes:
        sentence: `all`, or a kind of disposal such as `custody`.
        reoffended: of index events, those followed by a proven reoffence.
        first_indictable: of those who reoffended, whose first proven reoffence was indictable only.
        first_either_way: the same, triable either way.
        first_summary: the same, summary.
        first_custody: of those who reoffended, who got custody for the first proven reoffence.
        any_indictable: of those who reoffended, with at least one indictable only reoffence in the year.
        any_either_way: the same, triable either way.
        any_indictable_or_either_way: the same, of either of these.
        any_summary: the same, summary.
        any_custody: of those who reoffended, with at least one custodial sentence.
    """

    sentence: str
    reoffended: float
    first_indictable: float | None = None
    first_either_way: float | None = None
    first_summary: float | None = None
    first_custody: float | None = None
    any_indictable: float | None = None
    any_either_way: float | None = None
    any_indictable_or_either_way: float | None = None
    any_summary: float | None = None
    any_custody: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRate:
    """National reoffending within a year of one kind of sentence and one group of people.

    Attributes:
        sentence: `all`, or a kind of disposal such as `custody`.
        grouped_by: sex, age at the index date, or previous offences.
        level: which of them.
        reoffended: of index events, those followed by a proven reoffence: a fraction in whole percents.
    """

    sentence: str
    grouped_by: str
    level: str
    reoffended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What `coverage.json` says to the public; it holds no count.

    Attributes:
        extract_date: day up to which the register was extracted.
        last_start: latest index date with full follow-up.
        next_refresh: day when a new extract is expected, where it was announced.
        analysed: share of past submissions analysed, by which identifiers were given; empty until there are any.
        rates: national rates, all sentences first.
        groups: the same by sex, age and previous offences; a group that may not be shown is not there.
    """

    extract_date: date
    last_start: date
    next_refresh: date | None = None
    analysed: tuple[AnalysedShare, ...] = ()
    rates: tuple[PublicRates, ...] = ()
    groups: tuple[GroupRate, ...] = ()

    def to_dict(self) -> dict[str, Json]:
        """The content of the file, dates as ISO text."""
        return {
            "extract_date": self.extract_date.isoformat(),
            "last_index_date_with_full_follow_up": self.last_start.isoformat(),
            "next_refresh": self.next_refresh.isoformat() if self.next_refresh else None,
            "analysed_by_fields_given": to_json(self.analysed),
            "national_rates": to_json(self.rates),
            "national_rates_by_group": to_json(self.groups),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Coverage:
        """The value that `to_dict` wrote; a file from before the national rates, or those by group, has none."""
        refresh = data.get("next_refresh")
        shares = cast("list[Mapping[str, Json]]", data.get("analysed_by_fields_given", []))
        rates = cast("list[Mapping[str, Json]]", data.get("national_rates", []))
        groups = cast("list[Mapping[str, Json]]", data.get("national_rates_by_group", []))
        return cls(
            extract_date=date.fromisoformat(str(data["extract_date"])),
            last_start=date.fromisoformat(str(data["last_index_date_with_full_follow_up"])),
            next_refresh=None if refresh is None else date.fromisoformat(str(refresh)),
            analysed=tuple(from_json(AnalysedShare, share) for share in shares),
            rates=tuple(from_json(PublicRates, rate) for rate in rates),
            groups=tuple(from_json(GroupRate, each) for each in groups),
        )


def read_coverage(path: Path) -> Coverage:
    """Read a lab's `coverage.json`.

    Raises:
        UsageError: the file is missing, or is not a coverage file.
    """
    try:
        return Coverage.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        message = (
            f"{path.name}: expected a register's coverage.json, but it cannot be read so ({type(fault).__name__}). "
            "Download it again from the lab."
        )
        raise UsageError(message) from None
