"""Every file of the site by its path: the same outlook gives the same bytes, whenever a page is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from justice_data_lab.publication.manifest import manifest
from justice_data_lab.reporting.passages import programme_in_brief
from justice_data_lab.site.bulletin import as_it_stands
from justice_data_lab.site.bulletin_file import read_bulletin
from justice_data_lab.site.feeds import feed, listing, sitemap
from justice_data_lab.site.outlook import Announcement, Record
from justice_data_lab.site.paper import environment, style
from justice_data_lab.site.result import result_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jinja2 import Environment

    from justice_data_lab.site.outlook import Gazette, Outlook, Published
    from justice_data_lab.site.result import ResultPage
    from justice_data_lab.study import Lab

    Draw = Callable[[], bytes]

POLICIES = {
    "compliance": "How we keep to the rules for official statistics",
    "pre-release": "Who sees results early",
    "revisions": "Corrections and revisions",
    "testing": "How results are tested",
    "quality": "Quality report",
    "concerns": "Raise a concern",
}
LATEST = 5
HEAD_FILE = "log.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where pages are written: the templates, the outlook and the lab."""

    environment: Environment
    outlook: Outlook
    lab: Lab

    def page(
        self, path: str, template: str, title: str, more: Callable[[], Mapping[str, object]] = dict, **values: object
    ) -> tuple[str, Draw]:
        """One page at its path, with links that work wherever the site stands.

        Args:
            path: of the page.
            template: that draws it.
            title: of the page.
            more: what takes long to work out, asked for when the page is drawn.
            values: what else the template reads.
        """
        return path, lambda: self._drawn(path, template, title, {**values, **more()})

    def _drawn(self, path: str, template: str, title: str, values: Mapping[str, object]) -> bytes:
        root = "../" * path.count("/")
        text = self.environment.get_template(template).render(
            root=root,
            title=title,
            lab=self.lab,
            head=self.outlook.head,
            policies=POLICIES,
            concerns=self.outlook.desk.concerns,
            outlook=self.outlook,
            **values,
        )
        return f"{text}\n".encode()


def site_files(outlook: Outlook, lab: Lab) -> dict[str, bytes]:
    """Every file of the site by its path.

    Args:
        outlook: what the public may see; nothing else is looked at.
        lab: name, contacts, zone, licence and colour.
    """
    return {path: draw() for path, draw in site_pages(outlook, lab).items()}


def site_pages(outlook: Outlook, lab: Lab) -> dict[str, Draw]:
    """The same, each file as what draws it: for whoever serves one page at a time.

    Notes:
        The clock is not asked when a page is drawn, and nothing but the outlook is read, so the bytes are those of `site_files`.
    """
    desk = _Desk(environment=environment(lab), outlook=outlook, lab=lab)
    written = [
        desk.page("index.html", "home.html", "Results", latest=outlook.published[:LATEST], to_come=outlook.to_come()),
        desk.page("calendar/index.html", "calendar.html", "Release calendar", announcements=outlook.announcements),
        desk.page(
            "results/index.html",
            "results.html",
            "All results",
            published=outlook.published,
            records=outlook.records,
            withdrawn=outlook.withdrawn(),
        ),
        *(
            desk.page(f"about/{name}.html", f"{name}.html", title, text=dict(lab.pages).get(name, ""))
            for name, title in POLICIES.items()
        ),
        ("style.css", lambda: style(lab).encode()),
        (HEAD_FILE, f"{outlook.head}\n".encode),
        ("releases.json", lambda: listing(outlook, lab)),
        *_versions(desk),
        *_bulletins(desk),
    ]
    if lab.site:
        paths = [path for path, _ in written]
        written += [("feed.xml", lambda: feed(outlook, lab)), ("sitemap.xml", lambda: sitemap(paths, lab))]
    return dict(sorted(written, key=itemgetter(0)))


