"""The people behind one cleared figure, by token, and what was told of them: the value that a ledger keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.disclosure.disclosed import Disclosed
    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.files import Json

# The tokens of the people of an analysis, by analysis and by whom of them: "all", or a 0/1 column such as "reoffended".
Tokens: TypeAlias = "Mapping[tuple[str, str], frozenset[str]]"
EVERYBODY = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSet:
    """People behind published figures; personal data, although they stand as tokens.

    Attributes:
        analysis: of the release.
        of: `all` the treatment group of it, or the 0/1 column whose people alone are counted.
        tokens: of the people.
        events: how many of them have the event of each published 0/1 measure, by its key, exact.
        released_as: which release it is of; empty while it is asked for.
    """

    analysis: str
    of: str = EVERYBODY
    tokens: frozenset[str]
    events: tuple[tuple[str, int], ...] = ()
    released_as: str = ""

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name, tokens in their order."""
        return {
            "analysis": self.analysis,
            "of": self.of,
            "tokens": sorted(self.tokens),
            "events": dict(self.events),
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
            released_as=str(data["released_as"]),
        )


def request_sets(request: DisclosureRequest, tokens: Tokens) -> tuple[LedgerSet, ...]:
    """The sets of people that a request wants to publish figures of, in the order of the report.

    Args:
        request: analysed, exact.
        tokens: of the treatment group of each analysis, placebo groups too, and of each sub-group that a measure is of.

    Raises:
        UsageError: a set is missing, or is not as large as the figures say: then the ledger would compare the wrong people.
    """
    placebos = request.placebos
    names = [*(each.name for each in request.analyses), *(each.analysis.name for each in placebos)]
    rows = [*request.estimates, *(row for placebo in placebos for row in placebo.estimates)]
    measures = {measure.key: measure for measure in request.measures}
    sets = []
    for name in names:
        own = [row for row in rows if row.analysis == name]
        for of in dict.fromkeys([EVERYBODY, *(measures[row.measure].of for row in own)]):
            members = [row for row in own if measures[row.measure].of == of]
            people = tokens.get((name, of), frozenset())
            _refuse_wrong_size(people, max((row.treated.people for row in members), default=len(people)))
            told = [(row.measure, row.treated.events) for row in members]
            events = sorted((measure, count) for measure, count in told if count is not None)
            sets.append(LedgerSet(analysis=name, of=of, tokens=people, events=tuple(events)))
    return tuple(sets)


def _refuse_wrong_size(tokens: frozenset[str], people: int) -> None:
    if not tokens or len(tokens) < people:
        message = (
            "The ledger needs a token of everybody behind each figure: of every analysis, and of the people that each measure is of. "
            "There are fewer tokens than people. Make them from the same linkage as the figures, one for each person."
        )
        raise UsageError(message)


def cleared_sets(wanted: tuple[LedgerSet, ...], disclosed: Disclosed, released_as: str) -> tuple[LedgerSet, ...]:
    """The sets to keep once a request was cleared: those of which a figure is printed, with the measures that are.

    Args:
        wanted: what `request_sets` gave.
        disclosed: what was cleared.
        released_as: name of the release.

    Notes:
        A figure that is printed as unreliable may be cleared later, so it counts as printed.
    """
    results = [*disclosed.content.results, *(row for placebo in disclosed.content.placebos for row in placebo.results)]
    measures = {measure.key: measure for measure in disclosed.content.measures}
    printed = {(each.analysis, each.measure) for each in results if each.treated.marker not in ("c", "x")}
    kept = []
    for each in wanted:
        told = {measure for analysis, measure in printed if analysis == each.analysis and measures[measure].of == each.of}
        if told:
            events = tuple(pair for pair in each.events if pair[0] in told)
            kept.append(replace(each, events=events, released_as=released_as))
    return tuple(kept)
