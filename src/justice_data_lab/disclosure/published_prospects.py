"""What a larger group could show: types only; `publish_prospects` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from justice_data_lab.disclosure.printed import Figure  # noqa: TC001 -- a field type, read at run time by from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ProspectRow:
    """A number of people analysed, and the smallest fall that would probably show, as a figure."""

    people: int
    fall: Figure

    @property
    def analysed(self) -> int:
        """People analysed."""
        return self.people

    @property
    def detectable(self) -> float | None:
        """The printed fall as a fraction; None when not even a fall to nothing would show."""
        return None if self.fall.value is None else self.fall.value / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """What groups of several sizes could show, worked out from printed figures alone.

    Attributes:
        measure: key of the measure.
        own: people analysed here, as printed.
        rows: by number of people; the own number is among them.
    """

    measure: str
    own: int
    rows: tuple[ProspectRow, ...]
