"""Pages of results: the answer, what may be said, what was delivered; of each version's claim, each programme and organisation."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from justice_data_lab.library.citation import bibtex, citation
from justice_data_lab.library.collection import CLAIM_WORDS
from justice_data_lab.library.cost import cost_per_prevented
from justice_data_lab.library.result_plot import result_plot
from justice_data_lab.library.taxonomy import FACETS
from justice_data_lab.library_site.desk import organisation_slug, programme_slug
from justice_data_lab.library_site.feeds import data_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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


def result_files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Every result with its claims and files; every programme; every organisation."""
    for entry in desk.entries:
        yield from _result(desk, entry)
    for at, name, entries in _grouped(desk.entries, programme_slug):
        yield desk.page(f"programmes/{at}/index.html", "library_programme.html", name.title, programme=name, entries=entries)
    organisations = list(_grouped(desk.entries, organisation_slug))
    for at, name, entries in organisations:
        title = name.organisation
        yield desk.page(f"organisations/{at}/index.html", "library_organisation.html", title, organisation=title, entries=entries)
    named = sorted((first.organisation, at, len(entries)) for at, first, entries in organisations)
    yield desk.page("organisations/index.html", "library_organisations.html", "Organisations", organisations=named)


def _result(desk: Desk, entry: Entry) -> Iterator[tuple[str, bytes]]:
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
        standing = desk.index.library.claim(entry.key, version.number)
        yield desk.page(
            f"{at}v{version.number}/index.html", "library_claim.html", f"{entry.title}, version {version.number}",
            entry=entry, version=version, standing=standing, words=CLAIM_WORDS[standing],
        )  # fmt: skip


def _files(desk: Desk, entry: Entry, at: str) -> tuple[list[tuple[str, bytes]], list[tuple[str, str]]]:
    """The frozen files that stand on the site, and the links to all of them: words and address."""
    own = f"v{entry.version}/"
    frozen = desk.setting.frozen(entry) if desk.setting.frozen and entry.files else {}
    files = [(f"{at}{own}{name}", data) for name, data in frozen.items()]
    start = own if frozen else f"{desk.setting.reports}results/{entry.key}/{own}"
    here = [name for name in _NAMES if name in entry.files] if frozen or desk.setting.reports else []
    return files, [(_NAMES[name], f"{start}{name}") for name in here]


def _grouped(entries: Sequence[Entry], key: Callable[[Entry], str]) -> Iterator[tuple[str, Entry, list[Entry]]]:
    """Entries that share a page: its place, the latest of them, and all, the latest first."""
    for at, group in groupby(sorted(entries, key=key), key=key):
        found = list(group)
        yield at, found[0], found
