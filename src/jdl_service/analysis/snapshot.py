"""Which snapshot of the register stands now: what reviewers saw of one holds for no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from jdl_service.analysis.sealed import read_decisions
from jdl_service.base.errors import NotNow
from justice_data_lab.register.snapshot import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jdl_service.analysis.models import LinkReview
    from justice_data_lab.linkage.review import ReviewKey


def register_now() -> str:
    """Hash of what is in the register; empty where this process does not see it, and the worker alone refuses."""
    path = Path(settings.ENVIRONMENT.register) / MANIFEST if settings.ENVIRONMENT.register else None
    return str(json.loads(path.read_bytes())["content"]) if path and path.is_file() else ""


def check_same_register(key: ReviewKey, what: str) -> None:
    """The register is still the one that uncertain links were laid out from.

    Raises:
        NotNow: it was replaced.
    """
    now = register_now()
    if now and key.register != now:
        message = (
            f"{what}: the register was replaced since these uncertain links were laid out. What was decided holds only for the snapshot "
            "that the reviewer saw. Lay them out again, and decide them anew."
        )
        raise NotNow(message)


def check_decisions(rows: Iterable[LinkReview], what: str) -> None:
    """Every finished review was made on the register that stands now.

    Raises:
        NotNow: one was not.
    """
    for row in rows:
        check_same_register(read_decisions(row).key, what)
