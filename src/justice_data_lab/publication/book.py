"""The book of a release: the release itself, who may see it early, what was answered to it. Every act gives a new book."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

# The imports are field types, which from_json reads at run time.
from datetime import date, datetime  # noqa: TC003
from typing import TYPE_CHECKING, Literal, NoReturn, cast
from unicodedata import normalize

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.release import ANNOUNCED, Person, Release, plain_name, same_person
from justice_data_lab.publication.states import ENDED, SHOWN, UNSEEN, WRONG
from justice_data_lab.publication.visibility import PRE_RELEASE, Access, Viewer, sight, stands
from justice_data_lab.records import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justice_data_lab.files import Json
    from justice_data_lab.publication.states import Action
    from justice_data_lab.study import Lab

CONDITIONS = (
    "You see these figures for the purpose named, before everybody else. You tell nobody a figure, nor whether it is good or bad, "
    "before the hour of release. You do not try to change the figures, the words or the hour. If something gets out, you tell the "
    "head of profession at once. Every look is logged, and your role is printed on the release."
)


# Words of an organisation's name that are left out where it is spoken of.
_OF_FORM = frozenset(("the", "ltd", "limited", "plc", "llp", "cic", "cio", "inc"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the organisation answered to its result, after release.

    Attributes:
        at: when it was added.
        organisation: whose words they are.
        text: in paragraphs, with an empty line between them.
    """

    at: datetime
    organisation: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One version of a release, with everything that belongs to it.

    Attributes:
        release: its state and what was decided.
        files: SHA-256 of the manifest of its files as they were taken in.
        added: when.
        requested: the day the request came, where given.
        sector: of the organisation, where given.
        first_time: whether the organisation never used the lab before; None when not given.
        given: leave to see it early.
        responses: in the order they came.
        supersedes: the release that its study names as the one it takes the place of, e.g. `2026-014 v1`; empty when it is none.
        kept: mark of the ledger that holds the people behind it, or that its data are public; empty before it is cleared, and for a
            correction in words.
        kind: a result, or the bulletin of a quarter.
    """

    release: Release
    files: str
    added: datetime
    requested: date | None = None
    sector: str = ""
    first_time: bool | None = None
    given: tuple[Access, ...] = ()
    responses: tuple[Response, ...] = ()
    supersedes: str = ""
    kept: str = ""
    kind: Literal["result", "bulletin"] = "result"

    @property
    def subject(self) -> str:
        """What it is called in the log."""
        return f"{self.release.key} v{self.release.version}"

    def seen_by(self) -> tuple[str, ...]:
        """Roles of the people who accepted pre-release access, each once."""
        roles = (each.role for each in self.given if each.purpose == "pre_release" and each.accepted)
        return tuple(dict.fromkeys(sorted(roles)))


def read_book(data: Mapping[str, Json]) -> Book:
    """A book as it was written; one from before everybody who did a part of the analysis was named has its analyst alone."""
    release = cast("Mapping[str, Json]", data["release"])
    return from_json(Book, {**data, "release": {"co_analysts": [], "handed_in_by": [], **release, "notices": _notices(release)}})


def _notices(release: Mapping[str, Json]) -> list[Json]:
    """What the public was told. An older book does not say of each date whether it was provisional: one that was confirmed was, or that may still move."""
    found: list[Json] = []
    may_move = bool(release["provisional"])
    for notice in reversed(cast("list[Mapping[str, Json]]", release["notices"])):
        announced = notice["kind"] in ANNOUNCED
        found.append({"provisional": announced and may_move, **notice})
        may_move = notice["kind"] == "confirmed" or (may_move and not announced)
    return found[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Where a version stands among the versions of its request.

    Attributes:
        version: its number.
        follows: what it is to the version before.
        explained: why it is made, in words that are public.
    """

    version: int
    follows: Literal["", "correction", "revision"] = ""
    explained: str = ""


def lineage(key: str, books: Iterable[Book], reason: str = "") -> Lineage:
    """Where the next version of a request stands: the correction of one that is marked as wrong, or a planned revision.

    Args:
        key: of the request.
        books: of every release.
        reason: why there is a new version; a correction has one already.

    Raises:
        UsageError: the version before is still on its way, or stands and nobody says why it should be replaced.
    """
    versions = sorted((book.release for book in books if book.release.key == key), key=lambda release: release.version)
    if versions and versions[-1].state not in ENDED:
        message = (
            f"add {key}: version {versions[-1].version} is {versions[-1].state} and not yet public. "
            "Use `jdl release change` with the new run instead of a new version."
        )
        raise UsageError(message)
    number = versions[-1].version + 1 if versions else 1
    before = standing_before(number, versions)
    if before is None:
        return Lineage(version=number)
    if before.state in WRONG:
        return Lineage(version=number, follows="correction", explained=reason.strip() or before.ended_reason)
    if not reason.strip():
        message = (
            f"add {key}: version {before.version} stands. Say with --reason why it is revised, which will be public; "
            "when it is wrong, mark it first with `jdl release correct`."
        )
        raise UsageError(message)
    return Lineage(version=number, follows="revision", explained=reason)


def standing_before(version: int, versions: Iterable[Release]) -> Release | None:
    """The last version before one that ever was public; None when there is none."""
    public = (release for release in versions if release.version < version and release.state not in UNSEEN)
    return max(public, key=lambda release: release.version, default=None)


