"""The one way out: `disclose()` is the only maker of a `Disclosed`, and nothing else may be reported or published."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import InitVar, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Literal, NoReturn, cast

import pyarrow as pa

from justice_data_lab.disclosure.analyses import publish_analyses, publish_interactions, publish_placebos
from justice_data_lab.disclosure.attrition import publish_steps
from justice_data_lab.disclosure.checks import check_count
from justice_data_lab.disclosure.clock import publish_clock
from justice_data_lab.disclosure.estimates import publish_estimates
from justice_data_lab.disclosure.evidence import WARNINGS
from justice_data_lab.disclosure.figures import band, figure, gap
from justice_data_lab.disclosure.ledger.limits import ledger_limits
from justice_data_lab.disclosure.linkage import publish_linkage
from justice_data_lab.disclosure.linked.names import left_after, programme
from justice_data_lab.disclosure.linked.protection import protect_request
from justice_data_lab.disclosure.linked.ways import POOL, REQUEST
from justice_data_lab.disclosure.nothing_told import NothingTold
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.profile import publish_balance, publish_profile, publish_quality, summarise_balance
from justice_data_lab.disclosure.prospects import publish_prospects
from justice_data_lab.disclosure.published import Content, ProgrammeCounts, Refused
from justice_data_lab.disclosure.robustness import publish_helped, publish_robustness
from justice_data_lab.disclosure.rounding import precision
from justice_data_lab.disclosure.rules import published_rules
from justice_data_lab.disclosure.statement import publish_statement
from justice_data_lab.disclosure.survival import publish_survival_beside
from justice_data_lab.disclosure.tidy import TIDY_COLUMNS, TIDY_SCHEMA, figures_of, tidy_rows
from justice_data_lab.errors import NothingDisclosable, UsageError
from justice_data_lab.files import canonical_json
from justice_data_lab.files import sha256 as hash_of
from justice_data_lab.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest, StudyFacts
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
    from justice_data_lab.disclosure.ledger.sets import LedgerSet, Tokens
    from justice_data_lab.disclosure.linked.audit import Audited
    from justice_data_lab.disclosure.linked.protection import Limits, Protection
    from justice_data_lab.disclosure.published import Notice
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.files import Json
    from justice_data_lab.study import DisclosureRules

SCHEMA = "justice-data-lab/disclosed/1"
_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """Everything of one request that may leave, and nothing else.

    Attributes:
        content: the figures and the facts around them.
        audited: what the audit of hidden counts found; it is no part of what leaves, and is not there when the value was read back.

    Raises:
        TypeError: anything but `disclose()` (or `from_dict` and `from_bytes`, for what it wrote) tried to make one.
    """

    content: Content
    seal: InitVar[object]
    audited: Audited | None = field(default=None, compare=False)

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            message = "Only disclose() makes a Disclosed: give it the request and the rules."
            raise TypeError(message)

    def __reduce__(self) -> NoReturn:
        """A pickle could be edited: what may leave is kept as JSON, whose hash the manifest lists."""
        message = "A Disclosed is kept as JSON (to_dict, from_dict), never as a pickle."
        raise TypeError(message)

    def figures(self) -> tuple[Figure, ...]:
        """Every published number once, in the order of the report."""
        return tuple(figures_of(self.content))

    def summary(self) -> str:
        """What was shown and what was withheld, in one sentence."""
        figures = self.figures()
        hidden = sum(each.marker == "c" for each in figures)
        return (
            f"{len(figures)} figures, {hidden} of them withheld, by {self.content.rules.version} ({self.content.rules.profile})"
        )

    def table(self) -> pa.Table:
        """The tidy table: one row a number."""
        rows = tidy_rows(self.content)
        return pa.table({name: [row[name] for row in rows] for name in TIDY_COLUMNS}, schema=TIDY_SCHEMA)

    def to_dict(self) -> dict[str, Json]:
        """What `disclosed.json` holds."""
        return {"schema": SCHEMA, "content": to_json(self.content)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json], sha256: str, manifest: Mapping[str, Json]) -> Disclosed:
        """The value that an earlier `disclose()` wrote into a run folder.

        Args:
            data: the parsed `disclosed.json`.
            sha256: hash of the file's bytes.
            manifest: of the run, which lists the hash under room 6, or of a release.

        Raises:
            UsageError: the content does not have that hash, the manifest does not list it, or it is of another format.
        """
        written = canonical_json(dict(data))
        if hash_of(written) != sha256:
            _refuse_bytes()
        return cls.from_bytes(written, manifest)

    @classmethod
    def from_bytes(cls, data: bytes, manifest: Mapping[str, Json]) -> Disclosed:
        """The same from the very bytes of `disclosed.json`, which are not written anew to be known.

        Args:
            data: of `disclosed.json`.
            manifest: of the run or of a release, itself known to be the one that was written.

        Raises:
            UsageError: the manifest does not list these bytes, or they are of another format.
        """
        if hash_of(data) not in _listed(manifest):
            _refuse_bytes()
        return cls(content=content_of(data), seal=_SEAL)


def disclose(  # noqa: PLR0913 -- what the ledger says has several parts
    request: DisclosureRequest,
    rules: DisclosureRules,
    *,
    tokens: Tokens | None = None,
    earlier_sets: Sequence[LedgerSet] = (),
    source: str = "",
    supersedes: str = "",
    complete: bool = True,
) -> Disclosed:
    """Check everything that a request wants to publish, hide what fails, round the rest once.

    Args:
        request: the exact figures with the evidence behind them.
        rules: the lab's thresholds; their profile is the study's when it asks for one.
        tokens: of the people of each analysis, and of each sub-group that a measure is of; None when there is no ledger, and then a
            notice in the report says that it was not compared with earlier releases.
        earlier_sets: the people behind every figure that is public.
        source: hash of the list of people that was sent.
        supersedes: the release that this one updates; empty when it is none.
        complete: whether the earlier sets are all there are; else the report says that it was not compared with all.

    Returns:
        What may leave. The caller keeps `cleared_sets(…)` of it in the ledger.

    Raises:
        NothingTold: no estimate of the headline may be shown, or the figures tell each other too closely.
        UsageError: a warning that has no fixed wording, an analysed request without a headline, or tokens are missing.
    """
    _refuse_unknown_warnings(request)
    limits = None
    if tokens is not None and rules.profile != "none":
        limits = ledger_limits(request, tokens, earlier_sets, rules, source=source, supersedes=supersedes)
    way_out = _WayOut(request=request, rules=rules, fine=precision(rules), compared=limits is not None and complete)
    content, audited = _analysed(way_out, limits) if request.status == "analysed" else _not_analysable(way_out)
    disclosed = Disclosed(content=content, seal=_SEAL, audited=audited)
    _refuse_repeated_keys(disclosed)
    return disclosed


@dataclass(frozen=True, slots=True, kw_only=True)
class _WayOut:
    """One request with the rules, and whether it was compared with earlier releases."""

    request: DisclosureRequest
    rules: DisclosureRules
    fine: Precision
    compared: bool


def _analysed(way_out: _WayOut, limits: Limits | None) -> tuple[Content, Audited | None]:
    request, rules, fine = way_out.request, way_out.rules, way_out.fine
    headline = _headline(request)
    try:
        hidden = protect_request(request, rules, limits)
    except NothingDisclosable:
        raise NothingTold("figures_tell_each_other", rules.min_events) from None  # noqa: EM101 -- a code, not a message
    measures = {measure.key: measure for measure in request.measures}
    analyses = {analysis.name: analysis for analysis in request.analyses}
    results = publish_estimates(request.estimates, measures, analyses, hidden, rules, fine)
    if all(result.verdict == "withheld" for result in results if result.analysis == headline.name):
        raise NothingTold("too_few_outcomes", rules.min_events)  # noqa: EM101 -- a code, not a message
    summaries = publish_analyses(request.analyses, hidden, rules, fine)
    content = Content(
        status="analysed",
        rules=published_rules(rules),
        notices=_notices(way_out),
        warnings=request.warnings,
        study=_study(request.study),
        programme=_programme(request, hidden, rules, fine),
        method=request.method,
        measures=request.measures,
        analyses=summaries,
        not_made=request.not_made,
        results=results,
        interactions=publish_interactions(request, results, rules, fine),
        placebos=publish_placebos(request, hidden, rules, fine),
        survival=publish_survival_beside(request.survival, results, rules, fine),
        robustness=publish_robustness(request, results, rules, fine),
        helped=publish_helped(request.helped, headline, rules, fine),
        attrition=publish_steps(
            "attrition", request.attrition, rules, fine, bands=False, hidden=lambda step: hidden.hides(left_after(REQUEST, step))
        ),
        pool=publish_steps(
            "pool", request.pool, rules, fine, bands=False, hidden=lambda step: hidden.hides(left_after(POOL, step))
        ),
        profile=publish_profile(request.levels, request.means, headline, hidden, rules, fine),
        balance=publish_balance(request.balance, request.balance_people, hidden, rules, fine),
        balance_summary=summarise_balance(request.balance, fine),
        quality=publish_quality(request.quality, hidden, fine),
        linkage=publish_linkage(request, results, hidden, rules, fine),
        linkable=publish_quality(request.linkage.linkable if request.linkage else (), hidden, fine),
        prospects=publish_prospects(request.measures, results, next(each for each in summaries if each.headline), fine),
        statement=None,
        refused=None,
        protocol=request.protocol,
        clock=publish_clock(request.clock, rules, fine),
    )
    return replace(content, statement=publish_statement(request, content, hidden, rules, fine)), hidden.audited


def _not_analysable(way_out: _WayOut) -> tuple[Content, Audited | None]:
    """Why there is no result, in bands; the balance table where the groups did not overlap or balance."""
    request, rules, fine = way_out.request, way_out.rules, way_out.fine
    refusal = request.refusal
    if refusal is None:
        message = "A request that could not be analysed needs its refusal: the reason, and what would be needed."
        raise UsageError(message)
    show_balance = rules.profile == "none" or request.balance_people >= refusal.needed
    balance = request.balance if show_balance else ()
    hidden = protect_request(request, rules)
    content = Content(
        status="not_analysable",
        rules=published_rules(rules),
        notices=_notices(way_out),
        warnings=request.warnings,
        study=_study(request.study),
        programme=_programme(request, hidden, rules, fine),
        method=request.method,
        measures=request.measures,
        analyses=(),
        not_made=(),
        results=(),
        interactions=(),
        placebos=(),
        survival=None,
        robustness=None,
        helped=None,
        attrition=publish_steps("attrition", request.attrition, rules, fine, bands=True) if request.attrition else (),
        pool=(),
        profile=(),
        balance=publish_balance(balance, request.balance_people, hidden, rules, fine),
        balance_summary=summarise_balance(balance, fine),
        quality=(),
        linkage=None,
        linkable=(),
        prospects=None,
        statement=None,
        refused=Refused(
            code=refusal.code,
            needed=refusal.needed,
            submitted=band(Place(table="refusal", statistic="submitted"), refusal.submitted),
            usable=_usable(refusal.usable),
            holds=refusal.holds,
        ),
        protocol=request.protocol,
        clock=None,
    )
    return content, hidden.audited


def _usable(people: int | None) -> Figure:
    place = Place(table="refusal", statistic="usable")
    return gap(place, "count", "people", "x") if people is None else band(place, people)


def _headline(request: DisclosureRequest) -> AnalysisEvidence:
    for analysis in request.analyses:
        if analysis.headline:
            return analysis
    message = "An analysed request needs one analysis with headline = true."
    raise UsageError(message)


def _notices(way_out: _WayOut) -> tuple[Notice, ...]:
    request = way_out.request
    notices: list[Notice] = ["already_public"] if way_out.rules.profile == "none" else [] if way_out.compared else ["no_ledger"]
    if request.method.override:
        further = (*request.analyses, *(placebo.analysis for placebo in request.placebos))
        if any(row.colour == "red" for row in request.balance):
            notices.append("balance_overridden")
        elif any("balance_red_overridden" in analysis.warnings for analysis in further):
            notices.append("further_overridden")
        else:
            notices.append("override_not_needed")
    return tuple(notices)


def _study(facts: StudyFacts) -> StudyFacts:
    """The facts without the two exact counts, which are published as figures."""
    kept = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return type(facts)(**(kept | {"eligible": None, "started": None}))


def _programme(request: DisclosureRequest, hidden: Protection, rules: DisclosureRules, fine: Precision) -> ProgrammeCounts:
    def one(statistic: Literal["eligible", "started"], count: int | None) -> Figure:
        place = Place(table="programme", statistic=statistic)
        if count is not None and (hidden.hides(programme(statistic)) or not check_count(count, rules).safe):
            return gap(place, "count", "people", "c")
        return figure(place, "count", "people", count, fine)

    return ProgrammeCounts(eligible=one("eligible", request.study.eligible), started=one("started", request.study.started))


def _refuse_unknown_warnings(request: DisclosureRequest) -> None:
    analyses = (*request.analyses, *(placebo.analysis for placebo in request.placebos))
    for warning in (*request.warnings, *(code for analysis in analyses for code in analysis.warnings)):
        if warning not in WARNINGS:
            message = f"A warning must be one of {', '.join(WARNINGS)}, so that its wording holds no figure."
            raise UsageError(message)


def _refuse_repeated_keys(disclosed: Disclosed) -> None:
    keys = [each.place.key for each in disclosed.figures()]
    repeated = sorted(key for key, times in Counter(keys).items() if times > 1)
    if repeated:
        message = f"Two published figures have one name: {repeated[0]}. Give each analysis, measure and level its own name."
        raise UsageError(message)


def content_of(data: bytes) -> Content:
    """What a `disclosed.json` holds, to look at: nothing can be reported or published of it.

    Args:
        data: its bytes. Their fields never change without the format's name, so a later version reads each format as it was.

    Raises:
        UsageError: they are of another format.
    """
    read = json.loads(data)
    found = read.get("schema")
    if found != SCHEMA:
        message = f"disclosed.json: expected the format {SCHEMA}; found {found}. Read it with the version of this program that wrote it, or a later one."
        raise UsageError(message)
    return from_json(Content, read["content"])


def _listed(manifest: Mapping[str, Json]) -> tuple[str, ...]:
    """The hash that a manifest lists for `disclosed.json`: a run's in room 6, a release's among its files."""
    rooms = cast("Mapping[str, Mapping[str, Mapping[str, str]]]", manifest.get("rooms", {}))
    files = (rooms.get("6-disclosure", {}).get("files", {}), cast("Mapping[str, str]", manifest.get("files", {})))
    return tuple(listed for each in files if (listed := each.get("disclosed.json")))


def _refuse_bytes() -> NoReturn:
    message = (
        "disclosed.json: expected the bytes that disclose() wrote, as the manifest lists them; the hash differs. "
        "Run the request again; of a release, put the file back from a backup."
    )
    raise UsageError(message)
