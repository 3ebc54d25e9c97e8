"""Pages of results: the answer, what may be said, what was delivered; of each version's claim, each programme and organisation."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from justice_data_lab.library.citation import bibtex, citation
from justice_data_lab.library.collection import CLAIM_WORDS, standing
from justice_data_lab.library.cost import cost_per_prevented
from justice_data_lab.library.result_plot import result_plot
from justice_data_lab.library.taxonomy import FACETS
from justice_data_lab.library_site.desk import organisation_slug, programme_slug
from justice_data_lab.library_site.feeds import data_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from justice_data_lab.library.entry import Entry
    from justice_data_lab.library_site.desk import Desk

_NAMES = {
    "report.html": "Full report",
    "report.pdf": "Full report to print (PDF)",
    "tables.xlsx": "Tables (Excel)",
    "tables.ods": "Tables (ODS)",
    "tables.csv": "Every figure (CSV)",
    "report.json": "Report for programs (JSON)",
}
SIMILAR = 4
# Pages that are drawn at a time.
_AT_ONCE = 200

Item = TypeVar("Item")


def result_parts(desk: Desk) -> list[Callable[[], Iterator[tuple[str, bytes]]]]:
    """The drawing of every result with its claims and files, every programme and every organisation, so many at a time."""
    return [
        *_parts(desk, desk.entries, result_of),
        *_parts(desk, list(programmes(desk).values()), lambda desk, entries: (programme_of(desk, entries),)),
        *_parts(desk, list(organisations(desk).values()), lambda desk, entries: (organisation_of(desk, entries),)),
    ]


def _parts(
    desk: Desk, every: Sequence[Item], draw: Callable[[Desk, Item], Iterable[tuple[str, bytes]]]
) -> list[Callable[[], Iterator[tuple[str, bytes]]]]:
    def part(start: int) -> Iterator[tuple[str, bytes]]:
        for each in every[start : start + _AT_ONCE]:
            yield from draw(desk, each)

    return [partial(part, start) for start in range(0, len(every), _AT_ONCE)]


def programmes(desk: Desk) -> dict[str, list[Entry]]:
    """Entries of each programme by where its page stands, the latest first."""
    return _grouped(desk.entries, programme_slug)


def organisations(desk: Desk) -> dict[str, list[Entry]]:
    """Entries of each organisation by where its page stands, the latest first."""
    return _grouped(desk.entries, organisation_slug)


def programme_of(desk: Desk, entries: list[Entry]) -> tuple[str, bytes]:
    """The page of one programme."""
    at, latest = f"programmes/{programme_slug(entries[0])}/index.html", entries[0]
    return desk.page(at, "library_programme.html", latest.title, programme=latest, entries=entries)


def organisation_of(desk: Desk, entries: list[Entry]) -> tuple[str, bytes]:
    """The page of one organisation."""
    at, title = f"organisations/{organisation_slug(entries[0])}/index.html", entries[0].organisation
    return desk.page(at, "library_organisation.html", title, organisation=title, entries=entries)


def organisation_list(desk: Desk) -> tuple[str, bytes]:
    """Every organisation with how many results it has."""
    named = sorted((entries[0].organisation, at, len(entries)) for at, entries in organisations(desk).items())
    return desk.page("organisations/index.html", "library_organisations.html", "Organisations", organisations=named)


def result_of(desk: Desk, entry: Entry) -> Iterator[tuple[str, bytes]]:
    """The page of one result with its citation, its JSON, its files, and one page a version."""
    at = f"results/{entry.key}/"
    address = f"{desk.setting.address}{at}v{entry.version}/" if desk.setting.address else ""
    facets = [(each, [value for value in entry.classified.of(each.key) if each.option(value)]) for each in FACETS]
    files, links = _files(desk, entry, at)
    yield desk.page(
        f"{at}index.html", "library_result.html", entry.title,
        entry=entry, address=address, cited=citation(entry, desk.lab, address), plot=result_plot(entry), costs=cost_per_prevented(entry),
        facets=facets, similar=desk.index.similar(entry.classified, SIMILAR, but=entry.key), links=links, data=data_set(desk, entry),
    )  # fmt: skip
    yield f"{at}citation.bib", bibtex(entry, desk.lab, address).encode()
    yield f"{at}entry.json", desk.written[entry.key]
    yield from files
    for version in entry.versions:
        found = standing(entry, version.number)
        yield desk.page(
            f"{at}v{version.number}/index.html", "library_claim.html", f"{entry.title}, version {version.number}",
            entry=entry, version=version, standing=found, words=CLAIM_WORDS[found],
        )  # fmt: skip


def _files(desk: Desk, entry: Entry, at: str) -> tuple[list[tuple[str, bytes]], list[tuple[str, str]]]:
    """The frozen files that stand on the site, and the links to all of them: words and address."""
    own = f"v{entry.version}/"
    frozen = desk.setting.frozen(entry) if desk.setting.frozen and entry.files else {}
    files = [(f"{at}{own}{name}", data) for name, data in frozen.items()]
    start = own if frozen else f"{desk.setting.reports}results/{entry.key}/{own}"
    here = [name for name in _NAMES if name in entry.files] if frozen or desk.setting.reports else []
    return files, [(_NAMES[name], f"{start}{name}") for name in here]


def _grouped(entries: Sequence[Entry], key: Callable[[Entry], str]) -> dict[str, list[Entry]]:
    """Entries that share a page, the latest first, by its place in alphabetical order."""
    return {at: list(group) for at, group in groupby(sorted(entries, key=key), key=key)}
