"""Pages of results: the answer, what may be said, what was delivered; of each version's claim, each programme and organisation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from justice_data_lab.library.citation import bibtex, citation
from justice_data_lab.library.collection import CLAIM_WORDS, standing
from justice_data_lab.library.cost import cost_per_prevented
from justice_data_lab.library.result_plot import result_plot
from justice_data_lab.library.taxonomy import FACETS
from justice_data_lab.library_site.desk import all_of, organisation_slug, programme_slug
from justice_data_lab.library_site.feeds import data_set
from justice_data_lab.library_site.portions import numbered, pages_of, place, portion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from justice_data_lab.library.entry import Entry, Version
    from justice_data_lab.library_site.desk import Desk, Page

_NAMES = {
    "report.html": "Full report",
    "report.pdf": "Full report to print (PDF)",
    "tables.xlsx": "Tables (Excel)",
    "tables.ods": "Tables (ODS)",
    "tables.csv": "Every figure (CSV)",
    "report.json": "Report for programs (JSON)",
}
SIMILAR = 4
ORGANISATIONS = "organisations/index.html"
# Names are short: so many stand on a page.
_MOST_NAMES = 500
# Pages that are drawn at a time.
_AT_ONCE = 200

Item = TypeVar("Item")


def result_parts(desk: Desk) -> list[Callable[[], Iterator[tuple[str, bytes]]]]:
    """The drawing of every result with its claims and files, every programme and every organisation, so many at a time."""
    return [
        *_parts(desk, desk.entries, lambda desk, entry: all_of(result_of(desk, entry))),
        *_parts(desk, list(programmes(desk).values()), lambda desk, entries: (programme_of(desk, entries),)),
        *_parts(desk, list(organisations(desk).values()), lambda desk, entries: all_of(organisation_of(desk, entries))),
    ]


def _parts(
    desk: Desk, every: Sequence[Item], draw: Callable[[Desk, Item], Iterable[tuple[str, bytes]]]
) -> list[Callable[[], Iterator[tuple[str, bytes]]]]:
    def part(start: int) -> Iterator[tuple[str, bytes]]:
        for each in every[start : start + _AT_ONCE]:
            yield from draw(desk, each)

    return [partial(part, start) for start in range(0, len(every), _AT_ONCE)]


def programmes(desk: Desk) -> Mapping[str, list[Entry]]:
    """Entries of each programme by where its page stands, the latest first."""
    return desk.grouped[programme_slug]


def organisations(desk: Desk) -> Mapping[str, list[Entry]]:
    """Entries of each organisation by where its page stands, the latest first."""
    return desk.grouped[organisation_slug]


def programme_of(desk: Desk, entries: list[Entry]) -> tuple[str, bytes]:
    """The page of one programme."""
    at, latest = f"programmes/{programme_slug(entries[0])}/index.html", entries[0]
    return desk.page(at, "library_programme.html", latest.title, programme=latest, entries=entries)


def organisation_of(desk: Desk, entries: list[Entry]) -> Iterator[Page]:
    """The pages of one organisation by their paths, each drawn when it is asked for."""
    first, name = f"organisations/{organisation_slug(entries[0])}/index.html", entries[0].organisation

    def drawn(number: int) -> bytes:
        listed = portion(entries, first, number)
        return desk.page(place(first, number), "library_organisation.html", numbered(name, number), entries=listed)[1]

    return ((place(first, number), partial(drawn, number)) for number in range(1, pages_of(len(entries)) + 1))


def organisation_lists(desk: Desk) -> Iterator[Page]:
    """The pages that list every organisation with how many results it has, by their paths, each drawn when it is asked for."""

    def drawn(number: int) -> bytes:
        named = sorted((entries[0].organisation, at, len(entries)) for at, entries in organisations(desk).items())
        listed = portion(named, ORGANISATIONS, number, _MOST_NAMES)
        return desk.page(
            place(ORGANISATIONS, number),
            "library_organisations.html",
            numbered("Organisations", number),
            organisations=listed,
        )[1]

    for number in range(1, pages_of(len(organisations(desk)), _MOST_NAMES) + 1):
        yield place(ORGANISATIONS, number), partial(drawn, number)


def result_of(desk: Desk, entry: Entry) -> Iterator[Page]:
    """The page of one result, its citation, its JSON, one page a version, and its files, by their paths; each drawn when it is asked for."""
    at = f"results/{entry.key}/"
    yield f"{at}index.html", partial(_result, desk, entry, at)
    yield f"{at}citation.bib", lambda: bibtex(entry, desk.lab, _address(desk, entry, at)).encode()
    yield f"{at}entry.json", lambda: desk.written[entry.key]
    for version in entry.versions:
        yield f"{at}v{version.number}/index.html", partial(_claim, desk, entry, version, at)
    if desk.setting.frozen and entry.files:
        yield from ((f"{at}v{entry.version}/{name}", partial(bytes, data)) for name, data in desk.setting.frozen(entry).items())


def _address(desk: Desk, entry: Entry, at: str) -> str:
    return f"{desk.setting.address}{at}v{entry.version}/" if desk.setting.address else ""


def _result(desk: Desk, entry: Entry, at: str) -> bytes:
    address = _address(desk, entry, at)
    facets = [(each, [value for value in entry.classified.of(each.key) if each.option(value)]) for each in FACETS]
    return desk.page(
        f"{at}index.html", "library_result.html", entry.title,
        entry=entry, address=address, cited=citation(entry, desk.lab, address), plot=result_plot(entry), costs=cost_per_prevented(entry),
        facets=facets, similar=desk.index.similar(entry.classified, SIMILAR, but=entry.key), links=_links(desk, entry, at),
        data=data_set(desk, entry),
    )[1]  # fmt: skip


def _claim(desk: Desk, entry: Entry, version: Version, at: str) -> bytes:
    found = standing(entry, version.number)
    return desk.page(
        f"{at}v{version.number}/index.html", "library_claim.html", f"{entry.title}, version {version.number}",
        entry=entry, version=version, standing=found, words=CLAIM_WORDS[found],
    )[1]  # fmt: skip


def _links(desk: Desk, entry: Entry, at: str) -> list[tuple[str, str]]:
    """The links to the frozen files, on the site or where the releases stand: words and address."""
    setting, own = desk.setting, f"v{entry.version}/"
    start = own if setting.frozen else f"{setting.reports}{at}{own}"
    return [(_NAMES[name], f"{start}{name}") for name in _NAMES if name in entry.files and (setting.frozen or setting.reports)]