def now_follows(release: Release, books: Iterable[Book]) -> Release:
    """A release that is begun again: the correction of the version before when that was found to be wrong in the meantime."""
    before = standing_before(release.version, (book.release for book in books if book.release.key == release.key))
    if before is None or before.state not in WRONG or release.follows == "correction":
        return release
    return replace(release, follows="correction", explained=before.ended_reason)


def to_supersede(books: Iterable[Book]) -> tuple[tuple[Book, Book], ...]:
    """Each version that a later public one has to take the place of, with that later one."""
    every = sorted(books, key=lambda book: (book.release.key, book.release.version))
    out = [book for book in every if book.release.state in SHOWN]
    last = {book.release.key: book for book in out}
    waiting = (book for book in out if book.release.replaced_by is None and last[book.release.key] is not book)
    return tuple((book, last[book.release.key]) for book in waiting)


def with_release(book: Book, release: Release, at: datetime) -> Book:
    """The book after a step of its release; with an hour that no longer stands, leave to see it early ends for good."""
    put_off = release.due != book.release.due
    ended = (
        replace(each, until=min(at, each.until)) if put_off and each.until == book.release.due else each for each in book.given
    )
    return replace(book, release=release, given=tuple(ended))


def give(  # noqa: PLR0913 -- to whom, as what, what for, by whom, when, and of which organisation
    book: Book,
    viewer: str,
    role: str,
    purpose: Literal["pre_release", "quality_assurance"],
    *,
    by: Person,
    at: datetime,
    organisation: str = "",
) -> Book:
    """The book with leave for one person to see the release before its hour.

    Args:
        book: of the release.
        viewer: the person.
        role: what the person is, which is printed on the release.
        purpose: what for.
        by: the head of profession.
        at: when.
        organisation: the person's, where it is known.

    Raises:
        UsageError: who gives it may not, or the release is not scheduled, no role is named, or it is the organisation's own.
    """
    release = book.release
    if by.role != "head_of_profession":
        _refuse(book, "access", "is given by the head of profession")
    if release.state != "scheduled" or release.due is None:
        _refuse(book, "access", f"can be given while it is scheduled; it is {release.state}")
    if not plain_name(viewer) or not role.strip():
        _refuse(book, "access", "needs the name of one person, and the role that will be printed")
    if purpose == "pre_release" and any(_names(text, release.organisation) for text in (viewer, role, organisation)):
        _refuse(
            book,
            "access",
            "is not for the organisation, which sees no figure before the hour; it may be given for quality assurance",
        )
    opens = max(at, release.due - PRE_RELEASE) if purpose == "pre_release" else at
    access = Access(
        key=release.key, version=release.version, name=viewer, role=role, purpose=purpose, opens=opens, until=release.due
    )
    return replace(book, given=(*book.given, access))


def accept(book: Book, viewer: str, at: datetime) -> Book:
    """The book with the conditions of access accepted by one person.

    Raises:
        UsageError: nobody of that name was given access that is not yet accepted, or the hour it was for has passed or was put off.
    """
    mine = (each for each in book.given if same_person(each.name, viewer) and each.accepted is None)
    waiting = [each for each in mine if stands(book.release, each) and at < each.until]
    if not waiting:
        _refuse(book, "accept", "no access under this name waits to be accepted")
    return replace(book, given=tuple(replace(each, accepted=at) if each in waiting else each for each in book.given))


def respond(book: Book, response: Response) -> Book:
    """The book with what the organisation answered, which is public at once.

    Raises:
        UsageError: the result is not public yet, or the answer is empty.
    """
    if book.release.state not in SHOWN or sight(response.at, book.release, Viewer(), "public") in ("nothing", "announcement"):
        _refuse(book, "respond", "an answer is added after release; before it, it would tell what it answers")
    if not response.text.strip():
        _refuse(book, "respond", "the answer is empty")
    return replace(book, responses=(*book.responses, response))


def to_be_told(before: Book, after: Book, action: Action, lab: Lab) -> tuple[str, ...]:
    """Whom to tell what after an act that the program can log and not carry out."""
    if action == "breach":
        who = f" ({lab.lead_statistician})" if lab.lead_statistician else ""
        what = "`jdl release release-early` gives the figures to everybody, `jdl release contain` keeps the hour; each with a reason."
        return (f"Tell the head of profession{who} now. Then: {what}",)
    if action == "release_early":
        return ("Run `jdl release publish` now, so that everybody sees it.",)
    told = []
    names = [each.name for each in before.given if each.until == before.release.due and each.accepted]
    if after.release.due is None and names:
        told.append(f"Tell the early readers that it was put off, and that they are still bound: {', '.join(names)}.")
    joined = after.release.co_analysts[len(before.release.co_analysts) :]
    if joined:
        told.append(
            f"{', '.join(joined)} brought a run and so did a part of the analysis: others check it, clear it and sign it off."
        )
    return tuple(told)


def _names(text: str, organisation: str) -> bool:
    """Whether an organisation is named in a text: its words in their order, or run together as in an address."""
    own, words = _words(organisation), _words(text)
    runs = (words[place : place + len(own)] for place in range(len(words)))
    return bool(own) and (own in runs or "".join(own) in words)


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", normalize("NFKC", text).casefold()) if word not in _OF_FORM]


def _refuse(book: Book, act: str, why: str) -> NoReturn:
    message = f"{act} of {book.release.key} (version {book.release.version}): {why}."
    raise UsageError(message)
