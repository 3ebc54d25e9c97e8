"""A later version says what it is to the last one that was public, whatever was tried in between."""

from datetime import UTC, datetime

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.publication.book import Book, lineage, now_follows, to_supersede
from justice_data_lab.publication.release import Release

NOW = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


def book(version, state, **more):
    release = Release(key="A", version=version, title="T", organisation="O", analyst="Ana", state=state, **more)
    return Book(release=release, files="", added=NOW)


def found(*books, reason=""):
    line = lineage(
        "A",
        (*books, Book(release=Release(key="B", version=7, title="T", organisation="O", analyst="Ana"), files="", added=NOW)),
        reason,
    )
    return line.version, line.follows, line.explained


WRONG = {"ended_reason": "A table was wrong."}


@pytest.mark.parametrize(
    ("books", "reason", "line"),
    [
        ((), "", (1, "", "")),
        ((book(1, "cancelled"),), "", (2, "", "")),
        ((book(1, "released"),), "More people.", (2, "revision", "More people.")),
        ((book(1, "corrected", **WRONG),), "", (2, "correction", "A table was wrong.")),
        ((book(1, "withdrawn", **WRONG),), "Put right.", (2, "correction", "Put right.")),
        ((book(1, "released"), book(2, "cancelled")), "More people.", (3, "revision", "More people.")),
        ((book(1, "corrected", **WRONG), book(2, "cancelled")), "", (3, "correction", "A table was wrong.")),
    ],
)
def test_a_version_follows_the_last_that_was_public(books, reason, line):
    assert found(*books, reason=reason) == line


def test_a_correction_without_words_of_its_own_is_explained_by_what_was_wrong():
    assert found(book(1, "corrected", **WRONG), reason=" ") == (2, "correction", "A table was wrong.")


@pytest.mark.parametrize("books", [(book(1, "released"),), (book(1, "released"), book(2, "cancelled"))])
def test_what_stands_is_not_replaced_without_a_reason(books):
    with pytest.raises(UsageError, match="version 1 stands"):
        found(*books)


@pytest.mark.parametrize("state", ["draft", "scheduled", "postponed"])
def test_a_version_on_its_way_is_changed_and_not_followed(state):
    with pytest.raises(UsageError, match=f"version 1 is {state}"):
        found(book(1, state))


def test_a_revision_begun_again_becomes_the_correction_of_what_was_found_wrong_meanwhile():
    revision = book(2, "draft", follows="revision", explained="More people.").release
    wrong = now_follows(revision, [book(1, "corrected", **WRONG)])
    assert (wrong.follows, wrong.explained) == ("correction", "A table was wrong.")
    assert now_follows(revision, [book(1, "released")]) == revision
    assert now_follows(revision, []) == revision
    assert now_follows(wrong, [book(1, "withdrawn", ended_reason="Other.")]) == wrong


def test_each_version_that_is_still_unmarked_waits_for_the_last_public_one():
    books = [book(1, "revised", replaced_by=2), book(2, "corrected"), book(3, "released"), book(4, "scheduled")]
    assert [(old.release.version, new.release.version) for old, new in to_supersede(books)] == [(2, 3)]
    assert to_supersede([book(1, "released"), book(2, "withdrawn")]) == ()
