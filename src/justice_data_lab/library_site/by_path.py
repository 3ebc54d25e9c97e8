"""One page of the site by its path, without drawing all the others: for a server. A test holds it to the bytes of `library_files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.library.taxonomy import TYPES
from justice_data_lab.library_site.desk import script, style
from justice_data_lab.library_site.feeds import feed, site_map
from justice_data_lab.library_site.outside import outside_downloads, outside_page
from justice_data_lab.library_site.pages import A_PAGE, every_files, front_files, map_files
from justice_data_lab.library_site.results import (
    organisation_lists,
    organisation_of,
    organisations,
    programme_of,
    programmes,
    result_of,
)
from justice_data_lab.library_site.search_index import search_index
from justice_data_lab.library_site.snapshots import snapshot_files
from justice_data_lab.library_site.topics import type_list, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from justice_data_lab.library_site.desk import Desk, Page

    Files: TypeAlias = Iterable[tuple[str, bytes]]
    Draw: TypeAlias = Callable[[Desk, str], Files]

_TYPES = {option.key: option for option in TYPES.options}


def drawn_with(desk: Desk, path: str) -> dict[str, bytes]:
    """The files that are drawn together with the one at a path, by path; without that one when there is none.

    Args:
        desk: of a library at a moment.
        path: as `library_files` has it.
    """
    first, slash, _ = path.partition("/")
    pages = _PAGES.get(first if slash else "")
    if pages and path not in _ALONE:
        # of so many pages one alone
        return next(({at: draw()} for at, draw in pages(desk, name_in(path)) if at == path), {})
    draw = _drawer(path)
    return dict(draw(desk, name_in(path))) if draw else {}


def drawn_as(path: str) -> str:
    """The name of what is drawn together with a path: the same for all paths that one drawing gives."""
    first = path.partition("/")[0]
    if path in _ALONE:
        return _TOGETHER.get(path, path)
    return path if first in _PAGES or first == "programmes" else _TOGETHER.get(first, first)


def name_in(path: str) -> str:
    """The name in the second place of a path, such as a result's key."""
    return path.partition("/")[2].partition("/")[0]


def page_paths(desk: Desk) -> Iterator[str]:
    """The path of every page that `library_files` would draw, without drawing one; frozen files are not among them."""
    yield from ("index.html", "about/index.html", "map/index.html", "gaps/index.html", "types/index.html")
    yield from ("downloads/index.html", "all/index.html")
    if desk.setting.coverage:
        yield "national/index.html"
    if desk.setting.outside:
        yield "outside/index.html"
    pages = 1 if desk.setting.answers else -(-len(desk.entries) // A_PAGE)
    yield from (f"all/{number}.html" for number in range(2, pages + 1))
    for name in _TYPES:
        yield from (path for path, _ in _topic(desk, name))
    for entry in desk.entries:
        yield f"results/{entry.key}/index.html"
        yield from (f"results/{entry.key}/v{version.number}/index.html" for version in entry.versions)
    yield from (f"programmes/{at}/index.html" for at in programmes(desk))
    yield from (path for path, _ in organisation_lists(desk))
    yield from (path for entries in organisations(desk).values() for path, _ in organisation_of(desk, entries))


def _result(desk: Desk, name: str) -> Iterable[Page]:
    entry = desk.index.entry(name)
    return result_of(desk, entry) if entry else ()


def _topic(desk: Desk, name: str) -> Iterable[Page]:
    option = _TYPES.get(name)
    return type_of(desk, option) if option else ()


def _programme(desk: Desk, name: str) -> Files:
    found = programmes(desk).get(name)
    return (programme_of(desk, found),) if found else ()


def _organisation(desk: Desk, name: str) -> Iterable[Page]:
    found = organisations(desk).get(name)
    if found:
        yield from organisation_of(desk, found)
    elif name.endswith(".html"):
        yield from organisation_lists(desk)


def _feed(desk: Desk, _: str) -> Files:
    return (("feed.xml", feed(desk)),) if desk.setting.address else ()


def _site_map(desk: Desk, _: str) -> Files:
    address = desk.setting.address
    return (("sitemap.xml", site_map(address, page_paths(desk))),) if address else ()


def _downloads(desk: Desk, _: str) -> Files:
    return {**desk.setting.earlier, **dict(snapshot_files(desk)), **dict(outside_downloads(desk))}.items()


def _front(desk: Desk, _: str) -> Files:
    return front_files(desk)


def _map(desk: Desk, _: str) -> Files:
    return map_files(desk)


def _drawer(path: str) -> Draw | None:
    first, slash, _ = path.partition("/")
    return _ALONE.get(path) or _UNDER.get(first if slash else "")


_ALONE: dict[str, Draw] = {
    "index.html": _front,
    "style.css": lambda desk, _: (("style.css", style(desk.lab)),),
    "search.js": lambda _, __: (("search.js", script()),),
    "index.json": lambda desk, _: (("index.json", search_index(desk.entries)),),
    "feed.xml": _feed,
    "sitemap.xml": _site_map,
    "types/index.html": lambda desk, _: (type_list(desk),),
}
_UNDER: dict[str, Draw] = {
    "about": _front,
    "national": _front,
    "all": lambda desk, _: every_files(desk),
    "map": _map,
    "gaps": _map,
    "programmes": _programme,
    "outside": lambda desk, _: outside_page(desk),
    "downloads": _downloads,
}
# Each page below these is drawn alone.
_PAGES: dict[str, Callable[[Desk, str], Iterable[Page]]] = {"types": _topic, "results": _result, "organisations": _organisation}
# One drawing for all paths of these.
_TOGETHER = {"index.html": "front", "about": "front", "national": "front", "map": "map", "gaps": "map"}
