"""Invented library entries: single ones made by hand, and whole ones through disclosure and the states of a release."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.collection import Library, Shelf, collect
from justice_data_lab.library.entry import Entry, Opened, Outcome, Practice, Shown, Version
from justice_data_lab.publication.book import Book
from justice_data_lab.publication.release import Notice, Release
from justice_data_lab.study import DisclosureRules, Lab
from sample_requests import estimate, national, refused, side, trial

FIRST = datetime(2026, 1, 8, 9, 30, tzinfo=UTC)
NOW = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)
LAB = Lab(name="Example Lab")
RULES = DisclosureRules(profile="none")


def shown(value, suffix=""):
    return Shown(value=value, text="[c]" if value is None else f"{value:g}{suffix}")


def outcome(difference=-4.0, width=6.0, **more):
    """One result in whole points, with an interval so wide around it."""
    verdict = "reduction" if difference + width / 2 < 0 else "increase" if difference - width / 2 > 0 else "inconclusive"
    given = {
        "analysis": "national", "who": "national", "headline": True, "years": 1, "measure": "reoffended",
        "name": "one-year proven reoffending rate", "kind": "proportion", "unit": "", "better": "lower", "role": "primary",
        "verdict": verdict, "n_treated": shown(400.0), "n_comparison": shown(9000.0), "n_eff": shown(4000.0),
        "treated": shown(40.0 + difference, "%"), "comparison": shown(40.0, "%"), "difference": shown(difference),
        "ci_low": shown(difference - width / 2), "ci_high": shown(difference + width / 2), "p_value": shown(0.04),
    }  # fmt: skip
    return Outcome(**given | more)


def entry(key, *outcomes, days=0, **more):
    """An entry made by hand, released so many days after the first."""
    released = FIRST + timedelta(days=days)
    results = outcomes or (outcome(),)
    verdict = results[0].verdict if results[0].verdict in ("reduction", "increase", "inconclusive") else "no_figure"
    given = {
        "key": key, "version": 1, "status": "result", "title": f"Programme {key}", "organisation": "Northgate Works", "released": released,
        "corrected": "", "classified": Classified(types=("mentoring",), settings=("community",)), "practice": Practice(), "design": "matched",
        "method": "jdl/1", "outcomes": results, "verdict": verdict, "answer": "An answer.", "use": None, "grading": None,
        "versions": (Version(number=1, released=released, state="released", reason=""),), "responses": (), "files": (),
    }  # fmt: skip
    return Entry(**given | more)


def library(*entries, at=NOW):
    return Library(at=at, entries=tuple(sorted(entries, key=lambda each: each.released, reverse=True)))


def other(verdict, comparison, spread):
    """The same programme beside people who reoffended less, or whose range holds no difference."""
    changed = estimate(
        "reoffended", side(943, 329 / 943, hits=329), side(81237, comparison, n_eff=6412.0), spread, verdict=verdict, p=0.3
    )
    request = national()
    return replace(request, estimates=tuple(changed if each.measure == "reoffended" else each for each in request.estimates))


def harmful():
    return other("increase", 0.2671, 0.033)


def unclear():
    return other("inconclusive", 0.3371, 0.033)


@cache
def disclosed(kind="found", programme="Bridge workshops", **study):
    request = {"found": national, "refused": refused, "trial": trial, "harm": harmful, "unclear": unclear}[kind]()
    return disclose(replace(request, study=replace(request.study, programme=programme, **study)), RULES)


def book(key, version=1, state="released", due=FIRST, **more):
    """A release as it stands in the books; its notice came four weeks before."""
    release = Release(
        key=key, version=version, title=more.pop("title", f"Programme {key}"), organisation=more.pop("organisation", "Northgate Works"),
        analyst="Ana", state=state, due=due, released_at=due if state in ("released", "corrected", "revised", "withdrawn") else None,
        notices=(Notice(kind="announced", at=due - timedelta(weeks=4), due=due),), ended_reason=more.pop("reason", ""), replaced_by=more.pop("replaced_by", None), manifest="0" * 64,
    )  # fmt: skip
    return Book(release=release, files="0" * 64, added=due - timedelta(weeks=6), sector="charity", **more)


def collected(*books, now=NOW, said=None, kind="found", **study):
    def opened(one):
        return Opened(disclosed=disclosed(kind, one.release.title, **study), files=("report.html",))

    return collect(Shelf(books=books, opened=opened, said=said or {}), now, LAB)
