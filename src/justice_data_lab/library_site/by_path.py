"""One page of the site by its path, without drawing all the others: for a server. A test holds it to the bytes of `library_files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.library.gaps import measures_of
from justice_data_lab.library.taxonomy import TYPES, slug
from justice_data_lab.library_site.desk import script, style
from justice_data_lab.library_site.feeds import feed, site_map
from justice_data_lab.library_site.outside import outside_downloads, outside_page
from justice_data_lab.library_site.pages import A_PAGE, every_files, front_files, map_files
from justice_data_lab.library_site.results import (
    organisation_list,
    organisation_of,
    organisations,
    programme_of,
    programmes,
    result_of,
)
from justice_data_lab.library_site.search_index import search_index
from justice_data_lab.library_site.snapshots import snapshot_files
from justice_data_lab.library_site.topics import ANY, narrower_of, type_list, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from justice_data_lab.library_site.desk import Desk

    Files: TypeAlias = Iterable[tuple[str, bytes]]
    Draw: TypeAlias = Callable[[Desk, str], Files]

_TYPES = {option.key: option for option in TYPES.options}


def drawn_with(desk: Desk, path: str) -> dict[str, bytes]:
    """The files that are drawn together with the one at a path, by path; without that one when there is none.

    Args:
        desk: of a library at a moment.
        path: as `library_files` has it.
    """
    draw = _drawer(path)
    return dict(draw(desk, name_in(path))) if draw else {}


def drawn_as(path: str) -> str:
    """The name of what is drawn together with a path: the same for all paths that one drawing gives."""
    first = path.partition("/")[0]
    if path in _ALONE:
        return _TOGETHER.get(path, path)
    return f"{first}/{name_in(path)}" if first in _ONE_EACH else _TOGETHER.get(first, first)


def name_in(path: str) -> str:
    """The name in the second place of a path, such as a result's key."""
    return path.partition("/")[2].partition("/")[0]


def page_paths(desk: Desk) -> Iterator[str]:
    """The path of every page that `library_files` would draw, without drawing one; frozen files are not among them."""
    yield from ("index.html", "about/index.html", "map/index.html", "gaps/index.html", "types/index.html")
    yield from ("organisations/index.html", "downloads/index.html", "all/index.html")
    if desk.setting.coverage:
        yield "national/index.html"
    if desk.setting.outside:
        yield "outside/index.html"
    pages = 1 if desk.setting.answers else -(-len(desk.entries) // A_PAGE)
    yield from (f"all/{number}.html" for number in range(2, pages + 1))
    for key in _TYPES:
        yield from _paths_of_type(desk, key)
    for entry in desk.entries:
        yield f"results/{entry.key}/index.html"
        yield from (f"results/{entry.key}/v{version.number}/index.html" for version in entry.versions)
    yield from (f"programmes/{at}/index.html" for at in programmes(desk))
    yield from (f"organisations/{at}/index.html" for at in organisations(desk))


def _paths_of_type(desk: Desk, key: str) -> Iterator[str]:
    entries = desk.index.chosen("type", key)
    yield f"types/{key}/index.html"
    if entries:
        yield f"types/{key}/compare.html"
    yield from (f"types/{key}/outcome-{slug(each.measure)}.html" for each in measures_of(entries))
    for sex, setting, _ in narrower_of(entries):
        yield f"types/{key}/{sex.key if sex else ANY}/{setting.key if setting else ANY}/index.html"


def _result(desk: Desk, name: str) -> Files:
    entry = desk.index.entry(name)
    return result_of(desk, entry) if entry else ()


def _topic(desk: Desk, name: str) -> Files:
    option = _TYPES.get(name)
    return type_of(desk, option) if option else ()


def _programme(desk: Desk, name: str) -> Files:
    found = programmes(desk).get(name)
    return (programme_of(desk, found),) if found else ()


def _organisation(desk: Desk, name: str) -> Files:
    found = organisations(desk).get(name)
    return (organisation_of(desk, found),) if found else ()


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
    "organisations/index.html": lambda desk, _: (organisation_list(desk),),
}
_UNDER: dict[str, Draw] = {
    "about": _front,
    "national": _front,
    "all": lambda desk, _: every_files(desk),
    "map": _map,
    "gaps": _map,
    "types": _topic,
    "results": _result,
    "programmes": _programme,
    "organisations": _organisation,
    "outside": lambda desk, _: outside_page(desk),
    "downloads": _downloads,
}
# One drawing for each name below these; one drawing for all paths of these.
_ONE_EACH = frozenset(("types", "results", "programmes", "organisations"))
_TOGETHER = {"index.html": "front", "about": "front", "national": "front", "map": "map", "gaps": "map"}
