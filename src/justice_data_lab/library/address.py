"""What a visitor asks of the library, as one value and as an address that can be shared: the two say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args
from urllib.parse import parse_qsl, urlencode

from justice_data_lab.library.taxonomy import FACETS, NOT_STATED

if TYPE_CHECKING:
    from collections.abc import Mapping

Order: TypeAlias = Literal["relevance", "newest", "oldest", "people", "effect", "title"]
ORDERS: tuple[Order, ...] = get_args(Order)
MOST_COMPARED = 4
_LONGEST_TEXT = 200
_VERDICTS = ("reduction", "inconclusive", "increase", "no_figure", "not_analysed", "withdrawn")
_DESIGNS = ("matched", "randomised")
# Filters besides the taxonomy's, with the values that they take; a region is free text.
FILTERS: Mapping[str, tuple[str, ...]] = {
    **{facet.key: (*(option.key for option in facet.options), NOT_STATED) for facet in FACETS},
    "verdict": _VERDICTS,
    "design": _DESIGNS,
}
FREE = ("region",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a visitor asks.

    Attributes:
        text: words to be found.
        chosen: filter and value, sorted; several values of one filter mean any of them, several filters all of them.
        order: how results are sorted.
        page: from 1.
        compare: keys of results to stand side by side, at most four, in the order chosen.
    """

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    order: Order = "relevance"
    page: int = 1
    compare: tuple[str, ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """The values chosen of one filter."""
        return tuple(value for key, value in self.chosen if key == name)

    def toggled(self, name: str, value: str) -> Question:
        """The question with one more filter value, or with one fewer where it was chosen already; back on page 1."""
        pair = (name, value)
        chosen = {*self.chosen} ^ {pair}
        return replace(self, chosen=tuple(sorted(chosen)), page=1)


def parse(query: str) -> Question:
    """The question that an address asks, without its question mark; what nobody could have chosen is passed over.

    A public page shows something for every address: words that are too long are cut, unknown filters and values are left out.
    """
    chosen: set[tuple[str, str]] = set()
    given: dict[str, str] = {}
    compare: list[str] = []
    for name, value in parse_qsl(query[:4000], max_num_fields=None):
        if value in FILTERS.get(name, ()) or (name in FREE and 0 < len(value) <= _LONGEST_TEXT):
            chosen.add((name, value))
        elif name == "compare" and value not in compare:
            compare.append(value)
        else:
            given.setdefault(name, value)
    order, page = given.get("order", ""), given.get("page", "")
    return Question(
        text=" ".join(given.get("q", "").split())[:_LONGEST_TEXT].strip(),
        chosen=tuple(sorted(chosen)),
        order=order if order in ORDERS else "relevance",
        page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        compare=tuple(compare[:MOST_COMPARED]),
    )


def address(question: Question) -> str:
    """The one address of a question, without its question mark; what is as it always is does not stand in it."""
    pairs = [("q", question.text)] if question.text else []
    pairs += list(question.chosen)
    if question.order != "relevance":
        pairs.append(("order", question.order))
    if question.page > 1:
        pairs.append(("page", str(question.page)))
    return urlencode([*pairs, *(("compare", key) for key in question.compare)])
