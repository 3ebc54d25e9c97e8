"""What the browser searches in when scripts may run: of each public entry its words, its filters and its line in lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from justice_data_lab.library.search import searched_words
from justice_data_lab.library.taxonomy import FACETS
from justice_data_lab.library_site.desk import TOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.library.entry import Entry


def search_index(entries: Sequence[Entry]) -> bytes:
    """`index.json`: one object an entry, the latest first."""
    made = [
        {
            "at": f"results/{each.key}/index.html",
            "title": each.title,
            "by": each.organisation,
            "on": f"{each.released:%Y-%m-%d}",
            "says": TOLD[each.verdict],
            "words": " ".join(searched_words(each)),
            "is": [f"{facet.key}={value}" for facet in FACETS for value in each.classified.of(facet.key)]
            + [f"verdict={each.verdict}"],
        }
        for each in entries
    ]
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
