"""The lab's ledger of the people behind everything that is public, as the settings name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from justice_data_lab.release_ledger import Keeper

if TYPE_CHECKING:
    from jdl_service.conf.environment import Environment


def keeper() -> Keeper:
    """The ledger; its key is there in the worker alone, and is needed only where a run is taken in."""
    found: Environment = settings.ENVIRONMENT
    return Keeper(file=found.ledger, key=found.ledger_key)
