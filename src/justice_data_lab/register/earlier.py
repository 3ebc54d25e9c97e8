"""Opens the snapshot of an earlier extract for a refresh, and says what of it may be taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from justice_data_lab.errors import UsageError
from justice_data_lab.register.snapshot import open_register

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from justice_data_lab.files import Json
    from justice_data_lab.register.content import Content
    from justice_data_lab.register.snapshot import Register

MARKS = "marks"
# In the manifest: how each part was made, as a hash.
RECIPES = "recipes"
_OR = "Refresh from another snapshot, or leave --refresh out for a full build."


def open_earlier(path: Path, *, out: Path, extract_date: date, id_scheme: str) -> Register:
    """The snapshot that a refresh starts from.

    Args:
        path: its folder; nothing is written there.
        out: folder of the snapshot that is being made.
        extract_date: day of the extract that it is made of.
        id_scheme: what the source of that extract calls its ids.

    Raises:
        UsageError: it is no finished snapshot of this version's schema, is the one being made, is of a later extract, or knows people by
            other ids.
    """
    here, there = path.resolve(), out.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        message = f"Expected the earlier snapshot {path.name} outside the new one's folder, and that outside it. Choose another folder for the new one."
        raise UsageError(message)
    try:
        earlier = open_register(path)
    except UsageError as fault:
        message = f"--refresh: {fault} {_OR}"
        raise UsageError(message) from fault
    if earlier.extract_date > extract_date:
        message = f"Expected an extract of {earlier.extract_date} or later, since {path.name} is of that day, got one of {extract_date}. {_OR}"
        raise UsageError(message)
    known = str(earlier.manifest.get("id_scheme", ""))
    if known != id_scheme:
        message = f"Expected people known by the ids of {path.name} ({known or 'none declared'}), got {id_scheme or 'none declared'}. {_OR}"
        raise UsageError(message)
    return earlier


def why_not(earlier: Register, part: str, recipe: str) -> str:
    """Why a part of an earlier snapshot cannot be taken over, to stand after "since"; empty when it can."""
    made = cast("Mapping[str, str]", earlier.manifest.get(RECIPES, {})).get(part)
    if made is None or not (earlier.path / MARKS).is_dir():
        return f"{earlier.path.name} was built before snapshots could be refreshed from"
    return "" if made == recipe else f"{earlier.path.name} was built by other definitions, with other tables or on another engine"


def same_content(earlier: Register, table: str, now: Content) -> bool:
    """Whether a table of the earlier extract was what it is now."""
    tables = cast("Mapping[str, Json]", earlier.manifest["tables"])
    return tables.get(table) == now.to_dict()
