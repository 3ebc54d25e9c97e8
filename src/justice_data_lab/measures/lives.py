"""One person's life as the register holds it, for the plain reference and the worked lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """One proven offence; the fields are the columns of the source table `offence`."""

    offence_id: str
    disposal_id: str
    offence_date: date
    disposal_date: date
    offence_code: str = "1"
    offence_group: str = "theft"
    court_outcome: str = "either_way"
    disposal: str = "conviction"
    sentence: str = "community"
    custody_days: int | None = None
    is_breach: bool = False
    is_recordable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """One formal outcome; the fields are the columns of the source table `disposal`."""

    disposal_id: str
    disposal_date: date
    kind: str = "community_order"
    sentence_days: int | None = None
    release_date: date | None = None
    region: str | None = "North"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One needs assessment: the day, and each need as 0, 1 or None, in the order of the register's code list."""

    assessed_on: date
    needs: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A spell of work or of out-of-work benefit, [start, end); no end while it goes on."""

    kind: str
    start_date: date
    end_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Everything the register holds about one person, but for names.

    Attributes:
        ogrs3_groups: the table `offence_code`, offence code to OGRS3 group; None when the register has no such table.
        assessments: None when the register has no such table.
        spells: None when the register has no such table.
    """

    person_id: str = "P1"
    sex: str = "M"
    date_of_birth: date
    ethnicity: str | None = "white"
    uk_national: bool | None = True
    date_of_death: date | None = None
    offences: tuple[Offence, ...] = ()
    disposals: tuple[Disposal, ...] = ()
    ogrs3_groups: tuple[tuple[str, str | None], ...] | None = None
    assessments: tuple[Assessment, ...] | None = None
    spells: tuple[Spell, ...] | None = None
