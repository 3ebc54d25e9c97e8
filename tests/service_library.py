"""Rows of releases for the library's tests and its benchmark: put where they stand without walking there."""

from dataclasses import replace
from datetime import date
from functools import cache

from jdl_service.analysis.ledger import keeper
from jdl_service.audit import log
from jdl_service.library.models import Placement
from jdl_service.releases.models import Release, ReleaseFile
from justice_data_lab.disclosure.ledger.sets import REQUEST, USABLE, LedgerSet
from justice_data_lab.files import canonical_json
from justice_data_lab.ledger_file import Asked, open_ledger
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.outside import Outside, OutsideEffect
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.records import to_json
from justice_data_lab.register.coverage import Coverage, GroupRate, PublicRates
from sample_ledgers import SCHEME, tokens
from sample_library import book, disclosed

COVERAGE = Coverage(
    extract_date=date(2026, 6, 30),
    last_start=date(2024, 12, 30),
    rates=(PublicRates(sentence="all", reoffended=0.25),),
    groups=(
        GroupRate(sentence="all", grouped_by="sex", level="F", reoffended=0.19),
        GroupRate(sentence="custody", grouped_by="age", level="18 to 20", reoffended=0.41),
    ),
)
PEOPLE = ("analyst", "reviewer", "second_reviewer", "head_of_profession")
ELSEWHERE = Outside(
    key="", title="Mentors for women after release", source="Journal of Trials 12, 34-56", address="https://doi.example/12", year=2021,
    design="randomised trial", added=date(2026, 1, 1), classified=Classified(types=("mentoring",), sexes=("women",)), note="In another country.",
    effects=(OutsideEffect(measure="reoffended", unit="percentage points", difference=-5.0, ci_low=-10.0, ci_high=0.5, people=240),),
)  # fmt: skip
WOMEN = Classified(types=("mentoring",), settings=("community",), sexes=("women",), ages=("25-to-49",), region="North")


@cache
def disclosed_bytes(kind, title, **study):
    return canonical_json(disclosed(kind, title, **study).to_dict())


def book_of(key, world, files, *, state, due, **more):
    """The book of a release and its row's columns, each hand that of somebody who is there."""
    made = book(key, state=state, due=due, **more)
    names = {name: getattr(world, name).email for name in PEOPLE}
    release = replace(
        made.release, manifest=manifest_hash(files), analyst=names["analyst"], checked_by=names["reviewer"], cleared_by=names["second_reviewer"],
    )  # fmt: skip
    return replace(made, release=release, files=manifest_hash(files), kept="public data")


def put(world, key, *, at, state="released", said=WOMEN, **more):
    """A release in a state, with the one file that the library reads, and the line of the log that told of it."""
    title, kind, study = more.pop("title", f"Programme {key}"), more.pop("kind", "found"), more.pop("study", {})
    files = {"disclosed.json": disclosed_bytes(kind, title, **study), "report.html": b"<p>Report</p>"}
    made = book_of(key, world, files, state=state, due=more.pop("due", at), title=title, **more)
    row = Release.objects.create(
        key=key, version=made.release.version, state=state, due=made.release.due, released_at=made.release.released_at,
        manifest=made.release.manifest, book=to_json(made), analyst=world.analyst, checked_by=world.reviewer,
        cleared_by=world.second_reviewer, signed_off_by=world.head_of_profession,
    )  # fmt: skip
    ReleaseFile.objects.bulk_create(ReleaseFile(release=row, name=name, data=data) for name, data in files.items())
    log.record("release" if state != "scheduled" else "schedule", made.subject, by=world.head_of_profession, at=at)
    if said:
        place(key, said, by=world.analyst, at=at)
    return row


def place(key, said, *, by, at):
    """What the lab's editor says, without the page."""
    Placement.objects.update_or_create(key=key, defaults={"said": to_json(said), "by": by, "at": at})


def ledger_knows(people):
    """The lab's ledger knows whose each release is: `{"2026-001 v1": (0, 100)}` are the people from the first number to the last."""
    ledger = open_ledger(keeper().file)
    for name, (first, last) in people.items():
        one = LedgerSet(analysis=REQUEST, of=USABLE, tokens=tokens(first, last), released_as=name)
        ledger.record(Asked(name=name, files=name, sets=(one,), scheme=SCHEME))
