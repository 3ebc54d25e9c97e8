"""The site's lists for programs: what is announced and public as JSON, news as an Atom feed, and the addresses of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.files import canonical_json
from justice_data_lab.records import to_json
from justice_data_lab.reporting.xml_text import escape, quoteattr
from justice_data_lab.site.result import outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.site.outlook import Announcement, Outlook, Published
    from justice_data_lab.study import Lab

SCHEMA = "justice-data-lab/releases/1"
_NEVER = "1970-01-01T00:00:00+00:00"


def listing(outlook: Outlook, lab: Lab) -> bytes:
    """`releases.json`: every announcement with its state and notices, and what was found where that is public and stands."""
    standing = (each for each in outlook.published if each.book.release.state == "released")
    found = {(each.key, each.version): outcome(each.content) for each in standing}
    rows = [
        {
            "key": each.key,
            "version": each.version,
            "kind": each.kind,
            "state": each.state,
            "title": each.title,
            "organisation": each.organisation,
            "due": each.due.isoformat() if each.due else None,
            "provisional": each.provisional,
            "withdrawn": each.withdrawn,
            "outcome": found.get((each.key, each.version)),
            "page": outlook.page_of(each) or None,
            "notices": [to_json(notice) for notice in each.notices],
        }
        for each in outlook.announcements
    ]
    return canonical_json({"schema": SCHEMA, "lab": lab.name, "log": outlook.head, "releases": rows})


def feed(outlook: Outlook, lab: Lab) -> bytes:
    """`feed.xml`: one entry a public result, correction, withdrawal or bulletin, the latest first."""
    entries = sorted(_entries(outlook, lab), reverse=True)
    updated = entries[0][0] if entries else _NEVER
    body = "".join(
        f"<entry><id>{escape(address)}</id><title>{escape(title)}</title><updated>{at}</updated>"
        f"<link href={quoteattr(address)}/><summary>{escape(words)}</summary></entry>\n"
        for at, address, title, words in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(lab.site)}/</id><title>{escape(lab.name)}</title><updated>{updated}</updated>"
        f'<author><name>{escape(lab.name)}</name></author><link rel="self" href={quoteattr(f"{lab.site}/feed.xml")}/>\n{body}</feed>\n'
    ).encode()


def _entries(outlook: Outlook, lab: Lab) -> Iterable[tuple[str, str, str, str]]:
    """When, where, title and words of each piece of news."""
    found = {(each.key, each.version): _words(each) for each in outlook.published}
    found |= {
        (each.key, each.version): f"Replaced by a later version. {each.book.release.ended_reason}" for each in outlook.records
    }
    for each in outlook.announcements:
        place = outlook.page_of(each)
        if place:
            words = (
                f"Withdrawn. {each.withdrawn}" if each.withdrawn else found.get((each.key, each.version), "Every result to date.")
            )
            yield _last(each), f"{lab.site}/{place.removesuffix('index.html')}", each.title, words


def _words(shown: Published) -> str:
    release = shown.book.release
    return f"Corrected. {release.ended_reason}" if release.state == "corrected" else f"{outcome(shown.content)}."


def _last(announcement: Announcement) -> str:
    """When something was last told about a public release: its hour, or a later correction, revision or withdrawal."""
    after = (notice.at for notice in announcement.notices if notice.kind in ("corrected", "revised", "withdrawn"))
    return max((announcement.notices[-1].due, *after)).isoformat()


def sitemap(paths: Iterable[str], lab: Lab) -> bytes:
    """`sitemap.xml`: the address of every page for readers."""
    pages = sorted(path.removesuffix("index.html") for path in paths if path.endswith("index.html") or path.startswith("about/"))
    lines = "".join(f"<url><loc>{escape(lab.site)}/{escape(page)}</loc></url>\n" for page in pages)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    ).encode()
