"""Mitigation: an exact number that passed becomes a rounded figure, one that did not becomes a marker."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from justice_data_lab.disclosure import rounding
from justice_data_lab.disclosure.printed import Figure

if TYPE_CHECKING:
    from justice_data_lab.disclosure.printed import Kind, Marker, Place
    from justice_data_lab.disclosure.rounding import Precision

MINUS = "\u2212"
# Ratios that are told to two significant digits.
_RATIOS: tuple[Kind, ...] = ("hazard", "rate_ratio", "e_value", "gamma")
# Decimals of percentage points that are settings, or worked out from printed figures.
_POINTS: dict[Kind, int] = {"margin": 0, "prospect": 1}
_DECIMALS = 12  # of a share: what floating point adds beyond is no difference
_BANDS = (30, 60, 100, 200, 500, 1000)


def gap(place: Place, kind: Kind, unit: str, marker: Marker) -> Figure:
    """A figure that is not shown: a marker, never 0 or blank."""
    return Figure(place=place, kind=kind, unit=unit, value=None, text=f"[{marker}]", marker=marker)


def figure(place: Place, kind: Kind, unit: str, value: float | None, fine: Precision) -> Figure:
    """The exact value rounded once by the rule of its kind; `[x]` when there is none."""
    if value is None:
        return gap(place, kind, unit, "x")
    if kind in ("p", "q"):
        return _p_figure(place, kind, value, fine)
    if kind == "verdict":
        message = "A verdict is words: it has no number to round."
        raise ValueError(message)
    if kind in _RATIOS:
        return _ratio_figure(place, kind, value, fine)
    if kind in ("size", "detectable", "needed"):
        return _two_digit_figure(place, kind, unit, value, fine)
    rounded, places = _rounded(kind, value, fine)
    if kind == "percent" and (words := _nearly(value, rounded, places)):
        return Figure(place=place, kind=kind, unit=unit, value=None, text=words, step=10.0**-places)
    suffix = "%" if kind == "percent" else ""
    return Figure(
        place=place, kind=kind, unit=unit, value=rounded, text=plain_number(rounded, places) + suffix, step=10.0**-places
    )


def mark(shown: Figure, marker: Marker) -> Figure:
    """The same figure with its number kept and a marker beside it (data that are already public)."""
    return Figure(
        place=shown.place,
        kind=shown.kind,
        unit=shown.unit,
        value=shown.value,
        text=shown.text if shown.marker else f"{shown.text} [{marker}]",
        marker=shown.marker or marker,
        step=shown.step,
    )


def hundred(place: Place, unit: str, value: float | None, fine: Precision, *, share: bool) -> Figure:
    """How many of, or for, 100 people: a share to whole people, or 100 times the *rounded* mean count."""
    if value is None:
        return gap(place, "hundred", unit, "x")
    whole = rounding.round_percent(value, 0) if share else rounding.round_mean(100 * rounding.round_mean(value, fine.mean), 0)
    return Figure(place=place, kind="hundred", unit=unit, value=whole, text=plain_number(whole, 0))


def plain_number(value: float, places: int) -> str:
    """Thousands with commas, a true minus sign, so many decimals."""
    return f"{value:,.{places}f}".replace("-", MINUS)


def band(place: Place, count: int) -> Figure:
    """A count of people as a band: `fewer than 30`, `30 to 59` … `1,000 or more`."""
    return Figure(place=place, kind="count", unit="people", value=None, text=_band(count))


def few(place: Place, least: int) -> Figure:
    """A count that is too small to show, in words."""
    return Figure(place=place, kind="count", unit="people", value=None, text=f"fewer than {least}", marker="c")


def _band(count: int) -> str:
    if count < _BANDS[0]:
        return f"fewer than {_BANDS[0]}"
    for low, high in pairwise(_BANDS):
        if count < high:
            return f"{low} to {high - 1}"
    return f"{_BANDS[-1]:,} or more"


def _rounded(kind: Kind, value: float, fine: Precision) -> tuple[float, int]:
    """The rounded value and its decimals."""
    if kind in ("percent", "points", *_POINTS):
        places = _POINTS.get(kind, fine.points)
        return rounding.round_percent(value, places), places
    if kind == "days":
        return rounding.round_mean(value, fine.days), fine.days
    if kind in ("d", "ratio"):
        return rounding.round_mean(value, 2), 2
    if kind == "mean":
        return rounding.round_mean(value, fine.mean), fine.mean
    return rounding.round_count(round(value), 1 if kind == "rows" else fine.count_base), 0


def _nearly(share: float, rounded: float, places: int) -> str:
    """A share that rounds to nothing without being nothing, or to all without being all, in words; empty of any other.

    Notes:
        A weighted share of everybody may be less than 1 by what floating point takes away: that is all of them.
    """
    least, share = 10.0**-places, round(share, _DECIMALS)
    if share > 0 and not rounded:
        return f"<{least:.{places}f}%"
    return f">{100 - least:.{places}f}%" if share < 1 and rounded == 100 else ""


def _two_digit_figure(place: Place, kind: Kind, unit: str, value: float, fine: Precision) -> Figure:
    """Effective sizes and people needed are whole when the counts are exact; otherwise two significant digits."""
    scaled = 100 * value if unit == "percentage points" else value
    exact = fine.count_base == 1 and kind != "detectable"
    rounded = rounding.round_mean(scaled, 0) if exact else rounding.round_two_digits(scaled)
    return Figure(place=place, kind=kind, unit=unit, value=rounded, text=f"{rounded:,.12g}")


def _ratio_figure(place: Place, kind: Kind, value: float, fine: Precision) -> Figure:
    """A ratio to two significant digits, zeros and all (0.70, 1.0, 12); three decimals for data already public."""
    rounded = rounding.round_mean(value, 3) if fine.count_base == 1 else rounding.round_two_digits(value)
    places = 3 if fine.count_base == 1 else max(0, 1 - rounding.exact(rounded).adjusted()) if rounded else 1
    return Figure(place=place, kind=kind, unit="", value=rounded, text=plain_number(rounded, places), step=10.0**-places)


def _p_figure(place: Place, kind: Kind, value: float, fine: Precision) -> Figure:
    rounded = rounding.round_p(value, fine.p)
    text = f"<{10.0**-fine.p:.{fine.p}f}" if rounded is None else f"{rounded:.{fine.p}f}"
    return Figure(place=place, kind=kind, unit="", value=rounded, text=text, step=10.0**-fine.p)