def _versions(desk: _Desk) -> Iterator[tuple[str, Draw]]:
    """Each version at its own address, and the latest of each request at the request's."""
    shown: list[Published | Record | Announcement] = [*desk.outlook.published, *desk.outlook.records, *desk.outlook.withdrawn()]
    shown.sort(key=lambda each: (each.key, each.version))
    for key, group in groupby(shown, key=lambda each: each.key):
        versions = list(group)
        last = versions[-1]
        for each in versions:
            yield from _version(desk, each, f"results/{key}/v{each.version}/", own="", latest=last.version)
        yield next(_version(desk, last, f"results/{key}/", own=f"v{last.version}/", latest=last.version))


def _version(
    desk: _Desk, shown: Published | Record | Announcement, at: str, *, own: str, latest: int
) -> Iterator[tuple[str, Draw]]:
    """The page of a version, then its files; `own` is the way from the page to the version's own folder."""
    if isinstance(shown, Announcement):
        for name in ("index.html", "use.html"):
            yield desk.page(f"{at}{name}", "withdrawn.html", shown.title, release=shown)
        return
    release = shown.book.release
    page = partial(desk.page, release=release, book=shown.book, own=own, latest=latest)
    if isinstance(shown, Record):
        for name in ("index.html", "use.html"):
            yield page(f"{at}{name}", "replaced.html", release.title, partial(_in_brief, shown))
    else:
        result = cache(partial(result_page, shown, desk.lab))
        yield page(f"{at}index.html", "result.html", release.title, lambda: {"page": result()})
        yield page(f"{at}use.html", "use.html", f"Use this result: {release.title}", lambda: _use(result()))
    for number, response in enumerate(shown.book.responses, 1):
        yield page(f"{at}response-{number}.html", "response.html", f"Response of {response.organisation}", response=response)
    if not isinstance(shown, Record):
        yield from _frozen(at, shown.files)


def _in_brief(shown: Record) -> dict[str, object]:
    return {"programme": programme_in_brief(shown.content)}


def _use(result: ResultPage) -> dict[str, object]:
    return {"use": result.use, "chart": result.chart}


def _frozen(at: str, files: Mapping[str, bytes]) -> Iterator[tuple[str, Draw]]:
    """The frozen files, and the list of their hashes."""
    for name, data in files.items():
        yield f"{at}{name}", partial(bytes, data)
    yield f"{at}manifest.json", partial(manifest, files)


def _bulletins(desk: _Desk) -> Iterator[tuple[str, Draw]]:
    """Each bulletin at its quarter's address, in its latest version; one that was withdrawn keeps its reason."""
    latest = {each.book.release.key: each for each in sorted(desk.outlook.gazettes, key=lambda each: each.book.release.version)}
    listed = [(each, read_bulletin(each.files)) for each in desk.outlook.gazettes if latest[each.book.release.key] is each]
    gone = [each for each in desk.outlook.withdrawn_bulletins() if each.key not in latest]
    coming = tuple(each for each in desk.outlook.to_come() if each.kind == "bulletin")
    yield desk.page("bulletins/index.html", "bulletins.html", "Bulletins", listed=listed, to_come=coming, withdrawn=gone)
    for gazette, made in listed:
        yield from _bulletin(desk, gazette, f"bulletins/{made.quarter.code}/")
    for each in gone:
        yield desk.page(desk.outlook.page_of(each), "withdrawn.html", each.title, release=each)


def _bulletin(desk: _Desk, gazette: Gazette, at: str) -> Iterator[tuple[str, Draw]]:
    """The page of a bulletin, and its frozen files as long as every result in it stands."""
    frozen = read_bulletin(gazette.files)
    standing = as_it_stands(frozen, desk.outlook)
    title, whole = f"Bulletin, {frozen.quarter.words}", standing.tally("outcome") == frozen.tally("outcome")
    yield desk.page(
        f"{at}index.html",
        "bulletin_page.html",
        title,
        bulletin=replace(standing, to_come=desk.outlook.to_come()),
        book=gazette.book,
        release=gazette.book.release,
        whole=whole,
        results="../../results/",
    )
    if whole:
        yield from _frozen(at, gazette.files)
