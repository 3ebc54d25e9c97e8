"""`jdl release` for readers: who may look early, a look, the list, the calendar, the check, the answer of an organisation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from justice_data_lab.cli import clock
from justice_data_lab.cli.options import app
from justice_data_lab.cli.releases import (
    As,
    By,
    Folder,
    Key,
    LabOption,
    Purpose,
    Reason,
    Role,
    Version,
    existing,
    lab_of,
    release,
)
from justice_data_lab.errors import UsageError


@release.command()
def access(
    releases: Folder,
    key: Key,
    reader: Annotated[str, typer.Option(help="One person.", metavar="NAME")],
    reader_role: Annotated[str, typer.Option(help="What that person is; printed on the release.", metavar="ROLE")],
    purpose: Annotated[Literal["pre_release", "quality_assurance"], typer.Option(help="What for.")],
    by: By,
    role: As,
    reader_organisation: Annotated[str, typer.Option(help="Where that person works, when it is known.", metavar="NAME")] = "",
) -> None:
    """Give one person leave to see a scheduled release early; pre-release access opens 24 hours before a confirmed hour.

    Example: `jdl release access releases 2026-014 --reader Min --reader-role Minister --purpose pre_release --by Hope --as head_of_profession`
    """
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.book import give
    from justice_data_lab.publication.release import Person
    from justice_data_lab.release_folder import opened

    at = clock.now()
    with opened(existing(releases)) as folder:
        person, works_at = Person(name=by, role=role), reader_organisation
        book = give(folder.book(key), reader, reader_role, purpose, by=person, at=at, organisation=works_at)
        folder.enter(book, Entry(at=at, by=by, action="access", subject="", detail=f"{purpose} for {reader}, {reader_role};"))
    typer.echo(f"{reader} may see {key} early once the conditions are accepted.")


@release.command()
def accept(
    releases: Folder,
    key: Key,
    by: By,
    yes: Annotated[bool, typer.Option("--yes", help="The conditions were read and are accepted.")] = False,  # noqa: FBT002 -- a flag
) -> None:
    """Accept the conditions of early access; without it nothing is shown.

    Example: `jdl release accept releases 2026-014 --by Min`
    """
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.book import CONDITIONS
    from justice_data_lab.publication.book import accept as accepted
    from justice_data_lab.release_folder import opened

    typer.echo(CONDITIONS)
    if not yes:
        typer.confirm("Do you accept?", abort=True)
    at = clock.now()
    with opened(existing(releases)) as folder:
        folder.enter(accepted(folder.book(key), by, at), Entry(at=at, by=by, action="accept", subject="", detail=""))
    typer.echo("Accepted.")


@release.command()
def view(
    releases: Folder,
    key: Key,
    by: By,
    purpose: Annotated[Purpose, typer.Option(help="What for.")],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the marked copy.")],
    role: Annotated[Role | None, typer.Option("--as", help="For production: in which role.")] = None,
    version: Version = None,
    lab: LabOption = None,
) -> None:
    """A copy of what this person may see now, marked with name and time; every look is logged.

    Example: `jdl release view releases 2026-014 --by Min --purpose pre_release --out for-min`
    """
    from justice_data_lab.files import new_folder
    from justice_data_lab.publication.visibility import Viewer
    from justice_data_lab.release_folder import opened
    from justice_data_lab.release_view import Look
    from justice_data_lab.release_view import view as write_copy

    new_folder(out)
    look = Look(viewer=Viewer(name=by, roles=frozenset({role} if role else ())), purpose=purpose, at=clock.now())
    with opened(existing(releases)) as folder:
        write_copy(folder, folder.book(key, version), look, out, lab_of(releases, lab))
    typer.echo(f"Wrote {out}")


@release.command()
def evidence(
    releases: Folder,
    key: Key,
    by: By,
    role: As,
    out: Annotated[Path, typer.Option("--out", help="A new folder for the pages.")],
    version: Version = None,
    lab: LabOption = None,
) -> None:
    """What those who clear a release have to read: what the machine found, and what differs from the last release.

    Example: `jdl release evidence releases 2026-014 --by Rob --as reviewer --out evidence-for-rob`
    """
    from justice_data_lab.files import new_folder
    from justice_data_lab.publication.visibility import Viewer
    from justice_data_lab.release_folder import opened
    from justice_data_lab.release_view import Look, view_evidence

    new_folder(out)
    look = Look(viewer=Viewer(name=by, roles=frozenset({role})), purpose="production", at=clock.now())
    with opened(existing(releases)) as folder:
        found = view_evidence(folder, folder.book(key, version), look, out, lab_of(releases, lab))
    typer.echo(f"{found.summary()}\nWrote {out}")


@release.command()
def respond(
    releases: Folder,
    key: Key,
    file: Annotated[Path, typer.Option("--file", help="The organisation's words: plain text, an empty line between paragraphs.")],
    by: By,
    version: Version = None,
) -> None:
    """Add the organisation's answer to a released result, on a dated page of its own.

    Example: `jdl release respond releases 2026-014 --file answer.txt --by Ana`
    """
    from justice_data_lab.publication.audit import Entry
    from justice_data_lab.publication.book import Response
    from justice_data_lab.publication.book import respond as answered
    from justice_data_lab.release_folder import opened

    at, text = clock.now(), text_of(file)
    with opened(existing(releases)) as folder:
        before = folder.book(key, version)
        book = answered(before, Response(at=at, organisation=before.release.organisation, text=text))
        folder.enter(book, Entry(at=at, by=by, action="respond", subject="", detail=""))
    typer.echo(f"Added the answer of {before.release.organisation}; `jdl release publish` shows it.")


def text_of(file: Path) -> str:
    """The words of a plain text file.

    Raises:
        UsageError: there is none, or it is no text in UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        message = f"{file.name}: expected a text file in UTF-8, could not read one. Save it as plain text."
        raise UsageError(message) from None


