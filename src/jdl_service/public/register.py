"""The public register of requests. Nothing in it depends on what a result says, nor on who was found in the register of offences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.utils.html import format_html

from jdl_service.look.words import day
from jdl_service.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from justice_data_lab.site.outlook import Outlook

# In words that are the same whatever was found: that few people were found, or that there is no balance, would tell of a result.
_WORDS = {
    "draft": "With the organisation",
    "submitted": "Received",
    "refused": "Not taken on",
    "withdrawn": "Withdrawn by the organisation",
    "cancelled": "Release cancelled",
}
_AT_WORK = "Being worked on"
_PUBLISHED, _REPLACED, _GONE, _COMING = (
    "Published",
    "Replaced by a later version",
    "Published, then withdrawn",
    "Release announced",
)


def on_the_register() -> QuerySet[Request]:
    """Every request that was sent, the latest first; what was listed once stays, also while the organisation puts it right."""
    rows = Request.objects.exclude(submitted_at=None)
    return rows.select_related("organisation", "study").order_by("-submitted_at", "key").prefetch_related("partners")


def listed(rows: Iterable[Request], outlook: Outlook) -> list[tuple[str, ...]]:
    """A row for each request: reference, organisations, programme, day, protocol, status."""
    told = _told(outlook)
    return [
        (
            row.key,
            ", ".join((row.organisation.name, *sorted(each.name for each in row.partners.all()))),
            row.programme,
            day(row.submitted_at or row.created_at),
            _protocol(row),
            _status(row, told),
        )
        for row in rows
    ]


def _told(outlook: Outlook) -> dict[str, str]:
    """What the public knows of each release, by key; the last version decides."""
    found: dict[str, tuple[int, str]] = {}
    coming = {(each.key, each.version) for each in outlook.to_come()}
    known = [
        *((each.key, each.version, _COMING) for each in outlook.announcements if (each.key, each.version) in coming),
        *((each.key, each.version, _REPLACED) for each in outlook.records),
        *((each.key, each.version, _PUBLISHED) for each in outlook.published),
        *((each.key, each.version, _GONE) for each in outlook.withdrawn()),
    ]
    for key, version, words in known:
        found[key] = max(found.get(key, (0, "")), (version, words))
    return {key: words for key, (_, words) in found.items()}


def _status(row: Request, told: dict[str, str]) -> str:
    words = told.get(row.key)
    if words in (_PUBLISHED, _REPLACED, _GONE):
        return format_html('<a class="govuk-link" href="/results/{}/">{}</a>', row.key, words)
    return words or _WORDS.get(row.state, _AT_WORK)


def _protocol(row: Request) -> str:
    """The hash of the protocol; the same for all to see before anybody looked at an outcome."""
    study = getattr(row, "study", None)
    return str(json.loads(study.protocol)["sha256"])[:12] if study and study.protocol else "Not yet"
