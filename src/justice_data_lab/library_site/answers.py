"""The page that answers a question, for a server: the results found, every filter with its counts, results side by side. No script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.library.address import MOST_COMPARED, ORDERS, address
from justice_data_lab.library.forest import side_by_side
from justice_data_lab.library.taxonomy import FACETS

if TYPE_CHECKING:
    from justice_data_lab.library.address import Order, Question
    from justice_data_lab.library.search import Count, Found
    from justice_data_lab.library_site.desk import Desk

AT = "all/index.html"
ORDER_NAMES: dict[Order, str] = {
    "relevance": "Best match first", "newest": "Newest first", "oldest": "Oldest first", "people": "Most people first",
    "effect": "Largest fall first", "title": "By name",
}  # fmt: skip
_NAMES: dict[str, str] = {
    **{each.key: each.name for each in FACETS},
    "verdict": "What was found",
    "design": "Design",
    "region": "Region",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter of a question: each value with what choosing it would leave, and the address that does it."""

    name: str
    chosen: int
    values: tuple[tuple[Count, str], ...]


def answer(desk: Desk, question: Question) -> tuple[str, bytes]:
    """The answer to a question as a page; everything that is chosen stands in its address."""
    found = desk.index.find(question)
    asked = found.question
    return desk.page(
        AT,
        "library_answer.html",
        _title(found),
        found=found,
        asked=asked,
        filters=[made for name in _NAMES if (made := _filter(name, found)).values],
        comparing={each.key: _link(_compared(asked, each.key)) for each in found.entries},
        compared=[(each, _link(_compared(asked, each.key))) for each in found.compared],
        chart=side_by_side(found.compared),
        full=len(asked.compare) >= MOST_COMPARED,
        orders=[(order, ORDER_NAMES[order]) for order in ORDERS],
        everything=_link(replace(asked, text="", chosen=(), page=1)),
        steps=[(words, _link(replace(asked, page=page))) for words, page in _steps(found)],
    )


def _title(found: Found) -> str:
    number = f", page {found.question.page}" if found.question.page > 1 else ""
    asked = found.question.text or found.question.chosen
    return f"{'Results found' if asked else 'All results'}{number}"


def _filter(name: str, found: Found) -> Filter:
    """A filter with the values that any result has."""
    values = tuple((count, _link(found.question.toggled(name, count.value))) for count in found.counts[name])
    return Filter(name=_NAMES[name], chosen=sum(count.chosen for count, _ in values), values=values)


def _compared(question: Question, key: str) -> Question:
    """The question with one more result side by side, or one fewer."""
    kept = tuple(each for each in question.compare if each != key)
    return replace(question, compare=kept if key in question.compare else (*kept, key))


def _steps(found: Found) -> list[tuple[str, int]]:
    """The page before and the one after, where they are."""
    page = found.question.page
    return [(words, at) for words, at in (("Page before", page - 1), ("Next page", page + 1)) if 1 <= at <= found.pages]


def _link(question: Question) -> str:
    return f"?{address(question)}"
