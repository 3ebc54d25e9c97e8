"""The people behind one cleared figure, by token, and what was told of them: the value that a ledger keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

from justice_data_lab.disclosure.evidence_analyses import HIDDEN_CODES, LEDGER_CODES
from justice_data_lab.disclosure.linked.names import stricter
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.files import Json

# The tokens of the people of an analysis, by analysis and by whom of them: "all", or a 0/1 column such as "reoffended".
Tokens: TypeAlias = "Mapping[tuple[str, str], frozenset[str]]"
EVERYBODY = "all"
# Of the request itself, before any analysis: those whom its way from records to people, and a refusal, tell of.
REQUEST, USABLE = "", "usable"
# Of the request as well: those who were found in the register, whom its organisation is told of before any analysis.
FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSet:
    """People behind published figures; personal data, although they stand as tokens.

    Attributes:
        analysis: of the release; empty for the request itself.
        of: `all` the treatment group of it, or the 0/1 column whose people alone are counted; of the request, all who could be used.
        tokens: of the people.
        events: how many of them have the event of each published 0/1 measure, by its key, exact.
        source: hash of the list of people that was sent.
        released_as: which release it is of; empty while it is asked for.
    """

    analysis: str
    of: str = EVERYBODY
    tokens: frozenset[str]
    events: tuple[tuple[str, int], ...] = ()
    source: str = ""
    released_as: str = ""

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name, tokens in their order."""
        return {
            "analysis": self.analysis,
            "of": self.of,
            "tokens": sorted(self.tokens),
            "events": dict(self.events),
            "source": self.source,
            "released_as": self.released_as,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> LedgerSet:
        """The value that `to_dict` wrote."""
        events = cast("Mapping[str, int]", data["events"])
        return cls(
            analysis=str(data["analysis"]),
            of=str(data["of"]),
            tokens=frozenset(cast("list[str]", data["tokens"])),
            events=tuple(sorted(events.items())),
            source=str(data["source"]),
            released_as=str(data["released_as"]),
        )


def request_sets(request: DisclosureRequest, tokens: Tokens, source: str = "") -> tuple[LedgerSet, ...]:
    """The sets of people that a request wants to tell of: those it could use, then those of its figures in the order of the report.

    Args:
        request: exact; one that could not be analysed tells of those it could use and no others.
        tokens: of those the request could use, of the treatment group of each analysis, placebo groups too, and of each sub-group that a
            measure is of.
        source: hash of the list of people that was sent.

    Raises:
        UsageError: a set is missing, or is not as large as the figures say: then the ledger would compare the wrong people.
    """
    usable = tokens.get((REQUEST, USABLE), frozenset())
    sets = [LedgerSet(analysis=REQUEST, of=USABLE, tokens=usable, source=source)] if usable else []
    if request.status != "analysed":
        return tuple(sets)
    placebos = request.placebos
    names = [*(each.name for each in request.analyses), *(each.analysis.name for each in placebos)]
    rows = [*request.estimates, *(row for placebo in placebos for row in placebo.estimates)]
    measures = {measure.key: measure for measure in request.measures}
    for name in names:
        own = [row for row in rows if row.analysis == name]
        for of in dict.fromkeys([EVERYBODY, *(measures[row.measure].of for row in own)]):
            members = [row for row in own if measures[row.measure].of == of]
            people = tokens.get((name, of), frozenset())
            _refuse_wrong_size(people, max((row.treated.people for row in members), default=0), of)
            told = [(row.measure, row.treated.events) for row in members]
            events = sorted((measure, count) for measure, count in told if count is not None)
            sets.append(LedgerSet(analysis=name, of=of, tokens=people, events=tuple(events), source=source))
    sets += _stricter_sets(request, tokens, source)
    return tuple(each for each in sets if each.tokens)


def _stricter_sets(request: DisclosureRequest, tokens: Tokens, source: str) -> list[LedgerSet]:
    """Whoever of the headline would be left with stricter links; figures are told of them as well."""
    found = request.linkage
    sets = []
    for row in found.thresholds[1:] if found else ():
        name, count = stricter(row.times), row.evidence.events_treated
        people = tokens.get((name, EVERYBODY), frozenset())
        _refuse_wrong_size(people, row.n_treated, "")
        events = ((found.measure, count),) if found and count is not None else ()
        sets.append(LedgerSet(analysis=name, tokens=people, events=events, source=source))
    return sets


def _refuse_wrong_size(tokens: frozenset[str], people: int, of: str) -> None:
    if len(tokens) < max(people, int(of == EVERYBODY)):
        message = (
            "The ledger needs a token of everybody behind each figure: of every analysis, and of the people that each measure is of. "
            "There are fewer tokens than people. Make them from the same linkage as the figures, one for each person."
        )
        raise UsageError(message)


def cleared_sets(wanted: Sequence[LedgerSet], content: Content, released_as: str) -> tuple[LedgerSet, ...]:
    """The sets to keep once a request was cleared: those of which a figure is printed, with the measures that are.

    Args:
        wanted: what `request_sets` gave.
        content: what was cleared.
        released_as: name of the release.

    Notes:
        A figure that is printed as unreliable may be cleared later, so it counts as printed. Of those whom the request could use something is
        told whatever is hidden: that there were enough of them, or not. A report that tells nothing because of the ledger keeps nobody; one
        that tells nothing because of rule 1 tells that few of its people had an outcome, or had it not, so it keeps them.
    """
    if told_by_ledger(content):
        return ()
    if content.refused is not None and content.refused.code in HIDDEN_CODES:
        whole = (each for each in wanted if each.analysis == REQUEST or each.of == EVERYBODY)
        return tuple(replace(each, released_as=released_as) for each in whole)
    results = [*content.results, *(row for placebo in content.placebos for row in placebo.results)]
    measures = {measure.key: measure for measure in content.measures}
    printed = {(each.analysis, each.measure) for each in results if each.treated.marker not in ("c", "x")}
    linkage = content.linkage
    printed |= (
        {(stricter(each.times), linkage.measure) for each in linkage.thresholds if each.treated.marker not in ("c", "x")}
        if linkage
        else set()
    )
    kept = []
    for each in wanted:
        told = {measure for analysis, measure in printed if analysis == each.analysis and measures[measure].of == each.of}
        if told or each.analysis == REQUEST:
            events = tuple(pair for pair in each.events if pair[0] in told)
            kept.append(replace(each, events=events, released_as=released_as))
    return tuple(kept)


def told_by_ledger(content: Content) -> bool:
    """Whether the ledger lets nothing of a request out but words that would be the same whoever its people are."""
    return content.refused is not None and content.refused.code in LEDGER_CODES
