"""Every file of the library's site by its path: the same library gives the same bytes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from justice_data_lab.library.address import Question
from justice_data_lab.library.gaps import evidence_map, gaps, measures_of, outcome_names, verdict_counts
from justice_data_lab.library.grading import LEVELS, OVERALL, PARTS
from justice_data_lab.library.map_plot import map_plot
from justice_data_lab.library.search import Index
from justice_data_lab.library.taxonomy import FACETS, TYPES, facet
from justice_data_lab.library_site.answers import answer
from justice_data_lab.library_site.desk import TOLD, all_of, open_desk, script, style
from justice_data_lab.library_site.feeds import catalogue, feed, site_map
from justice_data_lab.library_site.national import national_tables
from justice_data_lab.library_site.outside import outside_files
from justice_data_lab.library_site.results import organisation_lists, result_parts
from justice_data_lab.library_site.search_index import search_index
from justice_data_lab.library_site.snapshots import snapshot_files
from justice_data_lab.library_site.topics import type_list, type_of
from justice_data_lab.processes import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from justice_data_lab.library.collection import Library
    from justice_data_lab.library.taxonomy import Option
    from justice_data_lab.library_site.desk import Desk, Setting
    from justice_data_lab.study import Lab

LATEST, A_PAGE = 6, 50
# Groups of people whose gaps are shown.
_GROUPS = ("sex", "setting", "age")


def library_files(library: Library, lab: Lab, setting: Setting, *, processes: int = 1) -> dict[str, bytes]:
    """Every file of the site by its path.

    Args:
        library: what everybody may see; nothing else is looked at.
        lab: name, contacts, zone, licence and colour.
        setting: what else the site is built with.
        processes: among how many the drawing is shared; the bytes are the same.
    """
    desk = open_desk(Index(library), lab, setting)
    written = dict(setting.earlier)
    written |= {"style.css": style(lab), "search.js": script(), "index.json": search_index(desk.entries)}
    parts = drawings(desk)
    for drawn in shared(lambda number: dict(parts[number]()), len(parts), processes):
        written.update(drawn)
    # each entry was written already, beside its page
    entries = {each.key: written[f"results/{each.key}/entry.json"] for each in desk.entries}
    written.update(snapshot_files(replace(desk, written=entries)))
    if setting.address:
        written["feed.xml"] = feed(desk)
        written["sitemap.xml"] = site_map(setting.address, (path for path in written if path.endswith(".html")))
    return dict(sorted(written.items()))


def drawings(desk: Desk) -> list[Callable[[], Iterable[tuple[str, bytes]]]]:
    """The drawing of every page but those of downloads, in parts that need nothing of each other."""
    whole = [partial(part, desk) for part in (front_files, every_files, map_files, outside_files)]
    kinds = [partial(_kind_pages, desk, option) for option in TYPES.options]
    lists = partial(_list_pages, desk)
    return [*kinds, *whole, lists, *result_parts(desk)]


def _kind_pages(desk: Desk, option: Option) -> Iterable[tuple[str, bytes]]:
    return all_of(type_of(desk, option))


def _list_pages(desk: Desk) -> Iterable[tuple[str, bytes]]:
    return [type_list(desk), *all_of(organisation_lists(desk))]


def front_files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The front page, the rules, and national rates where they are known."""
    kinds = [(option, len(desk.index.chosen("type", option.key))) for option in TYPES.options]
    counts = verdict_counts(desk.entries)
    yield desk.page(
        "index.html",
        "library_home.html",
        "What works",
        kinds=kinds,
        counts=[(key, words, counts[key]) for key, words in TOLD.items() if counts.get(key)],
        latest=desk.entries[:LATEST],
        total=len(desk.entries),
        data=catalogue(desk),
        facets=FACETS[:3],
    )
    yield desk.page(
        "about/index.html", "library_about.html", "How results are taken together and judged",
        levels=LEVELS, overall=OVERALL, parts_of={each.key: each for each in PARTS}, facets=FACETS,
    )  # fmt: skip
    if desk.setting.coverage:
        yield desk.page(
            "national/index.html", "library_national.html", "National reoffending", **national_tables(desk.setting.coverage)
        )


def every_files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The list of everything, page by page; a server answers there, or the script turns the first page into what is searched for."""
    if desk.setting.answers:
        yield answer(desk, Question())
        return
    pages = [desk.entries[start : start + A_PAGE] for start in range(0, len(desk.entries), A_PAGE)] or [()]
    for number, entries in enumerate(pages, 1):
        name = "index.html" if number == 1 else f"{number}.html"
        yield desk.page(
            f"all/{name}", "library_all.html", "All results" if number == 1 else f"All results, page {number}",
            entries=entries, number=number, pages=len(pages), total=len(desk.entries), facets=FACETS[:3], told=TOLD,
        )  # fmt: skip


def map_files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The map of the evidence, and its gaps."""
    measures = measures_of(desk.entries)
    cells = evidence_map(desk.entries, [each.measure for each in measures], desk.setting.overlaps)
    plot = map_plot(cells, outcome_names(measures))
    yield desk.page("map/index.html", "library_map.html", "Map of the evidence", plot=plot)
    tables = []
    for key in _GROUPS:
        known = {(gap.type, gap.value): gap.results for gap in gaps(desk.entries, facet(key).key, enough=10**9)}
        tables.append((facet(key), known))
    yield desk.page("gaps/index.html", "library_gaps.html", "Gaps in the evidence", tables=tables, kinds=TYPES.options)
