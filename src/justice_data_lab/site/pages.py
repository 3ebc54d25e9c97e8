"""Every file of the site by its path: the same outlook gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from justice_data_lab.publication.manifest import manifest
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.moments import day_in_words, moment_in_words
from justice_data_lab.reporting.wording import capital
from justice_data_lab.site.bulletin import results_csv
from justice_data_lab.site.outlook import Announcement
from justice_data_lab.site.result import outcome, result_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.site.bulletin import Bulletin
    from justice_data_lab.site.outlook import Outlook, Published
    from justice_data_lab.study import Lab

POLICIES = {
    "compliance": "How we keep to the rules for official statistics",
    "pre-release": "Who sees results early",
    "revisions": "Corrections and revisions",
    "testing": "How results are tested",
    "quality": "Quality report",
    "concerns": "Raise a concern",
}
LATEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where pages are written: the templates, the outlook and the lab."""

    environment: Environment
    outlook: Outlook
    lab: Lab

    def page(self, path: str, template: str, title: str, **values: object) -> tuple[str, bytes]:
        """One page at its path, with links that work wherever the site stands."""
        root = "../" * path.count("/")
        text = self.environment.get_template(template).render(
            root=root, title=title, lab=self.lab, head=self.outlook.head, policies=POLICIES, **values
        )
        return path, f"{text}\n".encode()


def site_files(outlook: Outlook, lab: Lab) -> dict[str, bytes]:
    """Every file of the site by its path.

    Args:
        outlook: what the public may see; nothing else is looked at.
        lab: name, contacts, zone, licence and colour.
    """
    desk = _Desk(environment=_environment(lab), outlook=outlook, lab=lab)
    written = [
        desk.page("index.html", "home.html", "Results", latest=outlook.published[:LATEST], to_come=outlook.to_come()),
        desk.page("calendar/index.html", "calendar.html", "Release calendar", announcements=outlook.announcements),
        desk.page(
            "results/index.html", "results.html", "All results", published=outlook.published, withdrawn=outlook.withdrawn()
        ),
        *(desk.page(f"about/{name}.html", f"{name}.html", title) for name, title in POLICIES.items()),
        ("style.css", _style(lab)),
        ("log.txt", f"{outlook.head}\n".encode()),
        *_versions(desk),
    ]
    return dict(sorted(written))


def bulletin_files(made: Bulletin, lab: Lab) -> dict[str, bytes]:
    """A bulletin as a page that carries everything inside it, and its list as a table."""
    template = _environment(lab).get_template("bulletin.html")
    html = template.render(bulletin=made, lab=lab, css=_style(lab).decode())
    return {"bulletin.html": f"{html}\n".encode(), "results.csv": results_csv(made.rows)}


def _versions(desk: _Desk) -> Iterator[tuple[str, bytes]]:
    """Each version at its own address, and the latest of each request at the request's."""
    shown: list[Published | Announcement] = [*desk.outlook.published, *desk.outlook.withdrawn()]
    shown.sort(key=lambda each: (each.key, each.version))
    for key, group in groupby(shown, key=lambda each: each.key):
        versions = list(group)
        last = versions[-1]
        for each in versions:
            yield from _version(desk, each, f"results/{key}/v{each.version}/", own="", latest=last.version)
        yield next(_version(desk, last, f"results/{key}/", own=f"v{last.version}/", latest=last.version))


def _version(desk: _Desk, shown: Published | Announcement, at: str, *, own: str, latest: int) -> Iterator[tuple[str, bytes]]:
    """The page of a version, then its files; `own` is the way from the page to the version's own folder."""
    if isinstance(shown, Announcement):
        yield desk.page(f"{at}index.html", "withdrawn.html", shown.title, release=shown)
        return
    release = shown.book.release
    page = partial(desk.page, release=release, book=shown.book, own=own, latest=latest)
    yield page(f"{at}index.html", "result.html", release.title, page=result_page(shown))
    for number, response in enumerate(shown.book.responses, 1):
        title = f"Response of {response.organisation}"
        paragraphs = [part.strip() for part in response.text.split("\n\n") if part.strip()]
        yield page(f"{at}response-{number}.html", "response.html", title, response=response, paragraphs=paragraphs)
    for name, data in shown.files.items():
        yield f"{at}{name}", data
    yield f"{at}manifest.json", manifest(shown.files)


def _environment(lab: Lab) -> Environment:
    """Our templates: what is put in is escaped, and nothing may be missing."""
    made = Environment(
        loader=PackageLoader("justice_data_lab.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "capital": capital,
        "outcome": outcome,
        "date": date_in_words,
        "moment": partial(moment_in_words, zone=lab.release_zone),
        "day": partial(day_in_words, zone=lab.release_zone),
    }
    return made


def _style(lab: Lab) -> bytes:
    text = files("justice_data_lab.site").joinpath("templates/site.css").read_text(encoding="utf-8")
    return text.replace("BRAND", lab.brand_colour).encode()