@release.command(name="list")
def list_releases(releases: Folder, lab: LabOption = None) -> None:
    """Every release and its state, for the lab's own eyes.

    Example: `jdl release list releases`
    """
    from justice_data_lab.release_folder import opened
    from justice_data_lab.reporting.moments import moment_in_words

    zone = lab_of(releases, lab).release_zone
    with opened(existing(releases)) as folder:
        for _, book in sorted(folder.books.items()):
            due = book.release.due
            when = f", {moment_in_words(due, zone)}{' (provisional)' if book.release.provisional else ''}" if due else ""
            breach = "  BREACH: the head of profession has to decide" if book.release.open_breaches() else ""
            typer.echo(f"{book.subject}  {book.release.state}{when}  {book.release.title} ({book.release.organisation}){breach}")


@release.command()
def calendar(releases: Folder, lab: LabOption = None) -> None:
    """What was announced, as the public sees it.

    Example: `jdl release calendar releases`
    """
    from justice_data_lab.release_folder import opened
    from justice_data_lab.reporting.moments import moment_in_words
    from justice_data_lab.site.outlook import announced

    zone = lab_of(releases, lab).release_zone
    with opened(existing(releases)) as folder:
        for each in announced(folder.books.values(), clock.now()):
            typer.echo(f"{each.title} ({each.organisation})")
            for notice in each.notices:
                maybe, reason = " (provisional)" if notice.provisional else "", f": {notice.reason}" if notice.reason else ""
                told = f"told at {moment_in_words(notice.at, zone)}"
                typer.echo(f"  {notice.kind}{maybe}, {moment_in_words(notice.due, zone)}, {told}{reason}")


@release.command()
def verify(
    releases: Folder,
    head: Annotated[str, typer.Option(help="Head of the log as a site published it.")] = "",
) -> None:
    """Check the chain of the log, every book and every file; with --head, that nothing was cut off since it was published.

    Example: `jdl release verify releases --head HASH`
    """
    from justice_data_lab.publication.audit import first_broken
    from justice_data_lab.release_folder import opened
    from justice_data_lab.release_watch import refuse_changed

    with opened(existing(releases)) as folder:
        if head and first_broken(folder.lines, head) is not None:
            message = f"--head {head[:12]}…: the log does not hold this line; lines are missing at its end. Restore a backup."
            raise UsageError(message)
        refuse_changed(folder)
    ending = f"; its head is {folder.lines[-1].sha256}" if folder.lines else ""
    typer.echo(f"{len(folder.lines)} lines of log and {len(folder.books)} releases are whole{ending}.")


@release.command()
def publish(
    releases: Folder,
    site: Annotated[Path, typer.Argument(help="The link that the web server serves.", metavar="SITE")],
    lab: LabOption = None,
) -> None:
    """Release whatever's hour has come and put the new site in place of the old, in one step.

    A release whose files were changed since they were frozen is held back alone: all others go out, then the command ends with an error.

    Example: `jdl release publish releases /srv/www/site`
    """
    from justice_data_lab.publish import publish_from
    from justice_data_lab.release_folder import opened
    from justice_data_lab.release_site import check_link
    from justice_data_lab.release_watch import refuse_held

    settings = lab_of(releases, lab)
    check_link(site)
    with opened(existing(releases), patient=True) as folder:
        # whoever had to wait for the folder may have waited past an hour
        at = clock.now()
        made = publish_from(folder, site, at, settings, tell=lambda book: typer.echo(f"{book.subject} is released."))
        for line in made.not_out():
            typer.echo(line)
        typer.echo(f"{site} {'shows the new site' if made.changed else 'is up to date'}.")
        refuse_held(folder)


@release.command()
def restored(
    releases: Folder,
    site: Annotated[Path, typer.Argument(help="The link that the web server serves.", metavar="SITE")],
    by: By,
    role: As,
    reason: Reason,
) -> None:
    """Say that an older backup was restored and what was lost was done again, so that publishing goes on.

    Example: `jdl release restored releases /srv/www/site --by Hope --as head_of_profession --reason "The disk failed."`
    """
    from justice_data_lab.publication.release import Person
    from justice_data_lab.release_folder import opened
    from justice_data_lab.release_site import own_up_to_restoring

    with opened(existing(releases)) as folder:
        own_up_to_restoring(folder, site, by=Person(name=by, role=role), at=clock.now(), reason=reason)
    typer.echo("Logged; `jdl release publish` goes on.")


@app.command()
def bulletin(
    releases: Folder,
    quarter: Annotated[str, typer.Option(help="Year and quarter.", metavar="2026Q4")],
    out: Annotated[Path, typer.Option("--out", help="A new folder for the page and its table.")],
    lab: LabOption = None,
) -> None:
    """The quarterly bulletin of everything released: findings, counts, time to publish, the next date.

    Example: `jdl bulletin releases --quarter 2026Q4 --out bulletin`
    """
    from justice_data_lab.files import new_folder
    from justice_data_lab.release_folder import opened
    from justice_data_lab.release_site import write_bulletin

    new_folder(out)
    with opened(existing(releases)) as folder:
        made = write_bulletin(folder, quarter, out, clock.now(), lab_of(releases, lab))
    typer.echo(f"{len(made.rows)} results to date, {sum(row.new for row in made.rows)} of them in the quarter. Wrote {out}")
