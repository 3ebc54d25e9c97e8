"""What the browser searches in when scripts may run: of each public entry its words, its filters and its line in lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from justice_data_lab.library.search import searched_words
from justice_data_lab.library.taxonomy import FACETS
from justice_data_lab.library_site.desk import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from justice_data_lab.library.entry import Entry


def search_index(entries: Sequence[Entry]) -> bytes:
    """`index.json`: one object an entry, the latest first."""
    made = [
        {
            "at": f"results/{each.key}/index.html",
            "title": each.title,
            "by": each.organisation,
            "on": f"{each.released:%Y-%m-%d}",
            "says": told(each),
            "people": each.people.value or 0,
            "effect": each.first.difference.value if each.first else None,
            "words": " ".join(searched_words(each)),
            "is": [f"{name}={value}" for name, value in _filters(each)],
        }
        for each in entries
    ]
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _filters(entry: Entry) -> Iterator[tuple[str, str]]:
    """Every filter of an entry with its value."""
    yield from ((facet.key, value) for facet in FACETS for value in entry.classified.of(facet.key))
    for name, value in (("verdict", entry.verdict), ("design", entry.design), ("region", entry.classified.region)):
        if value:
            yield name, value
