"""What the API has, resource by resource: every figure and word is asked of the core. The table at the end is the OpenAPI document's too."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import quote, urlencode

from jdl_service.library import documents as say
from jdl_service.library.questions import PAGE, QUESTION, Parameter, page_of, question_of
from justice_data_lab.library.address import address
from justice_data_lab.library.collection import CLAIM_WORDS
from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.entry import Entry
from justice_data_lab.library.gaps import ENOUGH, gaps, measures_of
from justice_data_lab.library.outside import beside
from justice_data_lab.library.taxonomy import FACETS, TYPES, VERSION, facet, slug
from justice_data_lab.library.words import in_words, printed
from justice_data_lab.library_site.desk import TOLD
from justice_data_lab.library_site.known import with_others
from justice_data_lab.library_site.outside import shown
from justice_data_lab.library_site.results import organisations, programmes
from justice_data_lab.library_site.snapshots import FOLDER, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jdl_service.library.drawn import Drawn, File
    from justice_data_lab.library.address import Question
    from justice_data_lab.library.counting import Synthesis
    from justice_data_lab.library.effects import Scale
    from justice_data_lab.library.entry import Outcome
    from justice_data_lab.library.search import Found
    from justice_data_lab.library.taxonomy import Option
    from justice_data_lab.library.words import Printed

    Row = TypeVar("Row")

SITE, API = "/library/", "/library/api/v1"
A_PAGE = 100
_TYPES = {each.key: each for each in TYPES.options}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a resource: the library, the names in the path, the values of the query."""

    shown: Drawn
    path: Mapping[str, str]
    query: Mapping[str, tuple[str, ...]]


