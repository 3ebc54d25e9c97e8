"""How dates, hours, sizes, counts and figures are written on every page."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from jdl_service.look.brand import brand
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.passages import SYMBOLS

_STEP = 1000
_MEANING = {symbol: meaning.split(":")[0] for symbol, meaning in SYMBOLS if symbol.startswith("[")}


def local(moment: datetime) -> datetime:
    """A moment as the lab's clocks show it."""
    return moment.astimezone(ZoneInfo(brand().zone))


def day(value: date | datetime) -> str:
    """The day, as `22 November 2026`; a moment's day is that in the lab's time zone."""
    found = local(value).date() if isinstance(value, datetime) else value
    return date_in_words(found.isoformat())


def hour(value: datetime) -> str:
    """The time of day, as `9:30am`; `midday` and `midnight` are words, since 12am and 12pm are taken either way."""
    at = local(value)
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def moment(value: datetime) -> str:
    """Day and hour, as `22 November 2026 at 9:30am`."""
    return f"{day(value)} at {hour(value)}"


def number(value: int) -> str:
    """A whole number with a comma at each thousand."""
    return f"{value:,}"


def sentence(refusal: str) -> str:
    """A refusal as it is read: `upload for R-1: is for members.` is a whole sentence without its colon."""
    found = re.sub(r"^([^:]+): (?=(?:is|has|can|stands) )", r"\1 ", refusal)
    return found[:1].upper() + found[1:]


def named(label: str) -> str:
    """What a message calls a field: its label, or the answer to it where that is a question."""
    return f"The answer to “{label}”" if label.endswith("?") else label


def count(value: int, one: str, many: str) -> str:
    """A number of things, as `1 person` or `1,204 people`."""
    return f"{number(value)} {one if value == 1 else many}"


def size(value: int) -> str:
    """The size of a file in the units that people read: bytes, KB or MB of a thousand each.

    Example:
        >>> size(999), size(1_500), size(25_000_000)
        ('999 bytes', '1.5 KB', '25 MB')
    """
    if value < _STEP:
        return count(value, "byte", "bytes")
    unit, scale = ("KB", _STEP) if value < _STEP**2 else ("MB", _STEP**2)
    return f"{value / scale:.1f}".removesuffix(".0") + f" {unit}"


def figure(printed: str) -> Markup | str:
    """A figure as the report prints it; a marker such as [c] is said in words to those who listen to the page."""
    meaning = _MEANING.get(printed)
    if meaning is None:
        return printed
    return Markup('{}<span class="govuk-visually-hidden"> ({})</span>').format(printed, meaning)


def markers() -> tuple[tuple[str, str], ...]:
    """Every marker that may stand for a figure, with its meaning."""
    return tuple((symbol, meaning) for symbol, meaning in SYMBOLS if symbol in _MEANING)
