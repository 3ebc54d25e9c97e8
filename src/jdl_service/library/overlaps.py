"""Which public results share people: the worker asks the lab's ledger as soon as a release is frozen, and keeps pairs of releases, no token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from jdl_service.analysis.ledger import keeper
from jdl_service.audit import log
from jdl_service.library.models import LedgerAnswer, Sharing
from jdl_service.releases.models import Release
from justice_data_lab.ledger_file import open_ledger
from justice_data_lab.library.counting import MOST_SHARED, Overlap
from justice_data_lab.library_overlaps import Asked, people_behind, shares, told_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from justice_data_lab.ledger_file import Ledger
    from justice_data_lab.library.entry import Entry

ASKED = "ask ledger"


def ask(*, at: datetime) -> int:
    """Ask the ledger about every frozen release that it was not asked about, and about those that it did not know and knows now.

    Returns:
        Of how many.

    Notes:
        Only pairs that the rule of the library drops are kept. A release is frozen weeks before its hour, so that at the hour everything
        is known; of one that is not public nobody is told anything.
    """
    path = keeper().file
    if not path.is_file():
        return 0
    ledger = open_ledger(path)
    frozen = {f"{key} v{version}": manifest for key, version, manifest in _frozen()}
    answered = {row.name: row for row in LedgerAnswer.objects.all()}
    known = ledger.names() & frozen.keys()
    wanted = {
        name: manifest
        for name, manifest in frozen.items()
        if name not in answered or answered[name].manifest != manifest or answered[name].known < (name in known)
    }
    if wanted:
        _keep(ledger, wanted, frozen.keys(), at)
    return len(wanted)


def told(entries: Sequence[Entry]) -> Asked | None:
    """What the ledger told of the results of a library; None while it was asked about none."""
    answers = dict(LedgerAnswer.objects.values_list("name", "known"))
    if not answers:
        return None
    known = {name for name, is_known in answers.items() if is_known}
    standing = {each.key: told_of(each, known) for each in entries if each.status != "withdrawn"}
    keys = {name: key for key, name in standing.items() if name is not None}
    pairs = Sharing.objects.values_list("first__name", "second__name", "share")
    return Asked(
        overlaps=tuple(
            Overlap(first=keys[first], second=keys[second], share=share)
            for first, second, share in sorted(pairs)
            if first in keys and second in keys
        ),
        lacking=tuple(sorted(key for key, name in standing.items() if name is None)),
    )


def _frozen() -> Sequence[tuple[str, int, str]]:
    """Key, version and manifest of every result whose files are frozen."""
    rows = Release.objects.exclude(manifest="").exclude(state="draft").filter(book__kind="result")
    return list(rows.values_list("key", "version", "manifest"))


@transaction.atomic
def _keep(ledger: Ledger, wanted: dict[str, str], frozen: Collection[str], at: datetime) -> None:
    """Keep what the ledger says of releases, in place of what it said before."""
    people = people_behind(one for one in ledger.sets() if one.released_as in frozen)
    LedgerAnswer.objects.filter(name__in=wanted).delete()
    LedgerAnswer.objects.bulk_create(
        LedgerAnswer(name=name, manifest=manifest, known=name in people, at=at) for name, manifest in wanted.items()
    )
    rows = {row.name: row for row in LedgerAnswer.objects.all()}
    Sharing.objects.bulk_create(
        Sharing(first=rows[each.first], second=rows[each.second], share=each.share)
        for each in shares(people, wanted)
        if each.share > MOST_SHARED and each.first in rows and each.second in rows
    )
    for name in sorted(wanted):
        log.record(ASKED, name, by=log.WORKER, at=at)
