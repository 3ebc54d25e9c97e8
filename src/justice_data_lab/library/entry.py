"""An entry of the library: one released result as the public may see it, with every outcome, its words and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 -- a field type, read at run time by from_json
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

# The imports are field types, which from_json reads at run time.
from justice_data_lab.disclosure.evidence_analyses import AnalysisKind  # noqa: TC001
from justice_data_lab.disclosure.published_analyses import PublicVerdict  # noqa: TC001
from justice_data_lab.library.classified import Classified, classify
from justice_data_lab.library.grading import Grading, grade
from justice_data_lab.library.identity import outcome_key
from justice_data_lab.publication.book import Response  # noqa: TC001
from justice_data_lab.records import from_json, to_json
from justice_data_lab.reporting.findings import findings, headline, primary
from justice_data_lab.reporting.passages import why_not
from justice_data_lab.reporting.use import Use, use_of
from justice_data_lab.reporting.wording import short_result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.disclosure.disclosed import Disclosed
    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_analyses import AnalysisSummary, Result
    from justice_data_lab.files import Json
    from justice_data_lab.publication.book import Book
    from justice_data_lab.study import Lab

Status: TypeAlias = Literal["result", "not_analysed", "withdrawn"]
# What a visitor filters by: the verdict on the first primary measure, or why there is none.
Verdict: TypeAlias = Literal["reduction", "inconclusive", "increase", "no_figure", "not_analysed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A published number: its value, None where there is a marker, and its words."""

    value: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One measure in one analysis, as published.

    Attributes:
        analysis: name of the analysis.
        who: what kind of analysis it is.
        headline: whether page one of the report speaks of it.
        years: of follow-up.
        measure: key of the outcome, the same in all results that may be taken together.
        name: as printed.
        kind: `proportion` or `mean`.
        unit: of a mean.
        better: which direction is good.
        role: primary or secondary.
        verdict: what the interval says.
        n_treated: people of the programme group.
        n_comparison: people of the comparison group.
        n_eff: their effective number.
        treated: the programme group's figure.
        comparison: the comparison group's.
        difference: the first less the second, in percentage points for a proportion.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
        p_value: two-sided.
    """

    analysis: str
    who: AnalysisKind
    headline: bool
    years: Literal[1, 2]
    measure: str
    name: str
    kind: Literal["proportion", "mean"]
    unit: str
    better: Literal["lower", "higher"]
    role: Literal["primary", "secondary"]
    verdict: PublicVerdict
    n_treated: Shown
    n_comparison: Shown
    n_eff: Shown
    treated: Shown
    comparison: Shown
    difference: Shown
    ci_low: Shown
    ci_high: Shown
    p_value: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a result that was ever public.

    Attributes:
        number: from 1.
        released: its hour.
        state: released, corrected, revised by a later version, or withdrawn.
        reason: of a correction or withdrawal, as it was made public.
        ended: when everybody was told that it is corrected, revised or withdrawn; None while it stands.
    """

    number: int
    released: datetime
    state: Literal["released", "corrected", "revised", "withdrawn"]
    reason: str
    ended: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What was delivered, by whom, to whom and how much, as the organisation says; empty where it does not."""

    what: str = ""
    who_delivers: str = ""
    where: str = ""
    dose: str = ""
    how_chosen: str = ""
    own_words: str = ""
    unit_cost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request's result as it stands.

    Attributes:
        key: stable name of the request.
        version: that stands.
        status: a result, could not be analysed, or withdrawn.
        title: the programme's name.
        organisation: whose it is.
        released: hour of this version.
        corrected: why it was corrected, while no later version is public; empty when it was not.
        classified: where it stands in the taxonomy.
        practice: what was delivered.
        design: how the groups came about; empty without a result.
        method: version of the method.
        outcomes: every measure of every analysis.
        verdict: on the first primary measure, or why there is none.
        answer: the result in words, or why there is none.
        use: what may be said of it; None when it was withdrawn, or has no primary measure.
        grading: how far it can be relied on; None without a result.
        versions: every version that was ever public, the earliest first.
        responses: what the organisation answered.
        files: names of the files of this version.
    """

    key: str
    version: int
    status: Status
    title: str
    organisation: str
    released: datetime
    corrected: str
    classified: Classified
    practice: Practice
    design: Literal["matched", "randomised", ""]
    method: str
    outcomes: tuple[Outcome, ...]
    verdict: Verdict
    answer: str
    use: Use | None
    grading: Grading | None
    versions: tuple[Version, ...]
    responses: tuple[Response, ...]
    files: tuple[str, ...]

    @property
    def first(self) -> Outcome | None:
        """The first primary measure of the headline, which the library speaks of; None without a result."""
        return next((each for each in self.outcomes if each.headline and each.role == "primary"), None)

    @property
    def changed(self) -> datetime:
        """When something of it last became public: its figures, or that they are wrong."""
        ended = (each.ended for each in self.versions if each.ended is not None)
        return max((self.released, *ended))

    @property
    def told(self) -> str:
        """What programs are told of it: the answer, or while it is corrected why, in place of it."""
        return f"Corrected: {self.corrected}" if self.corrected else self.answer

    @property
    def people(self) -> Shown:
        """People of the programme group behind the first primary measure."""
        return self.first.n_treated if self.first else Shown(value=None, text="")

    def to_dict(self) -> Mapping[str, Json]:
        """Every field by its name; moments in UTC."""
        return cast("Mapping[str, Json]", to_json(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Entry:
        """The value that `to_dict` wrote."""
        return from_json(cls, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The frozen files of a public release as far as the library needs them."""

    disclosed: Disclosed
    files: tuple[str, ...]


def make_entry(book: Book, opened: Opened, versions: Sequence[Version], said: Classified | None, lab: Lab) -> Entry:
    """The entry of a public result. Who may see it was decided before: see `collect`.

    Args:
        book: of the version that stands.
        opened: what was disclosed for it, and the names of its files.
        versions: every version that was ever public.
        said: what the lab's editor says of its place in the taxonomy; None when nothing.
        lab: who says the sentences that may be quoted.
    """
    content, release = opened.disclosed.content, book.release
    found = primary(findings(content, headline(content)))
    first = found[0] if found else None
    outcomes = _outcomes(content)
    verdict = "not_analysed" if content.refused else _verdict(first.verdict if first else "not_available")
    return Entry(
        key=release.key,
        version=release.version,
        status="not_analysed" if content.refused else "result",
        title=release.title,
        organisation=release.organisation,
        released=versions[-1].released,
        corrected=release.ended_reason if release.state == "corrected" and release.replaced_by is None else "",
        classified=classify(content.study, book.sector, said),
        practice=_practice(content),
        design="" if content.refused else content.method.design,
        method=content.method.version,
        outcomes=outcomes,
        verdict=verdict,
        answer=short_result(first) if first else " ".join(why_not(content)) if content.refused else "See the report.",
        use=use_of(content, lab) if first or content.refused else None,
        grading=grade(content, first.measure.key, shown=first.shown) if first else None,
        versions=tuple(versions),
        responses=book.responses,
        files=opened.files,
    )


def withdrawn_entry(book: Book, versions: Sequence[Version], said: Classified | None) -> Entry:
    """The entry of a withdrawn result: that it was there and why it is not, and no figure; nor an answer, which may name one."""
    release = book.release
    return Entry(
        key=release.key,
        version=release.version,
        status="withdrawn",
        title=release.title,
        organisation=release.organisation,
        released=versions[-1].released,
        corrected="",
        classified=said or Classified(),
        practice=Practice(),
        design="",
        method="",
        outcomes=(),
        verdict="withdrawn",
        answer=f"Withdrawn: {release.ended_reason}",
        use=None,
        grading=None,
        versions=tuple(versions),
        responses=(),
        files=(),
    )


def _verdict(published: PublicVerdict) -> Verdict:
    return published if published in ("reduction", "inconclusive", "increase") else "no_figure"


def _practice(content: Content) -> Practice:
    study = content.study
    return Practice(
        what=study.what,
        who_delivers=study.who_delivers,
        where=study.where,
        dose=study.dose,
        how_chosen=study.how_chosen,
        own_words=study.own_words,
        unit_cost=study.unit_cost,
    )


def _outcomes(content: Content) -> tuple[Outcome, ...]:
    measures = {each.key: each for each in content.measures}
    analyses = {each.name: each for each in content.analyses}
    return tuple(_outcome(each, measures[each.measure], analyses[each.analysis]) for each in content.results)


def _outcome(result: Result, measure: MeasureFacts, analysis: AnalysisSummary) -> Outcome:
    return Outcome(
        analysis=analysis.name,
        who=analysis.kind,
        headline=analysis.headline,
        years=analysis.years,
        measure=outcome_key(measure),
        name=measure.name,
        kind=measure.kind,
        unit=measure.unit,
        better=measure.better,
        role=measure.role,
        verdict=result.verdict,
        n_treated=_shown(result.n_treated),
        n_comparison=_shown(result.n_comparison),
        n_eff=_shown(result.n_eff),
        treated=_shown(result.treated),
        comparison=_shown(result.comparison),
        difference=_shown(result.difference),
        ci_low=_shown(result.ci_low),
        ci_high=_shown(result.ci_high),
        p_value=_shown(result.p_value),
    )


def _shown(figure: Figure) -> Shown:
    return Shown(value=figure.value, text=figure.text)