if TYPE_CHECKING:
    Answer: TypeAlias = Callable[[Asked], object | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource.

    Attributes:
        path: below the API's address; names in braces.
        words: what it tells.
        kind: type of its answer.
        answer: gives it; None when there is none.
        asks: parameters of its query.
    """

    path: str
    words: str
    kind: type
    answer: Answer
    asks: tuple[Parameter, ...] = ()


def start(asked: Asked) -> say.Start:
    """Whose library it is, and where everything stands."""
    lab = asked.shown.desk.lab
    return say.Start(
        lab=lab.name,
        licence=lab.licence,
        results=len(asked.shown.desk.entries),
        documentation=f"{API}/openapi.json",
        resources=tuple(f"{API}{each.path}" for each in RESOURCES),
    )


def results(asked: Asked) -> say.Results:
    """The answer to a question."""
    found = asked.shown.desk.index.find(question_of(asked.query))
    counts = tuple(
        say.Choices(
            filter=name,
            values=tuple(say.Choice(value=each.value, name=each.name, count=each.count, chosen=each.chosen) for each in counted),
        )
        for name, counted in found.counts.items()
    )
    return say.Results(
        question=address(found.question),
        total=found.total,
        page=found.question.page,
        pages=found.pages,
        results=tuple(map(_line, found.entries)),
        compared=tuple(map(_line, found.compared)),
        counts=counts,
        links=_pages_of(found),
    )


def result(asked: Asked) -> Entry | None:
    """One result with all that the library knows of it."""
    return asked.shown.desk.index.entry(asked.path["key"])


def claim(asked: Asked) -> say.Claim | None:
    """Whether what was said of a version still stands."""
    entry, number = asked.shown.desk.index.entry(asked.path["key"]), asked.path["version"]
    version = next((each for each in entry.versions if str(each.number) == number), None) if entry else None
    if entry is None or version is None:
        return None
    standing = asked.shown.desk.index.library.claim(entry.key, version.number)
    return say.Claim(
        key=entry.key, version=version.number, standing=standing, words=CLAIM_WORDS[standing], current=entry.version,
        released=version.released, reason=version.reason,
    )  # fmt: skip


def suggestions(asked: Asked) -> say.Suggestions:
    """Titles and organisations that words may mean."""
    text = next(iter(asked.query.get("q", ())), "")
    return say.Suggestions(q=text, suggestions=asked.shown.desk.index.suggest(text))


def kinds(asked: Asked) -> say.Kinds:
    """Every kind of help."""
    counted = ((each, len(asked.shown.desk.index.chosen("type", each.key))) for each in TYPES.options)
    return say.Kinds(
        types=tuple(
            say.Kind(
                key=each.key, name=each.name, meaning=each.meaning, results=count, api=f"{API}/types/{each.key}",
                page=f"{SITE}types/{each.key}/",
            )
            for each, count in counted
        )
    )  # fmt: skip


def kind(asked: Asked) -> say.KindInFull | None:
    """A kind of help with its outcomes and its results."""
    option = _TYPES.get(asked.path["type"])
    if option is None:
        return None
    entries = asked.shown.desk.index.chosen("type", option.key)
    return say.KindInFull(
        key=option.key,
        name=option.name,
        meaning=option.meaning,
        outcomes=tuple(_in_short(asked, option, entries, each) for each in measures_of(entries)),
        results=tuple(each.key for each in entries),
        page=f"{SITE}types/{option.key}/",
    )


def outcome(asked: Asked) -> say.OutcomeOfKind | None:
    """What results of a kind of help say together of one outcome."""
    entries = asked.shown.desk.index.chosen("type", asked.path["type"])
    measure = next((each for each in measures_of(entries) if each.measure == asked.path["measure"]), None)
    if measure is None:
        return None
    found = _taken(asked, entries, measure)
    odds = _taken(asked, entries, measure, "log odds ratio") if measure.kind == "proportion" else None
    return say.OutcomeOfKind(
        type=asked.path["type"],
        measure=measure.measure,
        name=measure.name,
        kind=measure.kind,
        unit=measure.unit,
        better=measure.better,
        words=in_words(found),
        overlaps_known=found.overlaps_known,
        difference=_together(found),
        odds=_together(odds) if odds else None,
        with_outside=_with_outside(asked, found, measure) if asked.query.get("outside") else None,
        page=f"{SITE}types/{asked.path['type']}/outcome-{slug(measure.measure)}.html",
    )


def taxonomy(asked: Asked) -> say.Taxonomy:  # noqa: ARG001 -- the same in every library
    """Everything that programmes are sorted by."""
    return say.Taxonomy(version=VERSION, facets=FACETS)


def programme_list(asked: Asked) -> say.Programmes:
    """Programmes, page by page."""
    every = [_programme(at, entries) for at, entries in programmes(asked.shown.desk).items()]
    part, links = _paged(every, asked, "programmes")
    return say.Programmes(total=len(every), programmes=tuple(part), links=links)


def programme(asked: Asked) -> say.Programme | None:
    """One programme."""
    name = asked.path["name"]
    entries = programmes(asked.shown.desk).get(name)
    return _programme(name, entries) if entries else None


def organisation_list(asked: Asked) -> say.Organisations:
    """Organisations, page by page."""
    every = [_organisation(at, entries) for at, entries in organisations(asked.shown.desk).items()]
    part, links = _paged(every, asked, "organisations")
    return say.Organisations(total=len(every), organisations=tuple(part), links=links)


def organisation(asked: Asked) -> say.Organisation | None:
    """One organisation."""
    name = asked.path["name"]
    entries = organisations(asked.shown.desk).get(name)
    return _organisation(name, entries) if entries else None


def gap_list(asked: Asked) -> say.Gaps:
    """Where little is known."""
    group = facet(next(iter(asked.query.get("group", ())), "sex")).key
    return say.Gaps(group=group, enough=ENOUGH, gaps=gaps(asked.shown.desk.entries, group))


def national(asked: Asked) -> say.National | None:
    """National rates, where the register has published them."""
    known = asked.shown.desk.setting.coverage
    if known is None:
        return None
    return say.National(
        extract_date=known.extract_date,
        last_start=known.last_start,
        rates=known.rates,
        groups=known.groups,
        page=f"{SITE}national/",
    )


def outside(asked: Asked) -> say.OutsideResults:
    """Results from elsewhere, marked so."""
    return say.OutsideResults(results=shown(asked.shown.desk.setting.outside), page=f"{SITE}outside/")


def snapshots(asked: Asked) -> say.Snapshots:
    """Every state that may still be shown, the latest first."""
    files = asked.shown.together("downloads/index.html")
    manifests = [path for path in files if path.endswith(f"/{MANIFEST}")]
    states = (_state(path.split("/")[-2], files) for path in manifests)
    return say.Snapshots(snapshots=tuple(sorted(states, key=lambda each: (each.at, each.name), reverse=True)))


def _state(name: str, files: Mapping[str, File]) -> say.SnapshotInShort:
    folder = f"{FOLDER}/{name}"
    told = json.loads(files[f"{folder}/{MANIFEST}"].data)
    return say.SnapshotInShort(
        name=name,
        at=datetime.fromisoformat(told["at"]),
        entries=told["entries"],
        current=f"{folder}/library.csv" in files,
        files=tuple(f"{SITE}{folder}/{each}" for each in sorted(told["files"])),
    )


def _line(entry: Entry) -> say.Line:
    first = entry.first
    return say.Line(
        key=entry.key,
        version=entry.version,
        status=entry.status,
        title=entry.title,
        organisation=entry.organisation,
        released=entry.released,
        corrected=entry.corrected,
        types=entry.classified.types,
        verdict=entry.verdict,
        told=TOLD[entry.verdict],
        answer=entry.answer,
        people=entry.people,
        difference=first.difference if first else None,
        ci_low=first.ci_low if first else None,
        ci_high=first.ci_high if first else None,
        api=f"{API}/results/{quote(entry.key)}",
        page=f"{SITE}results/{quote(entry.key)}/",
    )


def _pages_of(found: Found) -> say.Pages:
    def at(question: Question, page: int) -> str:
        query = address(replace(question, page=page))
        return f"{API}/results?{query}" if query else f"{API}/results"

    return _links(found.question.page, found.pages, lambda page: at(found.question, page))


def _paged(every: Sequence[Row], asked: Asked, name: str) -> tuple[Sequence[Row], say.Pages]:
    """A page of a list, and the addresses of the others."""
    pages = max(-(-len(every) // A_PAGE), 1)
    page = min(page_of(asked.query), pages)
    links = _links(page, pages, lambda number: f"{API}/{name}" + (f"?{urlencode({'page': number})}" if number > 1 else ""))
    return every[(page - 1) * A_PAGE : page * A_PAGE], links


def _links(page: int, pages: int, at: Callable[[int], str]) -> say.Pages:
    return say.Pages(
        here=at(page),
        first=at(1),
        last=at(pages),
        next=at(page + 1) if page < pages else None,
        previous=at(page - 1) if page > 1 else None,
    )


def _taken(asked: Asked, entries: Sequence[Entry], measure: Outcome, scale: Scale = "difference") -> Synthesis:
    told = asked.shown.desk.setting
    return synthesise(entries, measure.measure, scale, overlaps=told.overlaps, lacking=told.lacking)


def _with_outside(asked: Asked, found: Synthesis, measure: Outcome) -> Printed | None:
    return with_others(found, beside(asked.shown.desk.setting.outside, asked.path["type"], measure.measure), measure)


def _in_short(asked: Asked, option: Option, entries: Sequence[Entry], measure: Outcome) -> say.OutcomeInShort:
    found = _taken(asked, entries, measure)
    return say.OutcomeInShort(
        measure=measure.measure,
        name=measure.name,
        results=len(found.effects),
        printed=printed(found),
        words=in_words(found),
        api=f"{API}/types/{option.key}/outcomes/{measure.measure}",
    )


def _together(found: Synthesis) -> say.Together:
    left = (say.Left(key=each.key, analysis=each.analysis, why=each.why, words=each.words) for each in found.left_out)
    return say.Together(
        scale=found.scale, effects=found.effects, pooled=found.pooled, printed=printed(found), left_out=tuple(left)
    )


def _programme(name: str, entries: Sequence[Entry]) -> say.Programme:
    return say.Programme(
        name=name,
        title=entries[0].title,
        organisation=entries[0].organisation,
        results=tuple(each.key for each in entries),
        api=f"{API}/programmes/{name}",
        page=f"{SITE}programmes/{name}/",
    )


def _organisation(name: str, entries: Sequence[Entry]) -> say.Organisation:
    return say.Organisation(
        name=name,
        organisation=entries[0].organisation,
        results=tuple(each.key for each in entries),
        api=f"{API}/organisations/{name}",
        page=f"{SITE}organisations/{name}/",
    )


_Q = Parameter(name="q", words="Words as they are typed.")
_OUTSIDE = Parameter(
    name="outside", words="Whether to tell also what comes of ours and those from elsewhere together.", values=("yes",)
)
_GROUP = Parameter(name="group", words="Which groups of people.", values=tuple(each.key for each in FACETS if each != TYPES))
RESOURCES: tuple[Resource, ...] = (
    Resource(path="/", words="Where everything stands", kind=say.Start, answer=start),
    Resource(path="/results", words="Results that a question finds, twenty a page", kind=say.Results, answer=results, asks=QUESTION),
    Resource(path="/results/{key}", words="One result with all that the library knows of it", kind=Entry, answer=result),
    Resource(path="/results/{key}/versions/{version}", words="Whether what was said of a version still stands", kind=say.Claim, answer=claim),
    Resource(path="/suggestions", words="Titles and organisations that words may mean", kind=say.Suggestions, answer=suggestions, asks=(_Q,)),
    Resource(path="/types", words="Kinds of help", kind=say.Kinds, answer=kinds),
    Resource(path="/types/{type}", words="One kind of help with its outcomes", kind=say.KindInFull, answer=kind),
    Resource(path="/types/{type}/outcomes/{measure}", words="Results of a kind of help taken together", kind=say.OutcomeOfKind, answer=outcome, asks=(_OUTSIDE,)),
    Resource(path="/taxonomy", words="Everything that programmes are sorted by", kind=say.Taxonomy, answer=taxonomy),
    Resource(path="/programmes", words="Programmes, a hundred a page", kind=say.Programmes, answer=programme_list, asks=(PAGE,)),
    Resource(path="/programmes/{name}", words="One programme", kind=say.Programme, answer=programme),
    Resource(path="/organisations", words="Organisations, a hundred a page", kind=say.Organisations, answer=organisation_list, asks=(PAGE,)),
    Resource(path="/organisations/{name}", words="One organisation", kind=say.Organisation, answer=organisation),
    Resource(path="/gaps", words="Where fewer than three results have a figure", kind=say.Gaps, answer=gap_list, asks=(_GROUP,)),
    Resource(path="/national", words="National rates by sentence and group of people", kind=say.National, answer=national),
    Resource(path="/outside", words="Results from elsewhere, marked so", kind=say.OutsideResults, answer=outside),
    Resource(path="/snapshots", words="Every state of the library that may still be shown", kind=say.Snapshots, answer=snapshots),
)  # fmt: skip
