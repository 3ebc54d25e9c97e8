"""Reviewers see each figure that is not what it was, and the right release beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from justice_data_lab.publication.book import Book
from justice_data_lab.publication.evidence import NOT_THERE, Evidence, differences, file_facts, last_before
from justice_data_lab.publication.release import Release

DAY = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


def book(key, version=1, *, days=0, state="released", kind="result", **more):
    release = Release(
        **{"key": key, "version": version, "title": "Mentoring", "organisation": "Northgate", "analyst": "Ana", "state": state, **more},
        due=DAY + timedelta(days=days), released_at=DAY + timedelta(days=days) if state != "draft" else None,
    )  # fmt: skip
    return Book(release=release, files="", added=DAY, kind=kind)


def test_a_figure_that_changed_came_or_went_is_named_with_both_texts():
    before, after = {"a": "35%", "b": "10", "gone": "1"}, {"a": "36%", "b": "10", "new": "2"}
    assert [(each.key, each.before, each.after) for each in differences(before, after)] == [
        ("a", "35%", "36%"), ("new", NOT_THERE, "2"), ("gone", "1", NOT_THERE),
    ]  # fmt: skip
    assert differences(after, after) == ()


def test_it_is_compared_with_its_own_last_version_else_with_the_programme_else_with_the_organisation():
    draft = book("A", 3, state="draft")
    others = [
        book("A", 1),
        book("A", 2, days=1),
        book("B", days=2),
        book("C", title="Choir", days=3),
        book("D", organisation="Other", days=4),
        book("E", state="withdrawn", days=5),
        book("bulletin-2026Q4", kind="bulletin", days=6),
        draft,
    ]

    def found(*books):
        last = last_before(draft, books)
        return last.subject if last else None

    assert found(*others) == "A v2"
    assert found(*others[2:]) == "B v1"
    assert found(*others[3:]) == "C v1"
    assert found(*others[4:]) is None


def test_the_summary_speaks_of_numbers_of_figures_and_never_of_a_figure():
    evidence = Evidence(
        subject="A v2", manifest="ab" * 32, files=file_facts({"a.csv": b"35%"}), obstacles=(), notices=(), rules=(),
        counts=(("figures", 10), ("withheld to protect people", 2)), withheld=("b", "c"), checks=(), compared_with="A v1", same=7,
        differences=differences({"a": "35%"}, {"a": "36%"}),
    )  # fmt: skip
    text = evidence.summary()
    assert "A v2: 10 figures, 2 withheld to protect people." in text
    assert "1 differ from A v1, 7 are the same" in text
    assert "no obstacle found" in text
    assert "35%" not in text
    assert "it is not cleared" in replace(evidence, obstacles=("it is not cleared",)).summary()
    assert "no earlier release" in replace(evidence, compared_with="").summary()
    assert [(each.name, each.size) for each in evidence.files] == [("a.csv", 3)]
