"""Services like the one that a request is about: a question to the library by its place in the taxonomy, which holds no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.library.address import Question, address
from justice_data_lab.library.taxonomy import SETTINGS, TYPES, place

if TYPE_CHECKING:
    from jdl_service.requests.models import Request

LIBRARY = "/library/all/"


def services_like(row: Request) -> str:
    """The address of the library's question; empty while the request does not say what the programme is."""
    told = ((TYPES.key, place(row.intervention_type, TYPES)), (SETTINGS.key, place(row.setting, SETTINGS)))
    chosen = tuple(sorted((str(key), value) for key, value in told if value))
    return f"{LIBRARY}?{address(Question(chosen=chosen))}" if chosen else ""
