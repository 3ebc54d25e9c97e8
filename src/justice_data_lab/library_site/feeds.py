"""What programs read of the site: the Atom feed, the site map, and schema.org descriptions inside pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from justice_data_lab.library.taxonomy import TYPES, names
from justice_data_lab.reporting.xml_text import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justice_data_lab.library.entry import Entry
    from justice_data_lab.library_site.desk import Desk

NEWEST = 50


def feed(desk: Desk) -> bytes:
    """What happened last as an Atom feed: a release, a correction, a withdrawal; its time is that of the latest, so that it changes only then."""
    address, lab = desk.setting.address, desk.lab
    entries = sorted(desk.entries, key=lambda each: each.changed, reverse=True)[:NEWEST]
    updated = entries[0].changed if entries else desk.index.library.at
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{escape(lab.name)}: what works</title>",
        f"<id>{escape(address)}</id>",
        f'<link rel="self" href={quoteattr(address + "feed.xml")}/>',
        f"<link href={quoteattr(address)}/>",
        f"<updated>{updated:%Y-%m-%dT%H:%M:%SZ}</updated>",
        f"<author><name>{escape(lab.name)}</name></author>",
    ]
    for each in entries:
        at = f"{address}results/{each.key}/"
        parts.append(
            f"<entry><title>{escape(f'{each.title}, {each.organisation}')}</title><id>{escape(f'{at}v{each.version}/')}</id>"
            f"<link href={quoteattr(at)}/><published>{each.released:%Y-%m-%dT%H:%M:%SZ}</published>"
            f"<updated>{each.changed:%Y-%m-%dT%H:%M:%SZ}</updated><summary>{escape(each.told)}</summary></entry>"
        )
    return "\n".join([*parts, "</feed>", ""]).encode()


def site_map(address: str, paths: Iterable[str]) -> bytes:
    """Every page for search engines."""
    found = (f"<url><loc>{escape(address + path.removesuffix('index.html'))}</loc></url>" for path in sorted(paths))
    start = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (start + "\n".join(found) + "\n</urlset>\n").encode()


def data_set(desk: Desk, entry: Entry) -> str:
    """A result as a schema.org Dataset, ready to stand in its page."""
    address = f"{desk.setting.address}results/{entry.key}/"
    return _inside(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": f"{entry.title}, {entry.organisation}",
            "description": entry.told,
            "identifier": f"{entry.key} v{entry.version}",
            "version": str(entry.version),
            "datePublished": f"{entry.released:%Y-%m-%d}",
            "dateModified": f"{entry.changed:%Y-%m-%d}",
            **({"creativeWorkStatus": entry.versions[-1].state.capitalize()} if entry.versions[-1].ended else {}),
            "creator": {"@type": "Organization", "name": desk.lab.name},
            "license": desk.lab.licence,
            "keywords": list(names(entry.classified.types, TYPES)),
            **({"url": address} if desk.setting.address else {}),
        }
    )


def catalogue(desk: Desk) -> str:
    """The whole library as a schema.org Dataset with its downloads."""
    address = desk.setting.address
    kinds = {"library.csv": "text/csv", "library.json": "application/json", "library.parquet": "application/vnd.apache.parquet"}
    return _inside(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": f"{desk.lab.name}: what works",
            "description": "Every released result on whether programmes cut reoffending: good, bad, unclear, or not possible.",
            "creator": {"@type": "Organization", "name": desk.lab.name},
            "license": desk.lab.licence,
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{address}downloads/{name}"}
                for name, kind in kinds.items()
            ],
        }
    )


def _inside(value: object) -> str:
    """JSON that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
