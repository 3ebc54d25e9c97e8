"""Gathers the evidence on a release from its folder, and tells from the log who has had it before them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.tidy import figures_of
from justice_data_lab.publication.clearance import obstacles
from justice_data_lab.publication.evidence import Evidence, differences, file_facts, last_before
from justice_data_lab.publication.release import same_person
from justice_data_lab.release_run import read_content
from justice_data_lab.reporting.passages import NOTICES, OVERRIDES, disclosure_rules, warnings_in_words
from justice_data_lab.site.bulletin_file import bulletin_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justice_data_lab.disclosure.published import Content, Notice
    from justice_data_lab.publication.audit import Line
    from justice_data_lab.publication.book import Book
    from justice_data_lab.release_folder import ReleaseFolder

ACTION = "evidence"
_MARKERS = {"c": "withheld to protect people", "u": "unreliable", "x": "not available", "z": "not applicable"}


def gather(folder: ReleaseFolder, book: Book) -> Evidence:
    """The evidence on a version, from its files and from those of the last release before it.

    Raises:
        UsageError: a file is not the one that was taken in.
    """
    files, last = folder.files(book), last_before(book, folder.books.values())
    content = None if book.kind == "bulletin" else read_content(files)
    after = _figures(book, files)
    before = _figures(last, folder.files(last)) if last else {}
    found = differences(before, after) if last else ()
    return Evidence(
        subject=book.subject,
        manifest=book.files,
        files=file_facts(files),
        obstacles=obstacles(content) if content else (),
        notices=tuple(_notice(each, content) for each in content.notices) if content else (),
        rules=disclosure_rules(content) if content else (),
        counts=_counts(content) if content else (("figures, all counts of public results", len(after)),),
        withheld=tuple(each.place.key for each in figures_of(content) if each.marker == "c"),
        checks=_checks(content) if content else (),
        compared_with=last.subject if last else "",
        same=sum(before.get(key) == text for key, text in after.items()),
        differences=found,
    )


def had_before_them(lines: Iterable[Line], book: Book, name: str) -> bool:
    """Whether the log says that a person was shown the evidence on the files as they are now."""
    entries = (line.entry for line in lines)
    return any(
        (each.action, each.subject, each.detail) == (ACTION, book.subject, evidence_detail(book)) and same_person(each.by, name)
        for each in entries
    )


def evidence_detail(book: Book) -> str:
    """What the log says of a look at the evidence: on which files."""
    return f"files {book.files}"


def _notice(notice: Notice, content: Content) -> str:
    """What the report says of itself, with the reviewer's reason where it gives one."""
    reason = f" {content.method.override}" if notice in OVERRIDES else ""
    return f"{NOTICES[notice][0]}. {NOTICES[notice][1]}{reason}"


def _figures(book: Book, files: Mapping[str, bytes]) -> dict[str, str]:
    if book.kind == "bulletin":
        return bulletin_figures(files)
    found = figures_of(read_content(files))
    return {each.place.key: f"{each.text} [{each.marker}]" if each.marker else each.text for each in found}


def _checks(content: Content) -> tuple[str, ...]:
    """The grade of the quality statement, the colours of the balance table and every warning, as they are printed."""
    statement, balance = content.statement, content.balance_summary
    found = [f"Quality statement: {statement.overall.text}."] if statement else []
    if balance:
        found.append(f"Balance: {balance.green.text} green, {balance.amber.text} amber, {balance.red.text} red.")
    return (*found, *warnings_in_words(content, content.warnings))


def _counts(content: Content) -> tuple[tuple[str, int], ...]:
    markers: Counter[str] = Counter(each.marker for each in figures_of(content))
    total = sum(markers.values())
    return (("figures", total), *((words, markers[marker]) for marker, words in _MARKERS.items() if markers[marker]))
