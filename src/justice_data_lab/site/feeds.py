"""The site's lists for programs: what is announced and public as JSON, news as an Atom feed, and the addresses of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from justice_data_lab.files import canonical_json
from justice_data_lab.site.result import outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from justice_data_lab.files import Json
    from justice_data_lab.site.outlook import Announcement, Outlook
    from justice_data_lab.study import Lab

SCHEMA = "justice-data-lab/releases/1"
_NEVER = "1970-01-01T00:00:00+00:00"


def listing(outlook: Outlook, lab: Lab) -> bytes:
    """`releases.json`: every announcement with its notices, and what was found where that is public."""
    found = {(each.key, each.version): outcome(each.content) for each in outlook.published}
    results = {(each.key, each.version) for each in outlook.results()}
    rows = [
        {
            "key": each.key,
            "version": each.version,
            "kind": each.kind,
            "title": each.title,
            "organisation": each.organisation,
            "due": each.due.isoformat() if each.due else None,
            "provisional": each.provisional,
            "withdrawn": each.withdrawn,
            "outcome": found.get((each.key, each.version)),
            "page": f"results/{each.key}/v{each.version}/index.html" if (each.key, each.version) in results else None,
            "notices": [_notice(notice.kind, notice.at, notice.due, notice.reason) for notice in each.notices],
        }
        for each in outlook.announcements
    ]
    return canonical_json({"schema": SCHEMA, "lab": lab.name, "log": outlook.head, "releases": rows})


def _notice(kind: str, at: datetime, due: datetime, reason: str) -> dict[str, Json]:
    return {"kind": kind, "at": at.isoformat(), "due": due.isoformat(), "reason": reason}


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
    for each in outlook.published:
        address = f"{lab.site}/results/{each.key}/v{each.version}/"
        yield _last(outlook, each.key, each.version), address, each.book.release.title, f"{outcome(each.content)}."
    for old in outlook.records:
        address = f"{lab.site}/results/{old.key}/v{old.version}/"
        words = f"Replaced by a later version. {old.book.release.ended_reason}"
        yield _last(outlook, old.key, old.version), address, old.book.release.title, words
    for gone in outlook.withdrawn():
        address = f"{lab.site}/results/{gone.key}/v{gone.version}/"
        yield _last(outlook, gone.key, gone.version), address, gone.title, f"Withdrawn. {gone.withdrawn}"
    for gazette in outlook.gazettes:
        release = gazette.book.release
        address = f"{lab.site}/bulletins/{release.key.removeprefix('bulletin-')}/"
        yield _last(outlook, release.key, release.version), address, release.title, "The bulletin of the quarter."


def _last(outlook: Outlook, key: str, version: int) -> str:
    """When something was last told about a release: its hour, or a later correction or withdrawal."""
    found: Announcement = next(each for each in outlook.announcements if (each.key, each.version) == (key, version))
    after = (notice.at for notice in found.notices if notice.kind in ("corrected", "revised", "withdrawn"))
    return max((found.notices[-1].due, *after)).isoformat()


def sitemap(paths: Iterable[str], lab: Lab) -> bytes:
    """`sitemap.xml`: the address of every page for readers."""
    pages = sorted(path.removesuffix("index.html") for path in paths if path.endswith("index.html") or path.startswith("about/"))
    lines = "".join(f"<url><loc>{escape(lab.site)}/{escape(page)}</loc></url>\n" for page in pages)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    ).encode()
