"""Long lists, plots and tables come a hundred rows a page, so that no page is too much for a phone; the pages lead to one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from justice_data_lab.library.forest import MOST_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion(Generic[Item]):
    """What one page has of a long list.

    Attributes:
        first: path of the first page.
        number: of this page, from 1.
        pages: how many there are, at least one.
        total: rows of all pages.
        rows: of this page.
    """

    first: str
    number: int
    pages: int
    total: int
    rows: Sequence[Item]


def portion(every: Sequence[Item], first: str, number: int, most: int = MOST_ROWS) -> Portion[Item]:
    """The rows of one page of a list.

    Args:
        every: all rows.
        first: path of the first page.
        number: of the page, from 1.
        most: rows that a page has.
    """
    rows = every[(number - 1) * most : number * most]
    return Portion(first=first, number=number, pages=pages_of(len(every), most), total=len(every), rows=rows)


def pages_of(total: int, most: int = MOST_ROWS) -> int:
    """How many pages so many rows need; what is empty has a page too."""
    return max(-(-total // most), 1)


def place(first: str, number: int) -> str:
    """The path of a later page of a list whose first stands at a path: beside an index, else in a folder of the first one's name."""
    if number == 1:
        return first
    return f"{first.removesuffix('index.html').removesuffix('.html')}{'' if first.endswith('index.html') else '/'}{number}.html"


def numbered(title: str, number: int) -> str:
    """The title of a page of a list."""
    return title if number == 1 else f"{title}, page {number}"
