"""Where the library's pages are written: the templates, the library made ready, the lab, and where things stand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from markupsafe import Markup

from justice_data_lab.library.address import FILTERS
from justice_data_lab.library.export import entry_json
from justice_data_lab.library.grading import PARTS
from justice_data_lab.library.search import ENDINGS, FOLDED, value_name
from justice_data_lab.library.taxonomy import own_slug
from justice_data_lab.library_site.portions import place
from justice_data_lab.reporting import html
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.moments import day_in_words, moment_in_words
from justice_data_lab.reporting.wording import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jinja2 import Environment

    from justice_data_lab.library.collection import Library
    from justice_data_lab.library.counting import Overlap
    from justice_data_lab.library.entry import Entry
    from justice_data_lab.library.outside import Outside
    from justice_data_lab.library.search import Index
    from justice_data_lab.register.coverage import Coverage
    from justice_data_lab.study import Lab

    # Its path, and its drawing.
    Page: TypeAlias = tuple[str, Callable[[], bytes]]
    Slug: TypeAlias = Callable[[Entry], str]

# A result's verdict as it stands in lists.
TOLD = {
    "reduction": VERDICTS["reduction"], "increase": VERDICTS["increase"], "inconclusive": VERDICTS["inconclusive"],
    "no_figure": "No figure can be shown", "not_analysed": "Could not be analysed", "withdrawn": "Withdrawn",
}  # fmt: skip


CORRECTED = "Corrected: the new version is not out yet"


def told(entry: Entry) -> str:
    """An entry's verdict as it stands where its figures do not, with what came of it since."""
    return f"{TOLD[entry.verdict]}. {CORRECTED}" if entry.corrected else TOLD[entry.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a site is built with, besides the library.

    Attributes:
        address: where it will stand, ending in a slash; without it there is no feed, no site map, and citations have no address.
        overlaps: from the ledger; None when it was not asked.
        lacking: keys of results that the ledger, when it was asked, does not know.
        coverage: the register's public file, for national rates; None without.
        frozen: gives the frozen files of a result, which then stand on the site; None: they are linked.
        reports: where the frozen files stand when they are linked: the address of the site of releases, ending in a slash.
        earlier: files of earlier snapshots by path, which are kept.
        outside: results from elsewhere, listed apart; they are in no entry, count or headline.
        answers: whether a server answers questions where the site stands; when not, a script does it in the browser.
    """

    address: str = ""
    overlaps: tuple[Overlap, ...] | None = None
    lacking: frozenset[str] = frozenset()
    coverage: Coverage | None = None
    frozen: Callable[[Entry], Mapping[str, bytes]] | None = None
    reports: str = ""
    earlier: Mapping[str, bytes] = field(default_factory=dict)
    outside: tuple[Outside, ...] = ()
    answers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that a page is made from.

    Attributes:
        environment: the templates.
        index: the library made ready for questions.
        lab: whose it is.
        setting: where things stand.
        written: each entry as JSON by its key, made when it is first asked for.
        grouped: by what a page has of several entries, such as a programme, and by where such a page stands, its entries, the latest
            first; made when it is first asked for.
    """

    environment: Environment
    index: Index
    lab: Lab
    setting: Setting
    written: Mapping[str, bytes]
    grouped: Mapping[Slug, Mapping[str, list[Entry]]]

    @property
    def entries(self) -> Sequence[Entry]:
        """Every entry, the latest first."""
        return self.index.library.entries

    def page(self, path: str, template: str, title: str, **values: object) -> tuple[str, bytes]:
        """One page at its path, with links that work wherever the site stands."""
        root = "../" * path.count("/")
        text = self.environment.get_template(template).render(
            root=root, title=title, lab=self.lab, setting=self.setting, **values
        )
        return path, f"{text}\n".encode()


class _Written(dict[str, bytes]):
    """Entries as JSON, each made once."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._entries = {each.key: each for each in library.entries}

    def __missing__(self, key: str) -> bytes:
        self[key] = made = entry_json(self._entries[key])
        return made


class _Lines(dict[tuple[str, str], Markup]):
    """The line of an entry in lists, by where links begin and the entry's key: each made once, though it stands in many lists."""

    def __init__(self, library: Library, environment: Environment) -> None:
        super().__init__()
        self._entries, self._template = {each.key: each for each in library.entries}, environment.get_template

    def __missing__(self, at: tuple[str, str]) -> Markup:
        root, key = at
        text = self._template("library_line.html").render(root=root, entry=self._entries[key])
        # a template of ours has escaped whatever was put in
        self[at] = made = Markup(text)  # noqa: S704
        return made


class _Grouped(dict["Slug", "Mapping[str, list[Entry]]"]):
    """Entries that share a page, by its place in alphabetical order."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._entries = library.entries

    def __missing__(self, key: Slug) -> Mapping[str, list[Entry]]:
        self[key] = made = {at: list(group) for at, group in groupby(sorted(self._entries, key=key), key=key)}
        return made


def open_desk(index: Index, lab: Lab, setting: Setting) -> Desk:
    """A desk with our templates: what is put in is escaped, and nothing may be missing."""
    made = html.environment("justice_data_lab.library_site", "justice_data_lab.site")
    lines = _Lines(index.library, made)
    made.filters |= {
        "line": lambda entry, root: lines[root, entry.key],
        "told": TOLD.__getitem__,
        "told_of": told,
        "opening": opening,
        "named": lambda value, name: value_name(name, value),
        "moment": partial(moment_in_words, zone=lab.release_zone),
        "day": partial(day_in_words, zone=lab.release_zone),
        "place": place,
        "programme": programme_slug,
        "organisation": organisation_slug,
        "isoday": date_in_words,
        "signed": lambda value: f"{value:g}".replace("-", "\u2212"),
        "part_name": {each.key: each.name for each in PARTS}.__getitem__,
    }
    library = index.library
    return Desk(environment=made, index=index, lab=lab, setting=setting, written=_Written(library), grouped=_Grouped(library))


def all_of(pages: Iterable[Page]) -> Iterable[tuple[str, bytes]]:
    """Pages by their paths, drawn one after another."""
    return ((path, draw()) for path, draw in pages)


def opening(text: str, most: int) -> str:
    """A text as it is, or of a longer one so many words and an ellipsis: what a page shows before somebody asks for all of it."""
    found = text.split()
    return text if len(found) <= most else f"{' '.join(found[:most])}\u2026"


def programme_slug(entry: Entry) -> str:
    """Where the page of an entry's programme stands: several results may be of one programme."""
    return own_slug(f"{entry.organisation} {entry.title}")


def organisation_slug(entry: Entry) -> str:
    """Where the page of an entry's organisation stands."""
    return own_slug(entry.organisation)


def style(lab: Lab) -> bytes:
    """The site's style sheet: that of the releases, and what the library adds."""
    releases = files("justice_data_lab.site").joinpath("templates/site.css").read_text(encoding="utf-8")
    own = files("justice_data_lab.library_site").joinpath("templates/library.css").read_text(encoding="utf-8")
    return (releases + own).replace("BRAND", lab.brand_colour).encode()


def script() -> bytes:
    """The script that searches in the browser; the site works without it."""
    text = files("justice_data_lab.library_site").joinpath("templates/search.js").read_text(encoding="utf-8")
    for name, value in (("LETTERS", FOLDED), ("ENDINGS", ENDINGS), ("FILTERS", FILTERS)):
        text = text.replace(f'"{name}"', json.dumps(value, separators=(",", ":")))
    return text.encode()
