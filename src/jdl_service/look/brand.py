"""Whose service this is: the name and colour at the top of every page, and what its footer says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

from justice_data_lab.errors import UsageError

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: white text on the brand's colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What a lab sets of the look; the setting `LOOK` holds one.

    Attributes:
        name: name of the lab, at the top of each page and in each title.
        colour: `#` and six hexadecimal digits, dark enough for white text on it.
        phase: `alpha` or `beta`, shown in a banner; empty: none.
        contact: how the lab is reached, in the footer and on error pages; empty: nothing is promised.
        licence: under which the lab's own words and figures may be used.
        zone: time zone in which dates and hours are printed.

    Raises:
        UsageError: the colour cannot be read, or white text on it is too faint.
    """

    name: str = "Justice Data Lab"
    colour: str = "#12436D"
    phase: str = ""
    contact: str = ""
    licence: str = "Open Government Licence v3.0"
    zone: str = "Europe/London"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", self.colour):
            message = f"The brand's colour: expected one such as #12436D; found {self.colour!r}."
            raise UsageError(message)
        found = contrast_with_white(self.colour)
        if found < LEAST_CONTRAST:
            message = (
                f"The brand's colour {self.colour}: white text on it has a contrast of {found:.1f} to 1, "
                f"and {LEAST_CONTRAST} is the least that people can read. Choose a darker colour."
            )
            raise UsageError(message)

    @property
    def style(self) -> str:
        """The style sheet that puts the colour in, after `look.css`."""
        return f":root{{--jdl-brand-colour:{self.colour};--govuk-brand-colour:{self.colour}}}\n"


def contrast_with_white(colour: str) -> float:
    """Contrast of a colour with white, from 1 (white itself) to 21 (black).

    Args:
        colour: `#` and six hexadecimal digits.

    Notes:
        Relative luminance as WCAG 2.2 defines it for sRGB.

    Example:
        >>> round(contrast_with_white("#000000")), round(contrast_with_white("#767676"), 2)
        (21, 4.54)
    """
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def brand() -> Brand:
    """The brand that the settings give (`LOOK`), or the neutral one."""
    given: Brand = getattr(settings, "LOOK", None) or Brand()
    return given
