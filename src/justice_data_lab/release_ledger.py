"""The ledger's part in releasing: who is asked about when a run is taken in, what is kept when it is cleared, what is taken out again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.figures import band
from justice_data_lab.disclosure.ledger.check import check
from justice_data_lab.disclosure.ledger.sets import cleared_sets, told_by_ledger
from justice_data_lab.disclosure.nothing_told import NearlyTheSame, let_nothing_out
from justice_data_lab.disclosure.printed import Place
from justice_data_lab.errors import NothingDisclosable, UsageError
from justice_data_lab.ledger_file import Asked, open_ledger
from justice_data_lab.ledger_people import found_in_run, tokeniser_of
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.release_run import take_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from justice_data_lab.disclosure.ledger.sets import LedgerSet
    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.publication.book import Book
    from justice_data_lab.publication.visibility import Keeps
    from justice_data_lab.release_run import Taken
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """The ledger that a lab keeps.

    Attributes:
        file: the ledger.
        key: of it; needed where a run is taken in.
        id_map: by which ids the ledger knows the people of the run's extract, where they are others.
    """

    file: Path
    key: Path | None = None
    id_map: Path | None = None


# In place of a ledger's mark, where everything is public anyway.
PUBLIC = "public data"


def needs_ledger(content: Content) -> bool:
    """Whether a report may be cleared only with the ledger: not where its data are public already."""
    return content.rules.profile != "none"


def ask_for(keeper: Keeper, name: str, taken: Taken) -> str:
    """Note of whom a run tells, when it is taken in.

    Returns:
        The release that the run updates; empty when it is none.

    Raises:
        UsageError: the ledger, its key or the people's ids do not fit, or the release is cleared already.
    """
    asked = _asked(keeper, name, taken)
    if asked is None:
        return ""
    open_ledger(keeper.file).ask(asked)
    return asked.supersedes


def record_run(keeper: Keeper, book: Book, run: Path) -> None:
    """Enter a release that was cleared before into a ledger that lacks it.

    Args:
        keeper: of the ledger.
        book: of the release.
        run: that it was made from.

    Raises:
        UsageError: it was not cleared, or the run is another.
    """
    if book.kept in ("", PUBLIC):
        message = f"{book.subject}: was not cleared with a ledger, so there is nothing to enter. `jdl release clear --ledger FILE` does it."
        raise UsageError(message)
    taken = take_run(run)
    if manifest_hash(taken.files) != book.files:
        message = f"{run.name}: is not the run that {book.subject} was made from; their files differ. Give that run."
        raise UsageError(message)
    asked = _asked(keeper, book.subject, taken)
    if asked is None:
        message = (
            f"{run.name}: does not say of whom it tells. Give the folder of the `jdl run` that {book.subject} was made from."
        )
        raise UsageError(message)
    kept = cleared_sets(asked.sets, taken.content, book.subject)
    open_ledger(keeper.file).record(replace(asked, sets=kept, supersedes=book.supersedes))


def keep(keeper: Keeper | None, book: Book, books: Iterable[Book], content: Content, rules: DisclosureRules) -> str:
    """Keep the people behind a report that is cleared, unless others were cleared meanwhile beside whom it tells of a few.

    Args:
        keeper: of the ledger; None when none was given.
        book: of the release.
        books: of all releases, none of which the ledger may lack.
        content: what is cleared.
        rules: of the lab.

    Returns:
        The mark of the ledger, or `PUBLIC`; empty where the ledger lets it out only as a correction in words.

    Raises:
        UsageError: there is no ledger, or it lacks a release.
        NothingDisclosable: beside what was told since, the report tells of a few people.
    """
    if not needs_ledger(content):
        return PUBLIC
    if keeper is None:
        message = (
            f"clear of {book.subject}: is done with the ledger, so that nobody is told between two releases. Give --ledger FILE."
        )
        raise UsageError(message)
    ledger = open_ledger(keeper.file)
    _refuse_lacking(
        keeper.file,
        [each.subject for each in books if each.kept not in ("", PUBLIC) and each.subject not in ledger.names()],
        book,
    )

    # a report that shows nothing has no figure of an event that could be told
    shows = not let_nothing_out(content)

    def judge(asked: Asked, earlier: Sequence[LedgerSet]) -> tuple[LedgerSet, ...]:
        kept = cleared_sets(asked.sets, content, book.subject)
        verdicts = check(kept, earlier, rules, supersedes=asked.supersedes)
        stands_in_the_way = [verdict for verdict in verdicts if not verdict.clear and (verdict.near or verdict.update or shows)]
        told = [verdict.analysis or "the request" for verdict in stands_in_the_way]
        if told:
            message = (
                f"clear of {book.subject}: beside what was cleared since it was run, its figures would tell of a few people "
                f"({', '.join(dict.fromkeys(told))}). Run it again with the ledger as it is now, into a new folder, and bring that with "
                "`jdl release change --run`."
            )
            raise NothingDisclosable(message)
        return kept

    ledger.clear(book.subject, book.files, judge)
    return "" if told_by_ledger(content) else ledger.mark


def tell_found(keeper: Keeper, name: str, run: Path, rules: DisclosureRules) -> Figure:
    """How many of a list were found, as a band for its organisation, before any analysis.

    Args:
        keeper: of the ledger.
        name: under which the ledger keeps that it was told, e.g. `2026-014 coverage 1`.
        run: of `jdl link` or `jdl run`.
        rules: of the lab.

    Raises:
        NearlyTheSame: beside what was told before, of another list, it would tell of a few people; then nothing is told, not even that
            they were found.
    """
    people = found_in_run(run)
    make = tokeniser_of(keeper.file, keeper.key, keeper.id_map, people.scheme)

    def judge(asked: Asked, earlier: Sequence[LedgerSet]) -> Sequence[LedgerSet]:
        if not all(verdict.clear for verdict in check(asked.sets, earlier, rules)):
            raise NearlyTheSame("nearly_the_same", 2 * rules.min_events)  # noqa: EM101 -- a code, not a message
        return asked.sets

    asked = Asked(name=name, files="", sets=people.tokenised(make), scheme=make.scheme)
    open_ledger(keeper.file).tell(asked, judge)
    return band(Place(table="coverage", statistic="found"), sum(len(each.tokens) for each in people.sets))


def take_back(keeper: Keeper, book: Book) -> None:
    """A report that will not come as it was cleared: it is told of nobody, unless somebody outside the lab has read it."""
    ledger = open_ledger(keeper.file)
    if book.release.breaches or any(each.accepted for each in book.given):
        ledger.set_aside(book.subject)
    else:
        ledger.reopen(book.subject)


def _asked(keeper: Keeper, name: str, taken: Taken) -> Asked | None:
    if taken.people is None:
        return None
    make = tokeniser_of(keeper.file, keeper.key, keeper.id_map, taken.people.scheme)
    return Asked(
        name=name,
        files=manifest_hash(taken.files),
        sets=taken.people.tokenised(make),
        scheme=make.scheme,
        supersedes=open_ledger(keeper.file).find(taken.supersedes) if taken.supersedes else "",
    )


def _refuse_lacking(file: Path, lacking: list[str], book: Book) -> None:
    others = [name for name in lacking if name != book.subject]
    if others:
        message = (
            f"{file.name}: lacks {', '.join(others)}, which was cleared. An old copy would let figures out that must not be: restore the "
            "newest one, or enter what is missing with `jdl ledger record`."
        )
        raise UsageError(message)


def beside(books: Iterable[Book]) -> Keeps:
    """Which versions may keep their figures in public once another took their place: those beside which that one was cleared."""
    kept = {(book.release.key, book.release.version) for book in books if book.kept}
    return lambda release: (release.key, release.replaced_by) in kept
