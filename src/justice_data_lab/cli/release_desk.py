"""`jdl release` for what comes to the desk: requests, concerns and their answers, and the bulletin of a quarter."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from justice_data_lab.cli import clock
from justice_data_lab.cli.release_readers import text_of
from justice_data_lab.cli.releases import (
    As,
    By,
    Folder,
    Key,
    LabOption,
    Reason,
    existing,
    lab_of,
    opened_or_made,
    release,
    say,
)

Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day.")]
Words = Annotated[Path, typer.Option("--file", help="Plain text in UTF-8, an empty line between paragraphs, without names.")]


@release.command()
def request(
    releases: Folder,
    key: Key,
    on: Day,
    by: By,
    sector: Annotated[str, typer.Option(help="Sector of the organisation, e.g. charity.")] = "",
    first_time: Annotated[bool | None, typer.Option(help="Whether it never used the lab before.")] = None,
) -> None:
    """Write down that a request came, so that the bulletin counts it whatever becomes of it.

    Example: `jdl release request releases 2026-014 --on 2026-06-01 --by Ana --sector charity --first-time`
    """
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.desk import Request, check_has_come, receive

    came, at = Request(key=key, received=on.date(), sector=sector, first_time=first_time), clock.now()
    check_has_come(f"request {key}", came.received, at)
    with opened_or_made(releases) as folder:
        desk = receive(folder.desk, came)
        folder.enter_desk(desk, Entry(at=at, by=by, action="request", subject="", detail=key))
    typer.echo(f"{key}: received on {on.date()}.")


@release.command()
def end_request(
    releases: Folder,
    key: Key,
    how: Annotated[Literal["withdrawn", "refused"], typer.Option(help="Withdrawn by the organisation, or refused by the lab.")],
    on: Day,
    by: By,
) -> None:
    """Write down that a request was taken back by its organisation, or refused.

    Example: `jdl release end-request releases 2026-014 --how withdrawn --on 2026-07-01 --by Ana`
    """
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.desk import check_has_come, end
    from justice_data_lab.release_folder import opened

    at = clock.now()
    check_has_come(f"request {key}", on.date(), at)
    with opened(existing(releases)) as folder:
        desk = end(folder.desk, key, on.date(), how)
        folder.enter_desk(desk, Entry(at=at, by=by, action="end-request", subject="", detail=f"{key} {how}"))
    typer.echo(f"{key}: {how} on {on.date()}.")


@release.command()
def concern(
    releases: Folder,
    file: Words,
    by: By,
    about: Annotated[str, typer.Option(help="Key of the release it is about.", metavar="KEY")] = "",
) -> None:
    """Write down a concern that somebody raised; it is published with its answer.

    Example: `jdl release concern releases --file concern.txt --about 2026-014 --by Ana`
    """
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.desk import raise_concern
    from justice_data_lab.release_folder import opened

    at, text = clock.now(), text_of(file)
    with opened(existing(releases)) as folder:
        if about:
            folder.book(about)
        desk = raise_concern(folder.desk, text, about, at)
        folder.enter_desk(desk, Entry(at=at, by=by, action="concern", subject="", detail=str(len(desk.concerns))))
    typer.echo(f"Concern {len(desk.concerns)} is written down.")


@release.command()
def answer(
    releases: Folder,
    number: Annotated[int, typer.Argument(min=1, help="Number of the concern.", metavar="NUMBER")],
    file: Words,
    by: By,
    role: As,
) -> None:
    """Answer a concern; both are public from then on, and never before the release they are about.

    Example: `jdl release answer releases 1 --file answer.txt --by Hope --as head_of_profession`
    """
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.desk import answer as answered
    from justice_data_lab.publication.release import Person
    from justice_data_lab.release_acts import is_public
    from justice_data_lab.release_folder import opened

    at, text = clock.now(), text_of(file)
    with opened(existing(releases)) as folder:
        about = next((each.about for each in folder.desk.concerns if each.number == number), "")
        public = not about or is_public(folder, about, at)
        desk = answered(folder.desk, number, text, by=Person(name=by, role=role), at=at, public=public)
        folder.enter_desk(desk, Entry(at=at, by=by, action="answer", subject="", detail=str(number)))
    typer.echo(f"Concern {number} is answered; `jdl release publish` shows it.")


@release.command()
def add_bulletin(
    releases: Folder,
    quarter: Annotated[str, typer.Option(help="Year and quarter; one that has ended.", metavar="2026Q4")],
    by: By,
    role: As,
    reason: Reason = "",
    lab: LabOption = None,
) -> None:
    """Draw up the bulletin of a quarter as the draft of a release of its own, with its own hour.

    Example: `jdl release add-bulletin releases --quarter 2026Q4 --by Ana --as analyst`
    """
    from justice_data_lab.publication.release import Person
    from justice_data_lab.release_acts import add_bulletin as add
    from justice_data_lab.release_folder import opened

    person, settings = Person(name=by, role=role), lab_of(releases, lab)
    with opened(existing(releases)) as folder:
        say(add(folder, quarter, by=person, at=clock.now(), lab=settings, reason=reason))
