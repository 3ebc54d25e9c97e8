"""A look at a release before its hour: only what may be seen, marked with who looks and when, and logged before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, whole_folder, write_bytes
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.visibility import sight
from justice_data_lab.records import to_json
from justice_data_lab.release_evidence import ACTION, evidence_detail, gather
from justice_data_lab.reporting.moments import moment_in_words
from justice_data_lab.reporting.pdf import render_pdf
from justice_data_lab.site.bulletin_file import PAGE
from justice_data_lab.site.paper import environment, style

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.evidence import Evidence
    from justice_data_lab.publication.visibility import Purpose, Viewer
    from justice_data_lab.release_folder import ReleaseFolder
    from justice_data_lab.study import Lab

_STYLE = (
    "<style>.embargo{position:sticky;top:0;background:#fff;border:4px solid #801650;padding:.6rem 1rem;font-weight:700;"
    "max-width:none;margin:0;z-index:9}</style>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looks, what for, and when."""

    viewer: Viewer
    purpose: Purpose
    at: datetime


def view(folder: ReleaseFolder, book: Book, look: Look, out: Path, lab: Lab) -> None:
    """Write the report for one reader: HTML and PDF with the reader's name and the time on every screen and page.

    Raises:
        UsageError: this person may not see it for this purpose now; the attempt is logged as well.
    """
    _refuse_unseen(folder, book, look, look.purpose, "view")
    page = PAGE if book.kind == "bulletin" else "report.html"
    html = marked(folder.files(book)[page].decode(), words(look, book, lab))
    _enter(folder, book, look, look.purpose, "view")
    with whole_folder(out) as scratch:
        write_bytes(scratch / "report.html", html.encode())
        pdf = render_pdf(html)
        if pdf is not None:
            write_bytes(scratch / "report.pdf", pdf)


def view_evidence(folder: ReleaseFolder, book: Book, look: Look, out: Path, lab: Lab) -> Evidence:
    """Write the evidence on a release for one of those who make it, and log on which files it was.

    Raises:
        UsageError: this person does not make it; the attempt is logged as well.
    """
    _refuse_unseen(folder, book, look, evidence_detail(book), ACTION)
    # what cannot be shown is not logged as shown: a line of the log lets its reader check and clear
    found = gather(folder, book)
    _enter(folder, book, look, evidence_detail(book), ACTION)
    page = environment(lab).get_template("evidence.html").render(evidence=found, book=book, lab=lab, css=style(lab))
    with whole_folder(out) as scratch:
        write_bytes(scratch / "evidence.html", marked(page, words(look, book, lab)).encode())
        write_bytes(scratch / "evidence.json", canonical_json(to_json(found)))
    return found


def _enter(folder: ReleaseFolder, book: Book, look: Look, detail: str, action: str) -> None:
    """Log a look, before anything is shown."""
    folder.log(Entry(at=look.at, by=look.viewer.name, action=action, subject=book.subject, detail=detail))


def _refuse_unseen(folder: ReleaseFolder, book: Book, look: Look, detail: str, action: str) -> None:
    """Refuse a look at what this person may not see, and log that it was refused."""
    if sight(look.at, book.release, look.viewer, look.purpose, book.given) != "figures":
        _enter(folder, book, look, detail, f"{action} refused")
        message = (
            f"{book.release.key}: {look.viewer.name or 'nobody'} may not see figures for the purpose {look.purpose} now. "
            "Access is given by the head of profession, accepted first, and opens at most 24 hours before the hour."
        )
        raise UsageError(message)


def words(look: Look, book: Book, lab: Lab) -> str:
    """What stands on the copy."""
    due = book.release.due
    until = f"Not to be shown before {moment_in_words(due, lab.release_zone)}. " if due else "Not for release. "
    return f"{until}Copy of {look.viewer.name}, made at {moment_in_words(look.at, lab.release_zone)}."


def marked(html: str, mark: str) -> str:
    """The page with the mark at its top, and in place of the footer of each printed page."""
    running = f"{_STYLE}</head>"
    printed = f'<style>@media print {{ @page {{ @top-left {{ content: "{_css(mark)}"; font: 700 8.5pt sans-serif; color: #801650; }} }} }}</style>'
    begin = html.index("<body")
    after = html.index(">", begin) + 1
    with_mark = f'{html[:after]}<p class="embargo">{escape(mark)}</p>{html[after:]}'
    return with_mark.replace("</head>", printed + running, 1)


def _css(text: str) -> str:
    """Text inside quotation marks of a style sheet that stands in HTML."""
    return "".join(letter if letter.isalnum() or letter in " .,:" else f"\\{ord(letter):06x}" for letter in text)
